import { ApiError, type Problem } from "@openbell/client";
import { explain } from "~/lib/errors";
import { askSession, currentSession } from "~/lib/session";
import type { Summary } from "~/lib/types";

export interface UploadOptions {
  source: string;
  dryRun: boolean;
  /** What unusual columns mean, as JSON. */
  map?: string | undefined;
}

export interface Sending {
  /** How much of the file has gone out. */
  sent: number;
  total: number;
}

const TYPES: Record<string, string> = {
  csv: "text/csv",
  json: "application/json",
  ndjson: "application/x-ndjson",
  jsonl: "application/x-ndjson",
};

/** The files that are read, for the browser's own dialog. */
export const ACCEPTED = Object.keys(TYPES)
  .map((ending) => `.${ending}`)
  .join(",");

export const endingOf = (name: string): string =>
  /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase() ?? "";

export const isReadable = (name: string): boolean => Object.hasOwn(TYPES, endingOf(name));

export const isSourceName = (name: string): boolean =>
  /^[a-z0-9_-]{1,64}$/.test(name) && name !== "api";

/** What is wrong with a mapping, before the server looks at it. */
export function mapError(text: string): string | undefined {
  if (text.trim() === "") return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return undefined;
    return "This is not a JSON object.";
  } catch {
    return "This is not JSON.";
  }
}

function problemIn(text: string): Problem | undefined {
  try {
    const body = JSON.parse(text) as Partial<Problem> | null;
    return typeof body?.code === "string" ? (body as Problem) : undefined;
  } catch {
    return undefined;
  }
}

/** Once, by the kind of request that tells how much of a body has gone out. */
function once(
  file: File,
  options: UploadOptions,
  signal: AbortSignal,
  tell: (sending: Sending) => void,
): Promise<Summary> {
  const query = new URLSearchParams({ source: options.source });
  if (options.dryRun) query.set("dry_run", "true");
  if (options.map?.trim()) query.set("map", options.map);
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const request = new XMLHttpRequest();
    request.open("POST", `/api/v1/properties/import?${query}`);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", TYPES[endingOf(file.name)] ?? "text/csv");
    const session = currentSession();
    if (session.status === "user") request.setRequestHeader("X-CSRF-Token", session.csrfToken);
    request.upload.onprogress = ({ loaded, total }) => tell({ sent: loaded, total });
    request.onload = () => {
      const { status, responseText } = request;
      const problem = problemIn(responseText);
      if (status === 200) resolve(JSON.parse(responseText) as Summary);
      else if (problem) reject(new ApiError(status, problem.code, problem.detail, { problem }));
      else reject(new ApiError(status, "unexpected_answer", `the server answered ${status}`));
    };
    request.onerror = () =>
      reject(new ApiError(0, "network", "the connection broke off while the file was sent"));
    request.onabort = () => reject(new DOMException("cancelled", "AbortError"));
    signal.addEventListener("abort", () => request.abort(), { once: true });
    request.send(file);
  });
}

/** Sends a file. A token of another tab's session is renewed once: nothing was read before. */
export async function upload(
  file: File,
  options: UploadOptions,
  signal: AbortSignal,
  tell: (sending: Sending) => void,
): Promise<Summary> {
  try {
    return await once(file, options, signal, tell);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 401) await askSession().catch(() => undefined);
    if (error.code !== "csrf_missing") throw error;
    await askSession();
    return once(file, options, signal, tell);
  }
}

const WORDS: Record<string, string> = {
  network:
    "The connection broke off, or the file changed while it was sent. What was read until then stays; send it once more, the same rows change nothing.",
  busy: "The server has too much to do at this moment. Try again in a little while.",
  forbidden: "You may not import: it needs the role Operator.",
  too_large: "The file is larger than this server takes.",
  unavailable: "A part of the installation is down. Try again in a little while.",
};

export const importWords = (error: unknown): string =>
  (error instanceof ApiError && WORDS[error.code]) || explain(error);

/** So many rows a second. */
export const pace = ({ rows, seconds }: Pick<Summary, "rows" | "seconds">): number | undefined =>
  seconds > 0 ? rows / seconds : undefined;

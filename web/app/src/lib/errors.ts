import { ApiError, OpenbellError } from "@openbell/client";

/** What went wrong, for people. */
export function explain(error: unknown): string {
  if (error instanceof OpenbellError) {
    if (error.code === "network") return "The server could not be reached.";
    if (error.code === "rate_limited") return "Too many requests. Wait a moment, then try again.";
    const { message } = error;
    return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`.replace(/\.\.$/, ".");
  }
  return "Something unexpected went wrong on this page.";
}

/** What is wrong with which field. */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {};
  const list = error.problem?.errors ?? [];
  return Object.fromEntries(list.map(({ field, message }) => [field, message]));
}

export const isNotFound = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 404;

import { ApiError, type Client, createClient } from "@openbell/client";
import { cell, useCell } from "./store";
import type { BrowserSession, Me } from "./types";

/**
 * Who uses this page. `unknown`: the server has not been asked yet. `offline`: it could not be, and
 * somebody was signed in before.
 */
export type Session =
  | { status: "unknown" }
  | { status: "offline" }
  | { status: "guest"; ended: boolean }
  | { status: "user"; user: Me; csrfToken: string };

const session = cell<Session>({ status: "unknown" });
let asking: Promise<Session> | undefined;

export const currentSession = (): Session => session.get();
export const onSession = session.subscribe;
export const useSession = (): Session => useCell(session);

/** The user of a page that only users see. */
export function useUser(): Me | undefined {
  const now = useSession();
  return now.status === "user" ? now.user : undefined;
}

/**
 * Whether this browser may have a session: scripts cannot see its cookie. Without
 * the hint the server is not asked, and a first visit begins without an answer that is an error.
 */
const HINT = "openbell.session";

function hint(has?: boolean): boolean {
  try {
    if (has === true) localStorage.setItem(HINT, "1");
    if (has === false) localStorage.removeItem(HINT);
    return localStorage.getItem(HINT) !== null;
  } catch {
    return true;
  }
}

function begin({ user, csrf_token: csrfToken }: BrowserSession): Session {
  hint(true);
  session.set({ status: "user", user, csrfToken });
  client.connect();
  return session.get();
}

function end(ended: boolean): Session {
  hint(false);
  client.close();
  session.set({ status: "guest", ended });
  return session.get();
}

/** Asks the server who is signed in. Whoever asks meanwhile shares the answer. */
export function askSession(): Promise<Session> {
  asking ??= client.api
    .get("/api/v1/auth/session")
    .then(begin, (error: unknown) => {
      const { status } = session.get();
      const ended = status === "user" || status === "offline";
      if (error instanceof ApiError && error.status === 401) return end(ended);
      throw error;
    })
    .finally(() => {
      asking = undefined;
    });
  return asking;
}

/** What is known, or else what the server says. */
export async function knownSession(): Promise<Session> {
  const now = session.get();
  const isBack = now.status === "offline" && client.status.state === "open";
  if (now.status !== "unknown" && !isBack) return now;
  return hint() ? askSession().catch(wait) : end(false);
}

/** Without the server the app opens all the same. Once there is a connection it is asked again. */
function wait(error: unknown): Session {
  const isAway = error instanceof ApiError && (error.status === 0 || error.status >= 500);
  if (!isAway) throw error;
  session.set({ status: "offline" });
  client.connect();
  return session.get();
}

export async function signIn(body: { email: string; password: string }): Promise<void> {
  client.close();
  begin(await client.api.post("/api/v1/auth/session", { body }));
}

export async function register(body: {
  email: string;
  password: string;
  name?: string;
}): Promise<void> {
  client.close();
  begin(await client.api.post("/api/v1/auth/session/register", { body }));
}

export async function signOut(): Promise<void> {
  await client.api.delete("/api/v1/auth/session");
  end(false);
}

/**
 * What the session cookie needs beyond a plain request: a 401 says that the session has ended, and
 * `csrf_missing` that this browser was signed in anew elsewhere, so the request goes out again with
 * the token of that session. It was not done the first time.
 */
async function sessionFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  if (String(input).includes("/auth/session")) return response;
  if (response.status === 401) {
    if (session.get().status === "user") end(true);
    return response;
  }
  if (response.status !== 403 || init?.method === "GET") return response;
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => undefined);
  if ((problem as { code?: unknown } | undefined)?.code !== "csrf_missing") return response;
  const now = await askSession().catch(() => undefined);
  if (now?.status !== "user") return response;
  const headers = { ...(init?.headers as Record<string, string>), "X-CSRF-Token": now.csrfToken };
  return fetch(input, { ...init, headers });
}

export const client: Client = createClient({
  fetch: sessionFetch,
  auth: {
    getCsrfToken: () => {
      const now = session.get();
      return now.status === "user" ? now.csrfToken : undefined;
    },
  },
});

/** How the server closes the connections of whoever may see more or less from now on. */
const RIGHTS_CHANGED = 4204;

// The socket learns first when a session has ended elsewhere: it is refused, or lets a guest in. It
// learns first, too, that the server is there again.
let rightsChanged = false;
client.onStatus(({ state, userId, reason }) => {
  const { status } = session.get();
  rightsChanged ||= reason?.code === RIGHTS_CHANGED;
  if (status !== "user" && status !== "offline") return;
  const isOther = status === "offline" || userId === undefined || rightsChanged;
  const isOpen = state === "open" && isOther;
  const isRefused = state === "closed" && reason?.code === 4001;
  if (isOpen) rightsChanged = false;
  if (isOpen || isRefused) askSession().catch(() => undefined);
});

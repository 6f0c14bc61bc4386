/** The part of a browser's `WebSocket` that the client uses. */
export interface SocketLike {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number; reason: string }) => void) | null;
  onerror: ((event: never) => void) | null;
}

/** How sockets are made. The global `WebSocket` is one, and so is that of the package `ws`. */
export type SocketConstructor = new (url: string, protocols?: string | string[]) => SocketLike;

/** What a timer is known by; browsers and servers differ in it. */
export type Timer = unknown;

/** Everything that the client takes from its surroundings, so that tests own it. */
export interface Environment {
  /** Unix milliseconds, as this machine believes. It may jump. */
  wallMs(): number;
  /** Milliseconds since some instant. It never goes back. */
  steadyMs(): number;
  /** At least 0, below 1. */
  random(): number;
  setTimer(act: () => void, delayMs: number): Timer;
  clearTimer(timer: Timer): void;
  /** Calls `act` when the network goes or comes, or the page is seen again, until told to stop. */
  onWake(act: () => void): () => void;
  /** An error of a callback that was handed in: it is somebody else's, and must not be swallowed. */
  report(error: unknown): void;
  readonly WebSocket: SocketConstructor;
  readonly fetch: typeof fetch;
}

/** What a page or a server brings along, with parts that were handed in. */
export function defaultEnvironment(given: {
  fetch?: typeof fetch | undefined;
  WebSocket?: SocketConstructor | undefined;
}): Environment {
  const sockets = given.WebSocket ?? (globalThis.WebSocket as SocketConstructor | undefined);
  const requests = given.fetch ?? globalThis.fetch?.bind(globalThis);
  if (sockets === undefined) {
    throw new TypeError("there is no WebSocket here: give one as `WebSocket`, such as that of ws");
  }
  if (requests === undefined) throw new TypeError("there is no fetch here: give one as `fetch`");
  return {
    wallMs: () => Date.now(),
    steadyMs: () => performance.now(),
    random: () => Math.random(),
    setTimer: (act, delayMs) => setTimeout(act, delayMs),
    clearTimer: (timer) => clearTimeout(timer as ReturnType<typeof setTimeout>),
    onWake,
    report,
    WebSocket: sockets,
    fetch: requests,
  };
}

function onWake(act: () => void): () => void {
  // Neither is there on a server, and not both in React Native.
  const view = typeof globalThis.addEventListener === "function" ? globalThis : undefined;
  const page = typeof document === "undefined" ? undefined : document;
  const seen = () => {
    if (page?.visibilityState === "visible") act();
  };
  // A socket does not notice by itself that the network is gone.
  view?.addEventListener("offline", act);
  view?.addEventListener("online", act);
  page?.addEventListener("visibilitychange", seen);
  return () => {
    view?.removeEventListener("offline", act);
    view?.removeEventListener("online", act);
    page?.removeEventListener("visibilitychange", seen);
  };
}

function report(error: unknown): void {
  if (typeof globalThis.reportError === "function") globalThis.reportError(error);
  else {
    queueMicrotask(() => {
      throw error;
    });
  }
}

import { useSyncExternalStore } from "react";
import { client } from "./session";

const MINUTE_MS = 60_000;
let now = 0;
let timer: ReturnType<typeof setInterval> | undefined;
let unheard: (() => void) | undefined;
const listeners = new Set<() => void>();

function tick(): void {
  now = client.now();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(tick, MINUTE_MS);
  // Until there is a connection, the server's clock is this machine's, which may be wrong.
  unheard ??= client.onStatus(tick);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
    unheard?.();
    unheard = undefined;
  };
}

function get(): number {
  if (now === 0 || timer === undefined) now = Math.floor(client.now() / 1_000) * 1_000;
  return now;
}

/** The server's clock, anew each minute, for all that says how long ago something was. */
export const useNow = (): number => useSyncExternalStore(subscribe, get, get);

/** An instant of this machine's clock, by the server's. */
export const onServer = (localMs: number): number => localMs + client.now() - Date.now();

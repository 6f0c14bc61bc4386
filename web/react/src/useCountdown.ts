import type { Client } from "@openbell/client";
import { useMemo, useSyncExternalStore } from "react";
import { useClient } from "./context.js";
import { Store } from "./store.js";

const SECOND_MS = 1_000;
/** `setTimeout` takes no more; a longer wait is made of several. */
const LONGEST_MS = 2 ** 31 - 1;

class Countdown extends Store<number | undefined> {
  constructor(
    private readonly client: Client,
    private readonly deadlineMs: number | undefined,
  ) {
    super(secondsLeft(client, deadlineMs));
  }

  protected override begin(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tick = () => {
      const { deadlineMs } = this;
      this.set(secondsLeft(this.client, deadlineMs));
      if (deadlineMs === undefined) return;
      const leftMs = deadlineMs - this.client.now();
      // Also after the end: the server's clock may turn out to be behind.
      const untilNextMs = leftMs > 0 ? leftMs % SECOND_MS || SECOND_MS : SECOND_MS;
      timer = setTimeout(tick, Math.min(Math.max(untilNextMs, 1), LONGEST_MS));
    };
    tick();
    return () => clearTimeout(timer);
  }
}

function secondsLeft(client: Client, deadlineMs: number | undefined): number | undefined {
  if (deadlineMs === undefined) return undefined;
  return Math.max(0, Math.ceil((deadlineMs - client.now()) / SECOND_MS));
}

/**
 * Whole seconds until an instant (Unix milliseconds, or text as the server gives it), on the
 * server's clock; 0 once it is over, `undefined` without one.
 */
export function useCountdown(deadline: number | string | null | undefined): number | undefined {
  const client = useClient();
  const parsed = typeof deadline === "string" ? Date.parse(deadline) : (deadline ?? Number.NaN);
  const deadlineMs = Number.isNaN(parsed) ? undefined : parsed;
  const store = useMemo(() => new Countdown(client, deadlineMs), [client, deadlineMs]);
  return useSyncExternalStore(store.subscribe, store.get, store.get);
}

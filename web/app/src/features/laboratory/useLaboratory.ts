import {
  CallError,
  type Client,
  type Frame,
  newIdempotencyKey,
  OpenbellError,
  type SocketConstructor,
} from "@openbell/client";
import { type LoggedFrame, useWebSocket } from "@openbell/react";
import { useCallback, useEffect, useMemo, useState } from "react";

/** What was tried, and what came of it. */
export interface Attempt {
  number: number;
  what: string;
  outcome: string;
  state: "pending" | "done" | "failed";
}

const KEPT_FRAMES = 200;
const KEPT_ATTEMPTS = 20;

/** A socket that the page can cut, as a broken line would. */
function cuttable() {
  let last: WebSocket | undefined;
  class Cuttable extends WebSocket {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      last = this;
    }
  }
  // A code that is none of the protocol's: to the client the line was lost.
  // The browser's own type is wider than what the client needs of it.
  const Socket = Cuttable as unknown as SocketConstructor;
  return { Socket, cut: () => last?.close(3999, "dropped by hand") };
}

export interface Laboratory {
  client: Client;
  frames: readonly LoggedFrame[];
  attempts: readonly Attempt[];
  cut: () => void;
  call: (what: string, verb: string, params: object, mayWait?: boolean) => void;
  follow: (topic: string) => void;
  followed: string | undefined;
  clear: () => void;
}

export function useLaboratory(path: string): Laboratory {
  const { Socket, cut } = useMemo(cuttable, []);
  const { client, frames } = useWebSocket({ path, WebSocket: Socket }, KEPT_FRAMES);
  const [attempts, setAttempts] = useState<readonly Attempt[]>([]);
  const [clearedTo, setClearedTo] = useState(0);
  const [topic, setTopic] = useState<string>();

  const note = useCallback((what: string): ((more: Partial<Attempt>) => void) => {
    const number = Date.now() + Math.random();
    const first: Attempt = { number, what, outcome: "…", state: "pending" };
    setAttempts((before) => [first, ...before].slice(0, KEPT_ATTEMPTS));
    return (more) =>
      setAttempts((before) =>
        before.map((one) => (one.number === number ? { ...one, ...more } : one)),
      );
  }, []);

  const call = useCallback(
    (what: string, verb: string, params: object, mayWait = false) => {
      const settle = note(what);
      const began = performance.now();
      const options = mayWait ? { idempotencyKey: newIdempotencyKey() } : {};
      client.call<Frame, string>(verb, { ...params }, options).then(
        (answer) => {
          const took = Math.round(performance.now() - began);
          settle({ outcome: `${took} ms: ${JSON.stringify(answer)}`, state: "done" });
        },
        (error: unknown) => {
          const code = error instanceof OpenbellError ? error.code : "failed";
          const sent = error instanceof CallError && error.sent ? ", it was sent" : "";
          settle({ outcome: `${code}${sent}`, state: "failed" });
        },
      );
    },
    [client, note],
  );

  useEffect(() => {
    if (topic === undefined) return;
    const settle = note(`Follow ${topic}`);
    let events = 0;
    const tell = () => {
      const { cursor, state } = subscription;
      const at = cursor ? `, at ${cursor.seq}` : "";
      settle({ outcome: `${state}${at}, ${events} events`, state: "done" });
    };
    const subscription = client.subscribe(topic, {
      event: () => {
        events += 1;
        tell();
      },
      gap: ({ reason }) => settle({ outcome: `a gap: ${reason}` }),
      state: (state) => {
        if (state !== "ended") queueMicrotask(tell);
      },
      error: ({ code }) => settle({ outcome: code, state: "failed" }),
    });
    return () => subscription.unsubscribe();
  }, [client, topic, note]);

  return {
    client,
    frames: frames.filter((one) => one.number > clearedTo),
    attempts,
    cut,
    call,
    follow: (next) => setTopic(next.trim() || undefined),
    followed: topic,
    clear: () => setClearedTo(frames.at(-1)?.number ?? 0),
  };
}

import { type CallError, type Frame, OpenbellError } from "@openbell/client";
import { useClient, useTopic } from "@openbell/react";
import { useEffect, useState } from "react";

export interface Seen {
  key: string;
  atMs: number;
  frame: Frame;
  /** From the topic's past, and not as it came. */
  past: boolean;
}

const KEPT = 100;
const PAST = 20;

let lastKey = 0;
function seen(frame: Frame, past: boolean): Seen {
  lastKey += 1;
  const { ts, seq } = frame as { ts?: number; seq?: number };
  return {
    key: seq === undefined ? `live ${lastKey}` : `seq ${seq}`,
    atMs: ts ?? Date.now(),
    frame,
    past,
  };
}

/** The newest first, each once. */
function joined(newer: readonly Seen[], older: readonly Seen[]): Seen[] {
  const known = new Set(newer.map(({ key }) => key));
  return [...newer, ...older.filter(({ key }) => !known.has(key))].slice(0, KEPT);
}

const WORDS: Record<string, string> = {
  not_found: "There is no such topic, or you may not follow it.",
  forbidden: "You may not follow this topic: it is for others.",
  unauthorized: "This topic is for those who are signed in.",
  too_many_subscriptions: "This page follows as many topics as it may.",
};

export const refusalWords = (error: CallError): string =>
  WORDS[error.code] ?? `The server does not let this page follow it: ${error.message}.`;

/** Follows a topic as everybody else does, and reads its last frames where there is a history. */
export function useTopicWatch(topic: string) {
  const client = useClient();
  const { data, state, error } = useTopic<string, readonly Seen[]>(topic, {
    initial: [],
    event: (before, frame) => joined([seen(frame, false)], before),
    snapshot: (before) => before,
  });
  const [past, setPast] = useState<readonly Seen[]>([]);
  const [pastError, setPastError] = useState<string>();
  const isLive = state === "live";
  useEffect(() => {
    if (!isLive) return;
    let wanted = true;
    client
      .call<{ events: Frame[] }>("history", { ch: topic, limit: PAST, reverse: true })
      .then(({ events }) => {
        if (wanted) setPast(events.map((frame) => seen(frame, true)));
      })
      .catch((cause: unknown) => {
        if (!wanted) return;
        const why = cause instanceof OpenbellError ? cause.message : "it could not be read";
        setPastError(why);
      });
    return () => {
      wanted = false;
    };
  }, [client, topic, isLive]);
  return { frames: joined(data, past), state, error, pastError };
}

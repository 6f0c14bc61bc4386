import type { FrameOf } from "@openbell/client";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useClient } from "./context.js";
import { type Fold, TopicStore, type TopicView } from "./topicStore.js";

const nothing = () => () => undefined;

/**
 * Follows a topic and folds what comes into data; nothing is followed while `topic` is empty. The
 * functions of `fold` may be new ones at each render; `initial` counts when the topic changes.
 */
export function useTopic<T extends string, D>(
  topic: T | null | undefined,
  fold: Fold<FrameOf<T>, D>,
  options: { intervalMs?: number | undefined } = {},
): TopicView<D> {
  const client = useClient();
  const latest = useRef(fold);
  useEffect(() => {
    latest.current = fold;
  });
  const { intervalMs } = options;
  const first = useRef({ intervalMs });
  const store = useMemo(
    () => (topic ? new TopicStore(client, topic, () => latest.current, first.current) : undefined),
    [client, topic],
  );
  useEffect(() => {
    first.current = { intervalMs };
    store?.setInterval(intervalMs);
  }, [store, intervalMs]);
  const idle = useRef<TopicView<D>>({ data: fold.initial, state: "waiting", error: undefined });
  const get = store?.get ?? (() => idle.current);
  return useSyncExternalStore(store?.subscribe ?? nothing, get, get);
}

import type { FrameOf } from "@openbell/client";
import type { Fold, TopicView } from "./topicStore.js";
import { useTopic } from "./useTopic.js";

/** A line about one auction. */
export type Headline = FrameOf<"auctions">;

/** The newest line of each auction that is open, or was while one looked, by its id. */
export type Headlines = ReadonlyMap<string, Headline>;

const fold: Fold<Headline, Headlines> = {
  initial: new Map(),
  event: (known, frame) => {
    if (frame.log_seq <= (known.get(frame.auction_id)?.log_seq ?? -1)) return known;
    return new Map(known).set(frame.auction_id, frame);
  },
};

/** Follows all auctions, a line each; `intervalMs` bounds how often each line comes. */
export function useAuctions(options: { intervalMs?: number } = {}): TopicView<Headlines> {
  return useTopic("auctions", fold, options);
}

import type { FrameOf } from "@openbell/client";
import { useMemo, useSyncExternalStore } from "react";
import { type Bid, type Bidding, BidStore, type BidTaken } from "./bidStore.js";
import { useClient } from "./context.js";
import type { Fold, TopicView } from "./topicStore.js";
import { useTopic } from "./useTopic.js";

/** The complete public state of an auction. */
export type AuctionState = Exclude<FrameOf<"auction:x">, { type: "leaderboard" }>;

/** An auction as one sees it, and a way to bid. */
export interface LiveAuction extends TopicView<AuctionState | undefined> {
  readonly bidding: Bidding;
  /**
   * Bids; rejects with `CallError`, whose `details` may say `min_next`. The same bid again while the
   * answer is open is the same intent, under the same key: it is one bid, whatever happens to the
   * connection.
   */
  readonly placeBid: (bid: Bid) => Promise<BidTaken>;
}

const fold: Fold<FrameOf<"auction:x">, AuctionState | undefined> = {
  initial: undefined,
  event: (known, frame) => {
    if (frame.type === "leaderboard") return known;
    return known === undefined || frame.log_seq > known.log_seq ? frame : known;
  },
};

/** Follows an auction: the newest state that has come, never an older one after it. */
export function useAuction(id: string): LiveAuction {
  const client = useClient();
  const view = useTopic(`auction:${id}` as const, fold);
  const bids = useMemo(() => new BidStore(client, id), [client, id]);
  const bidding = useSyncExternalStore(bids.subscribe, bids.get, bids.get);
  const placeBid = useMemo(() => (bid: Bid) => bids.place(bid), [bids]);
  return useMemo(() => ({ ...view, bidding, placeBid }), [view, bidding, placeBid]);
}

import type {
  FrameOf,
  PropertyAuctionUpdateFrame,
  WsAuctionsInitialStateFrame,
} from "@openbell/client";
import type { Fold, TopicView } from "./topicStore.js";
import { useTopic } from "./useTopic.js";

/** A watched property, as its auction stands. */
export type WatchedAuction = WsAuctionsInitialStateFrame["auctions"][number];

/** The watchlist, the newest first. */
export interface Watchlist {
  readonly auctions: readonly WatchedAuction[];
  /** There are more than a socket follows. */
  readonly truncated: boolean;
}

const fold: Fold<FrameOf<"watchlist">, Watchlist> = {
  initial: { auctions: [], truncated: false },
  snapshot: (_, snapshot) => {
    const { auctions, truncated } = snapshot as WsAuctionsInitialStateFrame;
    return { auctions, truncated: truncated === true };
  },
  event: (list, frame) => {
    const others = () => list.auctions.filter((one) => one.propertyId !== frame.propertyId);
    switch (frame.type) {
      case "subscribed":
        return { ...list, auctions: [frame.auction, ...others()] };
      case "unsubscribed":
        return { ...list, auctions: others() };
      case "auction_update": {
        if (frame.update.removed === true) return { ...list, auctions: others() };
        const changed = (one: WatchedAuction) =>
          one.propertyId === frame.propertyId ? updated(one, frame.update) : one;
        return { ...list, auctions: list.auctions.map(changed) };
      }
      default:
        return list;
    }
  },
};

/** What an update leaves of a view. Null says that a value is unknown now. */
export function updated(
  auction: WatchedAuction,
  update: PropertyAuctionUpdateFrame["update"],
): WatchedAuction {
  const next = { ...auction };
  const { statusChanged, auctionDateChanged, auctionTimeChanged, openingBidChanged } = update;
  if (statusChanged) next.foreclosureStatus = statusChanged.new;
  if (auctionDateChanged) {
    next.auctionDate = auctionDateChanged.new ?? null;
    if ("newTime" in auctionDateChanged) next.auctionTime = auctionDateChanged.newTime ?? null;
  }
  if (auctionTimeChanged) next.auctionTime = auctionTimeChanged.new ?? null;
  if (openingBidChanged) next.openingBid = openingBidChanged.new ?? null;
  return next;
}

/** The user's watchlist, kept up to date. */
export function useWatchlist(): TopicView<Watchlist> {
  return useTopic("watchlist", fold);
}

import { cell, useCell } from "~/lib/store";
import type { Outbid } from "./standing";

/** The last time that one lost one's place, by auction. */
const losses = cell<ReadonlyMap<string, Outbid>>(new Map());

export const noteOutbid = (frame: Outbid): void =>
  losses.set(new Map(losses.get()).set(frame.auction_id, frame));

export const useOutbid = (auctionId: string): Outbid | undefined => useCell(losses).get(auctionId);

import { type LiveAuction, useAuction, useLeaderboard } from "@openbell/react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Auction } from "~/lib/types";
import { ownPartChanged } from "./LiveBids";
import { useOutbid } from "./outbid";
import { auctionQuery } from "./queries";
import { type Standing, standingOf, withState } from "./standing";

/** All that a room shows: what was read, with what has come since. */
export interface Room {
  auction: Auction;
  standing: Standing;
  live: LiveAuction;
  board: ReturnType<typeof useLeaderboard>;
}

/** What frames do not say: it is read again when they tell of it. */
const isBehind = (read: Auction | undefined, state: LiveAuction["data"]): boolean =>
  read !== undefined &&
  state !== undefined &&
  state.log_seq > read.log_seq &&
  (state.status !== read.status || state.type === "auction_edited");

export function useRoom(id: string) {
  const query = useQuery(auctionQuery(id));
  const live = useAuction(id);
  const board = useLeaderboard(id);
  const outbid = useOutbid(id);
  const cache = useQueryClient();
  const { data: read } = query;
  const { data: state, bidding } = live;

  const behindAt = isBehind(read, state) ? state?.log_seq : undefined;
  useEffect(() => {
    if (behindAt !== undefined) ownPartChanged(cache, id);
  }, [behindAt, cache, id]);

  const { taken, refusal } = bidding;
  useEffect(() => {
    // Also after a refusal: it is often because things are otherwise than what was seen.
    if (taken ?? refusal) ownPartChanged(cache, id);
  }, [taken, refusal, cache, id]);

  const room: Room | undefined = read && {
    auction: withState(read, state),
    standing: standingOf(read, { state, board: board.data, taken, outbid }),
    live,
    board,
  };
  return { room, error: query.error, refetch: query.refetch };
}

import { type LiveAuction, useAuction, useConnection, useLeaderboard } from "@openbell/react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import { paced } from "~/lib/paced";
import type { Auction } from "~/lib/types";
import { ownPartChanged } from "./LiveBids";
import { useOutbid } from "./outbid";
import { auctionQuery } from "./queries";
import { concernsOneself, ownRank, type Standing, standingOf, withState } from "./standing";

type Board = ReturnType<typeof useLeaderboard>;

/** All that a room shows: what was read, with what has come since. */
export interface Room {
  auction: Auction;
  standing: Standing;
  live: LiveAuction;
  board: Board;
}

/** In a fight of bids each of them may concern oneself. */
const LOOK_AGAIN_MS = 1_000;

/** Reads one's own part again, at a pace, when frames tell that it may have changed. */
function useOwnPart(id: string, read: Auction | undefined, live: LiveAuction, board: Board): void {
  const cache = useQueryClient();
  const { state: link } = useConnection();
  const look = useMemo(() => paced(() => ownPartChanged(cache, id), LOOK_AGAIN_MS), [cache, id]);
  useEffect(() => look.forget, [look]);

  const state = live.data;
  const isBehind = read !== undefined && state !== undefined && concernsOneself(read, state);
  const behindAt = isBehind ? state.log_seq : undefined;
  useEffect(() => {
    if (behindAt !== undefined) look.ask();
  }, [behindAt, look]);

  const own = read && ownRank(read, board.data);
  const place = own && `${own.rank} ${own.amount} ${own.at}`;
  const isNews = (board.data?.log_seq ?? 0) > (read?.log_seq ?? 0);
  const seen = useRef<string>(undefined);
  useEffect(() => {
    if (place === seen.current) return;
    seen.current = place;
    if (isNews) look.ask();
  }, [place, isNews, look]);

  // What was done elsewhere while nothing came.
  const isLost = useRef(false);
  const isRead = read !== undefined;
  useEffect(() => {
    if (link !== "open") isLost.current ||= isRead;
    else if (isLost.current) {
      isLost.current = false;
      look.ask();
    }
  }, [link, isRead, look]);

  const { taken, refusal } = live.bidding;
  useEffect(() => {
    // Also after a refusal: it is often because things are otherwise than what was seen.
    if (taken ?? refusal) look.ask();
  }, [taken, refusal, look]);
}

export function useRoom(id: string) {
  const query = useQuery(auctionQuery(id));
  const live = useAuction(id);
  const board = useLeaderboard(id);
  const outbid = useOutbid(id);
  const { data: read } = query;
  const { data: state, bidding } = live;
  const { taken } = bidding;
  useOwnPart(id, read, live, board);

  const room: Room | undefined = read && {
    auction: withState(read, state),
    standing: standingOf(read, { state, board: board.data, taken, outbid }),
    live,
    board,
  };
  return { room, error: query.error, refetch: query.refetch };
}

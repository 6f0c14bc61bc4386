import type { FrameOf } from "@openbell/client";
import type { AuctionState, BidTaken, Headline, Leaderboard } from "@openbell/react";
import type { Auction } from "~/lib/types";

export type Outbid = Extract<FrameOf<"user:x">, { type: "outbid" }>;

/** How one stands oneself, as far as the server has said. */
export interface Standing {
  leads: boolean;
  /** The own maximum; null before one has bid. */
  max: number | null;
}

const HOLDING = ["live", "paused", "awaiting_seller", "awaiting_bidder"];
export const isOver = (status: string): boolean =>
  !["draft", "scheduled", "live", "paused"].includes(status);

/** An auction as it was read, with what a newer frame says of it. */
export function withState(read: Auction, state: AuctionState | undefined): Auction {
  if (state === undefined || state.log_seq <= read.log_seq) return read;
  const { log_seq, status, price, min_next, leader_alias = null, reserve_met } = state;
  const { starts_at, ends_at, extensions, bid_count, bidder_count } = state;
  const { buy_now = null, decide_by = null } = state;
  return {
    ...read,
    ...{ log_seq, status, price, min_next, leader_alias, reserve_met, buy_now },
    ...{ starts_at, ends_at, extensions, bid_count, bidder_count, decide_by },
  };
}

/** The same of a row of the list; one's own place follows where one place decides it. */
export function withHeadline(read: Auction, headline: Headline | undefined): Auction {
  if (headline === undefined || headline.log_seq <= read.log_seq) return read;
  const { log_seq, title, status, price, leader_alias = null } = headline;
  const { bid_count, starts_at, ends_at } = headline;
  const leads = leadsBy(read, headline);
  return {
    ...read,
    ...{ log_seq, title, status, price, leader_alias, bid_count, starts_at, ends_at },
    me: read.me && leads !== undefined ? { ...read.me, leading: leads } : (read.me ?? null),
  };
}

/** Whether one leads by what everybody is told; nothing where that does not say. */
function leadsBy(
  { me, places }: Auction,
  { status, leader_alias: leader }: Pick<AuctionState, "status" | "leader_alias">,
): boolean | undefined {
  if (places > 1 || !me?.alias) return undefined;
  return leader === me.alias && HOLDING.includes(status);
}

/** One's own line of the leaderboard. */
export const ownRank = ({ me }: Auction, board: Leaderboard | undefined) =>
  me?.alias ? board?.entries.find(({ alias }) => alias === me.alias) : undefined;

/**
 * Whether a newer frame may be about one's own part, which it does not say: one may bid elsewhere,
 * too, and raise there a maximum that nobody else sees.
 */
export function concernsOneself(read: Auction, state: AuctionState): boolean {
  if (state.log_seq <= read.log_seq) return false;
  if (state.status !== read.status || state.type === "auction_edited") return true;
  const { alias, max } = read.me ?? {};
  // Who has no alias yet gets one with the first bid.
  if (!alias) return read.me != null && state.bidder_count !== read.bidder_count;
  if (state.leader_alias === alias || read.leader_alias === alias) return true;
  return max != null && read.price < max && state.price >= max;
}

interface Fact {
  at: number;
  leads: boolean;
}

/**
 * How one stands by the newest of all that the server has said; nothing is guessed. Of what is said
 * of the same entry of the log, the reading counts most, since it is about oneself and complete.
 */
export function standingOf(
  read: Auction,
  said: {
    state?: AuctionState | undefined;
    board?: Leaderboard | undefined;
    taken?: BidTaken | undefined;
    outbid?: Outbid | undefined;
  },
): Standing {
  const { state, board, taken, outbid } = said;
  const facts: Fact[] = [];
  const public_ = state && leadsBy(read, state);
  if (state && public_ !== undefined) facts.push({ at: state.log_seq, leads: public_ });
  if (board && read.places > 1) {
    const own = ownRank(read, board);
    if (own) facts.push({ at: board.log_seq, leads: own.rank <= read.places });
  }
  if (taken) facts.push({ at: taken.log_seq, leads: taken.leading });
  if (outbid) facts.push({ at: outbid.log_seq, leads: false });
  facts.push({ at: read.log_seq, leads: read.me?.leading ?? false });
  const newest = facts.reduce((best, fact) => (fact.at >= best.at ? fact : best));
  const isNewer = taken !== undefined && taken.log_seq > read.log_seq;
  return { leads: newest.leads, max: isNewer ? taken.amount : (read.me?.max ?? null) };
}

/** Whether it can be bought at once. Insiders are told the price also when it cannot. */
export function isBuyable(auction: Auction): boolean {
  const { status, buy_now: price, buy_now_until: until, leader_alias: leader } = auction;
  if (status !== "live" || price == null) return false;
  return leader == null || (until === "reserve_met" && !auction.reserve_met);
}

import type { FrameOf } from "@openbell/client";
import type { InfiniteData } from "@tanstack/react-query";
import type { Auction, Page } from "~/lib/types";
import { isSold } from "./words";

export type Headline = Extract<FrameOf<"auctions">, { type: "auction_headline" }>;
type Pages = InfiniteData<Page<Auction>, unknown>;

/** Whether a headline says of an auction what only the server knows all of: how one stands now. */
export const isTurn = (auction: Auction, { status }: Headline): boolean =>
  status !== auction.status || auction.places > 1;

/** An auction as a headline has it; itself when that is not newer. */
export function withHeadline(auction: Auction, headline: Headline): Auction {
  const { auction_id: id, log_seq: seq, price, status, bid_count: bids } = headline;
  if (id !== auction.id || seq <= auction.log_seq) return auction;
  const { starts_at, ends_at, leader_alias: leader = null } = headline;
  const { me, places } = auction;
  // Where several win, only the server knows who they are.
  const leads = places === 1 ? leader !== null && leader === me?.alias : me?.leading;
  const over = isSold(status);
  const own = { leading: (leads ?? false) && !over, won: places === 1 && over && leads === true };
  return {
    ...auction,
    log_seq: seq,
    price,
    status,
    bid_count: bids,
    starts_at,
    ends_at,
    leader_alias: leader,
    ...(me && { me: { ...me, ...own } }),
  };
}

/** The same for the pages of a list; themselves when nothing in them is changed by it. */
export function pagesWith(pages: Pages | undefined, headline: Headline): Pages | undefined {
  const known = auctionIn(pages, headline.auction_id);
  if (pages === undefined || known === undefined) return pages;
  const next = withHeadline(known, headline);
  if (next === known) return pages;
  const items = (page: Page<Auction>) => page.items.map((one) => (one === known ? next : one));
  return { ...pages, pages: pages.pages.map((page) => ({ ...page, items: items(page) })) };
}

export const auctionIn = (pages: Pages | undefined, id: string): Auction | undefined =>
  pages?.pages.flatMap((page) => page.items).find((one) => one.id === id);

import { expect, test } from "vitest";
import { type Headline, pagesWith, withHeadline } from "../src/features/wallet/ownBids";
import { standing, transferWord } from "../src/features/wallet/words";
import type { Auction } from "../src/lib/types";

const me = {
  alias: "Bidder 2",
  leading: true,
  won: false,
  max: 120,
  selling: false,
  watching: false,
};
const auction = {
  id: "a",
  log_seq: 5,
  status: "live",
  places: 1,
  price: 100,
  leader_alias: "Bidder 2",
  me,
} as Auction;
const headline = {
  type: "auction_headline",
  auction_id: "a",
  log_seq: 6,
  status: "live",
  price: 130,
  bid_count: 3,
  starts_at: "2031-01-01T00:00:00.000Z",
  ends_at: "2031-01-02T00:00:00.000Z",
  leader_alias: "Bidder 1",
} as Headline;

test("a headline that is newer changes the price and who leads", () => {
  const now = withHeadline(auction, headline);
  expect([now.price, now.log_seq, now.me?.leading]).toEqual([130, 6, false]);
  expect(withHeadline(now, { ...headline, leader_alias: "Bidder 2" })).toBe(now);
  expect(withHeadline(auction, { ...headline, auction_id: "b" })).toBe(auction);
});

test("where several win, a headline does not say whether one still has a place", () => {
  const several = { ...auction, places: 3 };
  expect(withHeadline(several, headline).me?.leading).toBe(true);
});

test("a list keeps its pages when a headline is of none of its rows", () => {
  const pages = { pages: [{ items: [auction] }], pageParams: [undefined] };
  expect(pagesWith(pages, { ...headline, auction_id: "b" })).toBe(pages);
  expect(pagesWith(pages, headline)?.pages[0]?.items[0]?.price).toBe(130);
});

test("how one stands, in words", () => {
  const word = (more: Partial<Auction>) => standing({ ...auction, ...more }).word;
  const behind = { ...me, leading: false };
  expect(word({})).toBe("You lead");
  expect(word({ me: behind })).toBe("Outbid");
  expect(word({ status: "awaiting_seller", me: behind })).toBe("Outbid");
  const winner = { ...behind, won: true };
  expect(word({ status: "sold", me: winner })).toBe("Won");
  expect(word({ status: "defaulted", me: winner })).toBe("Won, fell through");
  expect(word({ status: "sold", me: behind })).toBe("Not won");
  expect(word({ status: "unsold", me: { ...behind, max: null } })).toBe("You did not bid");
  expect(word({ me: { ...behind, max: null, registration: "pending" } })).toBe("Not approved yet");
});

test("a headline says who has won only where one wins", () => {
  const over = { ...headline, status: "sold" };
  const own = (now: Auction) => [now.me?.leading, now.me?.won];
  expect(own(withHeadline(auction, { ...over, leader_alias: "Bidder 2" }))).toEqual([false, true]);
  expect(own(withHeadline(auction, over))).toEqual([false, false]);
  expect(own(withHeadline({ ...auction, places: 2 }, over))).toEqual([false, false]);
});

test("a payment is told from where one stands", () => {
  expect(transferWord({ kind: "sale", amount: -5 })).toBe("Bought");
  expect(transferWord({ kind: "sale", amount: 5 })).toBe("Sold");
  expect(transferWord({ kind: "of_another_time", amount: 5 })).toBe("Of another time");
});

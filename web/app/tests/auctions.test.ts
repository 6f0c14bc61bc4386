import { CallError } from "@openbell/client";
import type { AuctionState, BidTaken, Headline, Leaderboard } from "@openbell/react";
import { describe, expect, test } from "vitest";
import {
  above,
  amountIn,
  difference,
  nextOffer,
  noAmount,
  typedAmount,
} from "../src/features/auctions/amounts";
import { readAsked, toQuery } from "../src/features/auctions/asked";
import { withNewest } from "../src/features/auctions/history";
import { fundsFor, obstacleTo, tooLow } from "../src/features/auctions/obstacle";
import {
  concernsOneself,
  isBuyable,
  type Outbid,
  standingOf,
  withHeadline,
  withState,
} from "../src/features/auctions/standing";
import {
  clock,
  refusalWords,
  softCloseWords,
  span,
  standingWords,
} from "../src/features/auctions/words";
import { money } from "../src/lib/format";
import type { Auction, AuctionBid, Wallet } from "../src/lib/types";

const AT = "2026-01-14T16:00:00.000Z";
const me = {
  alias: "Bidder 1",
  registration: "approved",
  leading: true,
  won: false,
  max: 130,
  held: 130,
  watching: false,
  selling: false,
};

const auction: Auction = {
  id: "a1",
  log_seq: 5,
  title: "A clock",
  description: "",
  status: "live",
  currency: "COIN",
  mode: "english",
  places: 1,
  start_price: 100,
  price: 110,
  min_next: 115,
  has_reserve: false,
  reserve_met: true,
  buy_now: null,
  buy_now_until: "first_bid",
  increments: [
    { from: 0, by: 1 },
    { from: 100, by: 5 },
    { from: 500, by: 10 },
  ],
  exact_bids: false,
  soft_close: { window_ms: 120_000, extend_ms: 120_000, max_extensions: 9 },
  entry: "open",
  retraction: "off",
  leader_alias: "Bidder 1",
  bid_count: 2,
  bidder_count: 2,
  starts_at: AT,
  ends_at: AT,
  extensions: 0,
  created_at: AT,
  updated_at: AT,
  me,
};

const state = (log_seq: number, leader_alias: string, more: object = {}) =>
  ({
    type: "bid_placed",
    status: "live",
    price: 140,
    log_seq,
    leader_alias,
    ...more,
  }) as AuctionState;
const taken = (log_seq: number, leading: boolean, amount = 200) =>
  ({ log_seq, leading, amount }) as BidTaken;
const outbid = (log_seq: number) => ({ log_seq }) as Outbid;
const other = "Bidder 2";

describe("a frame of an auction", () => {
  test("counts when it is newer than what was read", () => {
    expect(withState(auction, state(6, other))).toMatchObject({
      price: 140,
      leader_alias: other,
      me,
    });
    expect(withState(auction, state(5, other))).toBe(auction);
    expect(withState(auction, undefined)).toBe(auction);
  });

  test("says in the list who leads, where one place decides it", () => {
    const line = { ...state(6, other), title: "A clock" } as unknown as Headline;
    expect(withHeadline(auction, line).me?.leading).toBe(false);
    expect(withHeadline({ ...auction, places: 2 }, line).me?.leading).toBe(true);
    expect(withHeadline(auction, { ...line, log_seq: 4 })).toBe(auction);
    expect(withHeadline({ ...auction, me: null }, line).me).toBeNull();
  });
});

describe("how one stands", () => {
  test("is what was said last, in whatever order it comes", () => {
    expect(standingOf(auction, {})).toEqual({ leads: true, max: 130 });
    expect(standingOf(auction, { state: state(6, other) }).leads).toBe(false);
    expect(standingOf(auction, { outbid: outbid(6) }).leads).toBe(false);
    expect(standingOf(auction, { outbid: outbid(4) }).leads).toBe(true);
    const ahead = { taken: taken(8, true), state: state(7, other), outbid: outbid(7) };
    expect(standingOf(auction, ahead)).toEqual({ leads: true, max: 200 });
    expect(standingOf(auction, { ...ahead, outbid: outbid(9) }).leads).toBe(false);
  });

  test("is not guessed from a bid that did not lead, nor before one's alias is known", () => {
    const stranger = {
      ...auction,
      me: { ...me, alias: null, leading: false, won: false, max: null, held: null },
    };
    expect(standingOf(stranger, { state: state(6, other) })).toEqual({ leads: false, max: null });
    expect(standingOf(stranger, { taken: taken(6, false, 120) })).toEqual({
      leads: false,
      max: 120,
    });
    expect(standingOf(stranger, { taken: taken(6, true, 120), state: state(7, other) }).leads).toBe(
      true,
    );
  });

  test("follows the leaderboard where several win", () => {
    const several = { ...auction, places: 2, me: { ...me, leading: false } };
    const board = (rank: number) =>
      ({ log_seq: 6, entries: [{ rank, alias: "Bidder 1" }] }) as Leaderboard;
    expect(standingOf(several, { board: board(2), state: state(7, other) }).leads).toBe(true);
    expect(standingOf(several, { board: board(3) }).leads).toBe(false);
  });

  test("has words as long as it is open", () => {
    expect(standingWords(auction, { leads: true, max: 130 })).toBe("You lead, up to 130 coins.");
    expect(standingWords(auction, { leads: false, max: 1 })).toBe(
      "You were outbid. Your maximum was 1 coin.",
    );
    expect(standingWords(auction, { leads: false, max: null })).toBeUndefined();
    const sold = { ...auction, status: "sold" };
    expect(standingWords(sold, { leads: true, max: 130 })).toBeUndefined();
  });
});

describe("what frames do not say of one's own part", () => {
  const concerns = (read: object, frame: AuctionState) =>
    concernsOneself({ ...auction, ...read }, frame);
  const others = { leader_alias: other, me: { ...me, leading: false } };

  test("may have changed when one leads, begins to or does no more", () => {
    expect(concerns({}, state(6, "Bidder 1"))).toBe(true);
    expect(concerns({}, state(6, other))).toBe(true);
    expect(concerns(others, state(6, "Bidder 1"))).toBe(true);
    expect(concerns({}, state(5, other))).toBe(false);
  });

  test("does not change while others bid among themselves, but where they reach one's maximum", () => {
    expect(concerns({ ...others, price: 130 }, state(6, "Bidder 3"))).toBe(false);
    expect(concerns(others, state(6, "Bidder 3", { price: 125 }))).toBe(false);
    expect(concerns(others, state(6, "Bidder 3", { price: 130 }))).toBe(true);
  });

  test("may begin with any new bidder before one is known by an alias", () => {
    const stranger = { me: { ...me, alias: null, max: null } };
    expect(concerns(stranger, state(6, other, { bidder_count: 3 }))).toBe(true);
    expect(concerns(stranger, state(6, other, { bidder_count: 2 }))).toBe(false);
    expect(concerns({ me: null }, state(6, other, { bidder_count: 3 }))).toBe(false);
  });

  test("changes with the status", () => {
    expect(concerns(others, state(6, other, { status: "paused" }))).toBe(true);
    expect(concerns(others, state(6, other, { type: "auction_edited" }))).toBe(true);
  });
});

describe("amounts", () => {
  test("go up by the table", () => {
    expect(above(auction, 98, 3)).toBe(105);
    expect(above(auction, 495, 2)).toBe(510);
    const dollars = { currency: "USD", increments: [{ from: 0, by: 0.1 }] };
    expect(above(dollars, 0.1, 2)).toBe(0.3);
    expect(difference(0.3, 0.1, "USD")).toBe(0.2);
  });

  test("begin with the least that is taken, or a step above one's own", () => {
    expect(nextOffer(auction, { leads: false, max: 130 })).toBe(115);
    expect(nextOffer(auction, { leads: true, max: 130 })).toBe(135);
    expect(nextOffer({ ...auction, min_next: 305 }, { leads: true, max: 130 })).toBe(305);
  });

  test("are read with no more digits than the currency has", () => {
    expect(amountIn(" 1 200 ", "COIN")).toBe(1200);
    expect(amountIn("10.50", "USD")).toBe(10.5);
    for (const [text, currency] of [
      ["10.5", "COIN"],
      ["10.555", "USD"],
      ["1,200", "USD"],
      ["-5", "COIN"],
      ["0", "COIN"],
      ["", "COIN"],
    ] as const) {
      expect(amountIn(text, currency)).toBeUndefined();
    }
    expect([typedAmount(10.5, "USD"), typedAmount(12, "USD")]).toEqual(["10.50", "12"]);
  });

  test("are complained about with what is wrong", () => {
    expect(noAmount("19999.5", "COIN", 105)).toBe("Coins are whole. Enter an amount such as 105.");
    expect(noAmount("many", "COIN", 105)).toBe("Enter an amount such as 105.");
    expect(noAmount("10.555", "USD", 10.5)).toBe("Enter an amount such as 10.50.");
  });

  test("of coins are spoken of as such", () => {
    expect([money(1, "COIN"), money(1200, "COIN")]).toEqual(["1 coin", "1,200 coins"]);
  });
});

describe("an amount that is too low", () => {
  const words = (amount: number, leads: boolean, max: number | null) =>
    tooLow(amount, auction, { leads, max }, 115)?.words;

  test("is below the least that is taken", () => {
    expect(words(114, false, null)).toBe("That is too low: at least 115 coins now.");
    expect(words(115, false, 100)).toBeUndefined();
  });

  test("raises nothing while one leads", () => {
    expect(words(350, true, 400)).toBe("Your maximum is 400 coins. It can only be raised.");
    expect(words(400, true, 400)).toBeDefined();
    expect(words(401, true, 400)).toBeUndefined();
  });
});

describe("why one cannot bid", () => {
  const ground = { auction, isSignedIn: true, link: "open", isClosing: false } as const;
  const words = (more: object, own: object = {}, given: object = {}) =>
    obstacleTo({ ...ground, auction: { ...auction, ...more, me: { ...me, ...own } }, ...given })
      ?.words;

  test("is said in words, and nothing when one can", () => {
    expect(words({})).toBeUndefined();
    expect(words({}, {}, { link: "waiting" })).toMatch(/connection is lost/);
    expect(words({}, {}, { isSignedIn: false })).toMatch(/Sign in/);
    expect(words({}, { selling: true })).toMatch(/You sell this/);
    expect(words({}, {}, { isClosing: true })).toMatch(/Closing/);
    expect(words({ status: "paused" })).toMatch(/paused/);
    expect(words({ status: "scheduled" })).toMatch(/not begun/);
    expect(words({}, { registration: "pending" })).toMatch(/waits for approval/);
    expect(words({}, { registration: "rejected" })).toMatch(/turned down/);
  });

  test("leads to registering where that helps", () => {
    const stranger = { ...me, registration: null };
    const at = (more: object) =>
      obstacleTo({ ...ground, auction: { ...auction, ...more, me: stranger } });
    expect(at({ entry: "open" })).toBeUndefined();
    const deposit = at({ entry: "deposit", deposit: 50 });
    expect(deposit).toMatchObject({ register: true });
    expect(deposit?.words).toMatch(/50 coins/);
    expect(at({ entry: "approval", status: "scheduled" })).toMatchObject({ register: true });
    expect(at({ entry: "approval", status: "draft" })?.register).toBeUndefined();
  });

  test("is what one has, what is held for it included, or the own limit", () => {
    const purse = { currency: "COIN", available: 50, held: 130, balance: 180 };
    const wallet: Wallet = { user_id: "u", purses: [purse] };
    expect(fundsFor(180, auction, wallet)).toBeUndefined();
    expect(fundsFor(181, auction, wallet)?.words).toMatch(/^You have 50 coins available/);
    expect(fundsFor(181, auction, undefined)).toBeUndefined();
    const limited = { ...auction, me: { ...me, limit: 140 } };
    expect(fundsFor(141, limited, wallet)?.words).toMatch(/limit .* 140 coins/);
  });

  test("and why a bid was refused", () => {
    const refused = (code: string, details?: object) =>
      refusalWords(new CallError(code, "no", { details }), "COIN");
    expect(refused("bid_too_low", { min_next: 120 })).toMatch(/at least 120 coins/);
    expect(refused("stale_view", { min_next: 120 })).toMatch(/moved on.* 120 coins/);
    expect(refused("over_limit", { limit: 99 })).toMatch(/99 coins/);
    expect(refused("timeout")).toMatch(/No answer came/);
    expect(refused("something_new")).toBe("No.");
  });
});

describe("the fixed price", () => {
  test("is offered as long as it counts, also to those who are always told of it", () => {
    const offered = { ...auction, buy_now: 500, leader_alias: null };
    expect(isBuyable(offered)).toBe(true);
    expect(isBuyable({ ...offered, leader_alias: other })).toBe(false);
    const until = { ...offered, leader_alias: other, buy_now_until: "reserve_met" };
    expect(isBuyable({ ...until, reserve_met: false })).toBe(true);
    expect(isBuyable({ ...until, reserve_met: true })).toBe(false);
    expect(isBuyable({ ...offered, status: "scheduled" })).toBe(false);
    expect(isBuyable({ ...offered, buy_now: null })).toBe(false);
  });
});

describe("the history", () => {
  const bids = (...at: number[]) =>
    at.map((log_seq) => ({ log_seq, price: log_seq }) as AuctionBid);
  const seqs = (data: { pages: { items: AuctionBid[] }[] }) =>
    data.pages.map(({ items }) => items.map(({ log_seq: at }) => at));
  const known = {
    pages: [
      { items: bids(9, 8, 7), next_cursor: "7" },
      { items: bids(6, 5), next_cursor: null },
    ],
    pageParams: [undefined, "7"],
  };

  test("gets what is new in front, each bid once", () => {
    const next = withNewest(known, { items: bids(11, 10, 9), next_cursor: "9" });
    expect(seqs(next)).toEqual([
      [11, 10, 9, 8, 7],
      [6, 5],
    ]);
    expect(next.pages[0]?.next_cursor).toBe("7");
  });

  test("begins anew when there is a hole", () => {
    const newest = { items: bids(20, 19, 18), next_cursor: "18" };
    expect(withNewest(known, newest)).toEqual({ pages: [newest], pageParams: [undefined] });
  });

  test("fills an empty one", () => {
    const empty = { pages: [{ items: [], next_cursor: null }], pageParams: [undefined] };
    expect(seqs(withNewest(empty, { items: bids(2), next_cursor: null }))).toEqual([[2]]);
  });
});

describe("words", () => {
  test("time", () => {
    expect([9, 245, 3_900, 97_200].map(clock)).toEqual(["0:09", "4:05", "1 h 05 min", "1 d 3 h"]);
    expect([60_000, 90_000, 7_200_000].map(span)).toEqual(["1 minute", "90 seconds", "2 hours"]);
    expect(softCloseWords(auction)).toMatch(/last 2 minutes/);
    const none = { ...auction, soft_close: { ...auction.soft_close, window_ms: 0 } };
    expect(softCloseWords(none)).toBeUndefined();
  });
});

describe("the address of the list", () => {
  test("keeps what makes sense", () => {
    expect(readAsked({ show: "live", q: " clock ", x: "1" })).toEqual({ show: "live", q: "clock" });
    expect(readAsked({ show: "nonsense", q: 5 })).toEqual({});
    expect(toQuery({})).toEqual({ status: "open" });
    expect(toQuery({ show: "mine", q: "clock" })).toEqual({ seller: "me", q: "clock" });
  });
});

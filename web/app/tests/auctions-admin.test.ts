// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { ACTS } from "../src/features/admin/auctions/acts";
import {
  bodyOf,
  changedIn,
  differences,
  EMPTY_AUCTION,
  errorsOf,
  formOf,
  instantOf,
  localInput,
} from "../src/features/admin/auctions/form";
import type { Auction } from "../src/lib/types";

const auction = {
  title: "A bell",
  description: "",
  currency: "COIN",
  start_price: 100,
  reserve: 250,
  buy_now_until: "first_bid",
  places: 1,
  exact_bids: false,
  soft_close: { window_ms: 120_000, extend_ms: 120_000, max_extensions: 1_000 },
  decide_ms: 5_400_000,
  entry: "open",
  retraction: "off",
  starts_at: "2031-05-04T17:30:21.123Z",
  ends_at: "2031-05-05T17:30:00.000Z",
} as Auction;

const changed = (edit: Partial<typeof EMPTY_AUCTION>) => {
  const before = formOf(auction);
  const now = { ...before, ...edit };
  return bodyOf(now, changedIn(before, now));
};

test("only what was changed is sent, and what is emptied becomes nothing", () => {
  expect(changed({})).toEqual({});
  expect(changed({ title: " A bell " })).toEqual({});
  expect(changed({ reserve: "", decide: "" })).toEqual({ reserve: null, decide_ms: null });
  expect(changed({ start_price: "1,200", places: "3", exact_bids: "yes" })).toEqual({
    start_price: "1200",
    places: 3,
    exact_bids: true,
  });
});

test("an auction that was never touched is as the server has it", () => {
  expect(bodyOf(EMPTY_AUCTION, changedIn(EMPTY_AUCTION, EMPTY_AUCTION))).toEqual({});
});

test("late bids are a preset, or minutes of one's own", () => {
  expect(formOf(auction)).toMatchObject({ soft_close: "cars", window: "2", decide: "1.5" });
  expect(changed({ soft_close: "property" })).toEqual({ soft_close: { preset: "property" } });
  // Without its choice the minutes do not count.
  expect(changed({ window: "9" })).toEqual({});
  expect(changed({ soft_close: "own", window: "1.5" })).toEqual({
    soft_close: { window_ms: 90_000, extend_ms: 120_000, max_extensions: 1_000 },
  });
});

test("an instant goes to a field of the own zone and back", () => {
  const at = "2031-05-04T17:30:00.000Z";
  expect(instantOf(localInput(at))).toBe(at);
  expect(localInput(null)).toBe("");
  expect(changed({ starts_at: localInput(at) })).toEqual({});
});

test("what is missing or no number is told at its field", () => {
  expect(Object.keys(errorsOf(EMPTY_AUCTION))).toEqual(["title", "start_price", "ends_at"]);
  const form = { ...formOf(auction), reserve: "much", places: "1.5", entry: "deposit" };
  expect(Object.keys(errorsOf(form))).toEqual(["reserve", "places", "deposit"]);
  expect(errorsOf({ ...form, entry: "open" }).deposit).toBeUndefined();
});

test("what others changed is told with what one would make of it", () => {
  const before = formOf(auction);
  const theirs = { ...before, reserve: "300", title: "Another" };
  expect(differences(before, { ...before, reserve: "200" }, theirs)).toEqual([
    { field: { name: "title", label: "Title" }, was: "A bell", now: "Another", mine: undefined },
    { field: { name: "reserve", label: "Reserve" }, was: "250", now: "300", mine: "200" },
  ]);
});

test("what can be done follows the status", () => {
  const acts = (status: string) =>
    ACTS.filter(({ from }) => from.includes(status)).map(({ name }) => name);
  expect(acts("draft")).toEqual(["publish", "cancel"]);
  expect(acts("live")).toEqual(["pause", "extend", "close", "cancel"]);
  expect(acts("sold")).toEqual(["settle", "default"]);
  expect(acts("settled")).toEqual([]);
});

import { describe, expect, test } from "vitest";
import { historyValue, writesOf } from "../src/features/properties/history";
import { rangeOf } from "../src/features/properties/useWindow";
import {
  ago,
  capped,
  civilDate,
  dates,
  dayName,
  money,
  moneyChange,
  numbers,
  percent,
  words,
} from "../src/lib/format";

describe("values", () => {
  test("money has cents only where there are some", () => {
    expect(money(349200)).toBe("$349,200");
    expect(money(0.5)).toBe("$0.50");
    expect(money(null)).toBe("–");
    expect(moneyChange(-5000)).toBe("−$5,000");
    expect(moneyChange(5000)).toBe("+$5,000");
    expect([money(1, "COIN"), money(1200, "COIN")]).toEqual(["1 coin", "1,200 coins"]);
    expect(moneyChange(-120, "COIN")).toBe("−120 coins");
  });

  test("rows share what writes them", () => {
    expect(numbers({ style: "percent" })).toBe(numbers({ style: "percent" }));
    expect(numbers({ style: "percent" })).not.toBe(numbers({}));
    expect(dates({ month: "short" })).toBe(dates({ month: "short" }));
  });

  test("a civil date is the same day in every zone", () => {
    expect(civilDate("2020-03-01")).toBe("Sun, Mar 1, 2020");
    expect(civilDate(null)).toBe("–");
    expect(civilDate("soon")).toBe("soon");
  });

  test("how long ago", () => {
    const now = Date.parse("2026-06-15T12:00:00Z");
    expect(ago(now - 20_000, now)).toBe("just now");
    expect(ago(now - 5 * 60_000, now)).toBe("5 min. ago");
    expect(ago(now + 3 * 3_600_000, now)).toBe("in 3 hr.");
    expect(dayName("2026-06-15", "2026-06-15")).toBe("Today");
    expect(dayName("2026-05-31", "2026-06-01")).toBe("Yesterday");
  });

  test("badges, shares and codes", () => {
    expect([capped(99), capped(100)]).toEqual(["99", "99+"]);
    expect(percent(0.305)).toBe("31%");
    expect(words("single_family")).toBe("Single family");
  });
});

describe("history", () => {
  test("fields of one write belong together", () => {
    const entry = { old: null, new: 1, source: "demo", at: "2026-01-01T00:00:00.000Z" };
    const writes = writesOf([
      { ...entry, version: 3, field: "status" },
      { ...entry, version: 2, field: "opening_bid" },
      { ...entry, version: 2, field: "status" },
    ]);
    expect(writes.map(({ version, changes }) => [version, changes.length])).toEqual([
      [3, 1],
      [2, 2],
    ]);
  });

  test("values read like the rest of the page", () => {
    expect(historyValue("opening_bid", 108700, "USD")).toBe("$108,700");
    expect(historyValue("year_built", 1952, "USD")).toBe("1952");
    expect(historyValue("lot_size", 5620, "USD")).toBe("5,620");
    expect(historyValue("trustee", null, "USD")).toBe("unknown");
  });
});

test("only the rows near the screen are there", () => {
  expect(rangeOf(200, 800, 40, 1000)).toEqual({ first: 0, end: 27 });
  expect(rangeOf(-4000, 800, 40, 1000)).toEqual({ first: 88, end: 132 });
  expect(rangeOf(-40_000, 800, 40, 1000)).toEqual({ first: 988, end: 1000 });
  expect(rangeOf(200, 800, 40, 3)).toEqual({ first: 0, end: 3 });
});

import { describe, expect, test } from "vitest";
import {
  clockTime,
  describe as inWords,
  isCurrent,
  patchPages,
  patchProperty,
  patchWatchEntry,
  rowsOf,
} from "../src/features/properties/patch";
import type { Property, WatchEntry } from "../src/lib/types";

const property: Property = {
  id: "p1",
  version: 3,
  street: "1 Elm St",
  city: "Mesa",
  state: "AZ",
  time_zone: "America/Phoenix",
  status: "preforeclosure",
  auction_date: "2026-12-01",
  auction_time: "14:30",
  auction_at: "2026-12-01T21:30:00.000Z",
  currency: "USD",
  opening_bid: 100,
  created_at: "2026-01-01T00:00:00.000Z",
  updated_at: "2026-01-01T00:00:00.000Z",
};

describe("a frame of a property", () => {
  test("changes what it says and nothing else", () => {
    const next = patchProperty(property, {
      statusChanged: { old: "preforeclosure", new: "auction" },
      openingBidChanged: { old: 100, new: 90, difference: -10 },
    });
    expect(next).toEqual({ ...property, status: "auction", opening_bid: 90 });
    expect(property.status).toBe("preforeclosure");
  });

  test("a date that moved takes the instant with it until it is read again", () => {
    const moved = patchProperty(property, {
      auctionDateChanged: { old: "2026-12-01", new: "2026-12-08", type: "postponement" },
    });
    expect(moved).toMatchObject({
      auction_date: "2026-12-08",
      auction_time: "14:30",
      auction_at: null,
    });
    const both = patchProperty(property, {
      auctionDateChanged: {
        old: "2026-12-01",
        new: "2026-12-08",
        newTime: "9:05 AM",
        type: "postponement",
      },
    });
    expect(both.auction_time).toBe("09:05");
  });

  test("null says that a value is unknown now", () => {
    const next = patchProperty(property, {
      openingBidChanged: { old: 100, new: null, difference: null },
      auctionTimeChanged: { old: "2:30 PM", new: null, type: "unscheduled" },
    });
    expect(next).toMatchObject({ opening_bid: null, auction_time: null, auction_at: null });
  });

  test("reaches the watchlist, in its own spelling", () => {
    const entry: WatchEntry = {
      id: "w1",
      property_id: "p1",
      created_at: "",
      updated_at: "",
      auction: {
        property_id: "p1",
        street: "1 Elm St",
        city: "Mesa",
        state: "AZ",
        foreclosure_status: "auction",
        auction_time: "2:30 PM",
      },
    };
    const update = { auctionTimeChanged: { new: "3:00 PM", type: "postponement" as const } };
    expect(patchWatchEntry(entry, update).auction?.auction_time).toBe("3:00 PM");
    expect(patchWatchEntry(entry, { removed: true }).auction).toBeNull();
  });

  test("tells a row that has fallen behind", () => {
    const auction = {
      propertyId: "p1",
      street: "1 Elm St",
      city: "Mesa",
      state: "AZ",
      foreclosureStatus: "preforeclosure",
      auctionDate: "2026-12-01",
      auctionTime: "2:30 PM",
      openingBid: 100,
    };
    expect(isCurrent(property, auction)).toBe(true);
    expect(isCurrent(property, { ...auction, openingBid: null })).toBe(false);
    expect(isCurrent(property, { ...auction, auctionTime: "3:00 PM" })).toBe(false);
  });

  test("is told in words", () => {
    const update = {
      auctionDateChanged: { new: "2026-12-08", type: "postponement" as const },
      openingBidChanged: { new: 1 },
      minorChanged: ["description"],
    };
    expect(inWords(update)).toBe("postponed, another opening bid, details changed");
  });
});

test("hours as people say them become hours as REST says them", () => {
  expect(clockTime("12:00 AM")).toBe("00:00");
  expect(clockTime("12:05 PM")).toBe("12:05");
  expect(clockTime("1:30 PM")).toBe("13:30");
  expect(clockTime("noon")).toBeNull();
  expect(clockTime(null)).toBeNull();
});

describe("pages of a list", () => {
  const data = {
    pages: [{ items: [{ id: "a" }, { id: "b" }] }, { items: [{ id: "b" }, { id: "c" }] }],
    pageParams: [],
  };

  test("show a row once that is on two of them", () => {
    expect(rowsOf(data).map(({ id }) => id)).toEqual(["a", "b", "c"]);
  });

  test("change one row, take one away, and stay the same object without it", () => {
    const changed = patchPages(data, "c", (row) => ({ ...row, name: "C" }));
    expect(changed?.pages[1]?.items[1]).toEqual({ id: "c", name: "C" });
    expect(changed?.pages[0]).toBe(data.pages[0]);
    expect(patchPages(data, "a", () => undefined)?.pages[0]?.items).toEqual([{ id: "b" }]);
    expect(patchPages(data, "z", () => undefined)).toBe(data);
    expect(patchPages(undefined, "a", (row) => row)).toBeUndefined();
  });
});

import type { Notification } from "@openbell/react";
import { describe, expect, test } from "vitest";
import { actionOf, byDay } from "../src/features/notifications/model";
import { bySoonest, upcoming } from "../src/features/watchlist/order";
import type { WatchEntry } from "../src/lib/types";

function entry(id: string, date: string | null, time: string | null, status = "auction") {
  const auction = {
    property_id: id,
    street: id,
    city: "Mesa",
    state: "AZ",
    foreclosure_status: status,
    auction_date: date,
    auction_time: time,
  };
  const one: WatchEntry = { id, property_id: id, created_at: id, updated_at: "", auction };
  return one;
}

describe("the watchlist", () => {
  const list = [
    entry("over", "2026-06-01", "9:00 AM", "sold"),
    entry("none", null, null, "preforeclosure"),
    entry("late", "2026-07-02", "1:00 PM"),
    entry("soon", "2026-07-02", "9:30 AM"),
    entry("called-off", "2026-07-01", "9:30 AM", "cancelled"),
  ];

  test("has the next auction first, by the clock and not by the letters of an hour", () => {
    const order = [...list].sort((a, b) => bySoonest(a, b, "2026-06-15"));
    expect(order.map(({ id }) => id)).toEqual(["soon", "late", "none", "called-off", "over"]);
  });

  test("knows what is still to come", () => {
    expect(upcoming(list, "2026-06-15").map(({ id }) => id)).toEqual(["soon", "late"]);
  });
});

const notification = (id: string, created_at: string, action_url: string | null = null) =>
  ({ id, created_at, action_url }) as Notification;

describe("the inbox", () => {
  test("is grouped by the reader's days", () => {
    const days = byDay([
      notification("c", "2026-06-15T12:00:00Z"),
      notification("b", "2026-06-15T11:00:00Z"),
      notification("a", "2026-06-13T12:00:00Z"),
    ]);
    expect(days.map(({ items }) => items.map(({ id }) => id))).toEqual([["c", "b"], ["a"]]);
  });

  test("leads to pages of this app alone", () => {
    expect(actionOf(notification("a", "", "/properties/1"))).toBe("/properties/1");
    expect(actionOf(notification("a", "", "//evil.example"))).toBeUndefined();
    expect(actionOf(notification("a", "", "javascript:alert(1)"))).toBeUndefined();
    expect(actionOf(notification("a", "", null))).toBeUndefined();
  });
});

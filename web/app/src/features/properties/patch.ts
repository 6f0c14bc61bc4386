import type { FrameOf } from "@openbell/client";
import type { WatchedAuction } from "@openbell/react";
import type { Page, Property, WatchEntry } from "~/lib/types";

export type AuctionUpdate = FrameOf<"property:x">["update"];

/** `1:30 PM`, as frames say it, as `13:30`, as REST does. */
export function clockTime(text: string | null | undefined): string | null {
  const parts = /^(\d{1,2}):(\d{2}) (AM|PM)$/.exec(text ?? "");
  if (parts === null) return null;
  const hour = (Number(parts[1]) % 12) + (parts[3] === "PM" ? 12 : 0);
  return `${String(hour).padStart(2, "0")}:${parts[2]}`;
}

/**
 * What an update leaves of a property. A frame does not say the instant of an auction that moved:
 * it is unknown until the row has been read again.
 */
export function patchProperty(property: Property, update: AuctionUpdate): Property {
  const next = { ...property };
  const { statusChanged, auctionDateChanged, auctionTimeChanged, openingBidChanged } = update;
  if (statusChanged) next.status = statusChanged.new;
  if (openingBidChanged) next.opening_bid = openingBidChanged.new ?? null;
  if (auctionDateChanged) {
    next.auction_date = auctionDateChanged.new ?? null;
    if ("newTime" in auctionDateChanged) next.auction_time = clockTime(auctionDateChanged.newTime);
    next.auction_at = null;
  }
  if (auctionTimeChanged) {
    next.auction_time = clockTime(auctionTimeChanged.new);
    next.auction_at = null;
  }
  return next;
}

/** Whether what the server says of an auction is what is shown of it. */
export function isCurrent(property: Property, auction: WatchedAuction): boolean {
  const { foreclosureStatus, auctionDate, auctionTime, openingBid } = auction;
  return (
    property.status === foreclosureStatus &&
    (property.auction_date ?? null) === (auctionDate ?? null) &&
    (property.auction_time ?? null) === clockTime(auctionTime) &&
    (property.opening_bid ?? null) === (openingBid ?? null)
  );
}

/** The same of an entry of the watchlist. */
export function patchWatchEntry(entry: WatchEntry, update: AuctionUpdate): WatchEntry {
  if (!entry.auction) return entry;
  if (update.removed === true) return { ...entry, auction: null };
  const auction = { ...entry.auction };
  const { statusChanged, auctionDateChanged, auctionTimeChanged, openingBidChanged } = update;
  if (statusChanged) auction.foreclosure_status = statusChanged.new;
  if (openingBidChanged) auction.opening_bid = openingBidChanged.new ?? null;
  if (auctionDateChanged) {
    auction.auction_date = auctionDateChanged.new ?? null;
    if ("newTime" in auctionDateChanged) auction.auction_time = auctionDateChanged.newTime ?? null;
  }
  if (auctionTimeChanged) auction.auction_time = auctionTimeChanged.new ?? null;
  return { ...entry, auction };
}

export interface Pages<T> {
  pages: Page<T>[];
  pageParams: unknown[];
}

/** The pages of a list with one row changed, or gone when `change` gives nothing. */
export function patchPages<T extends { id: string }>(
  data: Pages<T> | undefined,
  id: string,
  change: (row: T) => T | undefined,
): Pages<T> | undefined {
  if (data === undefined) return undefined;
  let found = false;
  const pages = data.pages.map((page) => {
    if (!page.items.some((row) => row.id === id)) return page;
    found = true;
    const items = page.items.flatMap((row) => (row.id === id ? (change(row) ?? []) : row));
    return { ...page, items };
  });
  return found ? { ...data, pages } : data;
}

/** The rows of all pages, each once: one that moved while pages were read may be on two. */
export function rowsOf<T extends { id: string }>(data: { pages: Page<T>[] } | undefined): T[] {
  const rows = new Map<string, T>();
  for (const page of data?.pages ?? []) {
    for (const row of page.items) if (!rows.has(row.id)) rows.set(row.id, row);
  }
  return [...rows.values()];
}

/** An update in a few words. */
export function describe(update: AuctionUpdate): string {
  const { statusChanged, auctionDateChanged, auctionTimeChanged, openingBidChanged } = update;
  const parts = [
    update.removed === true && "removed",
    statusChanged && `now ${statusChanged.new}`,
    auctionDateChanged && MOVES[auctionDateChanged.type],
    auctionTimeChanged && "another hour",
    openingBidChanged && "another opening bid",
    update.minorChanged && update.minorChanged.length > 0 && "details changed",
  ];
  return parts.filter(Boolean).join(", ");
}

const MOVES = {
  postponement: "postponed",
  advancement: "moved forward",
  scheduled: "scheduled",
  unscheduled: "without a date",
};

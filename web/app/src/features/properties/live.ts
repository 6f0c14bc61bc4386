import type { FrameOf, Subscription } from "@openbell/client";
import { useClient, type WatchedAuction } from "@openbell/react";
import type { QueryClient } from "@tanstack/react-query";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useSyncExternalStore } from "react";
import { client } from "~/lib/session";
import type { Property, WatchEntry } from "~/lib/types";
import {
  type AuctionUpdate,
  isCurrent,
  type Pages,
  patchPages,
  patchProperty,
  patchWatchEntry,
} from "./patch";

/** The last change of a property since this page was loaded. */
export interface LastChange {
  number: number;
  update: AuctionUpdate;
}

/** So many are remembered; the oldest go first. */
const REMEMBERED = 500;
const changes = new Map<string, LastChange>();
const listeners = new Set<() => void>();
let number = 0;

function remember(id: string, update: AuctionUpdate): void {
  number += 1;
  changes.delete(id);
  changes.set(id, { number, update });
  const [oldest] = changes.keys();
  if (changes.size > REMEMBERED && oldest !== undefined) changes.delete(oldest);
  for (const listener of listeners) listener();
}

const hear = (listener: () => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

export function useLastChange(id: string): LastChange | undefined {
  return useSyncExternalStore(hear, () => changes.get(id));
}

/** Puts a row as the server has it into all lists. */
function replace(cache: QueryClient, property: Property): void {
  cache.setQueryData(["property", property.id], property);
  cache.setQueriesData<Pages<Property>>({ queryKey: ["properties"] }, (data) =>
    patchPages(data, property.id, (row) =>
      property.version >= row.version ? { ...property, distance_km: row.distance_km ?? null } : row,
    ),
  );
}

const REST_MS = 250;
const pending = new Map<string, ReturnType<typeof setTimeout>>();

/** Reads a row again once its changes have come to rest: frames do not say everything. */
function readAgain(cache: QueryClient, id: string): void {
  clearTimeout(pending.get(id));
  const read = async () => {
    pending.delete(id);
    try {
      replace(cache, await client.api.get("/api/v1/properties/{id}", { path: { id } }));
      await cache.invalidateQueries({ queryKey: ["property", id, "history"] });
    } catch {
      await cache.invalidateQueries({ queryKey: ["property", id] });
    }
  };
  pending.set(id, setTimeout(read, REST_MS));
}

/** What a frame of a property does to all that is shown of it. */
export function applyUpdate(cache: QueryClient, id: string, update: AuctionUpdate): void {
  const removed = update.removed === true;
  const change = (row: Property) => (removed ? undefined : patchProperty(row, update));
  cache.setQueriesData<Pages<Property>>({ queryKey: ["properties"] }, (data) =>
    patchPages(data, id, change),
  );
  cache.setQueryData<Property>(["property", id], (row) => row && patchProperty(row, update));
  cache.setQueryData<WatchEntry[]>(["watchlist"], (entries) =>
    entries?.map((entry) => (entry.property_id === id ? patchWatchEntry(entry, update) : entry)),
  );
  remember(id, update);
  readAgain(cache, id);
}

/** The highest position that was applied of each topic: the same frame may come over two ways. */
const applied = new Map<string, number>();

export function applyFrame(cache: QueryClient, frame: FrameOf<"property:x">): void {
  const { propertyId, seq, update } = frame;
  if (seq !== undefined) {
    if (seq <= (applied.get(propertyId) ?? 0)) return;
    applied.set(propertyId, seq);
  }
  applyUpdate(cache, propertyId, update);
}

/** The row that is shown of a property, wherever it is. */
function shown(cache: QueryClient, id: string): Property | undefined {
  const one = cache.getQueryData<Property>(["property", id]);
  if (one !== undefined) return one;
  for (const [, data] of cache.getQueriesData<Pages<Property>>({ queryKey: ["properties"] })) {
    const row = data?.pages.flatMap(({ items }) => items).find((each) => each.id === id);
    if (row !== undefined) return row;
  }
  return undefined;
}

/** A row that nobody followed for a while may have changed meanwhile. */
function compare(cache: QueryClient, id: string, auction: WatchedAuction): void {
  const row = shown(cache, id);
  if (row !== undefined && !isCurrent(row, auction)) readAgain(cache, id);
}

/** Follows the properties that are seen, and keeps all that is shown of them up to date. */
export function useLiveProperties(ids: readonly string[]): void {
  const socket = useClient();
  const cache = useQueryClient();
  const followed = useRef(new Map<string, Subscription>());

  useEffect(() => {
    const wanted = new Set(ids);
    for (const [id, subscription] of followed.current) {
      if (wanted.has(id)) continue;
      subscription.unsubscribe();
      followed.current.delete(id);
    }
    for (const id of wanted) {
      if (followed.current.has(id)) continue;
      const subscription = socket.subscribe(`property:${id}`, {
        event: (frame) => applyFrame(cache, frame),
        snapshot: (auction) => compare(cache, id, auction as WatchedAuction),
        gap: () => {
          applied.delete(id);
          readAgain(cache, id);
        },
      });
      followed.current.set(id, subscription);
    }
  }, [ids, socket, cache]);

  useEffect(() => {
    const { current } = followed;
    return () => {
      for (const subscription of current.values()) subscription.unsubscribe();
      current.clear();
    };
  }, []);
}

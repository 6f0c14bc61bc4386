import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client } from "~/lib/session";
import type { Auction } from "~/lib/types";
import { type Asked, toQuery } from "./asked";

export const auctionsQuery = (asked: Asked) => {
  const query = toQuery(asked);
  return infiniteQueryOptions({
    queryKey: ["auctions", query],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/auctions", {
        query: { ...query, limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });
};

/** Somebody else decides, and no frame tells of it. */
const isWaiting = (auction: Auction | undefined) => auction?.me?.registration === "pending";
const LOOK_AGAIN_MS = 5_000;

export const auctionQuery = (id: string) =>
  queryOptions({
    queryKey: ["auction", id],
    queryFn: ({ signal }) => client.api.get("/api/v1/auctions/{id}", { path: { id }, signal }),
    refetchInterval: ({ state }) => isWaiting(state.data) && LOOK_AGAIN_MS,
  });

/** What was bid, a page of it, the latest first. */
export const readBids = (id: string, cursor?: string, signal?: AbortSignal) =>
  client.api.get("/api/v1/auctions/{id}/bids", {
    path: { id },
    query: { limit: 20, cursor },
    ...(signal && { signal }),
  });

export const bidsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["auction", id, "bids"],
    queryFn: ({ pageParam, signal }) => readBids(id, pageParam, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Frames say when there are more; what is older does not change.
    staleTime: Number.POSITIVE_INFINITY,
  });

export const winnersQuery = (id: string) =>
  queryOptions({
    queryKey: ["auction", id, "winners"],
    queryFn: ({ signal }) =>
      client.api.get("/api/v1/auctions/{id}/winners", { path: { id }, signal }),
  });

/** The latest auctions in which one takes part. */
export const takingPartQuery = queryOptions({
  queryKey: ["own-bids", "latest"],
  queryFn: ({ signal }) => client.api.get("/api/v1/me/bids", { query: { limit: 20 }, signal }),
});

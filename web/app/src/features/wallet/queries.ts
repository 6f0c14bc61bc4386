import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client } from "~/lib/session";

const LIMIT = 50;

const paged = {
  initialPageParam: undefined as string | undefined,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? undefined,
  // What was done elsewhere meanwhile shows when one comes back.
  staleTime: 0,
} as const;

export const walletQuery = queryOptions({
  queryKey: ["wallet", "purses"],
  queryFn: ({ signal }) => client.api.get("/api/v1/wallet", { signal }),
  staleTime: 0,
});

export const transfersQuery = infiniteQueryOptions({
  queryKey: ["wallet", "transfers"],
  queryFn: ({ pageParam, signal }) =>
    client.api.get("/api/v1/wallet/transfers", {
      query: { limit: LIMIT, cursor: pageParam },
      signal,
    }),
  ...paged,
});

export const ownBidsQuery = infiniteQueryOptions({
  queryKey: ["own-bids"],
  queryFn: ({ pageParam, signal }) =>
    client.api.get("/api/v1/me/bids", { query: { limit: LIMIT, cursor: pageParam }, signal }),
  ...paged,
});

import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
import { client } from "~/lib/session";
import type { Auction, LogLine } from "~/lib/types";
import { LIMIT, live, paged } from "../queries";

export const auctionsQuery = (filters: { q?: string; status?: string }) =>
  infiniteQueryOptions({
    queryKey: ["admin", "auctions", filters],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/auctions", {
        query: { ...filters, sort: "newest", limit: LIMIT, cursor: pageParam },
        signal,
      }),
    ...paged,
    ...live,
    placeholderData: keepPreviousData,
  });

const keyOf = (id: string) => ["admin", "auction", id];

/** Everything of an auction: what an act changes is read again. */
export const touchesOf = (id: string) => [
  keyOf(id),
  ["admin", "auctions"],
  ["auction", id],
  ["auctions"],
  ["own-bids"],
  ["wallet"],
];

export const auctionQuery = (id: string) =>
  queryOptions({
    queryKey: [...keyOf(id), "now"],
    queryFn: ({ signal }) => client.api.get("/api/v1/auctions/{id}", { path: { id }, signal }),
    ...live,
  });

/** An auction with its version, as it is edited. */
export const editedQuery = (id: string) =>
  queryOptions({
    queryKey: ["admin", "edited-auction", id],
    queryFn: async ({ signal }) => {
      const path = { id };
      const { data, etag } = await client.api.send("get", "/api/v1/auctions/{id}", {
        path,
        signal,
      });
      return { auction: data, etag };
    },
    // What is being edited does not change under the hand; saving finds out.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

export const bidsQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(id), "bids"],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/auctions/{id}/bids", {
        path: { id },
        query: { limit: LIMIT, cursor: pageParam },
        signal,
      }),
    ...paged,
    ...live,
  });

export const registrationsQuery = (id: string, state: string | undefined) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(id), "registrations", state ?? ""],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/auctions/{id}/registrations", {
        path: { id },
        query: { state, limit: LIMIT, cursor: pageParam },
        signal,
      }),
    ...paged,
    ...live,
    placeholderData: keepPreviousData,
  });

/** As many entries as one answer may have. */
const MOST = 200;

interface LogPage {
  items: LogLine[];
  /** The last entry of the page before it in time; none at the beginning. */
  until: number | undefined;
}

/** The log, its newest entries first: it is numbered without a gap, so that it can be read back. */
export const logQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: [...keyOf(id), "log"],
    queryFn: async ({ pageParam, signal, client: cache }): Promise<LogPage> => {
      const known = cache.getQueryData<Auction>(auctionQuery(id).queryKey)?.log_seq ?? 0;
      const after = Math.max(0, (pageParam ?? known) - LIMIT);
      // What came since it was known is in the first page as well.
      const limit = pageParam === undefined ? MOST : pageParam - after;
      const query = { after, limit };
      const path = { id };
      const { items } = await client.api.get("/api/v1/auctions/{id}/log", { path, query, signal });
      return { items: items.reverse(), until: after > 0 ? after : undefined };
    },
    initialPageParam: undefined as number | undefined,
    getNextPageParam: ({ until }) => until,
    ...live,
  });

export const foundUsersQuery = (q: string) =>
  queryOptions({
    queryKey: ["admin", "found-users", q],
    queryFn: async ({ signal }) => {
      const query = { q, limit: 10 };
      return (await client.api.get("/api/v1/users", { query, signal })).items;
    },
    placeholderData: keepPreviousData,
  });

/** The people that ids may be of; only admins may ask for them. */
export const peopleQuery = queryOptions({
  queryKey: ["admin", "people"],
  queryFn: async ({ signal }) =>
    (await client.api.get("/api/v1/users", { query: { limit: MOST }, signal })).items,
});

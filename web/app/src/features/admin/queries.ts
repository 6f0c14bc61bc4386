import {
  type InfiniteData,
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
} from "@tanstack/react-query";
import { client } from "~/lib/session";
import type { Overview, Page } from "~/lib/types";
import { type Sample, type TopicRow, withRates, withSample } from "./rates";

/** What moves by itself is looked at again, while somebody looks; a failure is told at once. */
export const LOOK_MS = 3_000;
export const live = { refetchInterval: LOOK_MS, staleTime: 0, retry: false } as const;

export const LIMIT = 50;

const first = undefined as string | undefined;
export const paged = {
  initialPageParam: first,
  getNextPageParam: (page: { next_cursor?: string | null }) => page.next_cursor ?? undefined,
} as const;

export interface Looks {
  now: Overview;
  samples: Sample[];
}

const OVERVIEW_KEY = ["admin", "overview"];

export const overviewQuery = queryOptions({
  queryKey: OVERVIEW_KEY,
  queryFn: async ({ signal, client: cache }): Promise<Looks> => {
    const now = await client.api.get("/api/v1/admin/overview", { signal });
    const before = cache.getQueryData<Looks>(OVERVIEW_KEY);
    return { now, samples: withSample(before?.samples ?? [], now) };
  },
  ...live,
});

export interface ConnectionFilters {
  q?: string;
  user?: string;
  topic?: string;
}

export const connectionsQuery = (filters: ConnectionFilters) =>
  infiniteQueryOptions({
    queryKey: ["admin", "connections", filters],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/admin/connections", {
        query: { ...filters, limit: LIMIT, cursor: pageParam },
        signal,
      }),
    ...paged,
    ...live,
    placeholderData: keepPreviousData,
  });

export const connectionQuery = (id: string) =>
  queryOptions({
    queryKey: ["admin", "connection", id],
    queryFn: ({ signal }) =>
      client.api.get("/api/v1/admin/connections/{id}", { path: { id }, signal }),
    ...live,
  });

export const topicsQuery = (prefix: string | undefined) => {
  const queryKey = ["admin", "topics", prefix ?? ""];
  return infiniteQueryOptions({
    queryKey,
    queryFn: async ({ pageParam, signal, client: cache }): Promise<Page<TopicRow>> => {
      const { items, next_cursor } = await client.api.get("/api/v1/admin/topics", {
        query: { prefix, limit: LIMIT, cursor: pageParam },
        signal,
      });
      const before = cache.getQueryData<InfiniteData<Page<TopicRow>>>(queryKey);
      const known = before?.pages.flatMap((page) => page.items) ?? [];
      return { items: withRates(known, items), next_cursor: next_cursor ?? null };
    },
    ...paged,
    ...live,
    placeholderData: keepPreviousData,
  });
};

export const queuesQuery = queryOptions({
  queryKey: ["admin", "queues"],
  queryFn: async ({ signal }) =>
    (await client.api.get("/api/v1/admin/queues", { query: { limit: 200 }, signal })).items,
  ...live,
});

export const openTasksQuery = (name: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["admin", "tasks", name ?? ""],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/admin/tasks", {
        query: { name, limit: LIMIT, cursor: pageParam },
        signal,
      }),
    ...paged,
    ...live,
    placeholderData: keepPreviousData,
  });

export const deadLettersQuery = (name: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["admin", "dead-letters", name ?? ""],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/admin/dead-letters", {
        query: { name, limit: LIMIT, cursor: pageParam },
        signal,
      }),
    ...paged,
    ...live,
    placeholderData: keepPreviousData,
  });

export const schedulesQuery = queryOptions({
  queryKey: ["admin", "schedules"],
  queryFn: async ({ signal }) =>
    (await client.api.get("/api/v1/admin/schedules", { query: { limit: 200 }, signal })).items,
  ...live,
});

export const reactionsQuery = queryOptions({
  queryKey: ["admin", "reactions"],
  queryFn: async ({ signal }) =>
    (await client.api.get("/api/v1/admin/reactions", { query: { limit: 200 }, signal })).items,
  ...live,
});

export const undigestedQuery = infiniteQueryOptions({
  queryKey: ["admin", "undigested-events"],
  queryFn: ({ pageParam, signal }) =>
    client.api.get("/api/v1/admin/undigested-events", {
      query: { limit: LIMIT, cursor: pageParam },
      signal,
    }),
  ...paged,
  ...live,
});

export const sourcesQuery = infiniteQueryOptions({
  queryKey: ["admin", "sources"],
  queryFn: ({ pageParam, signal }) =>
    client.api.get("/api/v1/sources", { query: { limit: LIMIT, cursor: pageParam }, signal }),
  ...paged,
  ...live,
});

export const usersQuery = (q: string | undefined) =>
  infiniteQueryOptions({
    queryKey: ["admin", "users", q ?? ""],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/users", { query: { q, limit: LIMIT, cursor: pageParam }, signal }),
    ...paged,
    placeholderData: keepPreviousData,
  });

export const walletOfQuery = (id: string) =>
  queryOptions({
    queryKey: ["admin", "wallet", id],
    queryFn: ({ signal }) =>
      client.api.get("/api/v1/wallets/{user_id}", { path: { user_id: id }, signal }),
    ...live,
  });

/** A property with its version, as it is edited. */
export const recordQuery = (id: string) =>
  queryOptions({
    queryKey: ["admin", "record", id],
    queryFn: async ({ signal }) => {
      const path = { id };
      const answer = await client.api.send("get", "/api/v1/properties/{id}", { path, signal });
      return { property: answer.data, etag: answer.etag };
    },
    // What is being edited does not change under the hand; saving finds out.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

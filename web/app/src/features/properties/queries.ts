import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { client } from "~/lib/session";
import type { Page, Property } from "~/lib/types";
import { type Filters, toQuery } from "./filters";

export const propertiesQuery = (filters: Filters, limit = 100) => {
  const query = toQuery(filters);
  return infiniteQueryOptions({
    queryKey: ["properties", query, limit],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/properties", {
        query: { ...query, limit, cursor: pageParam },
        signal,
      }) as Promise<Page<Property>>,
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    // Reading it again reads all of its pages. Rows that are seen are kept up to date anyway, and a
    // button brings what is new.
    staleTime: 10 * 60_000,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
};

export const propertyQuery = (id: string) =>
  queryOptions({
    queryKey: ["property", id],
    queryFn: ({ signal }) => client.api.get("/api/v1/properties/{id}", { path: { id }, signal }),
  });

export const historyQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ["property", id, "history"],
    queryFn: ({ pageParam, signal }) =>
      client.api.get("/api/v1/properties/{id}/history", {
        path: { id },
        query: { limit: 50, cursor: pageParam },
        signal,
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
  });

export const sourcesQuery = (id: string) =>
  queryOptions({
    queryKey: ["property", id, "sources"],
    queryFn: ({ signal }) =>
      client.api.get("/api/v1/properties/{id}/sources", { path: { id }, signal }),
  });

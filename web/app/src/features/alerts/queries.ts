import { queryOptions } from "@tanstack/react-query";
import { cityAround, nearOf, type Place } from "~/lib/place";
import { client } from "~/lib/session";
import type { Alert, AlertBody, Page, Property } from "~/lib/types";

export const alertsQuery = queryOptions({
  queryKey: ["alerts"],
  queryFn: async ({ signal }) => {
    const alerts: Alert[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 200, cursor };
      const page = await client.api.get("/api/v1/alerts", { query, signal });
      alerts.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
    return alerts;
  },
});

/** One alert, with the version that was seen: a change made elsewhere is not overwritten. */
export const alertQuery = (id: string) =>
  queryOptions({
    queryKey: ["alert", id],
    queryFn: async ({ signal }) => {
      const answer = await client.api.send("get", "/api/v1/alerts/{id}", { path: { id }, signal });
      return { alert: answer.data, etag: answer.etag };
    },
  });

/** How many properties would fit. */
export const previewQuery = (body: AlertBody | undefined) =>
  queryOptions({
    queryKey: ["alert-preview", body],
    queryFn: ({ signal }) =>
      client.api.post("/api/v1/alerts/preview", { body: body ?? {}, signal }),
    enabled: body !== undefined,
    staleTime: 10_000,
    gcTime: 60_000,
  });

/** What people call a place, by what is known within ten miles; `null` when nothing is. */
export const cityAroundQuery = (place: Place | undefined) =>
  queryOptions({
    queryKey: ["city-around", place && nearOf(place)],
    queryFn: async ({ signal }) => {
      if (place === undefined) return null;
      const query = { near: nearOf(place), radius_miles: "10", limit: 200 };
      const { items } = (await client.api.get("/api/v1/properties", {
        query,
        signal,
      })) as Page<Property>;
      return cityAround(place, items) ?? null;
    },
    enabled: place !== undefined,
    staleTime: 10 * 60_000,
  });

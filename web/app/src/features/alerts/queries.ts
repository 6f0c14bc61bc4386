import { queryOptions } from "@tanstack/react-query";
import { client } from "~/lib/session";
import type { Alert, AlertBody } from "~/lib/types";

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

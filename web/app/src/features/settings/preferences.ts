import { ApiError } from "@openbell/client";
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { client } from "~/lib/session";
import type { Preferences, PreferencesView } from "~/lib/types";
import { toast, toastError } from "~/ui/toasts";

export interface Known {
  preferences: PreferencesView;
  etag: string | undefined;
}

export const preferencesQuery = queryOptions({
  queryKey: ["preferences"],
  queryFn: async ({ signal }): Promise<Known> => {
    const answer = await client.api.send("get", "/api/v1/notification-preferences", { signal });
    return { preferences: answer.data, etag: answer.etag };
  },
});

/**
 * Changes some preferences: shown at once, taken back when the server refuses. One change goes out
 * after another, each over the version that the one before made.
 */
export function useChangePreferences() {
  const cache = useQueryClient();
  const key = preferencesQuery.queryKey;
  return useMutation({
    scope: { id: "preferences" },
    mutationFn: (change: Preferences) =>
      client.api.send("patch", "/api/v1/notification-preferences", {
        body: change,
        ifMatch: cache.getQueryData(key)?.etag,
      }),
    onMutate: async (change) => {
      await cache.cancelQueries({ queryKey: key });
      cache.setQueryData(
        key,
        (known) => known && { ...known, preferences: { ...known.preferences, ...change } },
      );
    },
    onSuccess: ({ etag }) => cache.setQueryData(key, (known) => known && { ...known, etag }),
    onError: (error) => {
      if (error instanceof ApiError && error.status === 412) {
        toast("They were changed elsewhere meanwhile; this is how they are now.", { tone: "bad" });
      } else toastError("It was not saved.", error);
      void cache.invalidateQueries({ queryKey: key });
    },
  });
}

export const CHANNELS = ["in_app", "email", "push", "sms", "webhook"] as const;
export type Channel = (typeof CHANNELS)[number];

export const CHANNEL_WORDS: Record<Channel, string> = {
  in_app: "App",
  email: "E-mail",
  push: "Push",
  sms: "SMS",
  webhook: "Webhook",
};

export const CATEGORIES = [
  ["auction", "Watched auctions"],
  ["property_alert", "Alerts"],
  ["bidding", "Bidding"],
  ["job", "Jobs"],
  ["chat", "Chat"],
  ["portfolio", "Portfolio"],
  ["team", "Team"],
  ["account", "Account"],
  ["system", "System"],
] as const;
export type Category = (typeof CATEGORIES)[number][0];

export const enabledField = (channel: Channel) => `${channel}_enabled` as const;

/** The grid with one cell changed. */
export function withCell(
  { matrix = {} }: Preferences,
  category: Category,
  channel: Channel,
  on: boolean,
): Preferences {
  return { matrix: { ...matrix, [category]: { ...matrix[category], [channel]: on } } };
}

export const DAYS = [
  "monday",
  "tuesday",
  "wednesday",
  "thursday",
  "friday",
  "saturday",
  "sunday",
] as const;

const HOUR_MS = 3_600_000;
export const REMINDERS = [
  { ms: 7 * 24 * HOUR_MS, label: "7 days before" },
  { ms: 3 * 24 * HOUR_MS, label: "3 days before" },
  { ms: 24 * HOUR_MS, label: "1 day before" },
  { ms: HOUR_MS, label: "1 hour before" },
] as const;

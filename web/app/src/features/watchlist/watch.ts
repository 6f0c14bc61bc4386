import { queryOptions, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { client } from "~/lib/session";
import type { WatchEntry } from "~/lib/types";
import { toast, toastError } from "~/ui/toasts";

/** As many as a socket follows of a watchlist. */
const KEPT = 500;

export const watchlistQuery = queryOptions({
  queryKey: ["watchlist"],
  queryFn: async ({ signal }) => {
    const entries: WatchEntry[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: 200, cursor };
      const page = await client.api.get("/api/v1/watchlist", { query, signal });
      entries.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined && entries.length < KEPT);
    return entries;
  },
});

export function useWatchEntry(propertyId: string): WatchEntry | undefined {
  const { data } = useQuery({
    ...watchlistQuery,
    select: (entries) => entries.find((entry) => entry.property_id === propertyId),
  });
  return data;
}

const PENDING = "pending:";

/** An entry that the server has not confirmed. */
export const isPending = (entry: WatchEntry): boolean => entry.id.startsWith(PENDING);

function hoped(propertyId: string, notes: string | null): WatchEntry {
  const at = new Date().toISOString();
  return {
    id: PENDING + propertyId,
    property_id: propertyId,
    notes,
    created_at: at,
    updated_at: at,
  };
}

/** Watches or un-watches: shown at once, taken back when the server refuses, and undone by a click. */
export function useToggleWatch() {
  const cache = useQueryClient();
  const key = watchlistQuery.queryKey;

  const change = async (edit: (entries: WatchEntry[]) => WatchEntry[]) => {
    await cache.cancelQueries({ queryKey: key });
    cache.setQueryData(key, (entries) => entries && edit(entries));
  };

  const watch = useMutation({
    mutationFn: ({ propertyId, notes }: { propertyId: string; notes: string | null }) =>
      client.api.post("/api/v1/watchlist", { body: { property_id: propertyId, notes } }),
    onMutate: ({ propertyId, notes }) =>
      change((entries) => [hoped(propertyId, notes), ...entries]),
    onSuccess: (made) =>
      change((entries) =>
        entries.map((entry) => (entry.property_id === made.property_id ? made : entry)),
      ),
    onError: (error, { propertyId }) => {
      void change((entries) =>
        entries.filter((entry) => !(isPending(entry) && entry.property_id === propertyId)),
      );
      toastError("It is not on your watchlist.", error);
    },
  });

  const unwatch = useMutation({
    mutationFn: ({ id }: WatchEntry) =>
      client.api.delete("/api/v1/watchlist/{id}", { path: { id } }),
    onMutate: ({ id }) => change((entries) => entries.filter((entry) => entry.id !== id)),
    onError: (error, entry) => {
      void change((entries) => [entry, ...entries]);
      toastError("It is still on your watchlist.", error);
    },
  });

  return (propertyId: string, name: string, entry: WatchEntry | undefined) => {
    if (entry === undefined) {
      watch.mutate({ propertyId, notes: null });
      return;
    }
    if (isPending(entry)) return;
    const undo = () => watch.mutate({ propertyId, notes: entry.notes ?? null });
    unwatch.mutate(entry, {
      onSuccess: () =>
        toast(`${name} is off your watchlist.`, { action: { label: "Undo", run: undo } }),
    });
  };
}

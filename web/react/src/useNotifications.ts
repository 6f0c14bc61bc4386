import { useMemo, useSyncExternalStore } from "react";
import { useClient } from "./context.js";
import { type Inbox, InboxStore } from "./inboxStore.js";

/** The inbox and what one can do with it. The functions stay the same between renders. */
export interface Notifications extends Inbox {
  markRead: (ids: string[]) => Promise<void>;
  markAllRead: () => Promise<void>;
  dismiss: (ids: string[]) => Promise<void>;
  /** Adds the next older ones to `items`; rejects when they cannot be had. */
  loadOlder: () => Promise<void>;
}

/**
 * The inbox of whoever is signed in. What one does is shown at once and taken back if the server
 * refuses; then the promise rejects.
 */
export function useNotifications(): Notifications {
  const client = useClient();
  const store = useMemo(() => new InboxStore(client), [client]);
  const acts = useMemo(
    () => ({
      markRead: (ids: string[]) => store.markRead(ids),
      markAllRead: () => store.markAllRead(),
      dismiss: (ids: string[]) => store.dismiss(ids),
      loadOlder: () => store.loadOlder(),
    }),
    [store],
  );
  const inbox = useSyncExternalStore(store.subscribe, store.get, store.get);
  return useMemo(() => ({ ...inbox, ...acts }), [inbox, acts]);
}

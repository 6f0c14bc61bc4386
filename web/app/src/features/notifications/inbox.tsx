import { ApiError } from "@openbell/client";
import { type Notifications, useNotifications } from "@openbell/react";
import { useRouter } from "@tanstack/react-router";
import { createContext, type ReactNode, useContext, useEffect, useMemo, useRef } from "react";
import { useSession } from "~/lib/session";
import { toast } from "~/ui/toasts";
import { actionOf, isUrgent } from "./model";

/** Nothing was asked, since nobody would answer. */
const AWAY = new ApiError(0, "network", "the server could not be reached", { retry: true });

const InboxContext = createContext<Notifications | undefined>(undefined);

/** One inbox for the bell, the navigation and the page: they cannot disagree. */
export function InboxProvider({ children }: { children: ReactNode }) {
  const inbox = useNotifications();
  const { status } = useSession();
  useArrivals(inbox);
  const isAway = status === "offline" && !inbox.loaded;
  const value = useMemo(() => (isAway ? { ...inbox, error: AWAY } : inbox), [inbox, isAway]);
  return <InboxContext value={value}>{children}</InboxContext>;
}

export function useInbox(): Notifications {
  const inbox = useContext(InboxContext);
  if (inbox === undefined) throw new Error("there is no InboxProvider above this component");
  return inbox;
}

/** Says what has just come, unless it is on the screen already or can wait. */
function useArrivals({ items, loaded }: Notifications): void {
  const router = useRouter();
  const highest = useRef<number>(undefined);
  useEffect(() => {
    if (!loaded) return;
    const top = Math.max(0, ...items.map(({ inbox_no: number }) => number));
    const before = highest.current;
    highest.current = Math.max(top, before ?? 0);
    if (before === undefined || top <= before) return;
    if (router.state.location.pathname === "/notifications") return;
    const fresh = items.filter((item) => item.inbox_no > before && isUrgent(item));
    const [newest] = fresh;
    if (newest === undefined) return;
    const text = fresh.length > 1 ? `${newest.title}, and ${fresh.length - 1} more` : newest.title;
    const action = fresh.length > 1 ? "/notifications" : actionOf(newest);
    toast(text, {
      action: action ? { label: "Open", run: () => router.history.push(action) } : undefined,
    });
  }, [items, loaded, router]);
}

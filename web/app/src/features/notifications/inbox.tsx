import { type Notifications, useNotifications } from "@openbell/react";
import { createContext, type ReactNode, useContext } from "react";

const InboxContext = createContext<Notifications | undefined>(undefined);

/** One inbox for the bell, the navigation and the page: they cannot disagree. */
export function InboxProvider({ children }: { children: ReactNode }) {
  return <InboxContext value={useNotifications()}>{children}</InboxContext>;
}

export function useInbox(): Notifications {
  const inbox = useContext(InboxContext);
  if (inbox === undefined) throw new Error("there is no InboxProvider above this component");
  return inbox;
}

import { useClient } from "@openbell/react";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { CheckCheck } from "lucide-react";
import { useEffect } from "react";
import { count, dayName, localDay } from "~/lib/format";
import { useNow } from "~/lib/now";
import { Button } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Empty, Failed, SkeletonRows } from "~/ui/states";
import { toastError } from "~/ui/toasts";
import { useInbox } from "./inbox";
import { byDay } from "./model";
import { NotificationRow } from "./NotificationRow";

/** What is on the screen has been seen, here and in every other tab. */
function useSeen(): void {
  const { items, unseen } = useInbox();
  const { api } = useClient();
  const upTo = Math.max(0, ...items.map(({ inbox_no: number }) => number));
  useEffect(() => {
    if (unseen === 0 || upTo === 0 || document.visibilityState !== "visible") return;
    const timer = setTimeout(() => {
      // Nothing is lost when it fails: the next visit says the same.
      api.post("/api/v1/notifications/seen", { body: { up_to: upTo } }).catch(() => undefined);
    }, 800);
    return () => clearTimeout(timer);
  }, [api, unseen, upTo]);
}

/** More of them, on demand: what is shown stays where it is. */
function Older({ none }: { none: boolean }) {
  const { hasOlder, loadingOlder, loadOlder, items } = useInbox();
  const load = () => loadOlder().catch((error) => toastError("There are no more for now.", error));
  return (
    <div className="flex flex-col items-center gap-2 py-2 text-muted">
      {none && <p>None of the newest {count(items.length)} is unread.</p>}
      {hasOlder ? (
        <Button aria-disabled={loadingOlder} onClick={() => void load()}>
          {loadingOlder ? "Loading…" : "Older"}
        </Button>
      ) : (
        <p className="text-xs">These are all.</p>
      )}
    </div>
  );
}

export function NotificationsPage() {
  const inbox = useInbox();
  const { show } = useSearch({ from: "/shell/notifications" });
  const navigate = useNavigate({ from: "/notifications" });
  const today = localDay(useNow());
  useSeen();
  const items = show === "unread" ? inbox.items.filter((item) => !item.read_at) : inbox.items;

  return (
    <>
      <PageHeader
        title="Notifications"
        sub={inbox.loaded && (inbox.unread === 0 ? "All read" : `${count(inbox.unread)} unread`)}
        actions={
          <>
            <Button
              aria-pressed={show === "unread"}
              className="aria-pressed:bg-sunken"
              onClick={() =>
                void navigate({
                  search: show === "unread" ? {} : { show: "unread" },
                  replace: true,
                })
              }
            >
              {show === "unread" ? "Show all" : "Only unread"}
            </Button>
            <Button
              disabled={inbox.unread === 0}
              onClick={() =>
                inbox.markAllRead().catch((error) => toastError("They are still unread.", error))
              }
            >
              <CheckCheck size={14} aria-hidden />
              Mark all read
            </Button>
          </>
        }
      />
      {inbox.error && !inbox.loaded ? (
        <Failed error={inbox.error} what="The notifications" />
      ) : !inbox.loaded && inbox.items.length === 0 ? (
        <SkeletonRows rows={6} rowClass="h-16" />
      ) : items.length === 0 && !inbox.hasOlder ? (
        <Empty title={show === "unread" ? "You have read everything" : "Nothing has happened yet"}>
          What happens to the properties you watch, and what fits your alerts, comes here within a
          second.
        </Empty>
      ) : (
        <>
          {byDay(items).map(({ day, items: those }) => (
            <section key={day} className="mb-4" aria-label={dayName(day, today)}>
              <h2 className="mb-2 text-xs font-medium text-muted">{dayName(day, today)}</h2>
              <ul className="rounded-md border bg-surface">
                {those.map((item) => (
                  <NotificationRow key={item.id} item={item} />
                ))}
              </ul>
            </section>
          ))}
          <Older none={items.length === 0} />
        </>
      )}
    </>
  );
}

import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { nameOf, summary } from "~/features/alerts/form";
import { alertsQuery } from "~/features/alerts/queries";
import { TakingPart } from "~/features/auctions/TakingPart";
import { useInbox } from "~/features/notifications/inbox";
import { NotificationRow } from "~/features/notifications/NotificationRow";
import { WatchedTime } from "~/features/properties/VenueTime";
import { upcoming } from "~/features/watchlist/order";
import { watchlistQuery } from "~/features/watchlist/watch";
import { count, money } from "~/lib/format";
import { useUser } from "~/lib/session";
import { buttonClass } from "~/ui/Button";
import { PageHeader, Panel } from "~/ui/layout";
import { Failed, SkeletonRows } from "~/ui/states";

const SHOWN = 5;

export function HomePage() {
  const user = useUser();
  return (
    <>
      <PageHeader title="Home" sub={user && `Signed in as ${user.name || user.email}`} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          <TakingPart />
          <SoonPanel />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <InboxPanel />
          <AlertsPanel />
        </div>
      </div>
    </>
  );
}

function More({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Link
      to={to}
      className="inline-flex items-center text-accent hover:underline pointer-coarse:min-h-11"
    >
      {children}
    </Link>
  );
}

function SoonPanel() {
  const { data, error, refetch } = useQuery(watchlistQuery);
  const soon = data && upcoming(data).slice(0, 8);
  return (
    <Panel
      title="Watched auctions soon"
      actions={
        <More to="/watchlist">{data?.length ? `All ${count(data.length)}` : "Watchlist"}</More>
      }
      flush
    >
      {soon === undefined ? (
        error === null ? (
          <SkeletonRows rows={SHOWN} rowClass="h-14" />
        ) : (
          <Failed error={error} what="The watchlist" onRetry={() => void refetch()} />
        )
      ) : soon.length === 0 ? (
        <div className="flex flex-col items-start gap-3 p-4 text-muted">
          No auction of a property that you watch is coming up.
          <Link to="/properties" search={{ status: "auction" }} className={buttonClass()}>
            Look at coming auctions
          </Link>
        </div>
      ) : (
        <ul>
          {soon.map(({ property_id: id, auction }) => (
            <li key={id} className="border-b last:border-0">
              <Link
                to="/properties/$id"
                params={{ id }}
                className="flex min-h-14 flex-wrap items-center gap-x-4 px-4 py-2 hover:bg-sunken"
              >
                <span className="min-w-0 flex-1 basis-44">
                  <span className="block truncate font-medium">{auction?.street}</span>
                  <span className="block truncate text-xs text-muted">
                    {auction?.city}, {auction?.state}
                  </span>
                </span>
                <span className="w-44 whitespace-nowrap">
                  {auction && <WatchedTime auction={auction} />}
                </span>
                <span className="ml-auto w-20 text-right font-medium">
                  {money(auction?.opening_bid)}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function InboxPanel() {
  const { items, unread, loaded, error } = useInbox();
  const fresh = items.filter((item) => !item.read_at).slice(0, SHOWN);
  return (
    <Panel
      title={unread > 0 ? `${count(unread)} unread` : "Notifications"}
      actions={<More to="/notifications">All notifications</More>}
      flush
    >
      {!loaded && items.length === 0 ? (
        error ? (
          <Failed error={error} what="The notifications" />
        ) : (
          <SkeletonRows rows={3} rowClass="h-14" />
        )
      ) : fresh.length === 0 ? (
        <p className="p-4 text-muted">You have read everything.</p>
      ) : (
        <ul>
          {fresh.map((item) => (
            <NotificationRow key={item.id} item={item} brief />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function AlertsPanel() {
  const { data, error, refetch } = useQuery(alertsQuery);
  return (
    <Panel title="Alerts" actions={<More to="/alerts">All alerts</More>} flush>
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={2} rowClass="h-14" />
        ) : (
          <Failed error={error} what="The alerts" onRetry={() => void refetch()} />
        )
      ) : data.length === 0 ? (
        <div className="flex flex-col items-start gap-3 p-4 text-muted">
          Say once what you look for, and be told when it appears.
          <Link to="/alerts/new" className={buttonClass()}>
            New alert
          </Link>
        </div>
      ) : (
        <ul>
          {data.slice(0, SHOWN).map((alert) => (
            <li key={alert.id} className="border-b last:border-0">
              <Link
                to="/alerts/$id"
                params={{ id: alert.id }}
                className="flex items-center gap-4 px-4 py-2 hover:bg-sunken"
              >
                <span className="min-w-0 flex-1">
                  <span className="block truncate font-medium">{nameOf(alert)}</span>
                  <span className="block truncate text-xs text-muted">{summary(alert)}</span>
                </span>
                <span className={alert.is_active ? "text-up" : "text-muted"}>
                  {alert.is_active ? "On" : "Off"}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

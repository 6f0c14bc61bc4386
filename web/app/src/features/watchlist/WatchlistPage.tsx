import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { count } from "~/lib/format";
import { buttonClass } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Empty, Failed, SkeletonRows } from "~/ui/states";
import { bySoonest } from "./order";
import { WatchRow } from "./WatchRow";
import { watchlistQuery } from "./watch";

export function WatchlistPage() {
  const { data, error, refetch } = useQuery(watchlistQuery);
  const entries = data && [...data].sort(bySoonest);
  return (
    <>
      <PageHeader
        title="Watchlist"
        sub={
          entries &&
          entries.length > 0 &&
          `${count(entries.length)} watched, the next auction first. You are told of every change.`
        }
      />
      {entries === undefined ? (
        error === null ? (
          <SkeletonRows rows={6} rowClass="h-16" />
        ) : (
          <Failed error={error} what="The watchlist" onRetry={() => void refetch()} />
        )
      ) : entries.length === 0 ? (
        <Empty
          title="You watch nothing yet"
          action={
            <Link to="/properties" className={buttonClass("primary")}>
              Look for properties
            </Link>
          }
        >
          Put a star on a property, and you are told at once when its auction is postponed,
          cancelled or priced anew.
        </Empty>
      ) : (
        <ul className="rounded-md border bg-surface">
          {entries.map((entry) => (
            <WatchRow key={entry.property_id} entry={entry} />
          ))}
        </ul>
      )}
    </>
  );
}

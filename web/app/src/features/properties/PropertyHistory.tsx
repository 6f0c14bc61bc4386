import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { ArrowRight } from "lucide-react";
import { words } from "~/lib/format";
import type { HistoryEntry, Property } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Panel } from "~/ui/layout";
import { Failed, SkeletonRows } from "~/ui/states";
import { Time } from "~/ui/Time";
import { historyValue, writesOf } from "./history";
import { historyQuery, sourcesQuery } from "./queries";

/** What changed, the newest first. */
export function PropertyHistory({ property }: { property: Property }) {
  const list = useInfiniteQuery(historyQuery(property.id));
  const writes = writesOf(list.data?.pages.flatMap((page) => page.items) ?? []);
  return (
    <Panel title="History" flush className="self-start">
      {list.isPending ? (
        <SkeletonRows rows={4} rowClass="h-14" />
      ) : list.isError && writes.length === 0 ? (
        <Failed error={list.error} what="The history" onRetry={() => void list.refetch()} />
      ) : writes.length === 0 ? (
        <p className="px-4 py-6 text-muted">Nothing has changed since it was added.</p>
      ) : (
        <ol>
          {writes.map(({ version, at, source, changes }) => (
            <li key={version} className="border-b px-4 py-3 last:border-0">
              <div className="mb-1 flex justify-between gap-4 text-xs text-muted">
                <Time at={at} venueZone={property.time_zone} />
                <span className="truncate">by {source}</span>
              </div>
              {changes.map((change) => (
                <Diff key={change.field} change={change} currency={property.currency} />
              ))}
            </li>
          ))}
        </ol>
      )}
      {list.hasNextPage && (
        <div className="p-3 text-center">
          <Button small pending={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older changes
          </Button>
        </div>
      )}
    </Panel>
  );
}

function Diff({ change, currency }: { change: HistoryEntry; currency: string }) {
  const { field, old, new: now } = change;
  if (field === "added" || field === "removed")
    return <p className="font-medium">{words(field)}</p>;
  return (
    <p className="break-words">
      <span className="text-muted">{words(field)}</span>{" "}
      <del className="text-muted">
        <span className="sr-only">was </span>
        {historyValue(field, old, currency)}
      </del>{" "}
      <ArrowRight size={12} aria-hidden className="inline text-muted" />{" "}
      <ins className="font-medium no-underline">
        <span className="sr-only">is now </span>
        {historyValue(field, now, currency)}
      </ins>
    </p>
  );
}

/** Where the property is known from. */
export function PropertySources({ id }: { id: string }) {
  const { data } = useQuery(sourcesQuery(id));
  if (!data || data.items.length === 0) return null;
  return (
    <Panel title="Sources" flush>
      <ul>
        {data.items.map(({ source, source_id: sourceId, at }) => (
          <li
            key={`${source} ${sourceId}`}
            className="flex flex-wrap justify-between gap-x-4 border-b px-4 py-2 last:border-0"
          >
            <span>
              {source} <span className="text-muted">{sourceId}</span>
            </span>
            <span className="text-muted">
              since <Time at={at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}

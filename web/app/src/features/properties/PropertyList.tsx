import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { RotateCw } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { count } from "~/lib/format";
import { useIsWide } from "~/lib/media";
import { onServer } from "~/lib/now";
import { useDebounced } from "~/lib/useDebounced";
import { Button, IconButton } from "~/ui/Button";
import { Empty, Failed, SkeletonRows } from "~/ui/states";
import { Time } from "~/ui/Time";
import { type Filters, narrowing } from "./filters";
import { useLiveProperties } from "./live";
import { PropertyCard, PropertyRow } from "./PropertyRow";
import { rowsOf } from "./patch";
import { propertiesQuery } from "./queries";
import { useWindow } from "./useWindow";

const ROW = 44;
const CARD = 92;
/** The next page is fetched when so few rows are left. */
const AHEAD = 30;

const COLUMNS = [
  ["Watch", "w-14"],
  ["Address", ""],
  ["Type", "hidden w-32 lg:table-cell"],
  ["Status", "w-36"],
  ["Auction", "w-46"],
  ["Opening bid", "w-32 text-right"],
  ["Est. value", "hidden w-28 text-right xl:table-cell"],
  ["Discount", "hidden w-24 text-right xl:table-cell"],
  ["Changed", "hidden w-28 text-right 2xl:table-cell"],
] as const;

export function PropertyList({ filters, onClear }: { filters: Filters; onClear: () => void }) {
  const list = useInfiniteQuery(propertiesQuery(filters));
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const wide = useIsWide();
  const height = wide ? ROW : CARD;
  const begin = useRef<HTMLDivElement>(null);
  const { first, end } = useWindow(begin, height, rows.length);
  const shown = rows.slice(first, end);
  const ids = shown.map(({ id }) => id).join(" ");
  const rested = useDebounced(ids, 150);
  useLiveProperties(useMemo(() => rested.split(" ").filter(Boolean), [rested]));

  const { hasNextPage, isFetchingNextPage, fetchNextPage, isFetchNextPageError } = list;
  useEffect(() => {
    if (end > rows.length - AHEAD && hasNextPage && !isFetchingNextPage && !isFetchNextPageError) {
      void fetchNextPage();
    }
  }, [end, rows.length, hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage]);

  // From the first page on: what comes later is read when it is scrolled to.
  const cache = useQueryClient();
  const readAgain = () => cache.resetQueries({ queryKey: propertiesQuery(filters).queryKey });

  if (list.isPending) return <SkeletonRows rows={12} rowClass={wide ? "h-11" : "h-23"} />;
  if (list.isError && rows.length === 0) {
    return <Failed error={list.error} what="The properties" onRetry={() => void list.refetch()} />;
  }
  if (rows.length === 0) {
    const narrowed = narrowing(filters).length > 0;
    return (
      <Empty
        title={narrowed ? "No property fits these filters" : "There are no properties yet"}
        action={narrowed && <Button onClick={onClear}>Clear the filters</Button>}
      >
        {narrowed
          ? "Take one away, or search for fewer words."
          : "They come with an import or from a source that an operator sets up."}
      </Empty>
    );
  }

  const before = first * height;
  const after = (rows.length - end) * height;
  return (
    <>
      <p className="mb-1 flex items-center text-xs text-muted">
        {count(rows.length)}
        {hasNextPage ? " loaded, more as you scroll" : " in all"} · read&nbsp;
        <Time at={onServer(list.dataUpdatedAt)} relative />
        <IconButton
          label="Read the list again"
          disabled={list.isFetching}
          onClick={() => void readAgain()}
        >
          <RotateCw size={14} aria-hidden />
        </IconButton>
      </p>
      {wide ? (
        <div className="rounded-md border bg-surface">
          <table aria-rowcount={hasNextPage ? -1 : rows.length + 1} className="w-full table-fixed">
            <thead>
              <tr className="h-9 text-left text-xs text-muted">
                {COLUMNS.map(([name, look]) => (
                  <th
                    key={name}
                    scope="col"
                    // Where borders are collapsed, cells have no shadow, and leave their border behind.
                    className={`sticky top-12 z-10 bg-surface px-3 font-medium after:absolute after:inset-x-0 after:bottom-0 after:border-b first:rounded-tl-md last:rounded-tr-md ${look}`}
                  >
                    {name === "Watch" ? <span className="sr-only">Watch</span> : name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <tr aria-hidden>
                <td className="p-0">
                  <div ref={begin} style={{ height: before }} />
                </td>
              </tr>
              {shown.map((property, index) => (
                <PropertyRow key={property.id} property={property} number={first + index + 2} />
              ))}
              <tr aria-hidden>
                <td className="p-0" style={{ height: after }} />
              </tr>
            </tbody>
          </table>
        </div>
      ) : (
        <div className="overflow-hidden rounded-md border bg-surface">
          <div ref={begin} style={{ height: before }} />
          <ul>
            {shown.map((property) => (
              <PropertyCard key={property.id} property={property} />
            ))}
          </ul>
          <div style={{ height: after }} />
        </div>
      )}
      {hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {isFetchNextPageError ? "That failed; try again" : "Load more"}
          </Button>
        </div>
      )}
    </>
  );
}

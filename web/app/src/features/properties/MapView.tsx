import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import atlasUrl from "us-atlas/states-albers-10m.json?url";
import { count } from "~/lib/format";
import { Button, IconButton } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Failed, Skeleton } from "~/ui/states";
import type { Filters } from "./filters";
import { type Atlas, byState, type Cluster, clustersOf, drawAtlas, pointsOf, viewOf } from "./map";
import { AuctionTime, bid, StatusBadge } from "./parts";
import { rowsOf } from "./patch";
import { propertiesQuery } from "./queries";

/** More points than this say nothing more. */
const MOST = 2_000;

/** The properties on a map that is part of the app: it needs no other server. */
export default function MapView(props: {
  filters: Filters;
  onChange: (edit: { state: string }) => void;
}) {
  const { filters, onChange } = props;
  const [chosen, setChosen] = useState<string>();
  const atlas = useQuery({
    queryKey: ["atlas"],
    queryFn: async ({ signal }) => {
      const answer = await fetch(atlasUrl, { signal });
      if (!answer.ok) throw new Error(`the map answered ${answer.status}`);
      return drawAtlas((await answer.json()) as Atlas);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const list = useInfiniteQuery(propertiesQuery(filters, 200));
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const goOn = hasNextPage && !isFetchingNextPage && !isFetchNextPageError && rows.length < MOST;
  useEffect(() => {
    if (goOn) void fetchNextPage();
  }, [goOn, fetchNextPage]);

  const points = useMemo(() => pointsOf(rows), [rows]);
  const shape = atlas.data?.states.find(({ code }) => code === filters.state);
  const { box, scale } = useMemo(() => viewOf(shape), [shape]);
  const clusters = useMemo(() => clustersOf(points, 18 * scale), [points, scale]);
  const error = atlas.error ?? (rows.length === 0 ? list.error : null);
  if (error) {
    const again = () => void Promise.all([atlas.refetch(), list.refetch()]);
    return <Failed error={error} what="The map" onRetry={again} />;
  }
  if (!atlas.data || list.isPending) return <Skeleton className="aspect-[975/610] w-full" />;

  const picked = clusters.find(({ key }) => key === chosen);
  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_16rem]">
      <div className="min-w-0">
        <p className="mb-2 text-xs text-muted">
          {count(points.length)} on the map
          {hasNextPage && rows.length >= MOST && ", the first of more: narrow the search"}
          {isFetchingNextPage && ", more on their way"}
        </p>
        <div className="relative overflow-hidden rounded-md border bg-surface">
          <svg
            viewBox={box}
            role="img"
            aria-label={`Map of ${count(points.length)} properties; the list beside it says where they are`}
            className="block aspect-[975/610] w-full"
          >
            {atlas.data.states.map(({ code, path }) => (
              // biome-ignore lint/a11y/noStaticElementInteractions: the list beside it does the same by keyboard
              <path
                key={code}
                d={path}
                onClick={() => onChange({ state: code === filters.state ? "" : code })}
                className={cx(
                  "cursor-pointer",
                  shape && code !== filters.state ? "fill-bg" : "fill-sunken hover:fill-line",
                )}
              />
            ))}
            <path
              d={atlas.data.borders}
              fill="none"
              strokeWidth={scale}
              pointerEvents="none"
              className="stroke-line"
            />
            <Clusters clusters={clusters} scale={scale} chosen={chosen} onChoose={setChosen} />
          </svg>
          {picked && <Card cluster={picked} onClose={() => setChosen(undefined)} />}
        </div>
      </div>
      <section aria-label="Properties by state" className="min-w-0">
        <h2 className="mb-2 text-xs font-medium text-muted">By state</h2>
        <ul className="flex max-h-[32rem] flex-wrap gap-2 overflow-y-auto p-1 xl:content-start">
          {filters.state && (
            <li>
              <Button small onClick={() => onChange({ state: "" })}>
                All states
              </Button>
            </li>
          )}
          {byState(rows).map(([state, many]) => (
            <li key={state}>
              <Button
                small
                aria-pressed={state === filters.state}
                onClick={() => onChange({ state: state === filters.state ? "" : state })}
              >
                {state} <span className="text-muted">{count(many)}</span>
              </Button>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

/** Clusters of this many properties or more are drawn equally large. */
const LARGE = 60;

function Clusters(props: {
  clusters: readonly Cluster[];
  scale: number;
  chosen: string | undefined;
  onChoose: (key: string) => void;
}) {
  const { clusters, scale, chosen, onChoose } = props;
  return (
    <g>
      {clusters.map(({ key, x, y, properties }) => {
        const many = properties.length;
        const live = properties.some(({ status }) => status === "auction");
        return (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list view does the same by keyboard
          <g key={key} onClick={() => onChoose(key)} className="cursor-pointer">
            <circle
              cx={x}
              cy={y}
              r={(6 + 9 * Math.sqrt(Math.min(many, LARGE) / LARGE)) * scale}
              strokeWidth={(key === chosen ? 3 : 1) * scale}
              className={cx(
                key === chosen ? "stroke-text" : "stroke-surface",
                live ? "fill-accent" : "fill-muted",
              )}
            />
            {many > 1 && (
              <text
                x={x}
                y={y + 3.5 * scale}
                textAnchor="middle"
                fontSize={10 * scale}
                className="fill-on-accent font-medium"
              >
                {many}
              </text>
            )}
            <title>{many === 1 ? properties[0]?.street : `${count(many)} properties`}</title>
          </g>
        );
      })}
    </g>
  );
}

const LISTED = 20;

function Card({ cluster, onClose }: { cluster: Cluster; onClose: () => void }) {
  const { properties } = cluster;
  return (
    <div className="absolute right-2 bottom-2 left-2 flex max-h-[75%] flex-col rounded-md border bg-surface shadow-lg sm:left-auto sm:w-80">
      <div className="flex items-center justify-between gap-2 border-b py-1 pr-1 pl-3">
        <p className="font-medium">
          {properties.length === 1 ? "1 property" : `${count(properties.length)} properties`}
        </p>
        <IconButton label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      <ul className="overflow-y-auto">
        {properties.slice(0, LISTED).map((property) => (
          <li key={property.id} className="border-b last:border-0">
            <Link
              to="/properties/$id"
              params={{ id: property.id }}
              className="block px-3 py-1.5 hover:bg-sunken"
            >
              <span className="flex justify-between gap-2">
                <span className="truncate font-medium">{property.street}</span>
                <span>{bid(property)}</span>
              </span>
              <span className="flex justify-between gap-2 text-xs">
                <StatusBadge status={property.status} />
                <AuctionTime property={property} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {properties.length > LISTED && (
        <p className="border-t px-3 py-1.5 text-xs text-muted">
          The first {LISTED}; choose the state to come closer.
        </p>
      )}
    </div>
  );
}

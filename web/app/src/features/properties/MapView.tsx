import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Maximize, Minus, Plus, ScanSearch } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useMemo, useRef, useState } from "react";
import atlasUrl from "us-atlas/states-albers-10m.json?url";
import { count } from "~/lib/format";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Failed, Skeleton } from "~/ui/states";
import { boxIn, type Filters, placeIn, radiusOf } from "./filters";
import { MapCard } from "./MapCard";
import { MapPoints, pointId } from "./MapPoints";
import {
  type Atlas,
  type Cluster,
  circleAround,
  clustersOf,
  type DrawnAtlas,
  drawAtlas,
  type Outline,
  outlineOfBox,
  pointsOf,
} from "./map";
import { byState } from "./near";
import { rowsOf } from "./patch";
import { propertiesQuery } from "./queries";
import { useMapView } from "./useMapView";
import {
  areaOf,
  boxOf,
  centred,
  isWithin,
  middleOf,
  pointBeyond,
  viewOf,
  zoomed,
} from "./viewport";

/** More points than this say nothing more. */
const MOST = 2_000;
/** Points nearer to one another, in pixels, are one. */
const APART = 26;
const KM_PER_MILE = 1.609344;

type Change = (edit: Partial<Record<keyof Filters, string>>) => void;

/** The properties on a map that is part of the app: it needs no other server. */
export default function MapView({ filters, onChange }: { filters: Filters; onChange: Change }) {
  const atlas = useQuery({
    queryKey: ["atlas"],
    queryFn: async ({ signal }) => {
      const answer = await fetch(atlasUrl, { signal });
      if (!answer.ok) throw new Error(`the map answered ${answer.status}`);
      return drawAtlas((await answer.json()) as Atlas);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  const list = useInfiniteQuery({
    ...propertiesQuery(filters, 200),
    placeholderData: keepPreviousData,
  });
  const { hasNextPage, isFetchingNextPage, isFetchNextPageError, fetchNextPage } = list;
  const rows = useMemo(() => rowsOf(list.data), [list.data]);
  const goOn = hasNextPage && !isFetchingNextPage && !isFetchNextPageError && rows.length < MOST;
  useEffect(() => {
    if (goOn) void fetchNextPage();
  }, [goOn, fetchNextPage]);

  const points = useMemo(() => pointsOf(rows), [rows]);
  const error = atlas.error ?? (rows.length === 0 ? list.error : null);
  if (error) {
    const again = () => void Promise.all([atlas.refetch(), list.refetch()]);
    return <Failed error={error} what="The map" onRetry={again} />;
  }
  if (!atlas.data || list.isPending) return <Skeleton className="aspect-[975/610] w-full" />;

  return (
    <div className="grid gap-4 xl:grid-cols-[minmax(0,1fr)_16rem]">
      <div className="min-w-0">
        <p className="mb-2 text-xs text-muted">
          {count(points.length)} on the map
          {hasNextPage && rows.length >= MOST && ", the first of more: narrow the search"}
          {isFetchingNextPage && ", more on their way"}
        </p>
        <Canvas atlas={atlas.data} points={points} filters={filters} onChange={onChange} />
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

const focus = (key: string) =>
  document.getElementById(pointId(key))?.focus({ preventScroll: true });

/** What is looked for, drawn around. */
function outlineOf(filters: Filters): Outline | undefined {
  const [box, place] = [boxIn(filters.bbox), placeIn(filters.near)];
  if (box) return outlineOfBox(box);
  return place && circleAround(place, Number(radiusOf(filters)) * KM_PER_MILE);
}

function Canvas(props: {
  atlas: DrawnAtlas;
  points: ReturnType<typeof pointsOf>;
  filters: Filters;
  onChange: Change;
}) {
  const { atlas, points, filters, onChange } = props;
  const [chosen, setChosen] = useState<string>();
  const [focused, setFocused] = useState<string>();
  const svg = useRef<SVGSVGElement>(null);
  const left = useRef<Cluster>(undefined);
  const { state, near, radius_miles: radius, bbox } = filters;
  const outline = useMemo(
    () =>
      outlineOf({
        ...(near && { near }),
        ...(radius && { radius_miles: radius }),
        ...(bbox && { bbox }),
      }),
    [near, radius, bbox],
  );
  const shape = atlas.states.find(({ code }) => code === state);
  const home = useMemo(() => viewOf(outline ?? shape), [outline, shape]);
  const homeKey = [state, near, radius, bbox].join(" ");
  const { view, isHome, unit, change, reset, dragging } = useMapView(svg, home, homeKey);
  const clusters = useMemo(() => clustersOf(points, APART * unit), [points, unit]);

  const picked = clusters.find(({ key }) => key === chosen);
  // The Tab key leads to where one was, or else to what is in sight.
  const inSight = clusters.filter((cluster) => isWithin(view, cluster));
  const current = (inSight.find(({ key }) => key === focused) ?? inSight[0])?.key;
  const onArrow = (from: Cluster, event: KeyboardEvent) => {
    const factor = { "+": 2, "=": 2, "-": 0.5 }[event.key];
    if (factor) {
      left.current = from;
      return change((now) => zoomed(now, factor, [from.x, from.y]));
    }
    const next = pointBeyond(clusters, from, event.key);
    if (!event.key.startsWith("Arrow")) return;
    event.preventDefault();
    if (next === undefined) return;
    if (!isWithin(view, next)) change((now) => centred(now, [next.x, next.y]));
    focus(next.key);
  };
  // Where points come together, one takes the place of the other.
  useEffect(() => {
    const from = left.current;
    left.current = undefined;
    if (from === undefined || clusters.some(({ key }) => key === from.key)) return;
    const far = ({ x, y }: Cluster) => Math.hypot(x - from.x, y - from.y);
    const nearest = [...clusters].sort((a, b) => far(a) - far(b))[0];
    if (nearest) focus(nearest.key);
  }, [clusters]);
  const search = () => {
    const area = areaOf(view);
    if (area) onChange({ bbox: area.map((degrees) => degrees.toFixed(3)).join(), near: "" });
  };

  return (
    <div className="relative overflow-hidden rounded-md border bg-sunken">
      {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no set of fields */}
      <svg
        ref={svg}
        viewBox={boxOf(view)}
        role="group"
        aria-label={`Map of ${count(points.length)} properties. Arrow keys go from point to point.`}
        {...dragging}
        className={cx(
          "block aspect-[975/610] w-full select-none",
          isHome ? "touch-pan-y" : "touch-none",
        )}
      >
        {atlas.states.map(({ code, path }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the list beside it does the same by keyboard
          <path
            key={code}
            d={path}
            onClick={() => onChange({ state: code === state ? "" : code })}
            className={cx(
              "cursor-pointer",
              shape && code !== state ? "fill-bg hover:fill-line" : "fill-surface hover:fill-line",
            )}
          />
        ))}
        <path
          d={atlas.borders}
          fill="none"
          strokeWidth={unit}
          pointerEvents="none"
          className="stroke-muted [stroke-opacity:0.4]"
        />
        {outline && (
          <path
            d={outline.path}
            strokeWidth={1.5 * unit}
            pointerEvents="none"
            className="fill-accent stroke-accent [fill-opacity:0.07]"
          />
        )}
        <MapPoints
          clusters={clusters}
          unit={unit}
          chosen={chosen}
          current={current}
          onChoose={setChosen}
          onFocus={setFocused}
          onArrow={onArrow}
        />
      </svg>
      <div className="absolute bottom-2 left-2 flex overflow-hidden rounded-md border bg-surface sm:top-2 sm:bottom-auto sm:flex-col">
        <Control label="Come closer" onClick={() => change((now) => zoomed(now, 2, middleOf(now)))}>
          <Plus size={16} aria-hidden />
        </Control>
        <Control label="Go back" onClick={() => change((now) => zoomed(now, 0.5, middleOf(now)))}>
          <Minus size={16} aria-hidden />
        </Control>
        <Control label="As at the beginning" disabled={isHome} onClick={reset}>
          <Maximize size={16} aria-hidden />
        </Control>
      </div>
      {!isHome && (
        <Button small className="absolute top-2 right-2 shadow-lg" onClick={search}>
          <ScanSearch size={14} aria-hidden />
          Search this area
        </Button>
      )}
      {picked && (
        <MapCard
          cluster={picked}
          onClose={() => {
            setChosen(undefined);
            focus(picked.key);
          }}
        />
      )}
    </div>
  );
}

function Control(props: {
  label: string;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  const { label, ...rest } = props;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className="flex size-8 items-center justify-center border-r -outline-offset-2 last:border-0 hover:bg-sunken sm:border-r-0 sm:border-b disabled:opacity-40 pointer-coarse:size-11"
    />
  );
}

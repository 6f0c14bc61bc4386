import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { ScanSearch } from "lucide-react";
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from "react";
import { count } from "~/lib/format";
import { byState, placeIn } from "~/lib/place";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Failed, Skeleton } from "~/ui/states";
import { boxIn, type Filters, radiusOf } from "./filters";
import { CityNames, Land, MapControls, useAtlas } from "./MapBase";
import { MapCard } from "./MapCard";
import { MapPoints, pointId } from "./MapPoints";
import {
  type Cluster,
  circleAround,
  clustersOf,
  type DrawnAtlas,
  type Outline,
  outlineOfBox,
  pointsOf,
} from "./map";
import { rowsOf } from "./patch";
import { propertiesQuery } from "./queries";
import { useMapView } from "./useMapView";
import { areaOf, boxOf, centred, isWithin, pointBeyond, viewOf, zoomed } from "./viewport";

/** More points than this say nothing more. */
const MOST = 2_000;
/** Points nearer to one another, in pixels, are one. */
const APART = 26;
const KM_PER_MILE = 1.609344;

type Change = (edit: Partial<Record<keyof Filters, string>>) => void;

/** The properties on a map that is part of the app: it needs no other server. */
export default function MapView({ filters, onChange }: { filters: Filters; onChange: Change }) {
  const atlas = useAtlas();
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
        <ul className="flex max-h-[32rem] flex-wrap gap-2 overflow-y-auto p-1 -mx-1 xl:content-start">
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
  const map = useMapView(svg, home, homeKey);
  const { view, isHome, unit, change, dragging } = map;
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
      <div className="relative">
        {/* biome-ignore lint/a11y/useSemanticElements: a drawing is no set of fields */}
        <svg
          ref={svg}
          viewBox={boxOf(view)}
          role="group"
          aria-label={`Map of ${count(points.length)} properties. Arrow keys lead to others.`}
          {...dragging}
          className={cx(
            "block aspect-[975/610] w-full select-none",
            isHome ? "touch-pan-y" : "touch-none",
          )}
        >
          <Land
            atlas={atlas}
            unit={unit}
            chosen={shape?.code}
            onState={(code) => onChange({ state: code === state ? "" : code })}
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
          <CityNames clusters={clusters} unit={unit} />
        </svg>
        <MapControls map={map} />
        {!isHome && (
          <Button small className="absolute top-2 right-2 shadow-lg" onClick={search}>
            <ScanSearch size={14} aria-hidden />
            Search this area
          </Button>
        )}
      </div>
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

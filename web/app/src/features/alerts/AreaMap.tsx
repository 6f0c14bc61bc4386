import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { type MouseEvent, useMemo, useRef } from "react";
import type { Place } from "~/features/properties/filters";
import { CityNames, Land, MapControls, useAtlas } from "~/features/properties/MapBase";
import { clustersOf, outlineOf, placeAt, pointOf, pointsOf } from "~/features/properties/map";
import { rowsOf } from "~/features/properties/patch";
import { propertiesQuery } from "~/features/properties/queries";
import { useMapView } from "~/features/properties/useMapView";
import { areaOf, boxOf, heightOf, viewOf } from "~/features/properties/viewport";
import { useDebounced } from "~/lib/useDebounced";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Failed, Skeleton } from "~/ui/states";

/** The corners of an area on the map: a click adds one. */
export default function AreaMap(props: {
  corners: readonly Place[];
  onChange: (corners: Place[]) => void;
}) {
  const { corners, onChange } = props;
  const atlas = useAtlas();
  const svg = useRef<SVGSVGElement>(null);
  // It begins with the area that there is, and stays while that is drawn on.
  const first = useRef(corners);
  const home = useMemo(
    () => viewOf(first.current.length > 2 ? outlineOf(first.current.map(pair)) : undefined),
    [],
  );
  const map = useMapView(svg, home, "");
  const { view, unit, dragging, isHome } = map;
  // What is known of the part that is seen, to find one's way about.
  const seen = useDebounced(
    areaOf(view)
      ?.map((degrees) => degrees.toFixed(2))
      .join(),
    300,
  );
  const known = useInfiniteQuery({
    ...propertiesQuery(seen ? { bbox: seen } : {}, 200),
    placeholderData: keepPreviousData,
  });
  const clusters = useMemo(
    () => clustersOf(pointsOf(rowsOf(known.data)), 12 * unit),
    [known.data, unit],
  );
  if (atlas.error) {
    return <Failed error={atlas.error} what="The map" onRetry={() => void atlas.refetch()} />;
  }

  const at = (x: number, y: number) => {
    const place = placeAt(x, y);
    return place ? [place] : [];
  };
  const add = (event: MouseEvent<SVGSVGElement>) => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const [x, y] = [event.clientX - left, event.clientY - top];
    onChange([...corners, ...at(view.x + x * unit, view.y + y * unit)]);
  };
  const takeAll = () => {
    const [right, bottom] = [view.x + view.width, view.y + heightOf(view)];
    onChange([
      ...at(view.x, view.y),
      ...at(right, view.y),
      ...at(right, bottom),
      ...at(view.x, bottom),
    ]);
  };
  const points = corners.flatMap((corner) => pointOf(corner) ?? []);

  return (
    <div>
      <div className="relative overflow-hidden rounded-md border bg-sunken">
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field below takes corners as well */}
        <svg
          ref={svg}
          viewBox={boxOf(view)}
          role="img"
          aria-label={`Map of the area; the field below has its ${corners.length} corners`}
          {...dragging}
          onClick={add}
          className={cx(
            "block aspect-[975/610] w-full cursor-crosshair select-none",
            isHome ? "touch-pan-y" : "touch-none",
          )}
        >
          {atlas.data && <Land atlas={atlas.data} unit={unit} />}
          {clusters.map(({ key, x, y }) => (
            <circle
              key={key}
              cx={x}
              cy={y}
              r={3 * unit}
              className="fill-muted [fill-opacity:0.6]"
            />
          ))}
          <CityNames clusters={clusters} unit={unit} />
          {points.length > 1 && (
            <path
              d={`M${points.map(({ x, y }) => `${x},${y}`).join("L")}Z`}
              strokeWidth={1.5 * unit}
              className="fill-accent stroke-accent [fill-opacity:0.1]"
            />
          )}
          {points.map(({ x, y }, index) => (
            <circle
              // biome-ignore lint/suspicious/noArrayIndexKey: corners have no other name
              key={index}
              cx={x}
              cy={y}
              r={(index === points.length - 1 ? 5 : 3.5) * unit}
              strokeWidth={unit}
              className="fill-accent stroke-surface"
            />
          ))}
        </svg>
        {!atlas.data && <Skeleton className="absolute inset-0" />}
        <MapControls map={map} />
      </div>
      <div className="mt-2 flex flex-wrap items-center justify-between gap-2 text-xs text-muted">
        A click adds a corner.
        <Button small onClick={takeAll}>
          Take all that is shown
        </Button>
      </div>
    </div>
  );
}

const pair = ({ latitude, longitude }: Place) => [longitude, latitude];

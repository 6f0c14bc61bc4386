import { useQuery } from "@tanstack/react-query";
import { Maximize, Minus, Plus } from "lucide-react";
import type { ReactNode } from "react";
import atlasUrl from "us-atlas/states-albers-10m.json?url";
import { cx } from "~/ui/cx";
import { type Atlas, type Cluster, cityNames, type DrawnAtlas, drawAtlas } from "./map";
import type { useMapView } from "./useMapView";
import { middleOf, zoomed } from "./viewport";

/** The map is part of the app: it needs no other server. */
export const useAtlas = () =>
  useQuery({
    queryKey: ["atlas"],
    queryFn: async ({ signal }) => {
      const answer = await fetch(atlasUrl, { signal });
      if (!answer.ok) throw new Error(`the map answered ${answer.status}`);
      return drawAtlas((await answer.json()) as Atlas);
    },
    staleTime: Number.POSITIVE_INFINITY,
  });

/** The states. `unit` is the length of a pixel. */
export function Land(props: {
  atlas: DrawnAtlas;
  unit: number;
  chosen?: string | undefined;
  onState?: (code: string) => void;
}) {
  const { atlas, unit, chosen, onState } = props;
  return (
    <>
      {atlas.states.map(({ code, path }) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: a list does the same by keyboard
        <path
          key={code}
          d={path}
          onClick={onState && (() => onState(code))}
          className={cx(
            chosen && code !== chosen ? "fill-bg" : "fill-surface",
            onState && "cursor-pointer hover:fill-line",
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
    </>
  );
}

/** Farther away than this, in units of the map for a pixel, names would cover one another. */
const NAMED = 0.35;

/** The names of the cities, once they have room. */
export function CityNames({ clusters, unit }: { clusters: readonly Cluster[]; unit: number }) {
  if (unit > NAMED) return null;
  return (
    <g aria-hidden className="pointer-events-none fill-text stroke-surface [paint-order:stroke]">
      {cityNames(clusters).map(({ city, cluster }) => (
        <text
          key={cluster.key}
          x={cluster.x}
          y={cluster.y + 28 * unit}
          textAnchor="middle"
          fontSize={11 * unit}
          strokeWidth={3 * unit}
        >
          {city}
        </text>
      ))}
    </g>
  );
}

/** Comes closer, goes back, and shows all. */
export function MapControls({ map }: { map: ReturnType<typeof useMapView> }) {
  const zoom = (factor: number) => () => map.change((now) => zoomed(now, factor, middleOf(now)));
  return (
    <div className="absolute bottom-2 left-2 flex overflow-hidden rounded-md border bg-surface sm:top-2 sm:bottom-auto sm:flex-col">
      <Control label="Come closer" onClick={zoom(2)}>
        <Plus size={16} aria-hidden />
      </Control>
      <Control label="Go back" onClick={zoom(0.5)}>
        <Minus size={16} aria-hidden />
      </Control>
      <Control label="As at the beginning" disabled={map.isHome} onClick={map.reset}>
        <Maximize size={16} aria-hidden />
      </Control>
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
      className="flex size-8 items-center justify-center border-r -outline-offset-2 last:border-0 hover:bg-sunken disabled:opacity-40 sm:border-r-0 sm:border-b pointer-coarse:size-11"
    />
  );
}

import type { KeyboardEvent } from "react";
import { count } from "~/lib/format";
import { cx } from "~/ui/cx";
import type { Cluster } from "./map";
import { bid, statusWord } from "./parts";

/** Clusters of this many properties or more are drawn equally large. */
const LARGE = 60;
/** A finger's target, from its middle. */
const TARGET = 14;

export const pointId = (key: string) => `point-${key}`;

/** What a point is called. */
export function nameOf({ properties: [first, ...others] }: Cluster): string {
  if (first === undefined) return "";
  const place = `${first.city}, ${first.state}`;
  if (others.length > 0) return `${count(others.length + 1)} properties around ${place}`;
  return `${first.street}, ${place}, ${statusWord(first.status)}, ${bid(first)}`;
}

/** The points of the map; one of them is in the order of the Tab key, arrows lead to the others. */
export function MapPoints(props: {
  clusters: readonly Cluster[];
  /** The length of a pixel. */
  unit: number;
  chosen: string | undefined;
  current: string | undefined;
  onChoose: (key: string) => void;
  onFocus: (key: string) => void;
  onArrow: (from: Cluster, event: KeyboardEvent) => void;
}) {
  const { clusters, unit, chosen, current, onChoose, onFocus, onArrow } = props;
  return (
    <g>
      {clusters.map((cluster) => {
        const { key, x, y, properties } = cluster;
        const many = properties.length;
        const live = properties.some(({ status }) => status === "auction");
        const radius = (6 + 9 * Math.sqrt(Math.min(many, LARGE) / LARGE)) * unit;
        return (
          // biome-ignore lint/a11y/useSemanticElements: there are no buttons within a drawing
          <g
            key={key}
            id={pointId(key)}
            role="button"
            tabIndex={key === current ? 0 : -1}
            aria-label={nameOf(cluster)}
            aria-pressed={key === chosen}
            onClick={() => onChoose(key)}
            onFocus={() => onFocus(key)}
            onKeyDown={(event) => {
              if (event.key === "Enter" || event.key === " ") {
                event.preventDefault();
                onChoose(key);
              } else onArrow(cluster, event);
            }}
            className="group cursor-pointer outline-none"
          >
            <circle cx={x} cy={y} r={Math.max(radius, TARGET * unit)} fill="transparent" />
            <circle
              cx={x}
              cy={y}
              r={radius + 3 * unit}
              fill="none"
              strokeWidth={2 * unit}
              className="stroke-text opacity-0 group-focus-visible:opacity-100"
            />
            <circle
              cx={x}
              cy={y}
              r={radius}
              strokeWidth={(key === chosen ? 3 : 1) * unit}
              className={cx(
                key === chosen ? "stroke-text" : "stroke-surface",
                live ? "fill-accent" : "fill-muted",
              )}
            />
            {many > 1 && (
              <text
                x={x}
                y={y + 3.5 * unit}
                textAnchor="middle"
                fontSize={10 * unit}
                className="pointer-events-none fill-on-accent font-medium"
              >
                {many}
              </text>
            )}
            <title>{nameOf(cluster)}</title>
          </g>
        );
      })}
    </g>
  );
}

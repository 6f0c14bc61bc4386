import type { Point } from "./rates";
import { lasted } from "./words";

const WIDTH = 300;
/** The first minute has its room from the beginning. */
const LEAST_MS = 60_000;
const HEIGHT = 40;

/** The last minutes of a figure, and in words between which values it was. */
export function Sparkline(props: {
  name: string;
  lines: readonly (readonly Point[])[];
  format: (value: number) => string;
}) {
  const { name, lines, format } = props;
  const points = lines.flat();
  const values = points.map(({ value }) => value);
  const last = points.at(-1);
  if (last === undefined) return <div style={{ height: HEIGHT }} />;
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const top = high === low ? high * 2 || 1 : high + (high - low) * 0.1;
  const bottom = high === low ? 0 : Math.max(0, low - (high - low) * 0.1);
  const span = Math.max(LEAST_MS, last.at - (points[0]?.at ?? last.at));
  const x = (at: number) => WIDTH * (1 - (last.at - at) / span);
  const y = (value: number) => HEIGHT - 1 - ((value - bottom) / (top - bottom)) * (HEIGHT - 2);
  const between = low === high ? `always ${format(low)}` : `from ${format(low)} to ${format(high)}`;
  const words = `${name} in the last minutes: ${between}`;
  return (
    <figure title={words}>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
        className="block w-full"
        style={{ height: HEIGHT }}
      >
        <line x1={0} x2={WIDTH} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} className="stroke-line" />
        {lines.map((line) => (
          <polyline
            key={line[0]?.at}
            points={line.map(({ at, value }) => `${x(at)},${y(value)}`).join(" ")}
            fill="none"
            strokeWidth={1.5}
            vectorEffect="non-scaling-stroke"
            className="stroke-accent"
          />
        ))}
      </svg>
      <figcaption className="flex justify-between text-xs text-muted" aria-hidden>
        <span>{lasted(span)}</span>
        <span>{low === high ? format(low) : `${format(low)} to ${format(high)}`}</span>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

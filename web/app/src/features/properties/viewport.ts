import type { Box } from "./filters";
import { type Cluster, MAP_HEIGHT, MAP_WIDTH, type Outline, placeAt } from "./map";

/** What of the map is on the screen; it has the shape of the whole. */
export interface Viewport {
  x: number;
  y: number;
  width: number;
}

export const WHOLE: Viewport = { x: 0, y: 0, width: MAP_WIDTH };

/** Some seven kilometres: nearer there is nothing more to be seen. */
const LEAST_WIDTH = 1.5;
const ROOM = 1.2;

export const heightOf = ({ width }: Viewport) => (width * MAP_HEIGHT) / MAP_WIDTH;
export const boxOf = (view: Viewport) => `${view.x} ${view.y} ${view.width} ${heightOf(view)}`;

/** A view stays where there is something to be seen. */
function within(view: Viewport): Viewport {
  const width = Math.min(MAP_WIDTH, Math.max(LEAST_WIDTH, view.width));
  const bound = (from: number, length: number, whole: number) =>
    Math.min(whole - length / 2, Math.max(-length / 2, from));
  const height = heightOf({ ...view, width });
  return { x: bound(view.x, width, MAP_WIDTH), y: bound(view.y, height, MAP_HEIGHT), width };
}

/** Shows a part with some room around it. */
export function viewOf(part: Pick<Outline, "bounds"> | undefined): Viewport {
  if (part === undefined) return WHOLE;
  const [[left, top], [right, bottom]] = part.bounds;
  if (!Number.isFinite(left)) return WHOLE;
  const width = Math.max(right - left, ((bottom - top) * MAP_WIDTH) / MAP_HEIGHT) * ROOM;
  return centred({ ...WHOLE, width: Math.max(LEAST_WIDTH, width) }, [
    (left + right) / 2,
    (top + bottom) / 2,
  ]);
}

/** The same size around another middle. */
export function centred(view: Viewport, [x, y]: readonly [number, number]): Viewport {
  return within({ ...view, x: x - view.width / 2, y: y - heightOf(view) / 2 });
}

export const moved = (view: Viewport, dx: number, dy: number): Viewport =>
  within({ ...view, x: view.x + dx, y: view.y + dy });

/** Comes nearer by a factor above 1; `at` stays where it is on the screen. */
export function zoomed(view: Viewport, factor: number, at: readonly [number, number]): Viewport {
  const { width } = within({ ...view, width: view.width / factor });
  const part = width / view.width;
  return within({ x: at[0] - (at[0] - view.x) * part, y: at[1] - (at[1] - view.y) * part, width });
}

export const middleOf = (view: Viewport): [number, number] => [
  view.x + view.width / 2,
  view.y + heightOf(view) / 2,
];

export const isWithin = (view: Viewport, { x, y }: { x: number; y: number }): boolean =>
  x >= view.x && x <= view.x + view.width && y >= view.y && y <= view.y + heightOf(view);

const GRID = [0, 0.125, 0.25, 0.375, 0.5, 0.625, 0.75, 0.875, 1];

/** The degrees around all that is on the screen. Meridians are bent: more than corners counts. */
export function areaOf(view: Viewport): Box | undefined {
  const places = GRID.flatMap((right) =>
    GRID.flatMap((down) => {
      const place = placeAt(view.x + view.width * right, view.y + heightOf(view) * down);
      return place ? [place] : [];
    }),
  );
  if (places.length === 0) return undefined;
  const [lon, lat] = [places.map((at) => at.longitude), places.map((at) => at.latitude)];
  const west = Math.max(-180, Math.min(...lon));
  const east = Math.min(180, Math.max(...lon));
  return [west, Math.max(-90, Math.min(...lat)), east, Math.min(90, Math.max(...lat))];
}

const STEPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** The point that an arrow key leads to: the nearest one, sooner one that is straight ahead. */
export function pointBeyond(
  clusters: readonly Cluster[],
  from: Cluster,
  key: string,
): Cluster | undefined {
  const [dx, dy] = STEPS[key] ?? [0, 0];
  let best: Cluster | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const cluster of clusters) {
    const [x, y] = [cluster.x - from.x, cluster.y - from.y];
    const [ahead, aside] = [x * dx + y * dy, Math.abs(x * dy - y * dx)];
    const far = ahead + 2 * aside;
    if (ahead <= 0 || aside > 2 * ahead || far >= least) continue;
    best = cluster;
    least = far;
  }
  return best;
}

import { geoAlbersUsa, geoCircle, geoPath } from "d3-geo";
import { feature, mesh } from "topojson-client";
import type { GeometryCollection, Topology } from "topojson-specification";
import type { Property } from "~/lib/types";
import type { Box, Place } from "./filters";

/** The size that the atlas is drawn for, and the projection that it was drawn with. */
export const MAP_WIDTH = 975;
export const MAP_HEIGHT = 610;
const project = geoAlbersUsa()
  .scale(1300)
  .translate([MAP_WIDTH / 2, MAP_HEIGHT / 2]);

// The atlas names states by their FIPS codes.
const FIPS =
  "01AL02AK04AZ05AR06CA08CO09CT10DE11DC12FL13GA15HI16ID17IL18IN19IA20KS21KY22LA23ME24MD25MA26MI27MN28MS29MO30MT31NE32NV33NH34NJ35NM36NY37NC38ND39OH40OK41OR42PA44RI45SC46SD47TN48TX49UT50VT51VA53WA54WV55WI56WY72PR";
const CODES = new Map((FIPS.match(/.{4}/g) ?? []).map((four) => [four.slice(0, 2), four.slice(2)]));

export type Atlas = Topology<{ states: GeometryCollection<{ name: string }> }>;

export interface StateShape {
  code: string;
  name: string;
  path: string;
  bounds: [[number, number], [number, number]];
}

export interface DrawnAtlas {
  states: StateShape[];
  borders: string;
}

/** The paths of an atlas that is projected already. */
export function drawAtlas(atlas: Atlas): DrawnAtlas {
  const path = geoPath();
  const { states } = atlas.objects;
  return {
    states: feature(atlas, states).features.flatMap((shape) => {
      const code = CODES.get(String(shape.id));
      if (code === undefined) return [];
      const { name } = shape.properties;
      return [{ code, name, path: path(shape) ?? "", bounds: path.bounds(shape) }];
    }),
    borders: path(mesh(atlas, states, (a, b) => a !== b)) ?? "",
  };
}

export interface Point {
  property: Property;
  x: number;
  y: number;
}

/** Where properties are on the map; not those without a place, or beyond its edge. */
export function pointsOf(properties: readonly Property[]): Point[] {
  return properties.flatMap((property) => {
    const { latitude, longitude } = property;
    if (latitude == null || longitude == null) return [];
    const at = pointOf({ latitude, longitude });
    return at ? [{ property, ...at }] : [];
  });
}

/** Points that lie so close that they would cover one another. */
export interface Cluster {
  key: string;
  x: number;
  y: number;
  properties: Property[];
}

/** Puts points together that are nearer to a cluster's middle than `distance`. */
export function clustersOf(points: readonly Point[], distance: number): Cluster[] {
  const clusters: Cluster[] = [];
  for (const { property, x, y } of points) {
    const near = clusters.find((one) => Math.hypot(one.x - x, one.y - y) < distance);
    if (near === undefined) {
      clusters.push({ key: property.id, x, y, properties: [property] });
      continue;
    }
    const many = near.properties.push(property);
    near.x += (x - near.x) / many;
    near.y += (y - near.y) / many;
  }
  return clusters;
}

/** Where the names of cities belong: each at its largest cluster. */
export function cityNames(clusters: readonly Cluster[]): { city: string; cluster: Cluster }[] {
  const largest = new Map<string, { city: string; cluster: Cluster }>();
  for (const cluster of clusters) {
    const [first] = cluster.properties;
    if (first === undefined) continue;
    const name = `${first.city}, ${first.state}`;
    const many = largest.get(name)?.cluster.properties.length ?? 0;
    if (cluster.properties.length > many) largest.set(name, { city: first.city, cluster });
  }
  return [...largest.values()];
}

/** A part of the map to be shown, drawn around, or both. */
export interface Outline {
  path: string;
  bounds: [[number, number], [number, number]];
}

/** What is so near to a place. */
export const circleAround = ({ latitude, longitude }: Place, radiusKm: number): Outline =>
  outlineOf(
    geoCircle()
      .center([longitude, latitude])
      .radius(radiusKm / KM_PER_DEGREE)().coordinates[0] ?? [],
  );

const KM_PER_DEGREE = 111.19;

/** An area between two meridians and two parallels, which are bent on this map. */
export function outlineOfBox([west, south, east, north]: Box): Outline {
  const corners = [
    [west, south],
    [east, south],
    [east, north],
    [west, north],
  ] as const;
  const ring = corners.flatMap(([x, y], at) => {
    const [toX, toY] = corners[(at + 1) % corners.length] ?? [x, y];
    return Array.from({ length: PIECES }, (_, i): [number, number] => [
      x + ((toX - x) * i) / PIECES,
      y + ((toY - y) * i) / PIECES,
    ]);
  });
  return outlineOf(ring);
}

const PIECES = 12;

/** Points beyond the edge of the map are left out. */
export function outlineOf(ring: readonly (readonly number[])[]): Outline {
  const points = ring.flatMap(([x = 0, y = 0]) => {
    const at = project([x, y]);
    return at === null ? [] : [at];
  });
  const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
  return {
    path: points.length > 2 ? `M${points.map((at) => at.join()).join("L")}Z` : "",
    bounds: [
      [Math.min(...xs), Math.min(...ys)],
      [Math.max(...xs), Math.max(...ys)],
    ],
  };
}

/** Where a place is on the map, unless it is beyond its edge. */
export function pointOf({ latitude, longitude }: Place): { x: number; y: number } | undefined {
  const at = project([longitude, latitude]);
  return at ? { x: at[0], y: at[1] } : undefined;
}

/** The degrees of a point of the map. */
export function placeAt(x: number, y: number): Place | undefined {
  const at = project.invert?.([x, y]);
  return at ? { longitude: at[0], latitude: at[1] } : undefined;
}

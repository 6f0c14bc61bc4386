import type { Property } from "./types";

export interface Place {
  latitude: number;
  longitude: number;
}

/** A place with what people call it, where that is known. */
export interface NamedPlace extends Place {
  name?: string;
}

/** Miles around a place. */
export const RADII = ["5", "10", "25", "50", "100", "250"];
export const USUAL_RADIUS = "25";

export const MILES_PER_KM = 0.621371;

/** The numbers of a list such as `36.7,-119.8`, when each is within its bound. */
export function numbersOf(text: string, bounds: readonly number[]): number[] | undefined {
  const parts = text.split(",");
  const numbers = parts.map(Number);
  const fits = (bound: number, i: number) =>
    /^\s*-?\d+(\.\d+)?\s*$/.test(parts[i] ?? "") && Math.abs(numbers[i] ?? 0) <= bound;
  return parts.length === bounds.length && bounds.every(fits) ? numbers : undefined;
}

/** A place of an address or of somebody who types: `latitude, longitude`. */
export function placeIn(text: string | undefined): Place | undefined {
  const [latitude, longitude] = numbersOf(text ?? "", [90, 180]) ?? [];
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

/** Four decimals are ten metres. */
const round = (degrees: number) => Math.round(degrees * 1e4) / 1e4;

export const rounded = ({ latitude, longitude }: Place): Place => ({
  latitude: round(latitude),
  longitude: round(longitude),
});

export const nearOf = ({ latitude, longitude }: Place) =>
  `${latitude.toFixed(4)},${longitude.toFixed(4)}`;

/** A place as people read it, and may type it. */
export const coordinates = (place: Place) => nearOf(place).replace(",", ", ");

/** `Austin, TX` as a city and a state. */
export function cityIn(text: string): { city: string; state?: string } {
  const [, city, state] = /^(.+?)\s*,\s*([A-Za-z]{2})$/.exec(text.trim()) ?? [];
  return city && state ? { city, state: state.toUpperCase() } : { city: text.trim() };
}

/** How many are in each state, the most first. */
export function byState(properties: readonly Property[]): [state: string, many: number][] {
  const counts = new Map<string, number>();
  for (const { state } of properties) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].sort(([a, first], [b, second]) => second - first || (a < b ? -1 : 1));
}

type Placed = Property & Place;

const isPlaced = (property: Property): property is Placed =>
  property.latitude != null && property.longitude != null;

/** The middle of what is known of one city. */
function middleOf(properties: readonly Placed[]): NamedPlace | undefined {
  const [first] = properties;
  if (first === undefined) return undefined;
  const mean = (axis: keyof Place) =>
    properties.reduce((sum, each) => sum + each[axis], 0) / properties.length;
  return {
    ...rounded({ latitude: mean("latitude"), longitude: mean("longitude") }),
    name: `${first.city}, ${first.state}`,
  };
}

/** Where a city lies; where several states have one of that name, that of the larger. */
export function cityMiddle(properties: readonly Property[]): NamedPlace | undefined {
  const placed = properties.filter(isPlaced);
  const [largest] = byState(placed);
  return middleOf(placed.filter(({ state }) => state === largest?.[0]));
}

/** The city of these properties that a place belongs to: that whose middle is nearest. */
export function cityAround(place: Place, properties: readonly Property[]): string | undefined {
  const cities = new Map<string, Placed[]>();
  for (const each of properties.filter(isPlaced)) {
    const key = `${each.city}, ${each.state}`.toLowerCase();
    cities.set(key, [...(cities.get(key) ?? []), each]);
  }
  const flattened = Math.cos((place.latitude * Math.PI) / 180);
  const distance = ({ latitude, longitude }: Place) =>
    Math.hypot(latitude - place.latitude, (longitude - place.longitude) * flattened);
  const [nearest] = [...cities.values()]
    .flatMap((group) => middleOf(group) ?? [])
    .sort((a, b) => distance(a) - distance(b));
  return nearest?.name;
}

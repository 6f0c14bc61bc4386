import { count } from "~/lib/format";
import type { Property } from "~/lib/types";
import { type Filters, nearOf, radiusOf } from "./filters";

export interface Found {
  near: string;
  place?: string;
}

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

/** The middle of what is known of a city; where several states have one, of the larger. */
export function cityMiddle(properties: readonly Property[]): Found | undefined {
  const placed = properties.filter((each) => each.latitude != null && each.longitude != null);
  const [largest] = byState(placed);
  const group = placed.filter(({ state }) => state === largest?.[0]);
  const [first] = group;
  if (first === undefined) return undefined;
  const mean = (name: "latitude" | "longitude") =>
    group.reduce((sum, each) => sum + (each[name] ?? 0), 0) / group.length;
  return {
    near: nearOf({ latitude: mean("latitude"), longitude: mean("longitude") }),
    place: `${first.city}, ${first.state}`,
  };
}

/** How the filter is called. */
export function nearLabel(filters: Filters): string {
  const { near = "", place } = filters;
  return `Within ${radiusOf(filters)} mi of ${place ?? near.replace(",", ", ")}`;
}

const MILES_PER_KM = 0.621371;

/** A distance as a list says it. */
export function miles(km: number | null | undefined): string | undefined {
  if (km === null || km === undefined) return undefined;
  const value = km * MILES_PER_KM;
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} mi`;
}

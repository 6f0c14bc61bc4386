import { count } from "~/lib/format";
import { MILES_PER_KM } from "~/lib/place";
import { type Filters, radiusOf } from "./filters";

/** How the filter is called. */
export function nearLabel(filters: Filters): string {
  const { near = "", place } = filters;
  return `Within ${radiusOf(filters)} mi of ${place ?? near.replace(",", ", ")}`;
}

/** A distance as a list says it. */
export function miles(km: number | null | undefined): string | undefined {
  if (km === null || km === undefined) return undefined;
  const value = km * MILES_PER_KM;
  return `${value < 10 ? value.toFixed(1) : count(Math.round(value))} mi`;
}

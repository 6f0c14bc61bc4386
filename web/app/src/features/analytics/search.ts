import { readFilters } from "~/features/properties/filters";

export const GROUPS = [
  { value: "state", label: "By state" },
  { value: "city", label: "By city" },
  { value: "type", label: "By kind" },
  { value: "month", label: "By month" },
] as const;

export type GroupBy = (typeof GROUPS)[number]["value"];

export interface AnalyticsSearch {
  group_by?: GroupBy;
  state?: string;
  from?: string;
  to?: string;
}

/** What an address says, without what makes no sense. */
export function readAnalyticsSearch(search: Record<string, unknown>): AnalyticsSearch {
  const { state, from, to } = readFilters(search);
  const group = GROUPS.find(({ value }) => value === search.group_by)?.value;
  return {
    ...(group && { group_by: group }),
    ...(state && { state }),
    ...(from && { from }),
    ...(to && { to }),
  };
}

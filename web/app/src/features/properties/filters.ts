import type { paths } from "@openbell/client";
import { numbersOf, placeIn, USUAL_RADIUS } from "~/lib/place";
import { STATES } from "~/lib/states";
import { cell } from "~/lib/store";

export const VIEWS = ["list", "map", "calendar"] as const;
export type View = (typeof VIEWS)[number];

export const STATUSES = ["preforeclosure", "auction", "sold", "reo", "cancelled", "redeemed"];

export const TYPES = [
  "single_family",
  "condo",
  "multi_family",
  "townhouse",
  "manufactured",
  "commercial",
  "land",
  "other",
];

const SORTS = [
  { value: "updated_at", label: "Last change" },
  { value: "auction_date", label: "Auction date" },
  { value: "id", label: "Order added" },
];

/** Where distances are known, the nearest come first. */
const BY_DISTANCE = { value: "distance", label: "Distance" };

export const sortsOf = ({ near }: Filters) => (near ? [BY_DISTANCE, ...SORTS] : SORTS);
export const usualSort = ({ near }: Filters) => (near ? BY_DISTANCE.value : "updated_at");

export const radiusOf = ({ radius_miles: miles }: Filters) => miles ?? USUAL_RADIUS;

/** What is looked for, as it stands in the address. */
export interface Filters {
  q?: string;
  status?: string;
  type?: string;
  state?: string;
  city?: string;
  min_bid?: string;
  max_bid?: string;
  from?: string;
  to?: string;
  /** `latitude,longitude`. */
  near?: string;
  radius_miles?: string;
  /** What people call the place that is near. */
  place?: string;
  /** `west,south,east,north`, instead of a place. */
  bbox?: string;
  sort?: string;
  view?: View;
  /** The month of the calendar, `YYYY-MM`. */
  month?: string;
}

const oneOf = (list: readonly string[]) => (value: string) => list.includes(value);
const isDate = (value: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
const isAmount = (value: string) => /^\d{1,12}(\.\d{1,2})?$/.test(value);

/** West, south, east, north. */
export type Box = [number, number, number, number];

export function boxIn(text: string | undefined): Box | undefined {
  const box = numbersOf(text ?? "", [180, 90, 180, 90]) as Box | undefined;
  return box && box[1] < box[3] && box[0] !== box[2] ? box : undefined;
}

const RULES: Record<keyof Filters, (value: string) => boolean> = {
  q: (value) => value.length <= 200,
  status: oneOf(STATUSES),
  type: oneOf(TYPES),
  state: oneOf(STATES),
  city: (value) => value.length <= 100,
  min_bid: isAmount,
  max_bid: isAmount,
  from: isDate,
  to: isDate,
  near: (value) => placeIn(value) !== undefined,
  radius_miles: (value) => /^\d{1,3}(\.\d)?$/.test(value) && Number(value) > 0,
  place: (value) => value.length <= 80,
  bbox: (value) => boxIn(value) !== undefined,
  sort: oneOf([BY_DISTANCE, ...SORTS].map(({ value }) => value)),
  view: oneOf(VIEWS),
  month: (value) => /^\d{4}-(0[1-9]|1[0-2])$/.test(value),
};

const isName = (name: string): name is keyof Filters => Object.hasOwn(RULES, name);

/** What an address says, without what makes no sense: anybody may write one. */
export function readFilters(search: Record<string, unknown>): Filters {
  const kept = Object.entries(search).flatMap(([name, value]) => {
    const text = typeof value === "string" || typeof value === "number" ? String(value).trim() : "";
    return text !== "" && isName(name) && RULES[name](text) ? [[name, text] as const] : [];
  });
  const filters = Object.fromEntries(kept) as Filters;
  // A place and an area exclude each other, and what belongs to a place goes with it.
  if (filters.bbox) delete filters.near;
  if (filters.near) return filters;
  const { radius_miles: _, place: __, sort, ...rest } = filters;
  return { ...rest, ...(sort && sort !== BY_DISTANCE.value && { sort }) };
}

type Query = NonNullable<paths["/api/v1/properties"]["get"]["parameters"]["query"]>;

/** What the server is asked for. */
export function toQuery(filters: Filters): Query {
  const { view: _, month: __, place: ___, sort = usualSort(filters), ...rest } = filters;
  return {
    ...rest,
    ...(filters.near && { radius_miles: radiusOf(filters) }),
    sort: sort as NonNullable<Query["sort"]>,
  };
}

/** What the list was last asked for: the way back from a property leads there. */
export const lastFilters = cell<Filters>({});

/** Those that narrow the list, which can be taken away one by one. */
export const NARROWING = [
  "q",
  "near",
  "bbox",
  "status",
  "type",
  "state",
  "city",
  "min_bid",
  "max_bid",
  "from",
  "to",
] as const satisfies readonly (keyof Filters)[];

export const narrowing = (filters: Filters) => NARROWING.filter((name) => filters[name]);

/** With a change; what is empty leaves the address. */
export function withFilters(filters: Filters, change: { [K in keyof Filters]?: Filters[K] | "" }) {
  return readFilters({ ...filters, ...change });
}

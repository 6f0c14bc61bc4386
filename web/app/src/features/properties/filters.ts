import type { paths } from "@openbell/client";

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

export const SORTS = [
  { value: "updated_at", label: "Recently changed" },
  { value: "auction_date", label: "Auction date" },
  { value: "id", label: "Order added" },
];

export const STATES =
  "AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA PR RI SC SD TN TX UT VT VA WA WV WI WY".split(
    " ",
  );

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
  sort?: string;
  view?: View;
  /** The month of the calendar, `YYYY-MM`. */
  month?: string;
}

const oneOf = (list: readonly string[]) => (value: string) => list.includes(value);
const isDate = (value: string) =>
  /^\d{4}-\d{2}-\d{2}$/.test(value) && !Number.isNaN(Date.parse(value));
const isAmount = (value: string) => /^\d{1,12}(\.\d{1,2})?$/.test(value);

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
  sort: oneOf(SORTS.map(({ value }) => value)),
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
  return Object.fromEntries(kept) as Filters;
}

type Query = NonNullable<paths["/api/v1/properties"]["get"]["parameters"]["query"]>;

/** What the server is asked for. */
export function toQuery({ view: _, month: __, sort, ...rest }: Filters): Query {
  return { ...rest, sort: (sort ?? "updated_at") as NonNullable<Query["sort"]> };
}

/** Those that narrow the list, which can be taken away one by one. */
export const NARROWING = [
  "q",
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

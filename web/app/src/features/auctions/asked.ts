import type { paths } from "@openbell/client";
import { cell } from "~/lib/store";

type Query = NonNullable<paths["/api/v1/auctions"]["get"]["parameters"]["query"]>;

/** Parts of the list, each with what the server is asked for. The first needs no word. */
export const SHOWN = [
  { show: undefined, label: "Open", query: { status: "open" } },
  { show: "live", label: "Live", query: { status: "live" } },
  { show: "over", label: "Over", query: { status: "over" } },
  { show: "mine", label: "I sell", query: { seller: "me" } },
] as const satisfies readonly { show: string | undefined; label: string; query: Query }[];

/** What the list is asked for, as it stands in the address. */
export interface Asked {
  show?: "live" | "over" | "mine";
  /** A word of the title. */
  q?: string;
}

const LONGEST_WORD = 100;

/** What an address says, without what makes no sense: anybody may write one. */
export function readAsked({ show, q }: Record<string, unknown>): Asked {
  const part = SHOWN.find((one) => one.show === show)?.show;
  const word = typeof q === "string" ? q.trim().slice(0, LONGEST_WORD) : "";
  return { ...(part && { show: part }), ...(word && { q: word }) };
}

/** What the server is asked for. */
export function toQuery({ show, q }: Asked): Query {
  const { query } = SHOWN.find((one) => one.show === show) ?? SHOWN[0];
  return { ...query, ...(q && { q }) };
}

/** What the list was last asked for: the way back from an auction leads there. */
export const lastAsked = cell<Asked>({});

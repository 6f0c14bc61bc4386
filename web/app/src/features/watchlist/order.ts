import { clockTime } from "~/features/properties/patch";
import { localDay } from "~/lib/format";
import type { WatchEntry } from "~/lib/types";

/** Sorts auctions to come first, the soonest at the top; then what has no date; then what is over. */
function rank({ auction }: WatchEntry, today: string): string {
  const date = auction?.auction_date;
  if (!date || auction.foreclosure_status === "cancelled") return "1";
  const at = `${date} ${clockTime(auction.auction_time) ?? ""}`;
  return date >= today ? `0 ${at}` : `2 ${at}`;
}

export function bySoonest(a: WatchEntry, b: WatchEntry, today = localDay(Date.now())): number {
  const [first, second] = [rank(a, today), rank(b, today)];
  if (first !== second) return first < second ? -1 : 1;
  return a.created_at < b.created_at ? 1 : -1;
}

/** Those whose auction is still to come, the soonest first. */
export const upcoming = (entries: readonly WatchEntry[], today = localDay(Date.now())) =>
  entries
    .filter(
      ({ auction }) =>
        auction?.foreclosure_status === "auction" && (auction.auction_date ?? "") >= today,
    )
    .sort((a, b) => bySoonest(a, b, today));

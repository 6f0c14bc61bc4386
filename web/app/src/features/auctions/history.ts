import type { Pages } from "~/features/properties/patch";
import type { AuctionBid, Page } from "~/lib/types";

/**
 * The pages that are shown with the newest one read again in front. When so much has happened that
 * it does not reach those, it stands alone, and what is older is read anew when it is asked for.
 */
export function withNewest<D extends Pages<AuctionBid>>(known: D, newest: Page<AuctionBid>): D {
  const reach = Math.min(...newest.items.map(({ log_seq: at }) => at));
  const [first, ...others] = known.pages;
  const top = first?.items[0]?.log_seq ?? 0;
  const joins = newest.next_cursor == null || reach <= top;
  if (first === undefined || !joins) {
    return { ...known, pages: [newest], pageParams: [undefined] };
  }
  const older = first.items.filter(({ log_seq: at }) => at < reach);
  return { ...known, pages: [{ ...first, items: [...newest.items, ...older] }, ...others] };
}

import { civilDate } from "~/lib/format";
import type { Property, WatchEntry } from "~/lib/types";
import { type AtVenue, venueHour, venueTitle } from "./venue";

/**
 * When a property's auction is, by the clock of its venue; the reader's own time is in the title
 * where it is another. `brief` where there is no room for the day of the week.
 */
function VenueTime({ brief = false, ...venue }: AtVenue & { brief?: boolean }) {
  const { date, at } = venue;
  if (!date) return <span className="text-muted">No date</span>;
  const text = [civilDate(date, brief ? "brief" : "short"), venueHour(venue)];
  const shown = text.filter(Boolean).join(", ");
  const title = venueTitle(venue);
  if (!at) return <span title={title}>{shown}</span>;
  return (
    <time dateTime={new Date(at).toISOString()} title={title}>
      {shown}
    </time>
  );
}

/** The same of a property. */
export function AuctionTime(props: {
  property: Pick<Property, "auction_at" | "auction_date" | "auction_time" | "time_zone">;
  brief?: boolean;
}) {
  const { auction_at: at, auction_date: date, auction_time: time } = props.property;
  const { time_zone: zone } = props.property;
  return <VenueTime {...{ date, time, zone, at }} brief={props.brief ?? false} />;
}

/** The same of an entry of the watchlist, which says no zone. */
export function WatchedTime({ auction }: { auction: NonNullable<WatchEntry["auction"]> }) {
  const { auction_date: date, auction_time: time } = auction;
  return <VenueTime {...{ date, time }} />;
}

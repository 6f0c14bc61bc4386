import { civilDate, civilTime, fullInstant, instant, zoneName } from "~/lib/format";
import { clockTime } from "./patch";

/** When a property's auction is at its venue, as far as that is known. */
export interface AtVenue {
  date?: string | null | undefined;
  /** `14:30`, or as frames and the watchlist say it: `2:30 PM`. */
  time?: string | null | undefined;
  /** Entries of the watchlist say none. */
  zone?: string | null | undefined;
  /** The instant; not said while the hour is unknown. */
  at?: string | null | undefined;
}

/** The hour by the venue's clock, with the short name of its zone: `10:00 AM EST`. */
export function venueHour({ date, time, zone, at }: AtVenue): string | undefined {
  if (!time) return undefined;
  const hour = civilTime(clockTime(time) ?? time);
  const name = zone && zoneName(zone, at ?? `${date ?? "2000-01-01"}T12:00:00Z`);
  return name ? `${hour} ${name}` : hour;
}

/** The reader's own time, where their clock shows another than the venue's. */
function ownTime({ zone, at }: AtVenue, own?: string): string | undefined {
  if (!zone || !at || instant(at, zone) === instant(at, own)) return undefined;
  return fullInstant(at, own);
}

/** All that there is to say of it. `own` is the reader's zone, where it is not the browser's. */
export function venueTitle(venue: AtVenue, own?: string): string {
  const { date, zone } = venue;
  const parts = [civilDate(date, "long"), venueHour(venue)].filter(Boolean).join(", ");
  const where = zone ? `at the venue (${zone.replaceAll("_", " ")})` : "local time at the venue";
  const yours = ownTime(venue, own);
  return `${parts}, ${where}${yours ? `\nYour time: ${yours}` : ""}`;
}

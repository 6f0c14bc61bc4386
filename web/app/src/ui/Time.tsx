import { ago, fullInstant, instant } from "~/lib/format";
import { useNow } from "~/lib/now";

/** An instant in the reader's zone; everything of it on hover, and at the venue where that counts. */
export function Time(props: { at: string | number; relative?: boolean; venueZone?: string }) {
  const { at, relative = false, venueZone } = props;
  const now = useNow();
  const own = fullInstant(at);
  const there = venueZone ? fullInstant(at, venueZone) : own;
  const title = there === own ? own : `${own}\nAt the venue: ${there}`;
  return (
    <time dateTime={new Date(at).toISOString()} title={title}>
      {relative ? ago(at, now) : instant(at)}
    </time>
  );
}

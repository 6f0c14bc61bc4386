import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { ChevronLeft, ChevronRight } from "lucide-react";
import { civilDate, count, localDay, zone } from "~/lib/format";
import { useIsWide } from "~/lib/media";
import { useNow } from "~/lib/now";
import { client } from "~/lib/session";
import type { CalendarDay, CalendarItem } from "~/lib/types";
import { Button, IconButton } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Empty, Failed, Skeleton } from "~/ui/states";
import { CalendarFeed } from "./CalendarFeed";
import { dayNumber, daysBefore, monthAfter, monthName, weekDates, weekdayName } from "./calendar";
import { venueHour, venueTitle } from "./venue";

/** The auctions of the watchlist, a month at a time. */
export default function CalendarView(props: {
  month: string | undefined;
  onMonth: (month: string) => void;
}) {
  const today = localDay(useNow());
  const month = props.month ?? today.slice(0, 7);
  const tz = zone();
  const wide = useIsWide();
  const { data, error, refetch } = useQuery({
    queryKey: ["calendar", month, tz],
    queryFn: ({ signal }) =>
      client.api.get("/api/v1/calendar", {
        query: { view: "month", date: `${month}-01`, tz },
        signal,
      }),
    staleTime: 0,
  });
  const days = data?.days ?? [];
  const total = days.reduce((sum, day) => sum + day.count, 0);
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <IconButton label="Month before" onClick={() => props.onMonth(monthAfter(month, -1))}>
          <ChevronLeft size={18} aria-hidden />
        </IconButton>
        <h2 className="min-w-36 text-center text-base font-semibold">{monthName(month)}</h2>
        <IconButton label="Month after" onClick={() => props.onMonth(monthAfter(month, 1))}>
          <ChevronRight size={18} aria-hidden />
        </IconButton>
        <Button small onClick={() => props.onMonth(today.slice(0, 7))}>
          This month
        </Button>
        <CalendarFeed />
        <p className="text-muted sm:ml-auto">
          {data ? `${count(total)} on your watchlist` : "Reading…"} · days of{" "}
          {tz.replaceAll("_", " ")}, hours of the venues
        </p>
      </div>
      {data?.truncated && (
        <p className="mb-2 text-warn">There are more auctions than can be shown here.</p>
      )}
      {error !== null && data === undefined ? (
        <Failed error={error} what="The calendar" onRetry={() => void refetch()} />
      ) : data === undefined ? (
        <Skeleton className="h-[34rem] w-full" />
      ) : wide ? (
        <Grid days={days} month={month} today={today} />
      ) : (
        <Agenda days={days} month={month} today={today} />
      )}
    </>
  );
}

interface Shown {
  days: CalendarDay[];
  month: string;
  today: string;
}

function Grid({ days, month, today }: Shown) {
  return (
    <div className="overflow-hidden rounded-md border bg-line">
      <div aria-hidden className="grid grid-cols-7 gap-px border-b bg-surface">
        {weekDates().map((date) => (
          <div key={date} className="px-2 py-1 text-xs text-muted">
            {weekdayName(date, "short")}
          </div>
        ))}
      </div>
      <ol className="grid grid-cols-7 gap-px">
        <Blank days={daysBefore(days[0]?.date ?? `${month}-01`)} />
        {days.map(({ date, items, count: many }) => (
          <li
            key={date}
            className={cx(
              "min-h-24 min-w-0 p-1.5",
              date.startsWith(month) ? "bg-surface" : "bg-sunken",
            )}
          >
            <div
              className={cx(
                "mb-1 inline-flex h-5 min-w-5 items-center justify-center rounded-full px-1 text-xs",
                date === today ? "bg-accent font-semibold text-on-accent" : "text-muted",
              )}
            >
              <span aria-hidden>{dayNumber(date)}</span>
              <span className="sr-only">
                {civilDate(date, "long")}
                {date === today && ", today"}
              </span>
            </div>
            <ul className="flex flex-col gap-1">
              {items.map((item) => (
                <li key={item.watch_id}>
                  <Entry item={item} day={date} />
                </li>
              ))}
            </ul>
            {many > items.length && (
              <p className="text-xs text-muted">and {count(many - items.length)} more</p>
            )}
          </li>
        ))}
        <Blank days={(7 - ((daysBefore(days[0]?.date ?? `${month}-01`) + days.length) % 7)) % 7} />
      </ol>
    </div>
  );
}

/** Days of other months. */
function Blank({ days }: { days: number }) {
  if (days === 0) return null;
  return <li aria-hidden className="bg-sunken" style={{ gridColumn: `span ${days}` }} />;
}

function Agenda({ days, month, today }: Shown) {
  const full = days.filter(({ date, items }) => items.length > 0 && date.startsWith(month));
  if (full.length === 0) {
    return (
      <Empty title="No auction this month">
        Watched properties appear here on the day of their auction.
      </Empty>
    );
  }
  return (
    <ol className="flex flex-col gap-3">
      {full.map(({ date, items }) => (
        <li key={date} className="rounded-md border bg-surface p-3">
          <h3 className="mb-1 font-medium">
            {civilDate(date, "long")}
            {date === today && <span className="text-accent"> · today</span>}
          </h3>
          <ul className="flex flex-col gap-1">
            {items.map((item) => (
              <li key={item.watch_id}>
                <Entry item={item} day={date} />
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

/** An auction on a day of the reader's, which may be another one at the venue. */
function Entry({ item, day }: { item: CalendarItem; day: string }) {
  const { auction, starts_at: at, venue_time_zone: zone } = item;
  const { auction_date: date = day, auction_time } = auction;
  const venue = { date, time: auction_time, zone, at };
  const hour = venueHour(venue) ?? "Hour unknown";
  const time = date === day ? hour : `${civilDate(date, "brief")}, ${hour}`;
  const off = auction.foreclosure_status !== "auction";
  return (
    <Link
      to="/properties/$id"
      params={{ id: auction.property_id }}
      title={`${venueTitle(venue)}\n${auction.street}, ${auction.city}, ${auction.state}`}
      className="block min-w-0 rounded-[4px] border-l-2 border-accent bg-bg px-1.5 py-0.5 text-xs leading-4 hover:bg-sunken pointer-coarse:py-2.5"
    >
      <span className="block truncate text-muted">{time}</span>
      <span className={cx("block truncate", off && "text-muted")}>
        {auction.street}
        {off && ` (${auction.foreclosure_status})`}
      </span>
    </Link>
  );
}

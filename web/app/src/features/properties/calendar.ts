import { dates, locale } from "~/lib/format";

export function monthName(month: string, style: "long" | "short" = "long"): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  return dates({
    timeZone: "UTC",
    month: style,
    year: "numeric",
  }).format(date);
}

/** The month `by` months later. */
export function monthAfter(month: string, by: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const date = new Date(Date.UTC(year, number - 1 + by, 1));
  return date.toISOString().slice(0, 7);
}

export const dayNumber = (date: string): number => Number(date.slice(8));

export function weekdayName(date: string, style: "short" | "long"): string {
  const at = new Date(`${date}T00:00:00Z`);
  return dates({ timeZone: "UTC", weekday: style }).format(at);
}

/** With which day weeks begin where the reader lives: 0 is Sunday. */
const FIRST_DAY = /-(US|CA|MX|BR|JP|IN|IL)\b/.test(locale) ? 0 : 1;

/** How many days of a week come before this one. */
export function daysBefore(date: string, first = FIRST_DAY): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() - first + 7) % 7;
}

/** A week of dates, for the heads of columns. */
export function weekDates(first = FIRST_DAY): string[] {
  // 2023-01-01 was a Sunday.
  return Array.from({ length: 7 }, (_, day) =>
    new Date(Date.UTC(2023, 0, 1 + first + day)).toISOString().slice(0, 10),
  );
}

/** A month as a calendar shows it: whole weeks, the first day of a week given. */
export function monthName(month: string): string {
  const date = new Date(`${month}-01T00:00:00Z`);
  return new Intl.DateTimeFormat(navigator.language, {
    timeZone: "UTC",
    month: "long",
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
  return new Intl.DateTimeFormat(navigator.language, { timeZone: "UTC", weekday: style }).format(
    at,
  );
}

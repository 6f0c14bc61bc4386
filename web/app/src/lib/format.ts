/** How values are shown. Everything here is pure but for the reader's own zone and language. */

/** The reader's language, and with it the order of dates and the marks of numbers. */
export const locale = typeof navigator === "undefined" ? "en-US" : navigator.language;
const DASH = "–";

/** Formatters by their options. To make one takes longer than to use it a hundred times. */
function kept<Options extends object, Format>(make: (options: Options) => Format) {
  const made = new Map<string, Format>();
  return (options: Options): Format => {
    const key = JSON.stringify(options);
    const known = made.get(key);
    if (known !== undefined) return known;
    const format = make(options);
    made.set(key, format);
    return format;
  };
}

/** What writes numbers with these options, in the reader's language. */
export const numbers = kept(
  (options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);
const relative = kept(
  (options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);

/** What writes dates and times with these options, in the reader's language. */
export const dates = kept(
  (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);

/** What bidders stake. No currency of the world: nothing else knows how it is written. */
export const COIN = "COIN";

/** An amount; cents only where there are some. */
export function money(amount: number | null | undefined, currency = "USD"): string {
  if (amount === null || amount === undefined) return DASH;
  if (currency === COIN) return `${numbers({}).format(amount)} ${amount === 1 ? "coin" : "coins"}`;
  const whole = Number.isInteger(amount);
  return numbers({
    style: "currency",
    currency,
    currencyDisplay: "narrowSymbol",
    ...(whole ? { minimumFractionDigits: 0, maximumFractionDigits: 0 } : {}),
  }).format(amount);
}

/** A difference, with its sign. */
export function moneyChange(amount: number, currency = "USD"): string {
  const sign = amount > 0 ? "+" : amount < 0 ? "−" : "±";
  return sign + money(Math.abs(amount), currency);
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? DASH : numbers({}).format(value);
}

/** A share such as 0.305 as per cent. */
export function percent(share: number | null | undefined, digits = 0): string {
  if (share === null || share === undefined) return DASH;
  return numbers({
    style: "percent",
    maximumFractionDigits: digits,
  }).format(share);
}

/** A badge's number. */
export const capped = (value: number): string => (value > 99 ? "99+" : String(value));

/** A civil date, which has no zone: it is the same day everywhere. */
export function civilDate(
  date: string | null | undefined,
  style: "brief" | "short" | "long" = "short",
) {
  if (!date) return DASH;
  const at = new Date(`${date}T00:00:00Z`);
  if (Number.isNaN(at.getTime())) return date;
  return dates({
    timeZone: "UTC",
    ...(style === "brief" ? {} : { weekday: style }),
    day: "numeric",
    month: style === "long" ? "long" : "short",
    ...(isNear(at) && style !== "long" ? {} : { year: "numeric" }),
  }).format(at);
}

/** A time of day such as `14:30`, of wherever it is meant for. */
export function civilTime(time: string): string {
  const at = new Date(`2000-01-01T${time}Z`);
  if (Number.isNaN(at.getTime())) return time;
  return dates({
    timeZone: "UTC",
    hour: "numeric",
    minute: "2-digit",
  }).format(at);
}

/** What a zone is called at an instant, in short: `EST`. */
export function zoneName(timeZone: string, at: string | number): string | undefined {
  const parts = dates({ timeZone, timeZoneName: "short" }).formatToParts(new Date(at));
  return parts.find(({ type }) => type === "timeZoneName")?.value;
}

/** Whether a date says by itself which year is meant. */
const isNear = (date: Date): boolean => Math.abs(date.getTime() - Date.now()) < 300 * 86_400_000;

/** An instant in the reader's zone. */
export function instant(at: string | number, timeZone?: string): string {
  const date = new Date(at);
  return dates({
    day: "numeric",
    month: "short",
    ...(isNear(date) ? {} : { year: "numeric" }),
    hour: "numeric",
    minute: "2-digit",
    ...(timeZone ? { timeZone } : {}),
  }).format(date);
}

/** An instant with everything that there is to say of it. */
export function fullInstant(at: string | number, timeZone?: string): string {
  return dates({
    dateStyle: "full",
    timeStyle: "long",
    ...(timeZone ? { timeZone } : {}),
  }).format(new Date(at));
}

export function timeOfDay(at: string | number, seconds = false): string {
  return dates({
    hour: "numeric",
    minute: "2-digit",
    ...(seconds ? { second: "2-digit" } : {}),
  }).format(new Date(at));
}

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** How long ago, or how long until; the date once that says more. */
export function ago(at: string | number, nowMs: number): string {
  const ms = new Date(at).getTime() - nowMs;
  if (Math.abs(ms) >= 14 * 86_400_000) return instant(at);
  const words = relative({ numeric: "auto", style: "short" });
  for (const [unit, length] of STEPS) {
    if (Math.abs(ms) >= length) return words.format(Math.trunc(ms / length), unit);
  }
  return "just now";
}

/** The reader's day that an instant falls on, as a key that sorts. */
export function localDay(at: string | number): string {
  const date = new Date(at);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A day as people say it. */
export function dayName(day: string, today: string): string {
  if (day === today) return "Today";
  const before = new Date(`${today}T12:00:00`);
  before.setDate(before.getDate() - 1);
  return day === localDay(before.getTime()) ? "Yesterday" : civilDate(day, "long");
}

/** `single_family` as `Single family`. */
export function words(code: string | null | undefined): string {
  if (!code) return DASH;
  const text = code.replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export const zone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

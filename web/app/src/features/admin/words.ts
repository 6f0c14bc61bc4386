import { numbers } from "~/lib/format";

const UNITS: [name: string, seconds: number][] = [
  ["d", 86_400],
  ["h", 3_600],
  ["min", 60],
  ["s", 1],
];

/** How long something takes or has lasted, by its two greatest units: `3 d 4 h`. */
export function lasted(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1_000));
  const first = UNITS.findIndex(([, seconds]) => rest >= seconds);
  if (first < 0) return "0 s";
  const parts: string[] = [];
  for (const [name, seconds] of UNITS.slice(first, first + 2)) {
    const number = Math.floor(rest / seconds);
    rest -= number * seconds;
    if (number > 0) parts.push(`${number} ${name}`);
  }
  return parts.join(" ");
}

/** A size in bytes; a thousand is a kilobyte. */
export function bytes(size: number | null | undefined): string {
  if (size === null || size === undefined) return "–";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let [value, unit] = [size, 0];
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  const digits = unit > 0 && value < 9.95 ? 1 : 0;
  const number = numbers({ maximumFractionDigits: digits }).format(value);
  return `${number} ${units[unit]}`;
}

/** So many a second; `undefined` when there are no two looks yet. */
export function perSecond(rate: number | undefined): string {
  if (rate === undefined) return "–";
  const digits = rate < 9.95 ? 1 : 0;
  return `${numbers({ maximumFractionDigits: digits }).format(rate)}/s`;
}

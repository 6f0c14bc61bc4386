import { civilDate, civilTime, count, money, words } from "~/lib/format";
import type { HistoryEntry } from "~/lib/types";

const MONEY = ["opening_bid", "estimated_value", "judgment_amount", "list_price"];

/** A value of the history as people read it. */
export function historyValue(field: string, value: unknown, currency: string): string {
  if (value === null || value === undefined) return "unknown";
  if (MONEY.includes(field) && Number.isFinite(Number(value)))
    return money(Number(value), currency);
  if (field === "auction_date") return civilDate(String(value));
  if (field === "auction_time") return civilTime(String(value));
  if (field === "status" || field === "type") return words(String(value));
  if (typeof value === "number" && field !== "year_built") return count(value);
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

export interface Write {
  version: number;
  at: string;
  source: string;
  changes: HistoryEntry[];
}

/** Fields that one write changed belong together. */
export function writesOf(entries: readonly HistoryEntry[]): Write[] {
  const writes: Write[] = [];
  for (const entry of entries) {
    const last = writes.at(-1);
    if (last?.version === entry.version) last.changes.push(entry);
    else {
      const { version, at, source } = entry;
      writes.push({ version, at, source, changes: [entry] });
    }
  }
  return writes;
}

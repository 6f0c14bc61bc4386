import { OpenbellError } from "@openbell/client";
import { explain } from "~/lib/errors";
import { money, words } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { isOver, type Standing } from "./standing";

export type Tone = "up" | "warn" | "down" | "plain";

/** Every status of an auction, with its word and its colour. */
export const STATUSES: readonly { status: string; word: string; tone: Tone }[] = [
  { status: "draft", word: "Draft", tone: "plain" },
  { status: "scheduled", word: "Scheduled", tone: "plain" },
  { status: "live", word: "Live", tone: "up" },
  { status: "paused", word: "Paused", tone: "warn" },
  { status: "awaiting_seller", word: "The seller decides", tone: "warn" },
  { status: "awaiting_bidder", word: "The bidder decides", tone: "warn" },
  { status: "sold", word: "Sold", tone: "up" },
  { status: "unsold", word: "Not sold", tone: "plain" },
  { status: "settled", word: "Settled", tone: "up" },
  { status: "defaulted", word: "Fell through", tone: "down" },
  { status: "cancelled", word: "Called off", tone: "down" },
];

export const statusOf = (status: string): { word: string; tone: Tone } =>
  STATUSES.find((one) => one.status === status) ?? { word: words(status), tone: "plain" };

const two = (value: number): string => String(value).padStart(2, "0");

/** Seconds as people read a clock: `2 d 3 h`, `3 h 05 min`, `4:09`. */
export function clock(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 24) return `${Math.floor(hours / 24)} d ${hours % 24} h`;
  if (hours > 0) return `${hours} h ${two(minutes % 60)} min`;
  return `${minutes}:${two(seconds % 60)}`;
}

const UNITS: [name: string, ms: number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** Milliseconds as people say them, in the largest unit without a rest: `2 minutes`. */
export function span(ms: number): string {
  const [unit, length] = UNITS.find(([, one]) => ms >= one && ms % one === 0) ?? ["second", 1_000];
  const many = Math.round(ms / length);
  return `${many} ${unit}${many === 1 ? "" : "s"}`;
}

/** How late bids move the end; nothing where none does. */
export function softCloseWords({ soft_close: soft }: Auction): string | undefined {
  const { window_ms: window, extend_ms: extend, max_extensions: most } = soft;
  if (window === 0 || most === 0) return undefined;
  return `A bid in the last ${span(window)} moves the end to at least ${span(extend)} later.`;
}

export const movedWords = ({ extensions }: Auction): string =>
  extensions === 1
    ? "A late bid has moved the end."
    : `Late bids have moved the end ${extensions} times.`;

export const leadWords = ({ places }: Pick<Auction, "places">): string =>
  places > 1 ? "You have a place" : "You lead";

/** How one stands, in words; nothing for who has not bid, and once it is over. */
export function standingWords(
  auction: Pick<Auction, "status" | "currency" | "places">,
  { leads, max }: Standing,
): string | undefined {
  if (max === null || isOver(auction.status)) return undefined;
  const own = money(max, auction.currency);
  return leads
    ? `${leadWords(auction)}, up to ${own}.`
    : `You were outbid. Your maximum was ${own}.`;
}

/** What programs are told of a refusal. */
interface Details {
  min_next?: number;
  limit?: number;
  log_seq?: number;
}

export const detailsOf = (error: unknown): Details =>
  error instanceof OpenbellError ? ((error.details ?? {}) as Details) : {};

const UNANSWERED: readonly string[] = ["timeout", "connection_lost", "closed", "unknown_outcome"];

/** Nobody knows whether it was done; sent again as it was, it counts once. */
export const isUnanswered = (error: OpenbellError): boolean => UNANSWERED.includes(error.code);

const REFUSALS: Record<string, string> = {
  auction_not_live: "The auction takes no bids at this moment.",
  auction_ended: "The time was over when it arrived.",
  insufficient_coins: "There is not enough in your account.",
  seller_cannot_bid: "Sellers do not bid on their own auctions.",
  not_approved: "You are not approved for this auction.",
  exact_not_allowed: "Bids do not jump in this auction.",
  not_buyable: "It cannot be bought at a fixed price any more.",
};

/** Why something was not done, in words. */
export function refusalWords(error: unknown, currency: string): string {
  if (!(error instanceof OpenbellError)) return explain(error);
  const { min_next: least, limit } = detailsOf(error);
  const { code } = error;
  if (isUnanswered(error)) {
    return "No answer came: nobody knows yet whether it was taken.";
  }
  if (code === "bid_too_low" && least !== undefined) {
    return `That is too low: at least ${money(least, currency)} now.`;
  }
  if (code === "stale_view" && least !== undefined) {
    return `The price has moved on: at least ${money(least, currency)} now.`;
  }
  if (code === "over_limit" && limit !== undefined) {
    return `Your limit in this auction is ${money(limit, currency)}.`;
  }
  return REFUSALS[code] ?? explain(error);
}

import type { Auction, AuctionBody } from "~/lib/types";
import { bare } from "../record";

/** What can be laid down, with the words of its label. */
export const LABELS = {
  title: "Title",
  description: "Description",
  image_url: "Address of a picture",
  seller_id: "Seller",
  currency: "Currency",
  start_price: "Start price",
  reserve: "Reserve",
  buy_now: "Buy now",
  buy_now_until: "Can be bought at once",
  places: "How many win",
  exact_bids: "Bids may jump to their amount",
  soft_close: "Late bids",
  window: "Late is the last (minutes)",
  extend: "Then it ends after (minutes)",
  max_extensions: "At most so many times",
  decide: "Hours to decide below the reserve",
  entry: "Who may bid",
  deposit: "Deposit",
  retraction: "Taking bids back",
  starts_at: "Starts",
  ends_at: "Ends",
  hard_end: "Latest end",
} as const;

export type FieldName = keyof typeof LABELS;
export const NAMES = Object.keys(LABELS) as FieldName[];

/** An auction as it is being written: everything is a text until it is sent. */
export type AuctionForm = Record<FieldName, string>;

/** What an auction is unless it is said, as the server has it. */
export const EMPTY_AUCTION: AuctionForm = {
  ...(Object.fromEntries(NAMES.map((name) => [name, ""])) as AuctionForm),
  currency: "COIN",
  buy_now_until: "first_bid",
  places: "1",
  exact_bids: "no",
  soft_close: "cars",
  window: "2",
  extend: "2",
  max_extensions: "1000",
  entry: "open",
  retraction: "off",
};

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** The preset that a soft close is, by its minutes. */
const PRESETS: Record<string, string> = { "0": "none", "2": "cars", "5": "property" };

/** An instant as the fields of a form take it, in the zone of whoever writes. */
export function localInput(at: string | null | undefined): string {
  if (!at) return "";
  const date = new Date(at);
  const shifted = new Date(date.getTime() - date.getTimezoneOffset() * MINUTE_MS);
  return shifted.toISOString().slice(0, 16);
}

/** The instant that such a field means. */
export const instantOf = (local: string): string => new Date(local).toISOString();

const text = (value: number | string | null | undefined): string => String(value ?? "");

export function formOf(auction: Auction): AuctionForm {
  const { soft_close: soft, decide_ms: decide } = auction;
  const [window, extend] = [soft.window_ms / MINUTE_MS, soft.extend_ms / MINUTE_MS];
  const isPreset = window === extend && soft.max_extensions === 1_000;
  return {
    title: auction.title,
    description: auction.description,
    image_url: text(auction.image_url),
    seller_id: text(auction.seller_id),
    currency: auction.currency,
    start_price: text(auction.start_price),
    reserve: text(auction.reserve),
    buy_now: text(auction.buy_now),
    buy_now_until: auction.buy_now_until,
    places: text(auction.places),
    exact_bids: auction.exact_bids ? "yes" : "no",
    soft_close: (isPreset && PRESETS[window]) || "own",
    window: text(window),
    extend: text(extend),
    max_extensions: text(soft.max_extensions),
    decide: decide == null ? "" : text(decide / HOUR_MS),
    entry: auction.entry,
    deposit: text(auction.deposit),
    retraction: auction.retraction,
    starts_at: localInput(auction.starts_at),
    ends_at: localInput(auction.ends_at),
    hard_end: localInput(auction.hard_end),
  };
}

export type FormErrors = Partial<Record<FieldName, string>>;

const AMOUNTS: readonly FieldName[] = ["start_price", "reserve", "buy_now", "deposit"];
const SOFT: readonly FieldName[] = ["soft_close", "window", "extend", "max_extensions"];
const TIMES: readonly FieldName[] = ["starts_at", "ends_at", "hard_end"];
const NUMBERS: readonly FieldName[] = [...AMOUNTS, "window", "extend", "decide"];
const WHOLE: readonly FieldName[] = ["places", "max_extensions"];
const NEEDED: readonly FieldName[] = [
  "title",
  "start_price",
  "places",
  "window",
  "extend",
  "max_extensions",
  "deposit",
  "ends_at",
];

/** Whether a field counts, as the others are. */
export function counts(form: AuctionForm, name: FieldName): boolean {
  if (name === "deposit") return form.entry === "deposit";
  if (name === "buy_now_until") return form.buy_now.trim() !== "";
  return name === "soft_close" || !SOFT.includes(name) || form.soft_close === "own";
}

function errorOf(name: FieldName, typed: string): string | undefined {
  if (typed === "") return NEEDED.includes(name) ? "This is needed." : undefined;
  if (NUMBERS.includes(name) && !/^\d+(\.\d+)?$/.test(bare(typed))) return "A number, please.";
  if (WHOLE.includes(name) && !/^\d+$/.test(typed)) return "A whole number, please.";
  return undefined;
}

/** What is wrong with which field, as far as it can be told here. The server has the last word. */
export function errorsOf(form: AuctionForm): FormErrors {
  const errors: FormErrors = {};
  for (const name of NAMES.filter((one) => counts(form, one))) {
    const error = errorOf(name, form[name].trim());
    if (error) errors[name] = error;
  }
  return errors;
}

/** Which fields are otherwise than they were. */
export const changedIn = (before: AuctionForm, now: AuctionForm): FieldName[] =>
  NAMES.filter((name) => counts(now, name) && before[name].trim() !== now[name].trim());

/** What the server is told of these fields; what is empty becomes nothing. */
export function bodyOf(form: AuctionForm, changed: readonly FieldName[]): AuctionBody {
  const body: Record<string, unknown> = {};
  for (const name of changed) {
    const typed = form[name].trim();
    if (AMOUNTS.includes(name)) body[name] = bare(typed) || null;
    else if (name === "places") body.places = Number(typed);
    else if (name === "exact_bids") body.exact_bids = typed === "yes";
    else if (name === "decide") {
      body.decide_ms = typed === "" ? null : Math.round(Number(bare(typed)) * HOUR_MS);
    } else if (TIMES.includes(name)) {
      body[name] = typed === "" ? null : instantOf(typed);
    } else if (SOFT.includes(name)) body.soft_close = softClose(form);
    else body[name] = typed === "" && name !== "description" ? null : typed;
  }
  return body;
}

function softClose(form: AuctionForm): AuctionBody["soft_close"] {
  if (form.soft_close !== "own") return { preset: form.soft_close };
  const ms = (name: FieldName) => Math.round(Number(bare(form[name])) * MINUTE_MS);
  return {
    window_ms: ms("window"),
    extend_ms: ms("extend"),
    max_extensions: Number(form.max_extensions),
  };
}

/** What others changed since this form was begun. */
export function differences(before: AuctionForm, mine: AuctionForm, theirs: AuctionForm) {
  const own = new Set(changedIn(before, mine));
  return changedIn(before, theirs).map((name) => ({
    field: { name, label: LABELS[name] },
    was: before[name],
    now: theirs[name],
    mine: own.has(name) ? mine[name] : undefined,
  }));
}

/** The server's name of a field as the form has it. */
export const fieldOf = (name: string): string => (name === "decide_ms" ? "decide" : name);

/** What can be changed once bids are taken. */
export const WHILE_LIVE: readonly FieldName[] = ["title", "description", "image_url", "reserve"];

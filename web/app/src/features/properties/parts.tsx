import { ArrowDown, ArrowUp, Star } from "lucide-react";
import { useToggleWatch, useWatchEntry } from "~/features/watchlist/watch";
import { money, moneyChange, words } from "~/lib/format";
import type { Property } from "~/lib/types";
import { cx } from "~/ui/cx";
import type { AuctionUpdate } from "./patch";

const STATUS_TONES: Record<string, string> = {
  preforeclosure: "text-muted",
  auction: "text-accent",
  sold: "text-up",
  reo: "text-warn",
  cancelled: "text-down",
  redeemed: "text-muted",
};

const STATUS_WORDS: Record<string, string> = { reo: "REO" };

export const statusWord = (status: string): string => STATUS_WORDS[status] ?? words(status);

/** A status: a word, with a colour that says nothing more. */
export function StatusBadge({ status }: { status: string }) {
  return (
    <span
      className={cx(
        "inline-flex items-center gap-1.5 whitespace-nowrap",
        STATUS_TONES[status] ?? "text-muted",
      )}
    >
      <span aria-hidden className="size-1.5 rounded-full bg-current" />
      {statusWord(status)}
    </span>
  );
}

/** How the opening bid has just moved. */
export function BidMove({ update }: { update: AuctionUpdate | undefined }) {
  const difference = update?.openingBidChanged?.difference;
  if (!difference) return null;
  const Icon = difference > 0 ? ArrowUp : ArrowDown;
  return (
    <span
      className={cx(
        "ml-1 inline-flex items-center text-xs",
        difference > 0 ? "text-up" : "text-down",
      )}
      title={`The opening bid moved by ${moneyChange(difference)} just now`}
    >
      <Icon size={12} aria-hidden />
      <span className="sr-only">{moneyChange(difference)}</span>
    </span>
  );
}

/** By how much the opening bid lies below the estimated value. */
export function discountOf(property: Property): number | undefined {
  const { opening_bid: bid, estimated_value: value } = property;
  return bid && value ? 1 - bid / value : undefined;
}

/** Puts a property on the watchlist, or takes it off. */
export function WatchButton(props: { id: string; street: string; text?: boolean }) {
  const { id, street, text = false } = props;
  const entry = useWatchEntry(id);
  const toggle = useToggleWatch();
  const watched = entry !== undefined;
  const word = watched ? "Watching" : "Watch";
  return (
    <button
      type="button"
      aria-pressed={watched}
      aria-label={text ? undefined : `Watch ${street}`}
      title={watched ? "On your watchlist" : "Put on your watchlist"}
      onClick={() => toggle(id, street, entry)}
      className={cx(
        "inline-flex items-center justify-center gap-2 rounded-md hover:bg-sunken",
        text
          ? "h-9 border bg-surface px-3 font-medium pointer-coarse:h-11"
          : "size-8 pointer-coarse:size-11",
        watched ? "text-accent" : "text-muted",
      )}
    >
      <Star size={16} fill={watched ? "currentColor" : "none"} aria-hidden />
      {text && word}
    </button>
  );
}

export const placeOf = ({
  city,
  state,
  zip_code: zip,
}: Pick<Property, "city" | "state" | "zip_code">) => `${city}, ${state}${zip ? ` ${zip}` : ""}`;

export const bid = (property: Property): string => money(property.opening_bid, property.currency);

import type { ConnectionState } from "@openbell/client";
import { money } from "~/lib/format";
import type { Auction, Wallet } from "~/lib/types";
import { difference } from "./amounts";
import type { Standing } from "./standing";
import { statusOf } from "./words";

/** Why one cannot bid now. `register`: one can do something about it. */
export interface Obstacle {
  words: string;
  register?: boolean;
}

/** What somebody stands on who wants to bid. */
export interface Ground {
  auction: Auction;
  isSignedIn: boolean;
  link: ConnectionState;
  /** The countdown is at zero. */
  isClosing: boolean;
}

const NOT_LIVE: Record<string, string> = {
  draft: "This is a draft. It takes bids once it is published and has begun.",
  scheduled: "It has not begun.",
  paused: "It is paused. Bidding goes on when it is resumed.",
};

/** Why nobody in this place could bid, whatever the amount. */
export function obstacleTo({ auction, isSignedIn, link, isClosing }: Ground): Obstacle | undefined {
  const { status, me } = auction;
  if (link !== "open") {
    return { words: "The connection is lost. You can bid again once it is back." };
  }
  if (!isSignedIn) return { words: "Sign in to bid." };
  if (me?.selling) return { words: "You sell this. Sellers do not bid on their own auctions." };
  const registration = registrationTo(auction, me?.registration ?? undefined);
  if (status !== "live") {
    const words = NOT_LIVE[status] ?? `${statusOf(status).word}. It takes no bids any more.`;
    return { words, ...(registration?.register && status !== "draft" && { register: true }) };
  }
  if (isClosing) return { words: "The time is over. Closing…" };
  return registration;
}

function registrationTo(
  { entry, deposit, currency }: Auction,
  registration: string | undefined,
): Obstacle | undefined {
  if (registration === "approved") return undefined;
  if (registration === "pending") {
    return { words: "Your registration waits for approval. You can bid once it is there." };
  }
  if (registration === "rejected") return { words: "Your registration was turned down." };
  if (entry === "open") return undefined;
  const words =
    entry === "deposit" && deposit != null
      ? `To bid here, register first: ${money(deposit, currency)} are held as a deposit.`
      : "To bid here, register first and wait for approval.";
  return { words, register: true };
}

/** Why this amount is not taken: below the least, or no raise of one's own maximum. */
export function tooLow(
  amount: number,
  { currency }: Pick<Auction, "currency">,
  { leads, max }: Standing,
  least: number,
): Obstacle | undefined {
  if (leads && max !== null) {
    if (amount > max) return undefined;
    return { words: `Your maximum is ${money(max, currency)}. It can only be raised.` };
  }
  if (amount >= least) return undefined;
  return { words: `That is too low: at least ${money(least, currency)} now.` };
}

/** Why this amount cannot be bid: above the limit, or more than there is. */
export function fundsFor(
  amount: number,
  { currency, me }: Auction,
  wallet: Wallet | undefined,
): Obstacle | undefined {
  const limit = me?.limit;
  if (limit != null && amount > limit) {
    return { words: `Your limit in this auction is ${money(limit, currency)}.` };
  }
  if (wallet === undefined) return undefined;
  const available = availableIn(wallet, currency);
  // What is held for it already counts as well.
  if (difference(amount, me?.held ?? 0, currency) <= available) return undefined;
  const have = `You have ${money(available, currency)} available`;
  return { words: `${have}, which is not enough for ${money(amount, currency)}.` };
}

export const availableIn = ({ purses }: Wallet, currency: string): number =>
  purses.find((purse) => purse.currency === currency)?.available ?? 0;

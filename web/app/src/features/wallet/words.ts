import type { Tone } from "~/features/auctions/words";
import { words } from "~/lib/format";
import type { Auction, Transfer } from "~/lib/types";

const SOLD = ["sold", "settled", "defaulted"];
const WITHOUT_BIDS = ["draft", "scheduled", "live", "paused"];

export const isSold = (status: string): boolean => SOLD.includes(status);

/** How one stands in an auction, in words. */
export function standing({ status, me }: Auction): { word: string; tone: Tone } {
  const won = me?.won ?? false;
  if (status === "cancelled") return { word: "Called off", tone: "plain" };
  if (won && status === "defaulted") return { word: "Won, fell through", tone: "down" };
  if (won) return { word: "Won", tone: "up" };
  if (me?.leading) return { word: "You lead", tone: "up" };
  const isOpen = WITHOUT_BIDS.includes(status);
  if (me?.max != null && !isOpen && status !== "awaiting_seller" && status !== "awaiting_bidder") {
    return { word: "Not won", tone: "plain" };
  }
  if (me?.max != null) return { word: "Outbid", tone: "down" };
  if (!isOpen) return { word: "You did not bid", tone: "plain" };
  if (me?.registration === "pending") return { word: "Not approved yet", tone: "warn" };
  if (me?.registration === "rejected") return { word: "Not approved", tone: "down" };
  return { word: "Registered, no bid yet", tone: "plain" };
}

const KINDS: Record<string, { got: string; paid: string }> = {
  grant: { got: "Given to you", paid: "Taken back" },
  sale: { got: "Sold", paid: "Bought" },
  refund: { got: "Paid back to you", paid: "Paid back" },
  deposit: { got: "Deposit of a bidder who fell through", paid: "Deposit lost" },
};

/** What a payment was. */
export function transferWord({ kind, amount }: Pick<Transfer, "kind" | "amount">): string {
  const known = KINDS[kind];
  if (known === undefined) return words(kind);
  return amount < 0 ? known.paid : known.got;
}

/** What amounts can be of. */
export const CURRENCIES = [
  { value: "COIN", label: "Coins" },
  ...["USD", "EUR", "GBP", "CAD", "JPY"].map((value) => ({ value, label: value })),
] as const;

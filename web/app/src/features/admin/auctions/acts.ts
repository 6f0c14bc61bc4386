import { client } from "~/lib/session";
import type { Auction } from "~/lib/types";
import type { Given } from "./ActDialog";

type Plain = "publish" | "start" | "pause" | "resume" | "cancel" | "close";

export interface Act {
  name: Plain | "extend" | "settle" | "default";
  label: string;
  /** The statuses that permit it. */
  from: readonly string[];
  says: string;
  /** What became of the auction. */
  done: string;
  /** Whether the server wants to know why. */
  why: boolean;
  /** What has to be typed before. */
  word?: string;
}

/** What an operator does to an auction as a whole. */
export const ACTS: readonly Act[] = [
  {
    name: "publish",
    label: "Publish",
    from: ["draft"],
    says: "Others see it from now on, and it begins at its time.",
    done: "is published",
    why: false,
  },
  {
    name: "start",
    label: "Start now",
    from: ["scheduled"],
    says: "It takes bids from now on, and ends when it was to end.",
    done: "takes bids",
    why: false,
  },
  {
    name: "pause",
    label: "Pause",
    from: ["live"],
    says: "It takes no bids until it is resumed, which gives the time back.",
    done: "is paused",
    why: true,
  },
  {
    name: "resume",
    label: "Resume",
    from: ["paused"],
    says: "It takes bids again, and ends as much later as the pause was long.",
    done: "takes bids again",
    why: false,
  },
  {
    name: "extend",
    label: "Extend",
    from: ["scheduled", "live", "paused"],
    says: "It ends later. An end is never moved forward.",
    done: "ends later",
    why: true,
  },
  {
    name: "close",
    label: "Close early",
    from: ["live"],
    says: "The bidding ends now, as if its time were over: whoever leads wins and pays.",
    done: "is closed",
    why: true,
  },
  {
    name: "settle",
    label: "Settle",
    from: ["sold"],
    says: "What was sold has been handed over.",
    done: "is settled",
    why: false,
  },
  {
    name: "default",
    label: "Default",
    from: ["sold"],
    says: "Nothing came of the sale: the price goes back with your reason, a deposit to the seller.",
    done: "fell through",
    why: true,
    word: "default",
  },
  {
    name: "cancel",
    label: "Cancel",
    from: ["draft", "scheduled", "live", "paused", "awaiting_seller", "awaiting_bidder"],
    says: "It is called off for good, and nothing is held of anybody for it any more.",
    done: "is called off",
    why: true,
    word: "cancel",
  },
];

/** Has it done. */
export function send(
  id: string,
  name: Act["name"],
  { reason, end }: Given,
  idempotencyKey: string,
): Promise<Auction> {
  const request = { path: { id }, idempotencyKey };
  if (name === "extend") {
    const body = { ends_at: end, reason };
    return client.api.post("/api/v1/auctions/{id}/extend", { ...request, body });
  }
  if (name === "settle" || name === "default") {
    const outcome = name === "settle" ? "settled" : "defaulted";
    const body = { outcome, reason } as const;
    return client.api.post("/api/v1/auctions/{id}/settle", { ...request, body });
  }
  return client.api.post(`/api/v1/auctions/{id}/${name}`, { ...request, body: { reason } });
}

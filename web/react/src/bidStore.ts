import {
  CallError,
  type Client,
  type components,
  newIdempotencyKey,
  OpenbellError,
  type ParamsOf,
} from "@openbell/client";
import { Store } from "./store.js";

/** What the server says of a bid that it has taken. */
export type BidTaken = components["schemas"]["BidTaken"];

/** What somebody means to bid. */
export interface Bid {
  /** Up to what they go. */
  amount: number;
  /** The price jumps to the amount at once, where the auction allows that. */
  exact?: boolean | undefined;
  /** When the price has moved on meanwhile: the new minimum instead, up to this. */
  maxAccept?: number | undefined;
  /** Only if nothing has happened since. */
  ifLogSeq?: number | undefined;
}

/** How one's own bidding stands. */
export interface Bidding {
  /** A bid is on its way. */
  readonly pending: boolean;
  /** The last answer, until the next bid leaves. */
  readonly taken: BidTaken | undefined;
  readonly refusal: CallError | undefined;
}

interface Intent {
  text: string;
  key: string;
}

/** After these nobody knows whether the bid was taken. */
const UNKNOWN = ["timeout", "connection_lost", "closed", "user_changed"];

const isUnknown = (error: unknown): boolean =>
  !(error instanceof OpenbellError) || error.retry || UNKNOWN.includes(error.code);

/** Bids of one person on one auction. An intent has one key until it is answered. */
export class BidStore extends Store<Bidding> {
  private intent: Intent | undefined;

  constructor(
    private readonly client: Client,
    private readonly auctionId: string,
  ) {
    super({ pending: false, taken: undefined, refusal: undefined });
  }

  /**
   * The same bid again, while it is on its way or unanswered, is the same intent: the client sends
   * one frame for what waits already, and the server takes one bid for one key.
   */
  async place(bid: Bid): Promise<BidTaken> {
    const params = this.params(bid);
    const text = JSON.stringify(params);
    const known = this.intent?.text === text ? this.intent : undefined;
    const intent: Intent = known ?? { text, key: newIdempotencyKey() };
    this.intent = intent;
    this.set({ pending: true, taken: undefined, refusal: undefined });
    const { key: idempotencyKey } = intent;
    try {
      const how = { idempotencyKey };
      const taken = await this.client.call<BidTaken, "place_bid">("place_bid", params, how);
      this.answered(intent, { taken, refusal: undefined });
      return taken;
    } catch (error) {
      const refusal = error instanceof CallError ? error : undefined;
      this.answered(intent, { taken: undefined, refusal }, isUnknown(error));
      throw error;
    }
  }

  protected override begin(): () => void {
    return () => undefined;
  }

  private answered(intent: Intent, answer: Omit<Bidding, "pending">, unknown = false): void {
    // A later intent speaks for itself.
    if (this.intent !== intent) return;
    if (!unknown) this.intent = undefined;
    this.set({ pending: false, ...answer });
  }

  private params(bid: Bid): ParamsOf<"place_bid"> {
    const { amount, exact, maxAccept, ifLogSeq } = bid;
    return {
      auction_id: this.auctionId,
      amount,
      ...(exact && { exact }),
      ...(maxAccept !== undefined && { max_accept: maxAccept }),
      ...(ifLogSeq !== undefined && { if_log_seq: ifLogSeq }),
    };
  }
}

import type { Environment } from "./environment.js";

/** How long pauses are: each a random part of a bound that doubles from `minMs` to `maxMs`. */
export interface BackoffRange {
  /** The first bound, in milliseconds. */
  minMs: number;
  /** The last bound, in milliseconds. */
  maxMs: number;
}

/** The pauses of the protocol: 0.25 to 20 s. */
export const USUAL_BACKOFF: BackoffRange = { minMs: 250, maxMs: 20_000 };

/**
 * Growing pauses with full jitter: the whole pause is drawn, not a part added to it, so that
 * thousands of clients that lost one server come back evenly.
 */
export class Backoff {
  private failures = 0;

  constructor(
    private readonly environment: Pick<Environment, "random">,
    private readonly range: BackoffRange = USUAL_BACKOFF,
  ) {}

  /** How many pauses there were since the last success. */
  get attempt(): number {
    return this.failures;
  }

  /** The next pause in milliseconds. */
  next(): number {
    // 2^30 is beyond any bound, and a larger exponent would end at infinity.
    const doubled = this.range.minMs * 2 ** Math.min(this.failures, 30);
    this.failures += 1;
    return this.environment.random() * Math.min(this.range.maxMs, doubled);
  }

  /** Counts a return without a pause: if it fails too, pauses begin. */
  skip(): void {
    this.failures += 1;
  }

  /** All is well. */
  reset(): void {
    this.failures = 0;
  }
}

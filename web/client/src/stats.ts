/** What a client has counted since it was made. */
export interface Counters {
  /** Connections that came to be open. */
  connects: number;
  framesIn: number;
  framesOut: number;
  /** Messages that were no frames. */
  malformed: number;
  /** Events that came again and were dropped. */
  duplicates: number;
  /** Gaps that were told to a subscription. */
  gaps: number;
}

/** The state of a client in numbers, for panels. It never holds a token. */
export interface Stats extends Counters {
  /** Topics that are followed, paused ones included. */
  topics: number;
  /** Calls that wait for their answer. */
  pending: number;
  /** Calls with a key that wait for their turn. */
  outbox: number;
  /** The fastest of the last round trips; `undefined` before the first. */
  roundTripMs: number | undefined;
  /** How far the server's clock is ahead of this machine's. */
  clockOffsetMs: number;
}

/** Nothing yet. */
export function noCounters(): Counters {
  return { connects: 0, framesIn: 0, framesOut: 0, malformed: 0, duplicates: 0, gaps: 0 };
}

/** A place in a topic's history: everything up to `seq` was processed. */
export interface Cursor {
  /** Which history the number belongs to. A restored database starts another one. */
  readonly epoch: string;
  /** The number of the last event, or the version of a topic of newest values. */
  readonly seq: number;
}

/** Why events will not come. */
export type GapReason =
  /** The position is of another history, such as before a backup was restored. */
  | "epoch"
  /** The server no longer keeps what came after the position, or it is too much to replay. */
  | "expired"
  /** The server lost them. */
  | "missing"
  /** The topic has no positions, and the connection was away. */
  | "away"
  /** Somebody else signed in. */
  | "user_changed";

/** What a subscription has missed. A fresh snapshot follows where the topic has one. */
export interface Gap {
  readonly topic: string;
  readonly reason: GapReason;
  /** The first event that does not come, where that is known. */
  readonly from?: number;
  /** The last one. */
  readonly to?: number;
}

/** As it stands on the wire. */
export type WirePosition = [seq: number, epoch: string];

/** A cursor for the wire. */
export function toWire(cursor: Cursor): WirePosition {
  return [cursor.seq, cursor.epoch];
}

/** Checks a cursor that was handed in, which may come from a storage. */
export function checkedCursor(given: Cursor): Cursor {
  const { epoch, seq } = given;
  if (typeof epoch !== "string" || !Number.isSafeInteger(seq) || seq < 0) {
    throw new TypeError("`since` is {epoch, seq}: a text, and a whole number from 0 on");
  }
  return { epoch, seq };
}

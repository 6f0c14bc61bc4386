import { CLOSE_CODES } from "./generated/frames.js";

/** When a client may come back after its socket was closed. */
export type ComeBack = "never" | "later" | "at once";

/** What the client needs to know of some codes by name. */
export const UNAUTHORIZED = 4001;
/** The token has run out. */
export const TOKEN_EXPIRED = 4202;

/** Why a connection ended. */
export interface Closing {
  /** The code of the close frame; 1006 when there was none. */
  code: number;
  /** A few words. */
  reason: string;
}

/**
 * When to come back. Codes that are newer than this client go by their class; whatever is no code
 * of this protocol, such as a proxy's or a lost network, means to come back with growing pauses.
 */
export function comeBackAfter(code: number): ComeBack {
  const known = (CLOSE_CODES as Record<number, { comeBack: string }>)[code]?.comeBack;
  if (known === "never" || known === "at once") return known;
  if (known !== undefined) return "later";
  if (code >= 4000 && code < 4100) return "never";
  return code >= 4200 && code < 4300 ? "at once" : "later";
}

/** A reason for people, where the close frame brought none. */
export function reasonOf(code: number, given: string): string {
  if (given !== "") return given;
  const known = (CLOSE_CODES as Record<number, { reason: string }>)[code];
  return known?.reason ?? "the connection was lost";
}

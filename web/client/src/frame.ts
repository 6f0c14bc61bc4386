/** A frame of any type, as it came. */
export interface Frame {
  type: string;
  ch?: string;
  seq?: number;
  ts?: number;
  id?: unknown;
  [field: string]: unknown;
}

/** The frame that a message holds; `undefined` for what is none, which is passed over. */
export function parseFrame(data: unknown): Frame | undefined {
  if (typeof data !== "string") return undefined;
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch {
    return undefined;
  }
  return isFrame(value) ? value : undefined;
}

/** Whether a value is an object with a `type`. */
export function isFrame(value: unknown): value is Frame {
  return typeof value === "object" && value !== null && typeof (value as Frame).type === "string";
}

/** The frames of a list, whatever else may be in it. */
export function framesIn(value: unknown): Frame[] {
  return Array.isArray(value) ? value.filter(isFrame) : [];
}

/** A frame that was sent, fit to be shown: a token in it is covered. */
export function withoutToken(frame: Frame): Frame {
  return "token" in frame ? { ...frame, token: "***" } : frame;
}

/** How many bytes a text takes on the wire. */
export function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

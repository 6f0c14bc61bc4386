/**
 * A new idempotency key: 128 random bits as text. Unlike `crypto.randomUUID` it also works on pages
 * that came without TLS.
 */
export function newIdempotencyKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * The part of an address behind `?`, as plain text: what a person may type and read. Values are
 * texts; what a page makes of them is its own.
 */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

export function stringifySearch(search: Record<string, unknown>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== "") query.set(name, String(value));
  }
  const text = query.toString();
  return text === "" ? "" : `?${text}`;
}

/** An address within this app, or the home page: a link must not lead a visitor elsewhere. */
export function safeNext(next: unknown): string {
  if (typeof next !== "string" || !/^\/(?![/\\])/.test(next)) return "/";
  return /^\/(login|register)\b/.test(next) ? "/" : next;
}

import { cell } from "./store";

/** What the page's one live region says. */
export const announcement = cell("");

/** Tells people who cannot see the page. The same words twice are told twice. */
export function announce(text: string): void {
  announcement.set(announcement.get() === text ? `${text}\u00a0` : text);
}

import type { QueryClient } from "@tanstack/react-query";

/** Looks again at what one has and where one bids, where that is on the screen. */
export function refreshPurse(cache: QueryClient): Promise<unknown> {
  const keys = [["wallet"], ["own-bids"]];
  return Promise.all(keys.map((queryKey) => cache.invalidateQueries({ queryKey })));
}

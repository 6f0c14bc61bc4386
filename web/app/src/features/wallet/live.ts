import type { QueryClient } from "@tanstack/react-query";

/** Looks again at what one has and where one bids, where that is on the screen. */
export function refreshPurse(cache: QueryClient): void {
  for (const queryKey of [["wallet"], ["own-bids"]]) void cache.invalidateQueries({ queryKey });
}

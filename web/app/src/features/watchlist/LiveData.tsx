import { useClient, useConnection } from "@openbell/react";
import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { applyFrame } from "~/features/properties/live";
import { refreshPurse } from "~/features/wallet/live";
import { watchlistQuery } from "./watch";

/** Keeps the watchlist up to date, whatever page is open and in whatever tab it was changed. */
export function LiveData() {
  const client = useClient();
  const cache = useQueryClient();
  const { userId } = useConnection();

  useEffect(() => {
    const again = () => void cache.invalidateQueries({ queryKey: watchlistQuery.queryKey });
    const subscription = client.subscribe("watchlist", {
      event: (frame) => {
        if (frame.type === "auction_update") applyFrame(cache, frame);
      },
      gap: again,
    });
    return () => subscription.unsubscribe();
  }, [client, cache]);

  useEffect(() => {
    if (userId === undefined) return;
    const again = () => {
      void cache.invalidateQueries({ queryKey: watchlistQuery.queryKey });
      void cache.invalidateQueries({ queryKey: ["calendar"] });
    };
    const gap = () => {
      again();
      void refreshPurse(cache);
    };
    const subscription = client.subscribe(`user:${userId}`, {
      event: (frame) => {
        if (frame.type === "watchlist_changed") again();
        if (frame.type === "preferences_updated") {
          void cache.invalidateQueries({ queryKey: ["preferences"] });
        }
      },
      gap,
    });
    return () => subscription.unsubscribe();
  }, [client, cache, userId]);

  return null;
}

import { useClient, useConnection } from "@openbell/react";
import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { refreshPurse } from "~/features/wallet/live";
import { announce } from "~/lib/announce";
import { noteOutbid } from "./outbid";

/** One's own part has changed: what one leads, and with it what can be spent. */
export async function ownPartChanged(cache: QueryClient, auctionId: string): Promise<void> {
  const reads = [["auction", auctionId], ["auctions"]].map((queryKey) =>
    // The history is refreshed by the log alone.
    cache.invalidateQueries({
      queryKey,
      predicate: ({ queryKey: [, , part] }) => part !== "bids",
    }),
  );
  await Promise.all([refreshPurse(cache), ...reads]);
}

/** Hears of lost places and of results, whatever page is open. */
export function LiveBids() {
  const client = useClient();
  const cache = useQueryClient();
  const { userId } = useConnection();

  useEffect(() => {
    if (userId === undefined) return;
    const subscription = client.subscribe(`user:${userId}`, {
      event: (frame) => {
        if (frame.type === "outbid") {
          noteOutbid(frame);
          announce(`You were outbid: ${frame.title}.`);
          void ownPartChanged(cache, frame.auction_id);
        }
        if (frame.type !== "new_notification") return;
        const { category, object_id: auctionId } = frame.notification;
        if (category === "bidding" && auctionId) void ownPartChanged(cache, auctionId);
      },
    });
    return () => subscription.unsubscribe();
  }, [client, cache, userId]);

  return null;
}

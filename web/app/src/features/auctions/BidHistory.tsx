import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { money } from "~/lib/format";
import type { Auction, AuctionBid } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Panel } from "~/ui/layout";
import { Failed, SkeletonRows } from "~/ui/states";
import { Time } from "~/ui/Time";
import { withNewest } from "./history";
import { bidsQuery, readBids } from "./queries";

/** What was bid. When the log has grown, the newest page is read again, one request at a time. */
function useBids({ id, log_seq: logSeq }: Auction) {
  const list = useInfiniteQuery(bidsQuery(id));
  const cache = useQueryClient();
  const wanted = useRef(logSeq);
  const isReading = useRef(false);
  const { isSuccess } = list;
  useEffect(() => {
    if (!isSuccess || wanted.current === logSeq) return;
    wanted.current = logSeq;
    if (isReading.current) return;
    isReading.current = true;
    const read = async () => {
      let seen: number;
      do {
        seen = wanted.current;
        const newest = await readBids(id);
        cache.setQueryData(bidsQuery(id).queryKey, (known) => known && withNewest(known, newest));
      } while (seen !== wanted.current);
    };
    read()
      // The next change reads again.
      .catch(() => undefined)
      .finally(() => {
        isReading.current = false;
      });
  }, [id, logSeq, isSuccess, cache]);
  return list;
}

export function BidHistory({ auction }: { auction: Auction }) {
  const list = useBids(auction);
  const bids = list.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <Panel title="Bids" flush>
      {list.isPending ? (
        <SkeletonRows rows={3} rowClass="h-11" />
      ) : list.isError && bids.length === 0 ? (
        <Failed error={list.error} what="The bids" onRetry={() => void list.refetch()} />
      ) : bids.length === 0 ? (
        <p className="p-4 text-muted">Nobody has bid yet.</p>
      ) : (
        <>
          {/* Lines say it themselves to those who do not see columns. */}
          <div aria-hidden className="flex gap-x-3 border-b px-4 py-2 text-xs text-muted">
            <span>Bidder</span>
            <span className="ml-auto">Price after it</span>
            <span className={WHEN}>When</span>
          </div>
          <ol aria-label="Bids, the latest first">
            {bids.map((bid) => (
              <BidLine key={bid.log_seq} bid={bid} currency={auction.currency} />
            ))}
          </ol>
        </>
      )}
      {list.hasNextPage && (
        <div className="p-3 text-center">
          <Button small pending={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            Show older bids
          </Button>
        </div>
      )}
    </Panel>
  );
}

const WHEN = "w-20 shrink-0 text-right text-xs text-muted";

export function BidLine({ bid, currency }: { bid: AuctionBid; currency: string }) {
  const { alias, price, amount, me, at, retracted } = bid;
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 border-b px-4 py-2 last:border-0">
      <span className={me ? "font-medium" : ""}>
        {alias}
        {me && " (you)"}
      </span>
      {retracted && <span className="text-down">taken back</span>}
      {me && amount != null && (
        <span className="text-xs text-muted">up to {money(amount, currency)}</span>
      )}
      <span className="ml-auto font-medium">
        <span className="sr-only">Price after it: </span>
        {money(price, currency)}
      </span>
      <span className={WHEN}>
        <Time at={at} relative />
      </span>
    </li>
  );
}

import { useClient } from "@openbell/react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { type Column, HowMany, More, Rows, State, Waiting } from "~/features/admin/parts";
import { AuctionStatus } from "~/features/auctions/parts";
import { money } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { PageHeader } from "~/ui/layout";
import { Empty } from "~/ui/states";
import { auctionIn, isTurn, pagesWith } from "./ownBids";
import { AuctionLink, TimeLeft } from "./parts";
import { ownBidsQuery } from "./queries";
import { standing } from "./words";

/** Keeps the prices and ends of what is listed up to date. */
function useHeadlines(): void {
  const client = useClient();
  const cache = useQueryClient();
  useEffect(() => {
    const key = ownBidsQuery.queryKey;
    const again = () => void cache.invalidateQueries({ queryKey: key });
    const subscription = client.subscribe("auctions", {
      event: (frame) => {
        if (frame.type !== "auction_headline") return;
        const known = auctionIn(cache.getQueryData(key), frame.auction_id);
        if (known === undefined || frame.log_seq <= known.log_seq) return;
        cache.setQueryData(key, (pages) => pagesWith(pages, frame));
        if (isTurn(known, frame)) again();
      },
      gap: again,
    });
    return () => subscription.unsubscribe();
  }, [client, cache]);
}

/** The auctions in which one takes part. */
export function OwnBidsPage() {
  const list = useInfiniteQuery(ownBidsQuery);
  const rows = list.data?.pages.flatMap((page) => page.items);
  useHeadlines();
  return (
    <>
      <PageHeader
        title="My bids"
        sub="Auctions on which you have bid or for which you have registered, the latest first."
      />
      {rows === undefined ? (
        <Waiting look={list} what="Your bids" />
      ) : rows.length === 0 ? (
        <Empty title="You take part in no auction yet">
          An auction comes here with your first bid, or once you register for it.
        </Empty>
      ) : (
        <>
          <HowMany shown={rows.length} list={list} />
          <Rows label="My bids" rows={rows} keyOf={({ id }) => id} columns={COLUMNS} />
          <More list={list} />
        </>
      )}
    </>
  );
}

function Standing({ auction }: { auction: Auction }) {
  const { word, tone } = standing(auction);
  return <State tone={tone}>{word}</State>;
}

const COLUMNS: Column<Auction>[] = [
  {
    name: "Auction",
    cell: ({ id, title }) => (
      <AuctionLink
        id={id}
        className="inline-flex items-center break-words hover:underline pointer-coarse:min-h-11"
      >
        {title}
      </AuctionLink>
    ),
  },
  { name: "Status", cell: ({ status }) => <AuctionStatus status={status} /> },
  { name: "You", cell: (auction) => <Standing auction={auction} /> },
  { name: "Price", cell: ({ price, currency }) => money(price, currency), right: true },
  {
    name: "Your maximum",
    cell: ({ me, currency }) => money(me?.max, currency),
    right: true,
  },
  { name: "Time", cell: (auction) => <TimeLeft auction={auction} />, right: true },
];

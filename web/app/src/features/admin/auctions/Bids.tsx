import { useInfiniteQuery } from "@tanstack/react-query";
import { useState } from "react";
import { money } from "~/lib/format";
import { client } from "~/lib/session";
import type { Auction, AuctionBid } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Time } from "~/ui/Time";
import { type Column, More, Rows, State, Waiting } from "../parts";
import { ActDialog } from "./ActDialog";
import { bidsQuery, touchesOf } from "./queries";

/** The bids, the latest first; each can be taken back while the bidding is not over. */
export function Bids({ auction }: { auction: Auction }) {
  const { id, currency, status } = auction;
  const list = useInfiniteQuery(bidsQuery(id));
  const rows = list.data?.pages.flatMap((page) => page.items);
  const [taking, setTaking] = useState<AuctionBid>();
  const isOpen = status === "live" || status === "paused";
  const columns: Column<AuctionBid>[] = [
    { name: "Bidder", cell: ({ alias }) => alias },
    {
      name: "Then",
      cell: ({ leading, retracted }) =>
        retracted ? (
          <State tone="down">Taken back</State>
        ) : leading ? (
          <State tone="up">Led</State>
        ) : (
          <State tone="plain">Outbid at once</State>
        ),
    },
    { name: "Price after it", cell: ({ price }) => money(price, currency), right: true },
    { name: "When", cell: ({ at }) => <Time at={at} />, right: true },
    {
      name: "",
      cell: (bid) =>
        isOpen &&
        !bid.retracted && (
          <Button
            small
            look="danger"
            aria-label={`Take back: ${bid.alias}, number ${bid.log_seq}`}
            onClick={() => setTaking(bid)}
          >
            Take back
          </Button>
        ),
    },
  ];
  return (
    <section aria-label="Bids">
      <h2 className="mb-2 font-semibold">Bids</h2>
      {rows === undefined ? (
        <Waiting look={list} what="The bids" rows={2} />
      ) : rows.length === 0 ? (
        <p className="text-muted">Nobody has bid.</p>
      ) : (
        <>
          <Rows
            label="Bids"
            rows={rows}
            keyOf={({ log_seq: seq }) => String(seq)}
            columns={columns}
          />
          <More list={list} />
        </>
      )}
      {taking && (
        <ActDialog
          title={`Take back the bid of ${taking.alias}?`}
          says="The bids are counted anew without it: price and leader are what they would have been."
          action="Take it back"
          danger
          why
          run={({ reason }, idempotencyKey) =>
            client.api.post("/api/v1/auctions/{id}/bids/{log_seq}/retract", {
              path: { id, log_seq: taking.log_seq },
              body: { reason },
              idempotencyKey,
            })
          }
          done={({ price }) => `The bid is taken back; it stands at ${money(price, currency)}.`}
          touches={touchesOf(id)}
          onClose={() => setTaking(undefined)}
        />
      )}
    </section>
  );
}

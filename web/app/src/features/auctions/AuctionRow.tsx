import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { useFlash } from "~/features/properties/useFlash";
import { count, money } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { TimeLeft } from "./clock";
import { AuctionStatus, OwnMark, Thumbnail } from "./parts";

export const bidsWord = (many: number): string => `${count(many)} ${many === 1 ? "bid" : "bids"}`;

export function AuctionRow({ auction }: { auction: Auction }) {
  const { id, title, status, price, currency, bid_count: bids, log_seq: logSeq } = auction;
  const row = useRef<HTMLLIElement>(null);
  useFlash(row, logSeq);
  return (
    <li ref={row} className="border-b last:border-0">
      <Link
        to="/auctions/$id"
        params={{ id }}
        className="grid min-h-16 grid-cols-[minmax(0,1fr)_auto] items-center gap-x-4 gap-y-1 px-3 py-2 hover:bg-sunken md:grid-cols-[auto_minmax(0,1fr)_8rem_7rem_9rem_11rem] md:px-4"
      >
        <span className="hidden w-10 justify-center md:flex">
          <Thumbnail auction={auction} />
        </span>
        <span className="min-w-0 font-medium break-words">{title}</span>
        <span className="order-2 flex gap-3 md:order-none md:contents">
          <AuctionStatus status={status} />
          <span>
            <OwnMark auction={auction} />
          </span>
        </span>
        <span className="order-1 self-start text-right md:order-none md:self-auto">
          <span className="block font-semibold">{money(price, currency)}</span>
          <span className="block text-xs text-muted">
            {bids === 0 ? "No bid yet" : bidsWord(bids)}
          </span>
        </span>
        <span className="order-3 text-right text-muted md:order-none">
          <TimeLeft auction={auction} />
        </span>
      </Link>
    </li>
  );
}

import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, Timer } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";
import { NotFound } from "~/app/root";
import { PagePending } from "~/app/states";
import { useFlash } from "~/features/properties/useFlash";
import { announce } from "~/lib/announce";
import { isNotFound } from "~/lib/errors";
import { count, money, timeOfDay } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { useDebounced } from "~/lib/useDebounced";
import { cx } from "~/ui/cx";
import { PageHeader, Panel } from "~/ui/layout";
import { Failed } from "~/ui/states";
import { Time } from "~/ui/Time";
import { bidsWord } from "./AuctionRow";
import { lastAsked } from "./asked";
import { BidHistory } from "./BidHistory";
import { BidPanel } from "./BidPanel";
import { Board } from "./Board";
import { TimeLeft, useSecondsLeft, useSpokenCountdown } from "./clock";
import { Decision } from "./Decision";
import { AuctionStatus, Picture, WatchToggle } from "./parts";
import { Result } from "./Result";
import { isOver } from "./standing";
import { type Room, useRoom } from "./useRoom";
import { movedWords, softCloseWords, span, statusOf } from "./words";

export function AuctionPage() {
  const { id } = useParams({ from: "/shell/auctions/$id" });
  const { room, error, refetch } = useRoom(id);
  if (room === undefined) {
    if (error === null) return <PagePending />;
    if (isNotFound(error)) return <NotFound />;
    return <Failed error={error} what="The auction" onRetry={() => void refetch()} />;
  }
  return <TheRoom room={room} />;
}

/** Nothing is left to decide. */
const isDone = (status: string): boolean => isOver(status) && !status.startsWith("awaiting_");

function TheRoom({ room }: { room: Room }) {
  const { auction } = room;
  const { id, title, status } = auction;
  return (
    <>
      <Link
        to="/auctions"
        search={lastAsked.get()}
        className="mb-2 inline-flex items-center gap-1 text-muted hover:text-text"
      >
        <ArrowLeft size={14} aria-hidden />
        Auctions
      </Link>
      <PageHeader
        title={title}
        sub={<AuctionStatus status={status} />}
        actions={!isDone(status) && <WatchToggle auction={auction} />}
      />
      <Figures auction={auction} />
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
        <div className="flex min-w-0 flex-col gap-4">
          {isDone(status) ? (
            <Result auction={auction} />
          ) : isOver(status) ? (
            <Decision room={room} />
          ) : (
            <BidPanel key={id} room={room} />
          )}
          <Board room={room} />
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <About auction={auction} />
          <BidHistory auction={auction} />
        </div>
      </div>
    </>
  );
}

function Figures({ auction }: { auction: Auction }) {
  const { price, currency, bid_count: bids, leader_alias: leader, places, me } = auction;
  const { bidder_count: bidders } = auction;
  const head = useRef<HTMLDivElement>(null);
  const end = useRef<HTMLDivElement>(null);
  useFlash(head, auction.log_seq);
  useFlash(end, Date.parse(auction.ends_at));
  useSpokenCountdown(useSecondsLeft(auction));
  useSpokenEnd(auction);
  useSpokenStatus(auction.status);
  return (
    <div className="mb-4 grid grid-cols-2 gap-px overflow-hidden rounded-md border bg-line lg:grid-cols-4">
      <Figure name={bids === 0 ? "Starts at" : isOver(auction.status) ? "Last price" : "Price now"}>
        <span ref={head}>{money(price, currency)}</span>
      </Figure>
      <Figure name={auction.status === "live" ? "Time left" : "Time"}>
        <div ref={end} role="timer" aria-live="off">
          <TimeLeft auction={auction} />
        </div>
      </Figure>
      <Figure name="Bids">
        {bidsWord(bids)}
        {bidders > 0 && (
          <span className="text-xs font-normal text-muted"> · {count(bidders)} take part</span>
        )}
      </Figure>
      <Figure name={places > 1 ? "Highest bidder" : "Leader"}>
        {leader ?? <span className="text-muted">Nobody yet</span>}
        {leader && leader === me?.alias && <span className="text-up"> (you)</span>}
      </Figure>
    </div>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0 bg-surface px-4 py-3">
      <div className="text-xs text-muted">{name}</div>
      <div className="text-base font-semibold break-words">{children}</div>
    </div>
  );
}

/** In the last seconds it may move again and again: it is said once it has come to rest. */
const REST_MS = 1_000;

function useSpokenEnd({ ends_at: end, status }: Auction): void {
  const rested = useDebounced(end, REST_MS);
  const told = useRef(rested);
  useEffect(() => {
    if (rested === told.current) return;
    told.current = rested;
    if (status === "live") announce(`The end has moved to ${timeOfDay(rested, true)}.`);
  }, [rested, status]);
}

function useSpokenStatus(status: string): void {
  const told = useRef(status);
  useEffect(() => {
    if (status === told.current) return;
    told.current = status;
    announce(`The auction: ${statusOf(status).word}.`);
  }, [status]);
}

function About({ auction }: { auction: Auction }) {
  const { description, currency, places, start_price: start, status, extensions } = auction;
  const soft = softCloseWords(auction);
  const facts: [name: string, value: ReactNode][] = [
    ["Begins", <Time key="b" at={auction.starts_at} />],
    isOver(status)
      ? ["Ended", <Time key="e" at={auction.closed_at ?? auction.ends_at} />]
      : ["Ends", <Time key="e" at={auction.ends_at} />],
    ["First bid from", money(start, currency)],
    ["Reserve", <Reserve key="r" auction={auction} />],
  ];
  return (
    <Panel title="About it">
      <div className="flex flex-col gap-4">
        <Picture auction={auction} />
        {description && <p className="break-words whitespace-pre-line">{description}</p>}
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3">
          {facts.map(([name, value]) => (
            <div key={name} className="min-w-0">
              <dt className="text-xs text-muted">{name}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ))}
        </dl>
        {soft && !isOver(status) && (
          <p className={cx("flex gap-2", extensions > 0 ? "text-warn" : "text-muted")}>
            <Timer size={16} className="mt-0.5 shrink-0" aria-hidden />
            <span>
              {soft} {extensions > 0 && movedWords(auction)}
            </span>
          </p>
        )}
        {places > 1 && (
          <p className="text-muted">
            The {count(places)} highest maxima win, and all of them pay the same: just what is
            needed to be above those who have no place.
          </p>
        )}
        {auction.decide_ms != null && auction.has_reserve && (
          <p className="text-muted">
            If the reserve is not met, the seller has {span(auction.decide_ms)} to decide.
          </p>
        )}
      </div>
    </Panel>
  );
}

function Reserve({ auction }: { auction: Auction }) {
  const { has_reserve: has, reserve_met: met, reserve, currency, status } = auction;
  if (!has) return <>None</>;
  return (
    <>
      <span className={met ? "text-up" : "text-warn"}>
        {met ? "Met" : isOver(status) ? "Not met" : "Not met yet"}
      </span>
      {reserve != null && <span className="text-muted"> ({money(reserve, currency)})</span>}
    </>
  );
}

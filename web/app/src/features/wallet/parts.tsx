import { useCountdown } from "@openbell/react";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Figure, Figures } from "~/features/admin/parts";
import { lasted } from "~/features/admin/words";
import { money } from "~/lib/format";
import type { Auction, Purse } from "~/lib/types";
import { Time } from "~/ui/Time";

/** The way to where an auction is bid on. */
export function AuctionLink(props: { id: string; className?: string; children: ReactNode }) {
  const { id, className = "hover:underline", children } = props;
  const to: string = `/auctions/${id}`;
  return (
    <Link to={to} className={className}>
      {children}
    </Link>
  );
}

/** How long an auction still takes bids, on the server's clock; or when it began or ended. */
export function TimeLeft({ auction }: { auction: Auction }) {
  const { status, starts_at: starts, ends_at: ends, closed_at: closed } = auction;
  const seconds = useCountdown(status === "live" ? ends : undefined);
  if (seconds !== undefined) return seconds > 0 ? `${lasted(seconds * 1_000)} left` : "Closing…";
  if (status === "draft" || status === "scheduled") {
    return (
      <>
        Starts <Time at={starts} relative />
      </>
    );
  }
  if (status === "paused") return "Stands still";
  return (
    <>
      Ended <Time at={closed ?? ends} relative />
    </>
  );
}

/** What somebody has in one currency. */
export function PurseFigures({ purse }: { purse: Purse }) {
  const { currency, balance, held, available } = purse;
  return (
    <Figures className="max-sm:grid-cols-1 sm:grid-cols-3">
      <Figure name="Balance">{money(balance, currency)}</Figure>
      <Figure name="Held">{money(held, currency)}</Figure>
      <Figure name="Available">{money(available, currency)}</Figure>
    </Figures>
  );
}

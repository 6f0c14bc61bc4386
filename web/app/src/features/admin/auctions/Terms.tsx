import type { ReactNode } from "react";
import { lasted } from "~/features/admin/words";
import { count, money } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { Panel } from "~/ui/layout";
import { Time } from "~/ui/Time";
import { useNames } from "./names";

const ENTRY: Record<string, string> = {
  open: "Everybody",
  approval: "Who was approved",
  deposit: "Who has left a deposit",
};

/** What was laid down. */
export function Terms({ auction }: { auction: Auction }) {
  const nameOf = useNames();
  const { currency, seller_id: seller, soft_close: soft, decide_ms: decide } = auction;
  const amount = (value: number | null | undefined) => value != null && money(value, currency);
  const met = auction.reserve_met ? "met" : "not met";
  const until = auction.buy_now_until === "first_bid" ? "until a bid" : "until the reserve is met";
  const facts: [name: string, value: ReactNode][] = [
    ["Seller", seller && nameOf(seller)],
    ["Start price", amount(auction.start_price)],
    ["Next bid", amount(auction.min_next)],
    ["Reserve", auction.reserve != null && `${money(auction.reserve, currency)}, ${met}`],
    ["Buy now", auction.buy_now != null && `${money(auction.buy_now, currency)}, ${until}`],
    ["Starts", <Time key="starts" at={auction.starts_at} />],
    ["Ends", <Time key="ends" at={auction.ends_at} />],
    ["Latest end", auction.hard_end && <Time at={auction.hard_end} />],
    ["Moved by late bids", count(auction.extensions)],
    [
      "Late bids",
      soft.window_ms > 0
        ? `In the last ${lasted(soft.window_ms)}, which leave ${lasted(soft.extend_ms)}`
        : "Do not move the end",
    ],
    ["Who may bid", ENTRY[auction.entry] ?? auction.entry],
    ["Deposit", amount(auction.deposit)],
    ["How many win", count(auction.places)],
    ["Bids may jump to their amount", auction.exact_bids ? "Yes" : "No"],
    ["Taking bids back", auction.retraction === "off" ? "Operators alone" : "Bidders, after slips"],
    ["Time to decide below the reserve", decide != null && lasted(decide)],
    ["To be decided by", auction.decide_by && <Time at={auction.decide_by} />],
    ["Counter offer", amount(auction.counter)],
    ["Made", <Time key="made" at={auction.created_at} />],
    ["Changed", <Time key="changed" at={auction.updated_at} relative />],
  ];
  return (
    <Panel title="Terms">
      {auction.description && (
        <p className="mb-4 break-words whitespace-pre-line">{auction.description}</p>
      )}
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
        {facts.map(([name, value]) => (
          <div key={name} className="min-w-0">
            <dt className="text-xs text-muted">{name}</dt>
            <dd className="break-words">{value || <span className="text-muted">None</span>}</dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}

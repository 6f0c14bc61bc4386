import { useQuery } from "@tanstack/react-query";
import { count, money } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { Panel } from "~/ui/layout";
import { Skeleton } from "~/ui/states";
import { winnersQuery } from "./queries";

const SALES = ["sold", "settled", "defaulted"];

/** How it came out. */
export function Result({ auction }: { auction: Auction }) {
  const { status, me } = auction;
  return (
    <Panel title="Result">
      {SALES.includes(status) ? (
        <Sale auction={auction} />
      ) : (
        <p className="text-base font-semibold">
          {status === "cancelled" ? "It was called off." : "It was not sold."}
        </p>
      )}
      {me?.max != null && !SALES.includes(status) && (
        <p className="text-muted">Nothing is held of you for it any more.</p>
      )}
    </Panel>
  );
}

function Sale({ auction }: { auction: Auction }) {
  const { id, currency, me, price, status, places } = auction;
  const { data } = useQuery(winnersQuery(id));
  if (data === undefined) return <Skeleton className="h-6 w-48" />;
  const { items: winners } = data;
  const paid = money(winners[0]?.amount ?? price, currency);
  const own = winners.find((winner) => winner.me);
  return (
    <div className="flex flex-col gap-2">
      <p className="text-base font-semibold">
        {winners.length > 1
          ? `${count(winners.length)} win, at ${paid} each.`
          : `Sold for ${paid}.`}
      </p>
      {own ? (
        <p className="font-medium text-up">You won. {paid} were taken from your account.</p>
      ) : me?.max != null ? (
        <p>You did not win. Nothing is held of you for it any more.</p>
      ) : me?.selling ? (
        <p>You sold it. What was paid is in your account.</p>
      ) : null}
      {status === "settled" && <p className="text-muted">It was handed over.</p>}
      {status === "defaulted" && (
        <p className="text-down">The sale fell through, and the price was paid back.</p>
      )}
      <ol aria-label={places > 1 ? "Winners" : "Winner"} className="border-t pt-2">
        {winners.map(({ rank, alias, amount, me: isMe }) => (
          <li key={rank} className="flex gap-3">
            {places > 1 && <span className="w-6 text-muted">{rank}</span>}
            <span className="flex-1">
              {alias}
              {isMe && " (you)"}
            </span>
            <span>{money(amount, currency)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

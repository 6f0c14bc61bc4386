import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { type Column, More, Rows, Waiting } from "~/features/admin/parts";
import { moneyChange } from "~/lib/format";
import type { Transfer } from "~/lib/types";
import { cx } from "~/ui/cx";
import { Panel } from "~/ui/layout";
import { Empty } from "~/ui/states";
import { Time } from "~/ui/Time";
import { AuctionLink, PurseFigures } from "./parts";
import { transfersQuery, walletQuery } from "./queries";
import { transferWord } from "./words";

/** What one has, and how one came by it. */
export function WalletPage() {
  const wallet = useQuery(walletQuery);
  return (
    <>
      <Panel title="Balances">
        {wallet.data === undefined ? (
          <Waiting look={wallet} what="The balances" rows={2} />
        ) : (
          <div className="flex flex-col gap-3">
            {wallet.data.purses.map((purse) => (
              <PurseFigures key={purse.currency} purse={purse} />
            ))}
            <p className="text-muted">
              Held is what is set aside for your highest bids where you lead, and for deposits; it
              is yours again once you are outbid or the auction ends without you.
            </p>
          </div>
        )}
      </Panel>
      <Transfers />
    </>
  );
}

function Transfers() {
  const list = useInfiniteQuery(transfersQuery);
  const rows = list.data?.pages.flatMap((page) => page.items);
  return (
    <section aria-label="Transfers">
      <h2 className="mb-2 font-semibold">Transfers</h2>
      {rows === undefined ? (
        <Waiting look={list} what="The transfers" />
      ) : rows.length === 0 ? (
        <Empty title="Nothing was paid yet">
          What you are given, what you pay for what you win, and what you get for what you sell
          comes here.
        </Empty>
      ) : (
        <>
          <Rows label="Transfers" rows={rows} keyOf={({ id }) => id} columns={COLUMNS} />
          <More list={list} />
        </>
      )}
    </section>
  );
}

const COLUMNS: Column<Transfer>[] = [
  {
    name: "What",
    cell: (transfer) => {
      const { auction_id: auction, reason } = transfer;
      return (
        <>
          <span className="block">{transferWord(transfer)}</span>
          <span className="block text-xs font-normal break-words text-muted">
            {auction ? (
              <AuctionLink id={auction} className="underline underline-offset-2">
                {reason || "The auction"}
              </AuctionLink>
            ) : (
              reason
            )}
          </span>
        </>
      );
    },
  },
  {
    name: "Amount",
    cell: ({ amount, currency }) => (
      <span className={cx("whitespace-nowrap", amount < 0 ? "text-down" : "text-up")}>
        {moneyChange(amount, currency)}
      </span>
    ),
    right: true,
  },
  { name: "When", cell: ({ at }) => <Time at={at} />, right: true },
];

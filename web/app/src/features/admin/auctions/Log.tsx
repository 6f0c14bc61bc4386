import { useInfiniteQuery } from "@tanstack/react-query";
import { money, words } from "~/lib/format";
import type { Auction, LogLine } from "~/lib/types";
import { Time } from "~/ui/Time";
import { type Column, More, Rows, Waiting } from "../parts";
import { useNames } from "./names";
import { logQuery } from "./queries";

const KINDS: Record<string, string> = {
  buy_now: "Bought at once",
  extended: "End moved",
  cancelled: "Called off",
  countered: "Asked for more",
  rejected: "Turned down",
  expired: "Not decided in time",
  defaulted: "Fell through",
  correction: "Bid taken back",
};

/** All that has happened to an auction, the latest first. */
export function Log({ auction }: { auction: Auction }) {
  const { id, currency } = auction;
  const list = useInfiniteQuery(logQuery(id));
  const rows = list.data?.pages.flatMap((page) => page.items);
  const nameOf = useNames();
  const columns: Column<LogLine>[] = [
    {
      name: "What",
      cell: ({ log_seq: seq, kind }) => (
        <>
          <span className="text-muted">{seq}</span> {KINDS[kind] ?? words(kind)}
        </>
      ),
    },
    {
      name: "Who",
      cell: ({ actor_id: actor, alias }) => (
        <>
          <span className="block break-all">{actor ? nameOf(actor) : "By itself"}</span>
          {alias && <span className="block text-xs text-muted">{alias}</span>}
        </>
      ),
    },
    { name: "Amount", cell: ({ amount }) => money(amount, currency), right: true },
    { name: "Price after it", cell: ({ price }) => money(price, currency), right: true },
    { name: "Reason", cell: ({ reason }) => reason ?? "–" },
    { name: "When", cell: ({ at }) => <Time at={at} />, right: true },
  ];
  return (
    <section aria-label="Log">
      <h2 className="mb-2 font-semibold">Log</h2>
      {rows === undefined ? (
        <Waiting look={list} what="The log" />
      ) : rows.length === 0 ? (
        <p className="text-muted">Nothing has happened to it since it was made.</p>
      ) : (
        <>
          <Rows
            label="Log"
            rows={rows}
            keyOf={({ log_seq: seq }) => String(seq)}
            columns={columns}
          />
          <More list={list} />
        </>
      )}
    </section>
  );
}

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { AuctionStatus } from "~/features/auctions/parts";
import { STATUSES } from "~/features/auctions/words";
import { TimeLeft } from "~/features/wallet/parts";
import { count, money } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { Button, buttonClass } from "~/ui/Button";
import { Select } from "~/ui/Field";
import { PageHeader } from "~/ui/layout";
import { Empty } from "~/ui/states";
import { AsOf, type Column, HowMany, More, Rows, Waiting } from "../parts";
import { SearchField } from "../SearchField";
import { auctionsQuery } from "./queries";

const STATUS_OPTIONS = [
  { value: "", label: "Any status" },
  { value: "open", label: "Open" },
  { value: "over", label: "Over" },
  ...STATUSES.map(({ status, word }) => ({ value: status, label: word })),
];

const newLink = (
  <Link to="/admin/auctions/new" className={buttonClass("primary")}>
    <Plus size={14} aria-hidden />
    New auction
  </Link>
);

export function AuctionsPage() {
  const search = useSearch({ from: "/shell/admin/auctions" });
  const { q, status } = search;
  const navigate = useNavigate({ from: "/admin/auctions" });
  const isKnown = STATUS_OPTIONS.some(({ value }) => value === status);
  const list = useInfiniteQuery(
    auctionsQuery({ ...(q && { q }), ...(status && isKnown && { status }) }),
  );
  const rows = list.data?.pages.flatMap((page) => page.items);
  const narrow = (edit: { q?: string; status?: string }) => {
    const { q: word, status: chosen } = { ...search, ...edit };
    const next = { ...(word && { q: word }), ...(chosen && { status: chosen }) };
    void navigate({ search: next, replace: true, resetScroll: false });
  };
  return (
    <>
      <PageHeader
        title="Manage auctions"
        sub="The newest first, drafts as well."
        actions={newLink}
      />
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <SearchField
          label="Word of the title"
          value={q}
          onChange={(text) => narrow({ q: text })}
          maxLength={100}
          className="min-w-48 flex-1 sm:max-w-80"
        />
        <Select
          label="Status"
          className="w-44"
          value={isKnown ? (status ?? "") : ""}
          options={STATUS_OPTIONS}
          onChange={(event) => narrow({ status: event.target.value })}
        />
      </div>
      <AsOf look={list} />
      {rows === undefined ? (
        <Waiting look={list} what="The auctions" rows={10} />
      ) : rows.length === 0 ? (
        <Empty
          title={q || status ? "No auction fits" : "There are no auctions yet"}
          action={
            q || status ? (
              <Button onClick={() => narrow({ q: "", status: "" })}>Show all auctions</Button>
            ) : (
              newLink
            )
          }
        />
      ) : (
        <>
          <HowMany shown={rows.length} list={list} />
          <Rows label="Auctions" rows={rows} keyOf={({ id }) => id} columns={COLUMNS} />
          <More list={list} />
        </>
      )}
    </>
  );
}

const COLUMNS: Column<Auction>[] = [
  {
    name: "Auction",
    cell: ({ id, title }) => (
      <Link
        to="/admin/auctions/$id"
        params={{ id }}
        className="inline-flex items-center break-words hover:underline pointer-coarse:min-h-11"
      >
        {title}
      </Link>
    ),
  },
  { name: "Status", cell: ({ status }) => <AuctionStatus status={status} /> },
  { name: "Time", cell: (auction) => <TimeLeft auction={auction} /> },
  { name: "Bids", cell: ({ bid_count: bids }) => count(bids), right: true },
  { name: "Price", cell: ({ price, currency }) => money(price, currency), right: true },
];

import { useAuctions } from "@openbell/react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useEffect, useMemo } from "react";
import { rowsOf } from "~/features/properties/patch";
import { useDebounced } from "~/lib/useDebounced";
import { useTyped } from "~/lib/useTyped";
import { Button } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Empty, Failed, SkeletonRows } from "~/ui/states";
import { AuctionRow } from "./AuctionRow";
import { type Asked, lastAsked, SHOWN } from "./asked";
import { auctionsQuery } from "./queries";
import { isOver, withHeadline } from "./standing";

/** Lines of the list change so often at most. */
const INTERVAL_MS = 500;
const REST_MS = 1_000;

const NONE: Record<string, string> = {
  live: "No auction takes bids at this moment.",
  over: "No auction is over yet.",
  mine: "What you sell will be here.",
};

/** Whether an auction that comes up belongs into the list. */
const belongs = (status: string, { show, q }: Asked): boolean =>
  !q && (show === undefined ? !isOver(status) : show === status);

export function AuctionsPage() {
  const asked = useSearch({ from: "/shell/auctions" });
  const navigate = useNavigate({ from: "/auctions" });
  useEffect(() => lastAsked.set(asked), [asked]);
  const search = (q: string) =>
    void navigate({ search: { ...asked, q: q || undefined } as Asked, replace: true });
  return (
    <>
      <PageHeader title="Auctions" sub="Bids count as soon as the server has them on disk." />
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <nav aria-label="Which auctions" className="flex flex-wrap gap-1">
          {SHOWN.map(({ show, label }) => (
            <Link
              key={label}
              to="/auctions"
              search={{ ...(show && { show }), ...(asked.q && { q: asked.q }) }}
              aria-current={asked.show === show ? "page" : undefined}
              activeOptions={{ exact: true, includeSearch: true }}
              className="inline-flex h-9 items-center rounded-md px-3 text-muted hover:bg-sunken hover:text-text aria-[current=page]:bg-sunken aria-[current=page]:font-medium aria-[current=page]:text-text pointer-coarse:h-11"
            >
              {label}
            </Link>
          ))}
        </nav>
        <TitleSearch value={asked.q ?? ""} onChange={search} />
      </div>
      <AuctionList asked={asked} />
    </>
  );
}

function TitleSearch({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const [text, setText] = useTyped(value, onChange);
  return (
    <div className="relative min-w-0 flex-1 basis-44">
      <Search
        size={14}
        aria-hidden
        className="absolute top-2.5 left-3 text-muted pointer-coarse:top-3.5"
      />
      <input
        type="search"
        aria-label="Search titles"
        placeholder="Words of the title"
        value={text}
        maxLength={100}
        onChange={(event) => setText(event.target.value)}
        className="h-9 w-full rounded-md border bg-surface pr-3 pl-9 pointer-coarse:h-11 pointer-coarse:text-base"
      />
    </div>
  );
}

function AuctionList({ asked }: { asked: Asked }) {
  const list = useInfiniteQuery(auctionsQuery(asked));
  const { data: headlines } = useAuctions({ intervalMs: INTERVAL_MS });
  const read = useMemo(() => rowsOf(list.data), [list.data]);
  const rows = read.map((row) => withHeadline(row, headlines.get(row.id)));

  // An auction that was not there when the list was read.
  const known = new Set(read.map(({ id }) => id));
  const fresh = [...headlines.values()]
    .filter(({ auction_id: id, status }) => !known.has(id) && belongs(status, asked))
    .map(({ auction_id: id }) => id);
  const rested = useDebounced(list.hasNextPage ? "" : fresh.sort().join(), REST_MS);
  const cache = useQueryClient();
  useEffect(() => {
    if (rested !== "") void cache.invalidateQueries({ queryKey: ["auctions"] });
  }, [rested, cache]);

  if (list.isPending) return <SkeletonRows rows={8} rowClass="h-16" />;
  if (list.isError && rows.length === 0) {
    return <Failed error={list.error} what="The auctions" onRetry={() => void list.refetch()} />;
  }
  if (rows.length === 0) {
    const { q, ...rest } = asked;
    return q ? (
      <Empty
        title="No auction has that in its title"
        action={
          <Link to="/auctions" search={rest} className="text-accent hover:underline">
            Clear the search
          </Link>
        }
      />
    ) : (
      <Empty title="There are no auctions here">
        {NONE[asked.show ?? ""] ?? "They appear by themselves as soon as one is published."}
      </Empty>
    );
  }
  return (
    <>
      <ul className="rounded-md border bg-surface">
        {rows.map((auction) => (
          <AuctionRow key={auction.id} auction={auction} />
        ))}
      </ul>
      {list.hasNextPage && (
        <div className="mt-3 flex justify-center">
          <Button pending={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {list.isFetchNextPageError ? "That failed; try again" : "Load more"}
          </Button>
        </div>
      )}
    </>
  );
}

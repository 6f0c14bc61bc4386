import { useAuctions } from "@openbell/react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { money } from "~/lib/format";
import { buttonClass } from "~/ui/Button";
import { Panel } from "~/ui/layout";
import { Failed, SkeletonRows } from "~/ui/states";
import { TimeLeft } from "./clock";
import { AuctionStatus, OwnMark } from "./parts";
import { takingPartQuery } from "./queries";
import { withHeadline } from "./standing";

const SHOWN = 5;
const INTERVAL_MS = 1_000;

/** The latest auctions in which one takes part, for the home page. */
export function TakingPart() {
  const { data, error, refetch } = useQuery(takingPartQuery);
  const { data: headlines } = useAuctions({ intervalMs: INTERVAL_MS });
  const rows = data?.items.slice(0, SHOWN).map((row) => withHeadline(row, headlines.get(row.id)));
  return (
    <Panel
      title="My auctions"
      actions={
        <Link
          to="/auctions"
          className="inline-flex items-center text-accent hover:underline pointer-coarse:min-h-11"
        >
          All auctions
        </Link>
      }
      flush
    >
      {rows === undefined ? (
        error === null ? (
          <SkeletonRows rows={2} rowClass="h-14" />
        ) : (
          <Failed error={error} what="Your auctions" onRetry={() => void refetch()} />
        )
      ) : rows.length === 0 ? (
        <div className="flex flex-col items-start gap-3 p-4 text-muted">
          You take part in no auction.
          <Link to="/auctions" className={buttonClass()}>
            Look at open auctions
          </Link>
        </div>
      ) : (
        <ul>
          {rows.map((auction) => (
            <li key={auction.id} className="border-b last:border-0">
              <Link
                to="/auctions/$id"
                params={{ id: auction.id }}
                className="flex min-h-14 flex-wrap items-center gap-x-4 px-4 py-2 hover:bg-sunken"
              >
                <span className="min-w-0 flex-1 basis-44">
                  <span className="block truncate font-medium">{auction.title}</span>
                  <span className="block text-xs text-muted">
                    <TimeLeft auction={auction} />
                  </span>
                </span>
                <span className="text-right">
                  <span className="block font-medium">
                    {money(auction.price, auction.currency)}
                  </span>
                  {["live", "paused"].includes(auction.status) ? (
                    <OwnMark auction={auction} />
                  ) : (
                    <AuctionStatus status={auction.status} />
                  )}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

import { Link } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useRef, useState } from "react";
import { useLastChange } from "~/features/properties/live";
import { BidMove, placeOf, StatusBadge, WatchButton } from "~/features/properties/parts";
import { useFlash } from "~/features/properties/useFlash";
import { WatchedTime } from "~/features/properties/VenueTime";
import { money } from "~/lib/format";
import type { WatchEntry } from "~/lib/types";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { NotesForm } from "./WatchNotes";
import { isPending } from "./watch";

export function WatchRow({ entry }: { entry: WatchEntry }) {
  const row = useRef<HTMLLIElement>(null);
  const [editing, setEditing] = useState(false);
  const { property_id: id, auction, notes } = entry;
  const change = useLastChange(id);
  useFlash(row, change?.number);
  const name = auction?.street ?? "This property";
  return (
    <li ref={row} className="border-b px-3 py-3 last:border-0 md:px-4">
      <div className="flex items-start gap-2">
        <WatchButton id={id} street={name} />
        <div className="grid min-w-0 flex-1 grid-cols-[minmax(0,1fr)_auto] gap-x-4 gap-y-1 md:grid-cols-[minmax(0,2fr)_9rem_13rem_8rem] md:items-center">
          <Link
            to="/properties/$id"
            params={{ id }}
            className="col-span-2 min-w-0 hover:underline md:col-span-1"
          >
            <span className="block truncate font-medium">{name}</span>
            <span className="block truncate text-xs text-muted">
              {auction
                ? placeOf({ ...auction, zip_code: auction.zip_code ?? null })
                : isPending(entry)
                  ? "Being put on your watchlist"
                  : "It has been removed"}
            </span>
          </Link>
          {auction && (
            <>
              <StatusBadge status={auction.foreclosure_status} />
              <span className="order-1 col-span-2 md:order-none md:col-span-1">
                <WatchedTime auction={auction} />
              </span>
              <span className="text-right font-medium">
                <BidMove update={change?.update} /> {money(auction.opening_bid)}
              </span>
            </>
          )}
        </div>
      </div>
      <div className="mt-1 ml-10 pointer-coarse:ml-13">
        {editing ? (
          <NotesForm entry={entry} onDone={() => setEditing(false)} />
        ) : (
          <div className="flex items-start gap-2">
            <p className="min-w-0 flex-1 break-words whitespace-pre-line text-muted">{notes}</p>
            <Button
              small
              look="quiet"
              className={cx("-mt-1.5 -mr-2", !notes && "!text-muted")}
              disabled={isPending(entry)}
              onClick={() => setEditing(true)}
              aria-label={`Notes on ${name}`}
            >
              <Pencil size={14} aria-hidden />
              Notes
            </Button>
          </div>
        )}
      </div>
    </li>
  );
}

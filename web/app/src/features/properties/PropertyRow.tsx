import { Link } from "@tanstack/react-router";
import { useRef } from "react";
import { money, percent, words } from "~/lib/format";
import type { Property } from "~/lib/types";
import { Time } from "~/ui/Time";
import { useLastChange } from "./live";
import { miles } from "./near";
import { BidMove, bid, discountOf, placeOf, StatusBadge, WatchButton } from "./parts";
import { useFlash } from "./useFlash";
import { AuctionTime } from "./VenueTime";

/** The place, and how far away it is where that was asked. */
const whereOf = (property: Property) =>
  [placeOf(property), miles(property.distance_km)].filter(Boolean).join(" · ");

/** A row of the table of wide screens. */
export function PropertyRow({ property, number }: { property: Property; number: number }) {
  const row = useRef<HTMLTableRowElement>(null);
  const change = useLastChange(property.id);
  useFlash(row, change?.number);
  const { id, street, currency } = property;
  return (
    <tr
      ref={row}
      aria-rowindex={number}
      // The last of the table holds the room of what is not drawn.
      className="h-11 border-b nth-last-2:border-0 hover:bg-sunken"
    >
      <td className="px-2">
        <WatchButton id={id} street={street} />
      </td>
      <td className="px-3">
        <Link
          to="/properties/$id"
          params={{ id }}
          className="flex min-w-0 flex-col leading-4 hover:underline"
        >
          <span className="truncate font-medium">{street}</span>
          <span className="truncate text-xs text-muted">{whereOf(property)}</span>
        </Link>
      </td>
      <td className="hidden truncate px-3 lg:table-cell">{words(property.type)}</td>
      <td className="px-3">
        <StatusBadge status={property.status} />
      </td>
      <td className="truncate px-3">
        <AuctionTime property={property} brief />
      </td>
      <td className="px-3 text-right whitespace-nowrap">
        <BidMove update={change?.update} /> {bid(property)}
      </td>
      <td className="hidden px-3 text-right xl:table-cell">
        {money(property.estimated_value, currency)}
      </td>
      <td className="hidden px-3 text-right xl:table-cell">{percent(discountOf(property))}</td>
      <td className="hidden px-3 text-right text-muted 2xl:table-cell">
        <Time at={property.updated_at} relative />
      </td>
    </tr>
  );
}

/** The same on a narrow screen. */
export function PropertyCard({ property }: { property: Property }) {
  const card = useRef<HTMLLIElement>(null);
  const change = useLastChange(property.id);
  useFlash(card, change?.number);
  const { id, street } = property;
  return (
    <li ref={card} className="flex h-23 items-center gap-1 border-b pl-3 last:border-0">
      <Link to="/properties/$id" params={{ id }} className="min-w-0 flex-1 py-2">
        <span className="flex justify-between gap-2">
          <span className="truncate font-medium">{street}</span>
          <span className="whitespace-nowrap font-medium">
            <BidMove update={change?.update} /> {bid(property)}
          </span>
        </span>
        <span className="block truncate text-muted">{whereOf(property)}</span>
        <span className="flex justify-between gap-2 text-xs">
          <StatusBadge status={property.status} />
          <span className="truncate">
            <AuctionTime property={property} />
          </span>
        </span>
      </Link>
      <WatchButton id={id} street={street} />
    </li>
  );
}

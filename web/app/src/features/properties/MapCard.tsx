import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { useEffect, useRef } from "react";
import { count } from "~/lib/format";
import { IconButton } from "~/ui/Button";
import type { Cluster } from "./map";
import { bid, StatusBadge } from "./parts";
import { AuctionTime } from "./VenueTime";

const LISTED = 20;

/** What lies at a point of the map. */
export function MapCard({ cluster, onClose }: { cluster: Cluster; onClose: () => void }) {
  const { key, properties } = cluster;
  const card = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another point is another card
  useEffect(() => card.current?.focus({ preventScroll: true }), [key]);
  const title = properties.length === 1 ? "1 property" : `${count(properties.length)} properties`;
  return (
    <section
      ref={card}
      tabIndex={-1}
      aria-label={title}
      onKeyDown={(event) => event.key === "Escape" && onClose()}
      className="flex max-h-80 flex-col border-t bg-surface outline-none sm:absolute sm:right-2 sm:bottom-2 sm:max-h-[75%] sm:w-80 sm:rounded-md sm:border sm:shadow-lg"
    >
      <div className="flex items-center justify-between gap-2 border-b py-1 pr-1 pl-3">
        <p className="font-medium">{title}</p>
        <IconButton label="Close" onClick={onClose}>
          <X size={16} aria-hidden />
        </IconButton>
      </div>
      <ul className="overflow-y-auto">
        {properties.slice(0, LISTED).map((property) => (
          <li key={property.id} className="border-b last:border-0">
            <Link
              to="/properties/$id"
              params={{ id: property.id }}
              className="block px-3 py-1.5 -outline-offset-2 hover:bg-sunken"
            >
              <span className="flex justify-between gap-2">
                <span className="truncate font-medium">{property.street}</span>
                <span>{bid(property)}</span>
              </span>
              <span className="flex justify-between gap-2 text-xs">
                <StatusBadge status={property.status} />
                <AuctionTime property={property} />
              </span>
            </Link>
          </li>
        ))}
      </ul>
      {properties.length > LISTED && (
        <p className="border-t px-3 py-1.5 text-xs text-muted">
          The first {LISTED}; come closer to see the others.
        </p>
      )}
    </section>
  );
}

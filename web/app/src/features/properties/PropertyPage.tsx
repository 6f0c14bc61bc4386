import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, MapPin } from "lucide-react";
import { type ReactNode, useMemo, useRef } from "react";
import { NotFound } from "~/app/root";
import { PagePending } from "~/app/states";
import { isNotFound } from "~/lib/errors";
import { count, money, percent, words } from "~/lib/format";
import { nearOf } from "~/lib/place";
import type { Property } from "~/lib/types";
import { buttonClass } from "~/ui/Button";
import { PageHeader, Panel } from "~/ui/layout";
import { Failed } from "~/ui/states";
import { Time } from "~/ui/Time";
import { WatchNotes } from "../watchlist/WatchNotes";
import { lastFilters } from "./filters";
import { useLastChange, useLiveProperties } from "./live";
import { PropertyHistory, PropertySources } from "./PropertyHistory";
import { BidMove, bid, discountOf, placeOf, StatusBadge, WatchButton } from "./parts";
import { describe } from "./patch";
import { propertyQuery } from "./queries";
import { useFlash } from "./useFlash";
import { AuctionTime } from "./VenueTime";

export function PropertyPage() {
  const { id } = useParams({ from: "/shell/properties/$id" });
  const { data, error, refetch } = useQuery(propertyQuery(id));
  useLiveProperties(useMemo(() => [id], [id]));
  if (data === undefined) {
    if (error === null) return <PagePending />;
    if (isNotFound(error)) return <NotFound />;
    return <Failed error={error} what="The property" onRetry={() => void refetch()} />;
  }
  return <Detail property={data} removed={isNotFound(error)} />;
}

function Detail({ property, removed }: { property: Property; removed: boolean }) {
  const { id, street } = property;
  const change = useLastChange(id);
  const head = useRef<HTMLDivElement>(null);
  useFlash(head, change?.number);
  return (
    <>
      <Link
        to="/properties"
        search={lastFilters.get()}
        className="mb-2 inline-flex items-center gap-1 text-muted hover:text-text"
      >
        <ArrowLeft size={14} aria-hidden />
        Properties
      </Link>
      <PageHeader
        title={street}
        sub={`${placeOf(property)}${property.county ? ` · ${property.county}` : ""}`}
        actions={
          <>
            <AroundLink property={property} />
            <WatchButton id={id} street={street} text />
          </>
        }
      />
      {removed && <p className="mb-4 text-down">This property has been removed.</p>}
      <div
        ref={head}
        className="mb-4 grid grid-cols-2 gap-px overflow-hidden rounded-md border bg-line lg:grid-cols-4"
      >
        <Figure name="Status">
          <StatusBadge status={property.status} />
        </Figure>
        <Figure name="Auction">
          <AuctionTime property={property} />
        </Figure>
        <Figure name="Opening bid">
          {bid(property)}
          <BidMove update={change?.update} />
        </Figure>
        <Figure name="Below estimated value">{percent(discountOf(property), 1)}</Figure>
      </div>
      {change && (
        <p className="mb-4 text-muted">Changed while you were here: {describe(change.update)}.</p>
      )}
      <div className="grid gap-4 lg:grid-cols-[3fr_2fr]">
        <div className="flex min-w-0 flex-col gap-4">
          <WatchNotes propertyId={id} />
          <Panel title="Auction">
            <Facts
              facts={[
                ["Venue", property.venue],
                ["Time zone of the venue", property.time_zone.replaceAll("_", " ")],
                ["Trustee", property.trustee],
                ["Case number", property.case_number],
                [
                  "Judgment amount",
                  property.judgment_amount != null &&
                    money(property.judgment_amount, property.currency),
                ],
                [
                  "Estimated value",
                  property.estimated_value != null &&
                    money(property.estimated_value, property.currency),
                ],
                [
                  "List price",
                  property.list_price != null && money(property.list_price, property.currency),
                ],
              ]}
            />
          </Panel>
          <Panel title="Building">
            {property.description && (
              <p className="mb-4 break-words whitespace-pre-line">{property.description}</p>
            )}
            <Facts
              facts={[
                ["Type", words(property.type)],
                ["Bedrooms", property.bedrooms != null && count(property.bedrooms)],
                ["Bathrooms", property.bathrooms != null && count(property.bathrooms)],
                [
                  "Living area",
                  property.living_area != null && `${count(property.living_area)} sq ft`,
                ],
                ["Lot", property.lot_size != null && `${count(property.lot_size)} sq ft`],
                ["Built", property.year_built != null && String(property.year_built)],
                ["Parcel number", property.parcel_number],
              ]}
            />
          </Panel>
          <PropertySources id={id} />
        </div>
        <PropertyHistory property={property} />
      </div>
      <p className="mt-4 text-xs text-muted">
        Last change <Time at={property.updated_at} relative />, version {property.version}.
      </p>
    </>
  );
}

/** The list of what is near to it. */
function AroundLink({ property: { street, latitude, longitude } }: { property: Property }) {
  if (latitude == null || longitude == null) return null;
  const near = nearOf({ latitude, longitude });
  return (
    <Link
      to="/properties"
      search={{ near, place: street.slice(0, 80), radius_miles: "10" }}
      className={buttonClass()}
    >
      <MapPin size={14} aria-hidden />
      What is near
    </Link>
  );
}

function Figure({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0 bg-surface px-4 py-3">
      <div className="text-xs text-muted">{name}</div>
      <div className="text-base font-semibold break-words">{children}</div>
    </div>
  );
}

function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-3">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-xs text-muted">{name}</dt>
          <dd className="break-words">{value || <span className="text-muted">Unknown</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { bid, placeOf, StatusBadge } from "~/features/properties/parts";
import { propertiesQuery } from "~/features/properties/queries";
import { AuctionTime } from "~/features/properties/VenueTime";
import type { Property } from "~/lib/types";
import { Button, buttonClass } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Empty } from "~/ui/states";
import { Time } from "~/ui/Time";
import { type Column, HowMany, More, Rows, Waiting } from "./parts";
import { SearchField } from "./SearchField";

export function RecordsPage() {
  const { q } = useSearch({ from: "/shell/admin/properties" });
  const navigate = useNavigate({ from: "/admin/properties" });
  const list = useInfiniteQuery({
    ...propertiesQuery({ ...(q && { q }), sort: "updated_at" }, 50),
    staleTime: 0,
  });
  const rows = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader
        title="Edit properties"
        sub="Those that changed last come first."
        actions={
          <Link to="/admin/properties/new" className={buttonClass("primary")}>
            <Plus size={14} aria-hidden />
            New property
          </Link>
        }
      />
      <div className="mb-4 flex">
        <SearchField
          label="Address or description"
          value={q}
          onChange={(text) =>
            void navigate({ search: text ? { q: text } : {}, replace: true, resetScroll: false })
          }
          maxLength={200}
          className="min-w-48 flex-1 sm:max-w-96"
        />
      </div>
      {rows === undefined ? (
        <Waiting look={list} what="The properties" rows={10} />
      ) : rows.length === 0 ? (
        <Empty
          title={q ? "No property has these words" : "There are no properties yet"}
          action={
            q && (
              <Button onClick={() => void navigate({ search: {}, replace: true })}>
                Show all properties
              </Button>
            )
          }
        >
          {q
            ? "One of the words needs three characters. What was written a moment ago is found a moment later."
            : "Make one, import a file, or set up a source."}
        </Empty>
      ) : (
        <>
          <HowMany shown={rows.length} list={list} />
          <Rows label="Properties" rows={rows} keyOf={({ id }) => id} columns={COLUMNS} />
          <More list={list} />
        </>
      )}
    </>
  );
}

const COLUMNS: Column<Property>[] = [
  {
    name: "Property",
    cell: (property) => (
      <Link
        to="/admin/properties/$id"
        params={{ id: property.id }}
        className="inline-flex flex-col hover:underline pointer-coarse:min-h-11 pointer-coarse:justify-center"
      >
        <span className="break-words">{property.street}</span>
        <span className="text-xs font-normal text-muted">{placeOf(property)}</span>
      </Link>
    ),
  },
  { name: "Status", cell: ({ status }) => <StatusBadge status={status} /> },
  { name: "Auction", cell: (property) => <AuctionTime property={property} /> },
  { name: "Opening bid", cell: bid, right: true },
  { name: "Changed", cell: ({ updated_at: at }) => <Time at={at} relative />, right: true },
];

import { MapPin, Search, SlidersHorizontal, X } from "lucide-react";
import { useState } from "react";
import { civilDate, money, words } from "~/lib/format";
import { nearOf, placeIn } from "~/lib/place";
import { STATES } from "~/lib/states";
import { useTyped } from "~/lib/useTyped";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { Input, Select } from "~/ui/Field";
import { PlaceDialog } from "~/ui/PlaceDialog";
import { type Filters, narrowing, radiusOf, STATUSES, sortsOf, TYPES, usualSort } from "./filters";
import { nearLabel } from "./near";
import { statusWord } from "./parts";

type Change = (edit: Partial<Record<keyof Filters, string>>, replace?: boolean) => void;

const any = (label: string, values: readonly string[], word: (value: string) => string = words) => [
  { value: "", label },
  ...values.map((value) => ({ value, label: word(value) })),
];

const LABELS: Record<string, (value: string, filters: Filters) => string> = {
  q: (value) => `“${value}”`,
  near: (_, filters) => nearLabel(filters),
  bbox: () => "Within an area of the map",
  status: statusWord,
  type: words,
  state: (value) => value,
  city: (value) => value,
  min_bid: (value) => `From ${money(Number(value))}`,
  max_bid: (value) => `Up to ${money(Number(value))}`,
  from: (value) => `Auction from ${civilDate(value)}`,
  to: (value) => `Auction until ${civilDate(value)}`,
};

/** The search box: what is typed goes into the address. */
function SearchBox({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = useTyped(value, onChange);
  return (
    <div className="relative min-w-0 flex-1 basis-full sm:basis-44">
      <Search
        size={14}
        aria-hidden
        className="absolute top-2.5 left-3 text-muted pointer-coarse:top-3.5"
      />
      <input
        type="search"
        aria-label="Search address and description"
        placeholder="Address or words"
        value={text}
        maxLength={200}
        onChange={(event) => setText(event.target.value)}
        className="h-9 w-full rounded-md border bg-surface pr-3 pl-9 pointer-coarse:h-11 pointer-coarse:text-base"
      />
    </div>
  );
}

export function FilterBar({ filters, onChange }: { filters: Filters; onChange: Change }) {
  const [open, setOpen] = useState(false);
  const [placing, setPlacing] = useState(false);
  const active = narrowing(filters);
  const here = placeIn(filters.near);
  const set = (name: keyof Filters) => (event: { target: { value: string } }) =>
    onChange({ [name]: event.target.value });
  const search = (q: string) => onChange({ q }, true);

  const selects = (bare: boolean, width?: string) => (
    <>
      <Select
        label="Status"
        bare={bare}
        className={width}
        value={filters.status ?? ""}
        onChange={set("status")}
        options={any("Any status", STATUSES, statusWord)}
      />
      <Select
        label="Type"
        bare={bare}
        className={width}
        value={filters.type ?? ""}
        onChange={set("type")}
        options={any("Any type", TYPES)}
      />
      <Select
        label="State"
        bare={bare}
        className={width}
        value={filters.state ?? ""}
        onChange={set("state")}
        options={any("Any state", STATES, (value) => value)}
      />
    </>
  );

  return (
    <div className="mb-3 flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <SearchBox value={filters.q ?? ""} onChange={search} />
        <div className="hidden gap-2 xl:flex">{selects(true, "w-36")}</div>
        <Select
          label="Order"
          bare
          className="w-40 flex-1 sm:flex-none"
          value={filters.sort ?? usualSort(filters)}
          onChange={(event) => {
            const sort = event.target.value;
            onChange({ sort: sort === usualSort(filters) ? "" : sort });
          }}
          options={sortsOf(filters)}
        />
        <Button onClick={() => setPlacing(true)} aria-haspopup="dialog">
          <MapPin size={14} aria-hidden />
          Near
        </Button>
        <Button onClick={() => setOpen(true)} aria-haspopup="dialog">
          <SlidersHorizontal size={14} aria-hidden />
          Filters
          {active.length > 0 && <span className="text-muted">{active.length}</span>}
        </Button>
      </div>
      {active.length > 0 && (
        <ul aria-label="Active filters" className="flex flex-wrap gap-2">
          {active.map((name) => {
            const text = LABELS[name]?.(filters[name] ?? "", filters) ?? name;
            return (
              <li key={name}>
                <button
                  type="button"
                  onClick={() => onChange({ [name]: "" })}
                  aria-label={`Remove the filter ${text}`}
                  className="inline-flex min-h-7 max-w-full items-center gap-1.5 rounded-full border bg-surface px-2.5 text-xs hover:bg-sunken pointer-coarse:min-h-10"
                >
                  <span className="truncate">{text}</span>
                  <X size={12} aria-hidden className="text-muted" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {placing && (
        <PlaceDialog
          place={here && { ...here, ...(filters.place && { name: filters.place }) }}
          radius={radiusOf(filters)}
          action="Show what is near"
          onChoose={({ name = "", ...place }, radius_miles) =>
            onChange({ near: nearOf(place), place: name, radius_miles, bbox: "" })
          }
          onClose={() => setPlacing(false)}
        />
      )}
      <Dialog open={open} onOpenChange={setOpen} title="Filters" drawer>
        {selects(false)}
        <Input label="City" defaultValue={filters.city} onBlur={set("city")} maxLength={100} />
        <div className="grid grid-cols-2 gap-3">
          <Input
            label="Opening bid from ($)"
            inputMode="numeric"
            defaultValue={filters.min_bid}
            onBlur={set("min_bid")}
          />
          <Input
            label="Up to ($)"
            inputMode="numeric"
            defaultValue={filters.max_bid}
            onBlur={set("max_bid")}
          />
        </div>
        <div className="grid grid-cols-2 gap-3">
          <Input
            label="Auction from"
            type="date"
            defaultValue={filters.from}
            onBlur={set("from")}
          />
          <Input label="Until" type="date" defaultValue={filters.to} onBlur={set("to")} />
        </div>
        <Button look="primary" onClick={() => setOpen(false)}>
          Show the properties
        </Button>
      </Dialog>
    </div>
  );
}

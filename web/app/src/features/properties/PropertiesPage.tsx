import { useNavigate, useSearch } from "@tanstack/react-router";
import { CalendarDays, List, Map as MapIcon } from "lucide-react";
import { ToggleGroup } from "radix-ui";
import { lazy, Suspense, useEffect } from "react";
import { PageHeader } from "~/ui/layout";
import { Skeleton } from "~/ui/states";
import { FilterBar } from "./FilterBar";
import { type Filters, lastFilters, type View, withFilters } from "./filters";
import { PropertyList } from "./PropertyList";

const MapView = lazy(() => import("./MapView"));
const CalendarView = lazy(() => import("./CalendarView"));

const VIEW_WORDS = [
  { value: "list", label: "List", icon: List },
  { value: "map", label: "Map", icon: MapIcon },
  { value: "calendar", label: "Calendar", icon: CalendarDays },
] as const;

export function PropertiesPage() {
  const filters = useSearch({ from: "/shell/properties" });
  const navigate = useNavigate({ from: "/properties" });
  useEffect(() => lastFilters.set(filters), [filters]);
  const view: View = filters.view ?? "list";
  const change = (edit: Partial<Record<keyof Filters, string>>, replace = false) =>
    void navigate({
      search: withFilters(filters, edit as Partial<Filters>),
      replace,
      resetScroll: false,
    });

  return (
    <>
      <PageHeader
        title="Properties"
        actions={
          <ToggleGroup.Root
            type="single"
            aria-label="View"
            value={view}
            onValueChange={(next) => next && change({ view: next === "list" ? "" : next })}
            className="flex rounded-md border bg-surface p-0.5"
          >
            {VIEW_WORDS.map(({ value, label, icon: Icon }) => (
              <ToggleGroup.Item
                key={value}
                value={value}
                className="inline-flex h-8 items-center gap-2 rounded-[4px] px-2.5 text-muted hover:text-text data-[state=on]:bg-sunken data-[state=on]:font-medium data-[state=on]:text-text pointer-coarse:h-10"
              >
                <Icon size={14} aria-hidden />
                {label}
              </ToggleGroup.Item>
            ))}
          </ToggleGroup.Root>
        }
      />
      {view !== "calendar" && <FilterBar filters={filters} onChange={change} />}
      <Suspense fallback={<Skeleton className="h-96 w-full" />}>
        {view === "list" && (
          <PropertyList filters={filters} onClear={() => void navigate({ search: {} })} />
        )}
        {view === "map" && <MapView filters={filters} onChange={change} />}
        {view === "calendar" && (
          <CalendarView month={filters.month} onMonth={(month) => change({ month })} />
        )}
      </Suspense>
    </>
  );
}

import type { components } from "@openbell/client";
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { count } from "~/lib/format";
import { Time } from "~/ui/Time";
import { AsOf, type Column, More, Rows, State, Waiting } from "./parts";
import { reactionsQuery, undigestedQuery } from "./queries";

type Reaction = components["schemas"]["ReactionView"];
type Undigested = components["schemas"]["UndigestedEvent"];

/** How far reactions to events have come, and which events they could not digest. */
export function Reactions() {
  const look = useQuery(reactionsQuery);
  return (
    <>
      <AsOf look={look} />
      {look.data === undefined ? (
        <Waiting look={look} what="The reactions" />
      ) : (
        <Rows
          label="Reactions"
          rows={look.data}
          keyOf={({ name }) => name}
          columns={REACTION_COLUMNS}
        />
      )}
      <h2 className="mt-6 mb-2 font-semibold">Events that could not be digested</h2>
      <UndigestedEvents />
    </>
  );
}

function UndigestedEvents() {
  const list = useInfiniteQuery(undigestedQuery);
  const rows = list.data?.pages.flatMap((page) => page.items);
  if (rows === undefined) {
    return <Waiting look={list} what="The undigested events" rows={2} />;
  }
  if (rows.length === 0) {
    return (
      <p className="rounded-md border bg-surface px-4 py-3 text-muted">
        There are none. An event at which a reaction fails again and again is put here, so that the
        others go on.
      </p>
    );
  }
  return (
    <>
      <Rows
        label="Undigested events"
        rows={rows}
        keyOf={({ reaction, position }) => `${reaction} ${position}`}
        columns={UNDIGESTED_COLUMNS}
      />
      <More list={list} />
    </>
  );
}

const REACTION_COLUMNS: Column<Reaction>[] = [
  { name: "Reaction", cell: ({ name }) => <span className="break-all">{name}</span> },
  {
    name: "State",
    cell: ({ behind }) =>
      behind === 0 ? (
        <State tone="up">Up to date</State>
      ) : (
        <State tone="warn">{count(behind)} events behind</State>
      ),
  },
  { name: "Position", cell: ({ position }) => count(position), right: true },
];

const UNDIGESTED_COLUMNS: Column<Undigested>[] = [
  { name: "Reaction", cell: ({ reaction }) => <span className="break-all">{reaction}</span> },
  { name: "Event", cell: ({ event }) => event ?? "No longer kept" },
  { name: "Position", cell: ({ position }) => count(position), right: true },
  { name: "Put aside", cell: ({ at }) => <Time at={at} relative />, right: true },
  {
    name: "Why",
    cell: ({ error }) => <span className="break-words text-down">{error}</span>,
  },
];

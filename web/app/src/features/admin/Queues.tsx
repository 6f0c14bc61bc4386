import type { components } from "@openbell/client";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { count } from "~/lib/format";
import { Empty } from "~/ui/states";
import { Time } from "~/ui/Time";
import { AsOf, type Column, Rows, Waiting } from "./parts";
import { queuesQuery } from "./queries";

type Queue = components["schemas"]["TaskQueue"];

/** How much there is of each kind of task. */
export function Queues() {
  const look = useQuery(queuesQuery);
  const { data } = look;
  return (
    <>
      <AsOf look={look} />
      {data === undefined ? (
        <Waiting look={look} what="The queues" />
      ) : data.length === 0 ? (
        <Empty title="Nothing is to be done">
          Kinds of tasks are here while there is something of them: at work, due, waiting for its
          time, or given up.
        </Empty>
      ) : (
        <Rows label="Queues" rows={data} keyOf={({ name }) => name} columns={COLUMNS} />
      )}
    </>
  );
}

const COLUMNS: Column<Queue>[] = [
  {
    name: "Task",
    cell: ({ name }) => (
      <Link
        to="/admin/tasks"
        search={{ tab: "open", name }}
        className="inline-flex min-h-8 items-center break-all hover:underline pointer-coarse:min-h-11"
      >
        {name}
      </Link>
    ),
  },
  { name: "Running", cell: ({ running }) => count(running), right: true },
  { name: "Due", cell: ({ due }) => count(due), right: true },
  {
    name: "Oldest due",
    cell: ({ oldest_due_at: at }) => (at ? <Time at={at} relative /> : "–"),
    right: true,
  },
  { name: "Waiting", cell: ({ waiting }) => count(waiting), right: true },
  { name: "Tried again", cell: ({ retrying }) => count(retrying), right: true },
  {
    name: "Given up",
    cell: ({ name, dead }) =>
      dead === 0 ? (
        "0"
      ) : (
        <Link
          to="/admin/tasks"
          search={{ tab: "dead", name }}
          className="inline-flex items-center text-down underline underline-offset-2 pointer-coarse:min-h-11"
        >
          {count(dead)}
          <span className="sr-only"> dead letters of {name}</span>
        </Link>
      ),
    right: true,
  },
];

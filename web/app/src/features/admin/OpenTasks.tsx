import { useInfiniteQuery } from "@tanstack/react-query";
import { count } from "~/lib/format";
import { client } from "~/lib/session";
import type { OpenTask } from "~/lib/types";
import { Empty } from "~/ui/states";
import { Time } from "~/ui/Time";
import { AsOf, type Column, More, Rows, State, Waiting } from "./parts";
import { openTasksQuery } from "./queries";
import { RunButton } from "./RunButton";
import { Tenant } from "./Tenant";
import { useAct } from "./useAct";

/** Tasks that have not ended. */
export function OpenTasks({ name }: { name: string | undefined }) {
  const list = useInfiniteQuery(openTasksQuery(name));
  const rows = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <AsOf look={list} />
      {rows === undefined ? (
        <Waiting look={list} what="The open tasks" />
      ) : rows.length === 0 ? (
        <Empty title={name ? `No ${name} is open` : "No task is open"}>
          Most are done within a moment; those that wait for their time or failed stay here.
        </Empty>
      ) : (
        <>
          <Rows label="Open tasks" rows={rows} keyOf={({ id }) => id} columns={COLUMNS} />
          <More list={list} />
        </>
      )}
    </>
  );
}

const STATES = {
  running: { tone: "up", word: "Running" },
  due: { tone: "warn", word: "Due" },
  waiting: { tone: "plain", word: "Waits" },
} as const;

function RunNow({ task: { id, name } }: { task: OpenTask }) {
  const run = useAct({
    run: () => client.api.post("/api/v1/admin/tasks/{id}/run", { path: { id } }),
    done: () => `${name} is due now.`,
    failed: "Nothing was changed.",
    touches: [
      ["admin", "tasks"],
      ["admin", "queues"],
    ],
  });
  return <RunButton name={name} act={run} />;
}

const COLUMNS: Column<OpenTask>[] = [
  {
    name: "Task",
    cell: ({ name, tenant_id: tenant, unique_key: key, last_error: error }) => (
      <>
        <span className="break-all">{name}</span>
        {key && <span className="ml-2 font-mono text-xs text-muted break-all">{key}</span>}
        <Tenant id={tenant} />
        {error && <span className="block font-normal break-words text-down">{error}</span>}
      </>
    ),
  },
  {
    name: "State",
    cell: ({ state }) => <State tone={STATES[state].tone}>{STATES[state].word}</State>,
  },
  { name: "Attempts begun", cell: ({ attempt }) => count(attempt), right: true },
  { name: "Due", cell: ({ run_at: at }) => <Time at={at} relative />, right: true },
  { name: "Enqueued", cell: ({ created_at: at }) => <Time at={at} relative />, right: true },
  { name: "", cell: (task) => task.state === "waiting" && <RunNow task={task} /> },
];

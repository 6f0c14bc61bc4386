import { useQuery } from "@tanstack/react-query";
import { client } from "~/lib/session";
import type { TaskSchedule } from "~/lib/types";
import { Empty } from "~/ui/states";
import { Time } from "~/ui/Time";
import { AsOf, type Column, Rows, Waiting } from "./parts";
import { schedulesQuery } from "./queries";
import { RunButton } from "./RunButton";
import { scheduleWords } from "./schedule";
import { Tenant } from "./Tenant";
import { useAct } from "./useAct";

/** What comes by itself. */
export function Schedules() {
  const look = useQuery(schedulesQuery);
  const { data } = look;
  return (
    <>
      <AsOf look={look} />
      {data === undefined ? (
        <Waiting look={look} what="The schedules" />
      ) : data.length === 0 ? (
        <Empty title="Nothing comes by itself">No schedule of this tenant is set up.</Empty>
      ) : (
        <Rows
          label="Schedules"
          rows={data}
          keyOf={(row) => `${row.tenant_id} ${row.name}`}
          columns={COLUMNS}
        />
      )}
    </>
  );
}

function RunNow({ name }: { name: string }) {
  const run = useAct({
    run: () => client.api.post("/api/v1/admin/schedules/{name}/run", { path: { name } }),
    done: ({ queued }) =>
      queued
        ? `${name} is done now, beside its usual times.`
        : `${name} was asked for before and has not ended yet.`,
    failed: "It was not started.",
    touches: [
      ["admin", "schedules"],
      ["admin", "tasks"],
      ["admin", "queues"],
    ],
  });
  return <RunButton name={name} act={run} />;
}

const COLUMNS: Column<TaskSchedule>[] = [
  {
    name: "Schedule",
    cell: ({ name, tenant_id: tenant }) => (
      <>
        <span className="break-all">{name}</span>
        <Tenant id={tenant} />
      </>
    ),
  },
  { name: "When", cell: scheduleWords },
  { name: "Last", cell: ({ last_at: at }) => (at ? <Time at={at} relative /> : "Not yet") },
  { name: "Next", cell: ({ next_at: at }) => (at ? <Time at={at} /> : "None in sight") },
  { name: "", cell: ({ name }) => <RunNow name={name} /> },
];

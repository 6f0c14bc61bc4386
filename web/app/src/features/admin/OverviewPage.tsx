import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { CircleAlert } from "lucide-react";
import { count, words } from "~/lib/format";
import type { Overview } from "~/lib/types";
import { PageHeader, Panel } from "~/ui/layout";
import { Time } from "~/ui/Time";
import { AsOf, Figure, Figures, State, Waiting } from "./parts";
import { LOOK_MS, overviewQuery, reactionsQuery } from "./queries";
import { pieces, type Sample } from "./rates";
import { Sparkline } from "./Sparkline";
import { bytes, lasted, perSecond } from "./words";

export function OverviewPage() {
  const look = useQuery(overviewQuery);
  const { data } = look;
  return (
    <>
      <PageHeader
        title="Overview"
        sub={
          data &&
          (data.now.all_tenants
            ? "Figures of all tenants, at the node that answers."
            : "Figures of this tenant, at the node that answers.")
        }
      />
      <AsOf look={look} />
      {data === undefined ? (
        <Waiting look={look} what="The overview" />
      ) : (
        <div className="flex flex-col gap-4">
          <Health overview={data.now} />
          <Live overview={data.now} samples={data.samples} />
          <div className="grid items-start gap-4 lg:grid-cols-2">
            <Tasks tasks={data.now.tasks} />
            <Reactions />
          </div>
        </div>
      )}
    </>
  );
}

const HEALTH = {
  ok: { tone: "up", word: "All is well" },
  degraded: { tone: "warn", word: "Goes on with less" },
  unavailable: { tone: "down", word: "Unavailable" },
} as const;

const BROKER = { none: "None", connected: "Connected", away: "Away" };

function Health({ overview }: { overview: Overview }) {
  const { health, node, version, started_at: since, now, database, broker } = overview;
  const { tone, word } = HEALTH[health.status];
  return (
    <section aria-label="Health">
      <Figures className="md:grid-cols-3 xl:grid-cols-6">
        <Figure name="Health">
          <State tone={tone}>{word}</State>
        </Figure>
        <Figure name="Up for" note={<Time at={since} />}>
          {lasted(Date.parse(now) - Date.parse(since))}
        </Figure>
        <Figure name="Memory">{bytes(overview.resident_bytes)}</Figure>
        <Figure name="Database">{database === "sqlite" ? "SQLite" : "PostgreSQL"}</Figure>
        <Figure name="Broker" note={broker === "none" && "one node alone"}>
          {broker === "away" ? <State tone="warn">{BROKER.away}</State> : BROKER[broker]}
        </Figure>
        <Figure name="Version" note={<span title={node}>node {node.slice(0, 8)}…</span>}>
          {version}
        </Figure>
      </Figures>
      {health.reasons.length > 0 && (
        <ul className="mt-2 flex flex-col gap-1">
          {health.reasons.map((reason) => (
            <li key={reason} className="flex gap-2">
              <CircleAlert size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden />
              {words(reason)}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

/** Over a longer time without a look no line is drawn. */
const GAP_MS = LOOK_MS * 4;

function Live({ overview, samples }: { overview: Overview; samples: readonly Sample[] }) {
  const { sockets } = overview;
  const last = samples.at(-1);
  const charts = [
    {
      name: "Connections",
      now: count(sockets.connections),
      note: `of ${count(sockets.users)} ${sockets.users === 1 ? "user" : "users"}`,
      value: (sample: Sample) => sample.connections,
      format: (value: number) => count(value),
      to: "/admin/connections",
    },
    {
      name: "Subscriptions",
      now: count(sockets.subscriptions),
      note: `of ${count(sockets.topics)} ${sockets.topics === 1 ? "topic" : "topics"}`,
      value: (sample: Sample) => sample.subscriptions,
      format: (value: number) => count(value),
      to: "/admin/topics",
    },
    {
      name: "Frames",
      now: perSecond(last?.framesRate),
      note: "each counted once",
      value: (sample: Sample) => sample.framesRate,
      format: perSecond,
    },
    {
      name: "Waiting to be written",
      now: bytes(sockets.queue_bytes),
      note: "in all queues",
      value: (sample: Sample) => sample.queueBytes,
      format: bytes,
    },
  ] as const;
  return (
    <section aria-label="Live figures" className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
      {charts.map(({ name, now, note, value, format, ...rest }) => (
        <div key={name} className="min-w-0 rounded-md border bg-surface px-4 py-3">
          <h2 className="text-xs text-muted">
            {"to" in rest ? (
              <Link to={rest.to} className="text-accent hover:underline">
                {name}
              </Link>
            ) : (
              name
            )}
          </h2>
          <p className="mb-1 flex items-baseline justify-between gap-2">
            <span className="text-xl leading-7 font-semibold">{now}</span>
            <span className="text-xs text-muted">{note}</span>
          </p>
          <Sparkline name={name} lines={pieces(samples, value, GAP_MS)} format={format} />
        </div>
      ))}
    </section>
  );
}

function PageLink(props: { to: "/admin/tasks"; tab?: string; children: string }) {
  return (
    <Link
      to={props.to}
      search={props.tab ? { tab: props.tab } : {}}
      className="inline-flex items-center text-accent hover:underline pointer-coarse:min-h-11"
    >
      {props.children}
    </Link>
  );
}

function Tasks({ tasks }: { tasks: Overview["tasks"] }) {
  const { oldest_due_at: oldest, dead, retrying } = tasks;
  return (
    <Panel title="Tasks" actions={<PageLink to="/admin/tasks">All tasks</PageLink>} flush>
      <Figures className="rounded-t-none border-0 sm:grid-cols-3">
        <Figure name="Running">{count(tasks.running)}</Figure>
        <Figure name="Due" note={oldest && <OldestDue at={oldest} />}>
          {count(tasks.due)}
        </Figure>
        <Figure name="Waiting for their time">{count(tasks.waiting)}</Figure>
        <Figure name="Failed, tried again">
          {retrying > 0 ? <State tone="warn">{count(retrying)}</State> : "0"}
        </Figure>
        <Figure name="Given up">
          {dead > 0 ? (
            <Link
              to="/admin/tasks"
              search={{ tab: "dead" }}
              className="text-down underline underline-offset-2"
            >
              {count(dead)} dead {dead === 1 ? "letter" : "letters"}
            </Link>
          ) : (
            "0"
          )}
        </Figure>
        <Figure name="Come by themselves">
          <PageLink to="/admin/tasks" tab="schedules">
            Schedules
          </PageLink>
        </Figure>
      </Figures>
    </Panel>
  );
}

const OldestDue = ({ at }: { at: string }) => (
  <>
    the oldest <Time at={at} relative />
  </>
);

function Reactions() {
  const look = useQuery(reactionsQuery);
  const { data } = look;
  const behind = data?.filter((one) => one.behind > 0) ?? [];
  return (
    <Panel
      title="Reactions to events"
      actions={
        <PageLink to="/admin/tasks" tab="reactions">
          All reactions
        </PageLink>
      }
    >
      {data === undefined ? (
        <Waiting look={look} what="The reactions" rows={2} />
      ) : behind.length === 0 ? (
        <State tone="up">
          {data.length === 1 ? "The one reaction is" : `All ${count(data.length)} are`} up to date
        </State>
      ) : (
        <ul className="flex flex-col gap-1">
          {behind.map(({ name, behind: events }) => (
            <li key={name} className="flex justify-between gap-4">
              <span className="break-all">{name}</span>
              <State tone="warn">{count(events)} behind</State>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

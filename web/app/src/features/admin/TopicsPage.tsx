import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { count } from "~/lib/format";
import { Button } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Empty } from "~/ui/states";
import { AsOf, type Column, HowMany, More, Rows, Waiting } from "./parts";
import { topicsQuery } from "./queries";
import type { TopicRow } from "./rates";
import { SearchField } from "./SearchField";
import { Tenant, useIsForeign } from "./Tenant";
import { TopicWatch } from "./TopicWatch";
import { perSecond } from "./words";

export function TopicsPage() {
  const { prefix, topic } = useSearch({ from: "/shell/admin/topics" });
  const navigate = useNavigate({ from: "/admin/topics" });
  const change = (edit: { prefix?: string; topic?: string }) =>
    void navigate({
      search: (before) => ({ ...before, ...edit }),
      replace: true,
      resetScroll: false,
    });
  const list = useInfiniteQuery(topicsQuery(prefix));
  const rows = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader title="Topics" sub="What somebody follows at the node that answers, by name." />
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <SearchField
          label="Begins with"
          type="text"
          value={prefix}
          onChange={(text) => change({ prefix: text })}
          placeholder="property:"
          maxLength={128}
          className="min-w-48 flex-1 sm:max-w-96"
        />
      </div>
      {topic && <TopicWatch key={topic} topic={topic} onClose={() => change({ topic: "" })} />}
      <AsOf look={list} />
      {rows === undefined ? (
        <Waiting look={list} what="The topics" />
      ) : rows.length === 0 ? (
        <Empty
          title={prefix ? "No followed topic begins so" : "Nobody follows anything"}
          action={prefix && <Button onClick={() => change({ prefix: "" })}>Show all topics</Button>}
        >
          A topic is here as long as a connection follows it.
        </Empty>
      ) : (
        <>
          <HowMany shown={rows.length} list={list} />
          <Rows
            label="Topics"
            rows={rows}
            keyOf={(row) => `${row.tenant_id} ${row.topic}`}
            columns={COLUMNS}
          />
          <More list={list} />
        </>
      )}
    </>
  );
}

/** A topic, as the way to watch it: one may follow those of the own tenant alone. */
function Name({ row: { topic, tenant_id: tenant } }: { row: TopicRow }) {
  const look = "inline-flex min-h-8 items-center font-mono text-xs break-all";
  if (useIsForeign(tenant)) {
    return (
      <>
        <span className={look}>{topic}</span>
        <Tenant id={tenant} />
      </>
    );
  }
  return (
    <Link
      to="/admin/topics"
      search={(before) => ({ ...before, topic })}
      title="Watch it"
      className={`${look} hover:underline pointer-coarse:min-h-11`}
    >
      {topic}
    </Link>
  );
}

const COLUMNS: Column<TopicRow>[] = [
  {
    name: "Topic",
    cell: (row) => <Name row={row} />,
  },
  {
    name: "Followers",
    cell: ({ topic, subscriptions }) => (
      <Link
        to="/admin/connections"
        search={{ topic }}
        className="inline-flex min-h-8 items-center text-accent hover:underline pointer-coarse:min-h-11"
      >
        {count(subscriptions)}
        <span className="sr-only"> followers of {topic}</span>
      </Link>
    ),
    right: true,
  },
  { name: "Last number", cell: ({ seq }) => count(seq), right: true },
  { name: "Frames", cell: ({ frames }) => count(frames), right: true },
  { name: "Rate", cell: ({ rate }) => perSecond(rate), right: true },
];

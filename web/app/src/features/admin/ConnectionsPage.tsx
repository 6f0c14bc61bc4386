import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { X } from "lucide-react";
import { count, fullInstant } from "~/lib/format";
import { onServer } from "~/lib/now";
import type { OpenConnection } from "~/lib/types";
import { Button } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Empty } from "~/ui/states";
import { AsOf, type Column, HowMany, More, Rows, Waiting } from "./parts";
import { type ConnectionFilters, connectionsQuery } from "./queries";
import { SearchField } from "./SearchField";
import { Tenant } from "./Tenant";
import { bytes, lasted } from "./words";

export function ConnectionsPage() {
  const filters = useSearch({ from: "/shell/admin/connections" });
  const navigate = useNavigate({ from: "/admin/connections" });
  const change = (edit: ConnectionFilters) =>
    void navigate({
      search: (before) => ({ ...before, ...edit }),
      replace: true,
      resetScroll: false,
    });
  const list = useInfiniteQuery(connectionsQuery(filters));
  const rows = list.data?.pages.flatMap((page) => page.items);
  const known = rows?.find(({ user }) => user?.id === filters.user)?.user;
  const narrowed = Object.keys(filters).length > 0;
  return (
    <>
      <PageHeader
        title="Connections"
        sub="Open sockets of the node that answers, the oldest first."
      />
      <div className="mb-4 flex flex-wrap items-end gap-x-3 gap-y-2">
        <SearchField
          label="Path or address"
          value={filters.q}
          onChange={(q) => change({ q })}
          maxLength={100}
          className="min-w-40 flex-1 sm:max-w-60"
        />
        <SearchField
          label="Follows the topic"
          type="text"
          value={filters.topic}
          onChange={(topic) => change({ topic })}
          placeholder="property:0190…"
          maxLength={128}
          className="min-w-40 flex-1 sm:max-w-80"
        />
        {filters.user && (
          <Button onClick={() => change({ user: "" })}>
            <span className="max-w-56 truncate">
              {known ? known.email || known.name : `User ${filters.user.slice(0, 8)}…`}
            </span>
            <X size={14} aria-hidden />
            <span className="sr-only">Show those of everybody</span>
          </Button>
        )}
      </div>
      <AsOf look={list} />
      {rows === undefined ? (
        <Waiting look={list} what="The connections" />
      ) : rows.length === 0 ? (
        <Empty
          title={narrowed ? "No open connection fits" : "Nobody is connected"}
          action={
            narrowed && (
              <Button onClick={() => void navigate({ search: {}, replace: true })}>
                Show all connections
              </Button>
            )
          }
        >
          Each open page of the app has one, and each program that follows a topic.
        </Empty>
      ) : (
        <>
          <HowMany shown={rows.length} list={list} />
          <Rows
            label="Connections"
            rows={rows}
            keyOf={({ id }) => id}
            columns={columnsAt(onServer(list.dataUpdatedAt))}
          />
          <More list={list} />
        </>
      )}
    </>
  );
}

/** Who has a connection, as a link to it. */
function Who({ connection: { id, user, tenant_id: tenant } }: { connection: OpenConnection }) {
  return (
    <Link
      to="/admin/connections/$id"
      params={{ id }}
      className="inline-flex min-w-0 flex-col hover:underline pointer-coarse:min-h-11 pointer-coarse:justify-center"
    >
      <span className="break-all">{nameOf(user)}</span>
      {user?.name && user.email && (
        <span className="text-xs font-normal text-muted">{user.name}</span>
      )}
      <Tenant id={tenant} />
    </Link>
  );
}

export const nameOf = (user: OpenConnection["user"]): string =>
  user ? user.email || user.name || "An account that is gone" : "A guest";

function columnsAt(now: number): Column<OpenConnection>[] {
  return [
    { name: "User", cell: (row) => <Who connection={row} /> },
    { name: "Path", cell: ({ path }) => <span className="font-mono text-xs">{path}</span> },
    { name: "Address", cell: ({ remote }) => remote, look: "hidden lg:table-cell" },
    {
      name: "Open for",
      cell: ({ opened_at: at }) => (
        <span title={fullInstant(at)}>{lasted(now - Date.parse(at))}</span>
      ),
      right: true,
    },
    { name: "Topics", cell: ({ topics }) => count(topics), right: true },
    { name: "Queue", cell: ({ queue_bytes: size }) => bytes(size), right: true },
    { name: "Frames sent", cell: ({ sent }) => count(sent), right: true },
  ];
}

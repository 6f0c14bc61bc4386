import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft, Unplug } from "lucide-react";
import { useState } from "react";
import { PagePending } from "~/app/states";
import { isNotFound } from "~/lib/errors";
import { count, fullInstant } from "~/lib/format";
import { onServer } from "~/lib/now";
import { client } from "~/lib/session";
import { Button, buttonClass } from "~/ui/Button";
import { ConfirmTyped } from "~/ui/Dialog";
import { PageHeader, Panel } from "~/ui/layout";
import { Empty, Failed } from "~/ui/states";
import { Time } from "~/ui/Time";
import { nameOf } from "./ConnectionsPage";
import { AsOf, Figure, Figures } from "./parts";
import { connectionQuery } from "./queries";
import { Tenant } from "./Tenant";
import { useAct } from "./useAct";
import { bytes, lasted } from "./words";

export function ConnectionPage() {
  const { id } = useParams({ from: "/shell/admin/connections/$id" });
  const look = useQuery(connectionQuery(id));
  const { data, error, refetch } = look;
  const isGone = isNotFound(error);
  return (
    <>
      <Link
        to="/admin/connections"
        className="mb-2 inline-flex items-center gap-1 text-muted hover:text-text"
      >
        <ArrowLeft size={14} aria-hidden />
        Connections
      </Link>
      {isGone ? (
        <>
          <PageHeader title="A connection that is gone" />
          <Empty
            title="It is not open any more"
            action={
              <Link to="/admin/connections" className={buttonClass()}>
                Show those that are open
              </Link>
            }
          >
            It has ended, or another node holds it.
          </Empty>
        </>
      ) : data === undefined ? (
        error === null ? (
          <PagePending />
        ) : (
          <Failed error={error} what="The connection" onRetry={() => void refetch()} />
        )
      ) : (
        <>
          <PageHeader
            title={nameOf(data.user)}
            sub={
              <>
                {data.user?.name}
                <Tenant id={data.tenant_id} />
              </>
            }
            actions={
              <>
                {data.user && (
                  <Link
                    to="/admin/connections"
                    search={{ user: data.user.id }}
                    className={buttonClass()}
                  >
                    All connections of this user
                  </Link>
                )}
                <Close id={id} who={nameOf(data.user)} />
              </>
            }
          />
          <AsOf look={look} />
          <Figures className="mb-4 lg:grid-cols-4">
            <Figure name="Path">
              <span className="font-mono text-sm">{data.path}</span>
            </Figure>
            <Figure name="Address">{data.remote}</Figure>
            <Figure name="Open for" note={<Time at={data.opened_at} />}>
              {lasted(onServer(look.dataUpdatedAt) - Date.parse(data.opened_at))}
            </Figure>
            <Figure name="Token runs out">
              {data.expires_at ? (
                <span title={fullInstant(data.expires_at)}>
                  <Time at={data.expires_at} relative />
                </span>
              ) : (
                "With the session"
              )}
            </Figure>
            <Figure name="Frames sent">{count(data.sent)}</Figure>
            <Figure name="Waits to be written">{bytes(data.queue_bytes)}</Figure>
            <Figure name="Node">
              <span title={data.node}>{data.node.slice(0, 13)}…</span>
            </Figure>
            <Figure name="Connection">
              <span title={id}>{id.slice(0, 13)}…</span>
            </Figure>
          </Figures>
          <Followed topics={data.followed} observed={data.observed} />
        </>
      )}
    </>
  );
}

function Followed({ topics, observed }: { topics: string[]; observed: string[] }) {
  const all = [...new Set([...topics, ...observed])].sort();
  return (
    <Panel title={`Follows ${count(all.length)} ${all.length === 1 ? "topic" : "topics"}`} flush>
      {all.length === 0 ? (
        <p className="px-4 py-6 text-muted">It follows nothing.</p>
      ) : (
        <ul>
          {all.map((topic) => (
            <li
              key={topic}
              className="flex flex-wrap items-center gap-x-4 border-b px-4 py-1 last:border-0"
            >
              <Link
                to="/admin/topics"
                search={{ prefix: topic, topic }}
                className="inline-flex min-h-9 min-w-0 flex-1 basis-64 items-center font-mono text-xs break-all hover:underline pointer-coarse:min-h-11"
              >
                {topic}
              </Link>
              {observed.includes(topic) && <span className="text-muted">by its path</span>}
              <Link
                to="/admin/connections"
                search={{ topic }}
                className="inline-flex items-center text-accent hover:underline pointer-coarse:min-h-11"
              >
                Who else follows it
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function Close({ id, who }: { id: string; who: string }) {
  const [open, setOpen] = useState(false);
  const navigate = useNavigate();
  const close = useAct({
    run: () => client.api.delete("/api/v1/admin/connections/{id}", { path: { id } }),
    done: () => `The connection of ${who} is closed.`,
    failed: "The connection was not closed.",
    touches: [["admin", "connections"]],
    after: () => void navigate({ to: "/admin/connections" }),
  });
  return (
    <>
      <Button look="danger" onClick={() => setOpen(true)}>
        <Unplug size={14} aria-hidden />
        Close it
      </Button>
      <ConfirmTyped
        open={open}
        onOpenChange={setOpen}
        title="Close this connection?"
        description={
          <>
            It ends with code 4013: the client of {who} is told that an administrator closed it, and
            does not come back by itself. The session stays: whoever connects anew may do so. To
            keep somebody out, switch the account off.
          </>
        }
        word="close"
        action="Close the connection"
        pending={close.isPending}
        onConfirm={() => close.mutate(undefined)}
      />
    </>
  );
}

import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Play, Upload } from "lucide-react";
import type { ReactNode } from "react";
import { count } from "~/lib/format";
import { client } from "~/lib/session";
import type { Source } from "~/lib/types";
import { Button, buttonClass } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Empty } from "~/ui/states";
import { Time } from "~/ui/Time";
import { AsOf, Fold, More, State, Waiting } from "./parts";
import { sourcesQuery } from "./queries";
import { RejectedRows } from "./RejectedRows";
import { scheduleWords } from "./schedule";
import { useAct } from "./useAct";

const importLink = (
  <Link to="/admin/import" className={buttonClass("primary")}>
    <Upload size={14} aria-hidden />
    Import a file
  </Link>
);

export function SourcesPage() {
  const list = useInfiniteQuery(sourcesQuery);
  const rows = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <PageHeader
        title="Sources"
        sub="Where properties come from: asked by themselves, or sent as files."
        actions={rows && rows.length > 0 && importLink}
      />
      <AsOf look={list} />
      {rows === undefined ? (
        <Waiting look={list} what="The sources" />
      ) : rows.length === 0 ? (
        <Empty title="There are no sources yet" action={importLink}>
          A source comes into being with the first file that is imported in its name, or is set up
          in the configuration of the server, with the address or folder that it is asked at.
        </Empty>
      ) : (
        <>
          <ul aria-label="Sources" className="flex flex-col gap-4">
            {rows.map((source) => (
              <One key={source.name} source={source} />
            ))}
          </ul>
          <More list={list} />
        </>
      )}
    </>
  );
}

function stateOf(source: Source): { tone: "up" | "warn" | "down" | "plain"; word: string } {
  const { running, failures, last_run_at: ran, last_error: error } = source;
  if (running) return { tone: "warn", word: "At work" };
  if (error) {
    return { tone: "down", word: failures > 1 ? `Failed ${count(failures)} times` : "Failed" };
  }
  return ran ? { tone: "up", word: "Went well" } : { tone: "plain", word: "Not looked at yet" };
}

const KINDS = { url: "Address", folder: "Folder", sent: "Sent as files" };

function One({ source }: { source: Source }) {
  const { name, kind, place, enabled, every_minutes: minutes, last_error: error } = source;
  const { last_run_at: ran, last_success_at: success, next_run_at: next } = source;
  const { tone, word } = stateOf(source);
  const pace = minutes ? scheduleWords({ every_seconds: minutes * 60 }).toLowerCase() : "";
  return (
    <li className="rounded-md border bg-surface">
      <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 border-b px-4 py-3">
        <div className="min-w-0">
          <h2 className="flex flex-wrap items-center gap-x-3 font-semibold">
            <span className="break-all">{name}</span>
            <span className="font-normal" aria-live="polite">
              <State tone={tone}>{word}</State>
            </span>
          </h2>
          <p className="text-muted">
            <span className="break-all">{place ?? KINDS[kind]}</span>
            {kind !== "sent" && (enabled ? `, ${pace}` : ", only when it is asked for")}
          </p>
        </div>
        {kind === "sent" ? (
          <Link to="/admin/import" search={{ source: name }} className={buttonClass("plain", true)}>
            <Upload size={14} aria-hidden />
            Import a file
          </Link>
        ) : (
          <RunNow name={name} running={source.running} />
        )}
      </div>
      <div className="flex flex-col gap-3 p-4">
        {error && <p className="break-words text-down">{error}</p>}
        <dl className="grid grid-cols-2 gap-x-6 gap-y-3 sm:grid-cols-4">
          <Fact name="Last run">{ran ? <Time at={ran} relative /> : "Never"}</Fact>
          <Fact name="Last went well">{success ? <Time at={success} relative /> : "Never"}</Fact>
          <Fact name="Next run">
            {next && enabled ? <Time at={next} relative /> : "When it is asked for"}
          </Fact>
          <Fact name="First import">
            {source.introduced_at ? <Time at={source.introduced_at} /> : "Not done yet"}
          </Fact>
        </dl>
        {success && <Last counts={source.last_import} />}
      </div>
    </li>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-xs text-muted">{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Last({ counts }: { counts: Source["last_import"] }) {
  const { added, changed, unchanged, merged, rejected, rejected_rows: rows } = counts;
  return (
    <div>
      <p>
        <span className="text-muted">Last import: </span>
        {count(added)} added, {count(changed)} changed, {count(unchanged)} unchanged,{" "}
        {count(merged)} merged,{" "}
        <span className={rejected > 0 ? "text-down" : ""}>{count(rejected)} rejected</span>
      </p>
      {rows.length > 0 && (
        <Fold
          title={
            rows.length < rejected ? `The first ${rows.length} rejected rows` : "Rejected rows"
          }
        >
          <RejectedRows rows={rows} />
        </Fold>
      )}
    </div>
  );
}

function RunNow({ name, running }: { name: string; running: boolean }) {
  const run = useAct({
    run: () => client.api.post("/api/v1/sources/{name}/run", { path: { name } }),
    done: ({ queued }) =>
      queued
        ? `${name} is looked at now.`
        : `${name} was asked for before; that is still to be done.`,
    failed: "It was not asked for.",
    touches: [["admin", "sources"]],
  });
  return (
    <Button
      small
      aria-label={`Run now: ${name}`}
      pending={run.isPending}
      disabled={running}
      onClick={() => run.mutate(undefined)}
    >
      <Play size={14} aria-hidden />
      Run now
    </Button>
  );
}

import { Link } from "@tanstack/react-router";
import { count } from "~/lib/format";
import type { Summary } from "~/lib/types";
import { buttonClass } from "~/ui/Button";
import { Panel } from "~/ui/layout";
import { Figure, Figures, State } from "./parts";
import { RejectedRows } from "./RejectedRows";
import { pace } from "./upload";
import { lasted } from "./words";

/** What an import came to, or what it would come to. */
export function ImportResult({ summary }: { summary: Summary }) {
  const { dry_run: dry, rows, seconds, rejected, rejected_rows: list } = summary;
  const time = seconds < 1 ? "less than a second" : lasted(seconds * 1_000);
  const speed = pace(summary);
  return (
    <Panel
      title={dry ? "What would happen" : "Imported"}
      actions={
        <State tone={rejected > 0 ? "warn" : "up"}>
          {rejected > 0 ? `${count(rejected)} rejected` : "No row rejected"}
        </State>
      }
    >
      <p className="mb-3 text-muted">
        {count(rows)} {rows === 1 ? "row" : "rows"} in {time}
        {speed && `, ${count(Math.round(speed))} a second`}.{dry && " Nothing was written."}
      </p>
      <Figures className="sm:grid-cols-3">
        <Figure name={dry ? "Would be new" : "New"}>{count(summary.added)}</Figure>
        <Figure name={dry ? "Would change" : "Changed"}>{count(summary.changed)}</Figure>
        <Figure name="Say nothing new">{count(summary.unchanged)}</Figure>
        <Figure name="Known from elsewhere">{count(summary.merged)}</Figure>
        <Figure name="Rejected">{count(rejected)}</Figure>
        <Figure name="Rows">{count(rows)}</Figure>
      </Figures>
      {list.length > 0 && (
        <>
          <h3 className="mt-4 mb-2 font-semibold">
            {list.length < rejected
              ? `The first ${count(list.length)} of ${count(rejected)} rejected rows`
              : "Rejected rows"}
          </h3>
          <RejectedRows rows={list} />
        </>
      )}
      {!dry && (
        <div className="mt-4 flex flex-wrap gap-2">
          <Link to="/properties" className={buttonClass()}>
            Show the properties
          </Link>
          <Link to="/admin/sources" className={buttonClass()}>
            Show the sources
          </Link>
        </div>
      )}
    </Panel>
  );
}

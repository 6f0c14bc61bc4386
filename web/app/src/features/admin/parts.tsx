import { ChevronRight, WifiOff } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { explain } from "~/lib/errors";
import { count } from "~/lib/format";
import { useIsWide } from "~/lib/media";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Failed, SkeletonRows } from "~/ui/states";
import { lasted } from "./words";

/** What a page needs to know of a query. */
export interface Look {
  data: unknown;
  error: Error | null;
  dataUpdatedAt: number;
  refetch: () => unknown;
}

/** Says how old what is shown is, once it could not be looked at again. */
export function AsOf({ look: { error, data, dataUpdatedAt } }: { look: Look }) {
  const isOld = error !== null && data !== undefined;
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (!isOld) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isOld]);
  if (!isOld) return null;
  return (
    <p className="mb-4 flex gap-2 rounded-md border border-warn px-3 py-2">
      <WifiOff size={16} className="mt-0.5 shrink-0 text-warn" aria-hidden />
      <span>
        {explain(error)} What you see is {lasted(now - dataUpdatedAt)} old; it is looked at again by
        itself.
      </span>
    </p>
  );
}

/** What stands in a page's place until there is something, or because there is nothing. */
export function Waiting(props: { look: Look; what: string; rows?: number }) {
  const { look, what, rows = 6 } = props;
  if (look.error === null) return <SkeletonRows rows={rows} rowClass="h-11" />;
  return <Failed error={look.error} what={what} onRetry={() => void look.refetch()} />;
}

export interface Column<T> {
  name: string;
  cell: (row: T) => ReactNode;
  /** Figures stand at the right. */
  right?: boolean;
  /** More classes of its cells in a table. */
  look?: string;
}

/**
 * Rows as a table, and as cards on narrow screens. The first column says which row it is; a column
 * without a name is what can be done with it.
 */
export function Rows<T>(props: {
  label: string;
  rows: readonly T[];
  keyOf: (row: T) => string;
  columns: readonly Column<T>[];
}) {
  const { label, rows, keyOf, columns } = props;
  const [head, ...rest] = columns;
  if (!useIsWide()) {
    return (
      <ul aria-label={label} className="rounded-md border bg-surface">
        {rows.map((row) => (
          <li key={keyOf(row)} className="border-b px-4 py-3 last:border-0">
            <div className="font-medium break-words">{head?.cell(row)}</div>
            <dl className="mt-1 grid grid-cols-2 gap-x-4 gap-y-1">
              {rest
                .filter(({ name }) => name !== "")
                .map(({ name, cell }) => (
                  <div key={name} className="min-w-0">
                    <dt className="text-xs text-muted">{name}</dt>
                    <dd className="break-words">{cell(row)}</dd>
                  </div>
                ))}
            </dl>
            {rest
              .filter(({ name }) => name === "")
              .map(({ cell }) => (
                <div key="acts" className="mt-2 flex flex-wrap gap-2">
                  {cell(row)}
                </div>
              ))}
          </li>
        ))}
      </ul>
    );
  }
  return (
    <div className="rounded-md border bg-surface">
      <table aria-label={label} className="w-full">
        <thead>
          <tr className="h-9 text-left text-xs text-muted">
            {columns.map(({ name, right, look }) => (
              <th
                key={name}
                scope="col"
                className={cx("border-b px-3 font-medium", right && "text-right", look)}
              >
                {name || <span className="sr-only">What can be done</span>}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} className="border-b last:border-0">
              {columns.map(({ name, cell, right, look }, index) => (
                <td
                  key={name}
                  className={cx(
                    "h-11 px-3 py-1.5 break-words",
                    index === 0 && "font-medium",
                    right && "text-right",
                    name === "" && "text-right",
                    look,
                  )}
                >
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** How many rows of a list are shown, and whether that is all. */
export function HowMany({ shown, list }: { shown: number; list: { hasNextPage: boolean } }) {
  return (
    <p className="mb-1 text-xs text-muted">
      {count(shown)}
      {list.hasNextPage ? " shown, there are more" : " in all"}
    </p>
  );
}

/** The next page of a list. */
export function More(props: {
  list: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
}) {
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = props.list;
  if (!hasNextPage) return null;
  return (
    <div className="mt-3 flex justify-center">
      <Button pending={isFetchingNextPage} onClick={() => void fetchNextPage()}>
        Show more
      </Button>
    </div>
  );
}

/** Figures beside one another, in one frame. */
export function Figures(props: { children: ReactNode; className?: string }) {
  return (
    <dl
      className={cx(
        "grid grid-cols-2 gap-px overflow-hidden rounded-md border bg-line",
        props.className,
      )}
    >
      {props.children}
    </dl>
  );
}

export function Figure(props: { name: string; note?: ReactNode; children: ReactNode }) {
  return (
    <div className="min-w-0 bg-surface px-4 py-3">
      <dt className="text-xs text-muted">{props.name}</dt>
      <dd className="text-base font-semibold break-words">{props.children}</dd>
      {props.note && <dd className="text-xs text-muted">{props.note}</dd>}
    </div>
  );
}

const tones = { up: "text-up", warn: "text-warn", down: "text-down", plain: "text-muted" };

/** A word about how something is, with a colour that says nothing more. */
export function State(props: { tone: keyof typeof tones; children: ReactNode }) {
  return (
    <span
      className={cx(
        "inline-flex items-center gap-1.5 align-bottom whitespace-nowrap",
        tones[props.tone],
      )}
    >
      <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-current" />
      {props.children}
    </span>
  );
}

/** What a program said, as it said it: long texts scroll inside themselves. */
export function Verbatim(props: { label: string; children: string }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
      tabIndex={0}
      aria-label={props.label}
      className="max-h-72 overflow-y-auto rounded-md border bg-sunken px-3 py-2"
    >
      <pre className="font-mono text-xs break-words whitespace-pre-wrap">{props.children}</pre>
    </section>
  );
}

/** What is there for those who want to know. */
export function Fold(props: { title: string; children: ReactNode }) {
  return (
    <details className="group">
      <summary className="inline-flex min-h-8 items-center gap-1 text-muted pointer-coarse:min-h-11">
        <ChevronRight size={14} className="group-open:rotate-90" aria-hidden />
        {props.title}
      </summary>
      <div className="mt-1">{props.children}</div>
    </details>
  );
}

import { type ReactNode, useEffect } from "react";
import { cx } from "./cx";

/** The head of a page, and its name in the browser's tab. */
export function PageHeader(props: {
  title: string;
  /** Which part of the page it is. */
  part?: string;
  sub?: ReactNode;
  actions?: ReactNode;
}) {
  const { title, part, sub, actions } = props;
  useEffect(() => {
    const names = title === "Home" ? [] : [part, title];
    document.title = [...names, "Openbell"].filter(Boolean).join(" · ");
  }, [title, part]);
  return (
    <div className="mb-4 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
      <div className="min-w-0">
        <h1 className="text-xl leading-7 font-semibold break-words">{title}</h1>
        {sub && <div className="text-muted">{sub}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
    </div>
  );
}

/** A bordered part of a page. */
export function Panel(props: {
  title?: ReactNode;
  actions?: ReactNode;
  className?: string;
  flush?: boolean;
  children: ReactNode;
}) {
  const { title, actions, className, flush = false, children } = props;
  return (
    <section className={cx("min-w-0 rounded-md border bg-surface", className)}>
      {(title || actions) && (
        <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b px-4 py-1">
          {title && <h2 className="font-semibold">{title}</h2>}
          {actions}
        </div>
      )}
      <div className={flush ? "" : "p-4"}>{children}</div>
    </section>
  );
}

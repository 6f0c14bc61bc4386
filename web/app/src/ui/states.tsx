import { CircleAlert, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { explain } from "~/lib/errors";
import { Button } from "./Button";
import { cx } from "./cx";

/** A place where something will be. */
export function Skeleton(props: { className?: string }) {
  return (
    <div aria-hidden className={cx("animate-pulse rounded-md bg-line", props.className ?? "h-4")} />
  );
}

/** Rows that will come, as high as they will be. */
export function SkeletonRows(props: { rows?: number; rowClass?: string }) {
  const { rows = 8, rowClass = "h-9" } = props;
  return (
    <div role="img" aria-label="Loading">
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they are all alike
        <div key={index} className={cx("flex items-center gap-4 border-b px-3", rowClass)}>
          <Skeleton className="h-3 w-1/3" />
          <Skeleton className="h-3 w-1/6" />
          <Skeleton className="ml-auto h-3 w-16" />
        </div>
      ))}
    </div>
  );
}

/** Nothing is there: what would be, and how it comes. */
export function Empty(props: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      <p className="text-base font-medium">{props.title}</p>
      {props.children && <div className="max-w-md text-muted">{props.children}</div>}
      {props.action && <div className="mt-2">{props.action}</div>}
    </div>
  );
}

/** It could not be loaded: why, and once more. */
export function Failed(props: { error: unknown; what: string; onRetry?: () => void }) {
  const { error, what, onRetry } = props;
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      <CircleAlert size={20} className="text-down" aria-hidden />
      <p className="text-base font-medium">{what} could not be loaded</p>
      <p className="max-w-md text-muted">{explain(error)}</p>
      {onRetry && (
        <Button className="mt-2" onClick={onRetry}>
          <RotateCw size={14} aria-hidden />
          Try again
        </Button>
      )}
    </div>
  );
}

/** A line that says what is wrong, where it happened. */
export function Complaint(props: { children: ReactNode }) {
  return (
    <p role="alert" className="flex gap-2 rounded-md border border-down px-3 py-2 text-down">
      <CircleAlert size={16} className="mt-0.5 shrink-0" aria-hidden />
      <span>{props.children}</span>
    </p>
  );
}

import type { ComponentProps } from "react";
import { cx } from "./cx";

type Look = "primary" | "plain" | "quiet" | "danger";

const looks: Record<Look, string> = {
  primary: "bg-accent text-on-accent border-transparent hover:opacity-90",
  plain: "bg-surface text-text border-line hover:bg-sunken",
  quiet: "bg-transparent text-text border-transparent hover:bg-sunken",
  danger: "bg-surface text-down border-line hover:bg-sunken",
};

const base =
  "inline-flex items-center justify-center gap-2 rounded-md border font-medium whitespace-nowrap select-none transition-[background-color,opacity] duration-100 disabled:opacity-50 disabled:cursor-not-allowed aria-disabled:opacity-50";

/** The classes of a button, for links that look like one. */
export const buttonClass = (look: Look = "plain", small = false): string =>
  cx(base, looks[look], small ? "h-8 px-3 pointer-coarse:h-11" : "h-9 px-3 pointer-coarse:h-11");

export function Button(
  props: ComponentProps<"button"> & { look?: Look; small?: boolean; pending?: boolean },
) {
  const { look = "plain", small = false, pending = false, className, ...rest } = props;
  return (
    <button
      type="button"
      {...rest}
      aria-busy={pending || undefined}
      disabled={rest.disabled || pending}
      className={cx(buttonClass(look, small), className)}
    />
  );
}

/** A button with a picture alone; `label` is its name. */
export function IconButton(props: ComponentProps<"button"> & { label: string }) {
  const { label, className, ...rest } = props;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        "inline-flex size-9 shrink-0 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-text disabled:opacity-50 pointer-coarse:size-11",
        className,
      )}
    />
  );
}

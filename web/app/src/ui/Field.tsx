import { type ComponentProps, type ReactNode, useId } from "react";
import { cx } from "./cx";

const frame =
  "w-full min-w-0 rounded-md border border-line bg-surface px-3 text-text aria-invalid:border-down disabled:opacity-60 pointer-coarse:text-base";
const box = `${frame} h-9 pointer-coarse:h-11`;

interface Told {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** The label is for screen readers alone. */
  bare?: boolean;
}

function Labelled(
  props: Told & { id: string; className?: string | undefined; children: ReactNode },
) {
  const { id, label, hint, error, bare, className, children } = props;
  return (
    <div className={cx("min-w-0", className)}>
      <label
        htmlFor={id}
        className={bare ? "sr-only" : "mb-1 block text-xs font-medium text-muted"}
      >
        {label}
      </label>
      {children}
      {error ? (
        <p id={`${id}-told`} className="mt-1 text-xs text-down">
          {error}
        </p>
      ) : hint ? (
        <p id={`${id}-told`} className="mt-1 text-xs text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}

const told = (id: string, { hint, error }: Told) => ({
  id,
  "aria-describedby": hint || error ? `${id}-told` : undefined,
  "aria-invalid": error ? true : undefined,
});

export function Input(props: Told & ComponentProps<"input">) {
  const { label, hint, error, bare, className, ...rest } = props;
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, className }} error={error} bare={bare ?? false}>
      <input {...rest} {...told(id, props)} className={box} />
    </Labelled>
  );
}

export function Textarea(props: Told & ComponentProps<"textarea">) {
  const { label, hint, error, bare, className, ...rest } = props;
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, className }} error={error} bare={bare ?? false}>
      <textarea {...rest} {...told(id, props)} className={cx(frame, "py-2")} />
    </Labelled>
  );
}

export interface Option {
  value: string;
  label: string;
}

export function Select(props: Told & ComponentProps<"select"> & { options: readonly Option[] }) {
  const { label, hint, error, bare, className, options, ...rest } = props;
  const id = useId();
  return (
    <Labelled {...{ id, label, hint, className }} error={error} bare={bare ?? false}>
      <select {...rest} {...told(id, props)} className={cx(box, "pr-2")}>
        {options.map(({ value, label: text }) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </Labelled>
  );
}

export function Checkbox(props: ComponentProps<"input"> & { label: ReactNode }) {
  const { label, className, ...rest } = props;
  return (
    <label className={cx("flex min-h-8 items-center gap-2 pointer-coarse:min-h-11", className)}>
      <input type="checkbox" {...rest} className="size-4 shrink-0 accent-accent" />
      <span>{label}</span>
    </label>
  );
}

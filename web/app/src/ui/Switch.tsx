import { Switch as Radix } from "radix-ui";
import type { ReactNode } from "react";

/** On or off, in words as well. */
export function Switch(props: {
  label: ReactNode;
  checked: boolean;
  onChange: (checked: boolean) => void;
  disabled?: boolean;
  words?: [on: string, off: string];
}) {
  const { label, checked, onChange, disabled = false, words = ["On", "Off"] } = props;
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the primitive's button
    <label className="inline-flex min-h-8 items-center gap-2 pointer-coarse:min-h-11">
      <Radix.Root
        checked={checked}
        onCheckedChange={onChange}
        disabled={disabled}
        className="relative h-5 w-9 shrink-0 rounded-full border border-muted bg-sunken data-[state=checked]:border-accent data-[state=checked]:bg-accent disabled:opacity-50"
      >
        <Radix.Thumb className="block size-3.5 translate-x-0.5 rounded-full bg-muted transition-transform duration-100 data-[state=checked]:translate-x-[18px] data-[state=checked]:bg-on-accent" />
      </Radix.Root>
      <span>
        {label}
        <span className="text-muted"> {checked ? words[0] : words[1]}</span>
      </span>
    </label>
  );
}

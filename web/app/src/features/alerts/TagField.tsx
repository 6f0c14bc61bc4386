import { X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { Input } from "~/ui/Field";

/** A field of several words, each of which can be taken away. */
export function TagField(props: {
  label: string;
  values: string[];
  onChange: (values: string[]) => void;
  options?: readonly string[];
  hint?: string;
  error?: string | undefined;
}) {
  const { label, values, onChange, options, hint, error } = props;
  const [typed, setTyped] = useState("");
  const list = useId();

  const add = (text: string) => {
    const word = options ? text.trim().toUpperCase() : text.trim();
    const isKnown = options === undefined || options.includes(word);
    if (word === "" || !isKnown) return;
    if (!values.some((one) => one.toLowerCase() === word.toLowerCase())) {
      onChange([...values, word]);
    }
    setTyped("");
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" || event.key === ",") {
      event.preventDefault();
      add(typed);
    } else if (event.key === "Backspace" && typed === "") onChange(values.slice(0, -1));
  };

  return (
    <div>
      <Input
        label={label}
        value={typed}
        error={error}
        hint={hint}
        maxLength={100}
        autoComplete="off"
        {...(options ? { list } : {})}
        onChange={(event) => {
          const { value } = event.target;
          // A chosen suggestion comes as a whole.
          if (options?.includes(value.toUpperCase())) add(value);
          else setTyped(value);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => add(typed)}
      />
      {options && (
        <datalist id={list}>
          {options.map((option) => (
            <option key={option} value={option} />
          ))}
        </datalist>
      )}
      {values.length > 0 && (
        <ul aria-label={label} className="mt-2 flex flex-wrap gap-2">
          {values.map((value) => (
            <li key={value}>
              <button
                type="button"
                aria-label={`Remove ${value}`}
                onClick={() => onChange(values.filter((one) => one !== value))}
                className="inline-flex min-h-7 items-center gap-1.5 rounded-full border px-2.5 text-xs hover:bg-sunken pointer-coarse:min-h-10"
              >
                {value}
                <X size={12} aria-hidden className="text-muted" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

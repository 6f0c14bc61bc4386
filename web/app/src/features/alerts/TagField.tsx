import { X } from "lucide-react";
import { type KeyboardEvent, useId, useState } from "react";
import { Input, type Option } from "~/ui/Field";
import { withWord } from "./form";

/** Whether a field was changed by choosing among its suggestions. */
const isChosen = (event: Event): boolean =>
  !("inputType" in event) || event.inputType === "insertReplacementText";

/** A field of several words, each of which can be taken away. */
export function TagField(props: {
  label: string;
  values: string[];
  onChange: (values: string[]) => void;
  /** What is still being typed. It belongs to what is sent, and so to the form. */
  typed: string;
  onTyped: (text: string) => void;
  /** The word that a text stands for; nothing where it can only be wrong. */
  read?: (text: string) => string | undefined;
  options?: readonly Option[];
  hint?: string;
  /** What is wrong with what is typed, once that is meant to be a word. */
  wrong?: string | undefined;
  error?: string | undefined;
}) {
  const { label, values, onChange, typed, onTyped, options, hint, wrong, error } = props;
  const { read = (text) => text.trim() } = props;
  const [tried, setTried] = useState(false);
  const list = useId();

  const add = (text: string) => {
    setTried(true);
    const word = read(text);
    if (!word) return;
    onChange(withWord(values, word));
    onTyped("");
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
        error={(tried ? wrong : undefined) ?? error}
        hint={hint}
        maxLength={100}
        autoComplete="off"
        {...(options ? { list } : {})}
        onChange={(event) => {
          const { value } = event.target;
          setTried(false);
          // A chosen suggestion comes as a whole; who types may mean more than the first letters.
          if (isChosen(event.nativeEvent) && read(value)) add(value);
          else onTyped(value);
        }}
        onKeyDown={onKeyDown}
        onBlur={() => add(typed)}
      />
      {options && (
        <datalist id={list}>
          {options.map(({ value, label: text }) => (
            <option key={value} value={value} label={text} />
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

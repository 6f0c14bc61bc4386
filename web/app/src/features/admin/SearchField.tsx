import { useEffect, useRef, useState } from "react";
import { Input } from "~/ui/Field";

/** A filter of the address that is typed: it goes there once the typing rests. */
export function SearchField(props: {
  label: string;
  value: string | undefined;
  onChange: (text: string) => void;
  placeholder?: string;
  maxLength: number;
  className?: string;
  type?: "search" | "text";
}) {
  const { value = "", onChange, type = "search", ...rest } = props;
  const [text, setText] = useState(value);
  const told = useRef(value);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    // The address was changed otherwise, as by the way back.
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    const trimmed = text.trim();
    if (trimmed === told.current) return;
    const timer = setTimeout(() => {
      told.current = trimmed;
      latest.current(trimmed);
    }, 300);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <Input
      {...rest}
      type={type}
      autoComplete="off"
      spellCheck={false}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

import { useEffect, useRef, useState } from "react";

/** How long the typing has to rest. */
const REST_MS = 300;

/**
 * Text that is typed freely and told, trimmed, once the typing rests. `value` is what was told last,
 * or what somebody else has made of it since, as by the way back: then that is shown.
 */
export function useTyped(value: string, onChange: (text: string) => void) {
  const [text, setText] = useState(value);
  const told = useRef(value);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  useEffect(() => {
    if (value !== told.current) setText(value);
    told.current = value;
  }, [value]);
  useEffect(() => {
    const trimmed = text.trim();
    if (trimmed === told.current) return;
    const timer = setTimeout(() => {
      told.current = trimmed;
      latest.current(trimmed);
    }, REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return [text, setText] as const;
}

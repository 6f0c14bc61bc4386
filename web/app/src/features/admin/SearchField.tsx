import { useTyped } from "~/lib/useTyped";
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
  const [text, setText] = useTyped(value, onChange);
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

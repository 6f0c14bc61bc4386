import { FileUp } from "lucide-react";
import { type DragEvent, useId, useState } from "react";
import { cx } from "~/ui/cx";
import { ACCEPTED, isReadable } from "./upload";
import { bytes } from "./words";

/** A file that is chosen or dropped. */
export function FileField(props: {
  file: File | undefined;
  onChange: (file: File) => void;
  disabled: boolean;
}) {
  const { file, onChange, disabled } = props;
  const [over, setOver] = useState(false);
  const id = useId();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [dropped] = event.dataTransfer.files;
    if (dropped && !disabled) onChange(dropped);
  };
  const odd = file && !isReadable(file.name);
  return (
    <div>
      <label
        htmlFor={id}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        className={cx(
          "flex min-h-28 flex-col items-center justify-center gap-1 rounded-md border border-dashed px-4 py-5 text-center hover:bg-sunken has-focus-visible:outline-2 has-focus-visible:outline-accent",
          over && "border-accent bg-sunken",
          disabled && "opacity-60",
        )}
      >
        <FileUp size={20} className="text-muted" aria-hidden />
        {file ? (
          <>
            <span className="font-medium break-all">{file.name}</span>
            <span className="text-muted">{bytes(file.size)}. Choose or drop another one.</span>
          </>
        ) : (
          <>
            <span className="font-medium">Choose a file, or drop it here</span>
            <span className="text-muted">CSV with a heading, JSON, or one JSON object a line</span>
          </>
        )}
        <input
          id={id}
          type="file"
          accept={ACCEPTED}
          disabled={disabled}
          aria-describedby={odd ? `${id}-odd` : undefined}
          onChange={({ target }) => {
            const [chosen] = target.files ?? [];
            if (chosen) onChange(chosen);
            // The same file, changed meanwhile, is another choice.
            target.value = "";
          }}
          className="sr-only"
        />
      </label>
      {odd && (
        <p id={`${id}-odd`} className="mt-1 text-xs text-warn">
          This does not end in {ACCEPTED.replaceAll(",", ", ")}; it may not be readable.
        </p>
      )}
    </div>
  );
}

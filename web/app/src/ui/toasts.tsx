import { X } from "lucide-react";
import { useEffect } from "react";
import { announce } from "~/lib/announce";
import { explain } from "~/lib/errors";
import { cell, useCell } from "~/lib/store";
import { IconButton } from "./Button";
import { cx } from "./cx";

interface Toast {
  id: number;
  text: string;
  tone: "plain" | "bad";
  action?: { label: string; run: () => void } | undefined;
  /** Until it is dismissed. */
  stays?: boolean;
}

const SHOWN = 3;
const LASTS_MS = 6_000;
const toasts = cell<readonly Toast[]>([]);
let lastId = 0;

const leave = (id: number) => toasts.set(toasts.get().filter((one) => one.id !== id));

/** Says something in the corner for a moment, and to the live region. */
export function toast(text: string, more: Partial<Omit<Toast, "id" | "text">> = {}): void {
  lastId += 1;
  const others = toasts.get().filter((one) => !(one.stays && one.text === text));
  toasts.set([...others, { id: lastId, text, tone: "plain" as const, ...more }].slice(-SHOWN));
  announce(text);
}

/** Says that something was not done, and why. */
export const toastError = (what: string, error: unknown): void =>
  toast(`${what} ${explain(error)}`, { tone: "bad" });

function One({ id, text, tone, action, stays = false }: Toast) {
  useEffect(() => {
    if (stays) return;
    const timer = setTimeout(() => leave(id), LASTS_MS);
    return () => clearTimeout(timer);
  }, [id, stays]);
  return (
    <li
      className={cx(
        "animate-rise flex items-center gap-2 rounded-md border bg-surface py-1 pr-1 pl-4 shadow-lg",
        tone === "bad" && "border-down",
      )}
    >
      <span className="min-w-0 flex-1 py-1 break-words">{text}</span>
      {action && (
        <button
          type="button"
          className="rounded-md px-2 py-1 font-medium text-accent hover:bg-sunken"
          onClick={() => {
            leave(id);
            action.run();
          }}
        >
          {action.label}
        </button>
      )}
      <IconButton label="Dismiss this message" onClick={() => leave(id)}>
        <X size={14} aria-hidden />
      </IconButton>
    </li>
  );
}

export function Toasts() {
  const shown = useCell(toasts);
  if (shown.length === 0) return null;
  return (
    <section
      aria-label="Messages"
      className="fixed right-3 bottom-[calc(env(safe-area-inset-bottom)+72px)] z-60 w-[22rem] max-w-[calc(100vw-24px)] md:bottom-4"
    >
      <ul className="flex flex-col gap-2">
        {shown.map((one) => (
          <One key={one.id} {...one} />
        ))}
      </ul>
    </section>
  );
}

import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { Building2, LogOut, type LucideIcon, Moon, Plus, Sun } from "lucide-react";
import { Dialog } from "radix-ui";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { placeOf } from "~/features/properties/parts";
import { setAppearance } from "~/lib/appearance";
import { client, signOut } from "~/lib/session";
import { useDebounced } from "~/lib/useDebounced";
import { cx } from "~/ui/cx";
import { useFocusBack } from "~/ui/useFocusBack";
import { usePages } from "./pages";

interface Command {
  key: string;
  label: string;
  detail?: string;
  icon: LucideIcon;
  run: () => void;
}

/** Properties whose address or description has the words; one of them needs three characters. */
function useFound(text: string) {
  const q = useDebounced(text.trim(), 200);
  const { data } = useQuery({
    queryKey: ["command-search", q],
    queryFn: ({ signal }) =>
      client.api.get("/api/v1/properties", { query: { q, limit: 6 }, signal }),
    enabled: q.length >= 3,
    gcTime: 30_000,
  });
  return q.length >= 3 && data && "items" in data ? data.items : [];
}

function useCommands(text: string): Command[] {
  const router = useRouter();
  const navigate = useNavigate();
  const go = (href: string) => () => router.history.push(href);
  const fixed: Command[] = [
    ...usePages().map(({ to, label, icon, group }) => ({
      key: to,
      label,
      icon,
      run: go(to),
      ...(group && { detail: group }),
    })),
    { key: "new-alert", label: "New alert", icon: Plus, run: go("/alerts/new") },
    {
      key: "light",
      label: "Light appearance",
      icon: Sun,
      run: () => setAppearance({ theme: "light" }),
    },
    {
      key: "dark",
      label: "Dark appearance",
      icon: Moon,
      run: () => setAppearance({ theme: "dark" }),
    },
    {
      key: "sign-out",
      label: "Sign out",
      icon: LogOut,
      run: () => void signOut().catch(() => undefined),
    },
  ];
  const words = text.trim().toLowerCase();
  const found: Command[] = useFound(text).map((property) => ({
    key: property.id,
    label: property.street,
    detail: placeOf(property),
    icon: Building2,
    run: () => void navigate({ to: "/properties/$id", params: { id: property.id } }),
  }));
  const fits = ({ label, detail = "" }: Command) =>
    `${label} ${detail}`.toLowerCase().includes(words);
  return [...fixed.filter(fits), ...found];
}

export default function CommandMenu({ onClose }: { onClose: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const commands = useCommands(text);
  const chosen = Math.min(at, commands.length - 1);
  const focusBack = useFocusBack();
  const list = useId();
  const box = useRef<HTMLDivElement>(null);
  const optionId = (index: number) => `${list}-${index}`;

  useEffect(() => {
    box.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const run = (command: Command | undefined) => {
    if (command === undefined) return;
    onClose();
    command.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    // Enter that ends the writing of a word is not meant for the list.
    if (event.key === "Enter" && !event.nativeEvent.isComposing) run(commands[chosen]);
    else if (step !== undefined) setAt((chosen + step + commands.length) % commands.length);
    else return;
    event.preventDefault();
  };

  return (
    <Dialog.Root open onOpenChange={(open) => !open && onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-[oklch(15%_0.012_255/0.5)]" />
        <Dialog.Content
          {...focusBack}
          aria-describedby={undefined}
          className="fixed top-[10vh] left-1/2 z-50 flex max-h-[70vh] w-[34rem] max-w-[calc(100vw-24px)] -translate-x-1/2 flex-col overflow-hidden rounded-md border bg-surface"
        >
          <Dialog.Title className="sr-only">Search or go to</Dialog.Title>
          <input
            role="combobox"
            aria-label="Search or go to"
            aria-expanded
            aria-controls={list}
            aria-activedescendant={commands.length > 0 ? optionId(chosen) : undefined}
            placeholder="A page, an address, a city…"
            autoComplete="off"
            maxLength={200}
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setAt(0);
            }}
            onKeyDown={onKeyDown}
            className="h-12 w-full border-b bg-transparent px-4 text-base -outline-offset-2"
          />
          <div
            ref={box}
            id={list}
            role="listbox"
            aria-label="Results"
            className="overflow-y-auto p-1"
          >
            {commands.map(({ key, label, detail, icon: Icon }, index) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the field above
              <div
                key={key}
                id={optionId(index)}
                role="option"
                tabIndex={-1}
                aria-selected={index === chosen}
                onMouseMove={() => setAt(index)}
                onClick={() => run(commands[index])}
                className={cx(
                  "flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-3 pointer-coarse:min-h-11",
                  index === chosen && "bg-sunken",
                )}
              >
                <Icon size={16} className="shrink-0 text-muted" aria-hidden />
                <span className="truncate">{label}</span>
                {detail && <span className="truncate text-muted">{detail}</span>}
              </div>
            ))}
          </div>
          {commands.length === 0 && <p className="px-4 pb-4 text-muted">Nothing fits.</p>}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

import { setAppearance, type Theme, useAppearance } from "~/lib/appearance";
import { Panel } from "~/ui/layout";
import { Switch } from "~/ui/Switch";

const THEMES: { value: Theme; label: string }[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

/** How the app looks in this browser. */
export function AppearancePage() {
  const { theme, swapUpDown } = useAppearance();
  return (
    <Panel title="Appearance">
      <fieldset className="mb-3 flex flex-wrap gap-x-6">
        <legend className="sr-only">Theme</legend>
        {THEMES.map(({ value, label }) => (
          <label key={value} className="flex min-h-8 items-center gap-2 pointer-coarse:min-h-11">
            <input
              type="radio"
              name="theme"
              value={value}
              checked={theme === value}
              onChange={() => setAppearance({ theme: value })}
              className="size-4 accent-accent"
            />
            {label}
          </label>
        ))}
      </fieldset>
      <Switch
        label="Red for up, green for down:"
        checked={swapUpDown}
        onChange={(next) => setAppearance({ swapUpDown: next })}
      />
      <p className="text-muted">
        Now: <span className="text-up">▲ up</span>, <span className="text-down">▼ down</span>
      </p>
    </Panel>
  );
}

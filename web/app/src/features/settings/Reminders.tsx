import type { PreferencesView } from "~/lib/types";
import { Checkbox } from "~/ui/Field";
import { Panel } from "~/ui/layout";
import { REMINDERS, useChangePreferences } from "./preferences";

/** How long before an auction to be reminded of it. Offsets that are none of these are kept. */
export function Reminders({ preferences }: { preferences: PreferencesView }) {
  const change = useChangePreferences();
  const offsets = preferences.reminder_offsets_ms ?? [];
  return (
    <Panel title="Reminders before an auction">
      <div className="flex flex-wrap gap-x-6">
        {REMINDERS.map(({ ms, label }) => (
          <Checkbox
            key={ms}
            label={label}
            checked={offsets.includes(ms)}
            onChange={(event) => {
              const next = event.target.checked
                ? [...offsets, ms]
                : offsets.filter((one) => one !== ms);
              change.mutate({ reminder_offsets_ms: next.sort((a, b) => b - a) });
            }}
          />
        ))}
      </div>
    </Panel>
  );
}

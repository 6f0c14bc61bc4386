import { useState } from "react";
import { words, zone } from "~/lib/format";
import type { PreferencesView } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Checkbox, Input, Select } from "~/ui/Field";
import { Panel } from "~/ui/layout";
import { Switch } from "~/ui/Switch";
import { toast } from "~/ui/toasts";
import { DAYS, useChangePreferences } from "./preferences";

const MODES = [
  { value: "hold", label: "Held until the quiet time is over" },
  { value: "digest", label: "Gathered into a digest" },
  { value: "drop", label: "Not sent; it is in the app" },
];

function zones(current: string): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set([current, zone(), "UTC", ...known])];
}

/** When nothing but what is critical may come. */
export function QuietHours({ preferences }: { preferences: PreferencesView }) {
  const change = useChangePreferences();
  const { quiet_hours_start: start, quiet_hours_end: end } = preferences;
  const [on, setOn] = useState(Boolean(start && end));
  const [from, setFrom] = useState(start ?? "22:00");
  const [to, setTo] = useState(end ?? "07:00");
  const [days, setDays] = useState<readonly string[]>(preferences.quiet_hours_days ?? DAYS);
  const [mode, setMode] = useState<string>(preferences.quiet_hours_mode ?? "hold");
  const [timezone, setTimezone] = useState(preferences.timezone ?? "UTC");
  const same = on && from === to;

  const save = () =>
    change.mutate(
      {
        quiet_hours_start: on ? from : null,
        quiet_hours_end: on ? to : null,
        quiet_hours_days: DAYS.filter((day) => days.includes(day)),
        quiet_hours_mode: mode as NonNullable<PreferencesView["quiet_hours_mode"]>,
        timezone,
      },
      { onSuccess: () => toast("The quiet hours are saved.") },
    );

  return (
    <Panel title="Quiet hours">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!same) save();
        }}
      >
        <Switch label="Quiet hours:" checked={on} onChange={setOn} />
        {on && (
          <>
            <div className="grid grid-cols-2 gap-4">
              <Input
                label="From"
                type="time"
                required
                value={from}
                onChange={(event) => setFrom(event.target.value)}
              />
              <Input
                label="until"
                type="time"
                required
                value={to}
                onChange={(event) => setTo(event.target.value)}
                error={same ? "Another time than the start." : undefined}
                hint={to < from ? "On the next day" : undefined}
              />
            </div>
            <fieldset>
              <legend className="mb-1 text-xs font-medium text-muted">
                On nights that begin on
              </legend>
              <div className="flex flex-wrap gap-x-4">
                {DAYS.map((day) => (
                  <Checkbox
                    key={day}
                    label={words(day)}
                    checked={days.includes(day)}
                    onChange={(event) =>
                      setDays(
                        event.target.checked ? [...days, day] : days.filter((one) => one !== day),
                      )
                    }
                  />
                ))}
              </div>
            </fieldset>
            <Select
              label="What comes meanwhile is"
              value={mode}
              onChange={(event) => setMode(event.target.value)}
              options={MODES}
            />
          </>
        )}
        <Select
          label="Your time zone"
          value={timezone}
          onChange={(event) => setTimezone(event.target.value)}
          options={zones(timezone).map((value) => ({ value, label: value.replaceAll("_", " ") }))}
          hint={timezone === zone() ? undefined : `This browser is in ${zone()}.`}
        />
        <div className="flex justify-end">
          <Button type="submit" look="primary" pending={change.isPending} disabled={same}>
            Save the quiet hours
          </Button>
        </div>
      </form>
    </Panel>
  );
}

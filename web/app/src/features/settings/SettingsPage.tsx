import { useQuery } from "@tanstack/react-query";
import { setAppearance, type Theme, useAppearance } from "~/lib/appearance";
import { useUser } from "~/lib/session";
import { Narrow, PageHeader, Panel } from "~/ui/layout";
import { Switch } from "~/ui/Switch";
import { Failed, SkeletonRows } from "~/ui/states";
import { ChannelGrid } from "./ChannelGrid";
import { preferencesQuery } from "./preferences";
import { QuietHours } from "./QuietHours";
import { Reminders } from "./Reminders";

export function SettingsPage() {
  const user = useUser();
  const { data, error, refetch } = useQuery(preferencesQuery);
  return (
    <Narrow>
      <PageHeader title="Settings" />
      <div className="flex flex-col gap-4">
        <Panel title="Profile">
          <dl className="grid gap-3 sm:grid-cols-3">
            {[
              ["Name", user?.name || "None"],
              ["E-mail", user?.email],
              ["Roles", user?.roles.join(", ")],
            ].map(([name, value]) => (
              <div key={name} className="min-w-0">
                <dt className="text-xs text-muted">{name}</dt>
                <dd className="break-words">{value}</dd>
              </div>
            ))}
          </dl>
        </Panel>
        <AppearancePanel />
        {data === undefined ? (
          error === null ? (
            <Panel flush>
              <SkeletonRows rows={8} />
            </Panel>
          ) : (
            <Failed error={error} what="The preferences" onRetry={() => void refetch()} />
          )
        ) : (
          <>
            <ChannelGrid preferences={data.preferences} />
            <QuietHours key={data.preferences.version} preferences={data.preferences} />
            <Reminders preferences={data.preferences} />
          </>
        )}
      </div>
    </Narrow>
  );
}

const THEMES: { value: Theme; label: string }[] = [
  { value: "system", label: "As the system" },
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];

function AppearancePanel() {
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

import type { PreferencesView } from "~/lib/types";
import { Panel } from "~/ui/layout";
import {
  CATEGORIES,
  CHANNEL_WORDS,
  CHANNELS,
  enabledField,
  useChangePreferences,
  withCell,
} from "./preferences";

const box = "mx-auto block size-4 accent-accent disabled:opacity-40";

/** Which kinds of things go out on which channel. Each change is saved at once. */
export function ChannelGrid({ preferences }: { preferences: PreferencesView }) {
  const change = useChangePreferences();
  const isOn = (channel: (typeof CHANNELS)[number]) => preferences[enabledField(channel)] === true;
  return (
    <Panel title="What reaches you, and how" flush>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard */}
      <section className="overflow-x-auto" tabIndex={0} aria-label="Channels by kind">
        <table className="w-full">
          <thead>
            <tr className="border-b text-left text-xs text-muted">
              <th scope="col" className="px-3 py-2 sm:px-4 font-medium">
                Kind
              </th>
              {CHANNELS.map((channel) => (
                <th key={channel} scope="col" className="px-1 py-2 text-center sm:px-2 font-medium">
                  {CHANNEL_WORDS[channel]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <tr className="border-b bg-sunken">
              <th scope="row" className="px-3 py-2 sm:px-4 text-left font-medium">
                Anything at all
              </th>
              {CHANNELS.map((channel) => (
                <td key={channel} className="px-1 text-center sm:px-2">
                  <input
                    type="checkbox"
                    aria-label={`Anything at all: ${CHANNEL_WORDS[channel]}`}
                    checked={isOn(channel)}
                    onChange={(event) =>
                      change.mutate({ [enabledField(channel)]: event.target.checked })
                    }
                    className={box}
                  />
                </td>
              ))}
            </tr>
            {CATEGORIES.map(([category, label]) => (
              <tr key={category} className="border-b last:border-0">
                <th scope="row" className="px-3 py-2 sm:px-4 text-left font-normal">
                  {label}
                </th>
                {CHANNELS.map((channel) => (
                  <td key={channel} className="px-1 text-center sm:px-2">
                    <input
                      type="checkbox"
                      aria-label={`${label}: ${CHANNEL_WORDS[channel]}`}
                      checked={preferences.matrix?.[category]?.[channel] !== false}
                      disabled={!isOn(channel)}
                      onChange={(event) =>
                        change.mutate(
                          withCell(preferences, category, channel, event.target.checked),
                        )
                      }
                      className={box}
                    />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </Panel>
  );
}

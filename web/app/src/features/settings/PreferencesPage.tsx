import { useQuery } from "@tanstack/react-query";
import { Panel } from "~/ui/layout";
import { Failed, SkeletonRows } from "~/ui/states";
import { ChannelGrid } from "./ChannelGrid";
import { preferencesQuery } from "./preferences";
import { QuietHours } from "./QuietHours";
import { Reminders } from "./Reminders";

/** What reaches the user, how and when. */
export function PreferencesPage() {
  const { data, error, refetch } = useQuery(preferencesQuery);
  if (data === undefined) {
    return (
      <Panel flush>
        {error === null ? (
          <SkeletonRows rows={10} />
        ) : (
          <Failed error={error} what="The preferences" onRetry={() => void refetch()} />
        )}
      </Panel>
    );
  }
  return (
    <>
      <ChannelGrid preferences={data.preferences} />
      <QuietHours key={data.preferences.version} preferences={data.preferences} />
      <Reminders preferences={data.preferences} />
    </>
  );
}

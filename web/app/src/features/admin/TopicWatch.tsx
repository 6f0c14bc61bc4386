import type { SubscriptionState } from "@openbell/client";
import { Link } from "@tanstack/react-router";
import { X } from "lucide-react";
import { timeOfDay } from "~/lib/format";
import { IconButton } from "~/ui/Button";
import { Panel } from "~/ui/layout";
import { Complaint } from "~/ui/states";
import { State } from "./parts";
import { refusalWords, useTopicWatch } from "./useTopicWatch";

const STATES: Record<SubscriptionState, { tone: "up" | "warn" | "down"; word: string }> = {
  waiting: { tone: "warn", word: "Waiting" },
  live: { tone: "up", word: "Live" },
  paused: { tone: "warn", word: "Paused" },
  refused: { tone: "down", word: "Refused" },
  ended: { tone: "warn", word: "Ended" },
};

/** A topic as this page's own socket sees it. */
export function TopicWatch({ topic, onClose }: { topic: string; onClose: () => void }) {
  const { frames, state, error, pastError } = useTopicWatch(topic);
  const { tone, word } = STATES[error ? "refused" : state];
  return (
    <Panel
      className="mb-4"
      title={<span className="font-mono text-xs break-all">{topic}</span>}
      actions={
        <div className="ml-auto flex items-center gap-3">
          <State tone={tone}>{word}</State>
          <Link
            to="/admin/connections"
            search={{ topic }}
            className="inline-flex items-center text-accent hover:underline pointer-coarse:min-h-11"
          >
            Followers
          </Link>
          <IconButton label="Stop watching" onClick={onClose}>
            <X size={16} aria-hidden />
          </IconButton>
        </div>
      }
      flush
    >
      {error ? (
        <div className="p-4">
          <Complaint>{refusalWords(error)}</Complaint>
        </div>
      ) : frames.length === 0 ? (
        <p className="p-4 text-muted">
          {pastError
            ? `What was before is not to be had (${pastError}). Frames appear here as they come.`
            : "Nothing has come yet. Frames appear here as they come."}
        </p>
      ) : (
        <ul
          // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
          tabIndex={0}
          aria-label="Frames, the newest first"
          className="max-h-80 overflow-y-auto font-mono text-xs"
        >
          {frames.map(({ key, atMs, frame, past }) => (
            <li key={key} className="flex gap-3 border-b px-4 py-1 last:border-0">
              <span className="shrink-0 text-muted">{timeOfDay(atMs, true)}</span>
              <span className={past ? "min-w-0 break-all text-muted" : "min-w-0 break-all"}>
                {JSON.stringify(frame)}
                {past && <span className="sr-only"> (from the history)</span>}
              </span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

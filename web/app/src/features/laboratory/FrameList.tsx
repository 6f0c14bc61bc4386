import type { LoggedFrame } from "@openbell/react";
import { ArrowDownLeft, ArrowUpRight } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { timeOfDay } from "~/lib/format";
import { Button } from "~/ui/Button";
import { Panel } from "~/ui/layout";

/** So near the end the list follows what comes. */
const NEAR_PX = 40;

/** The last frames in both directions, the newest at the end. Tokens in them are covered. */
export function FrameList(props: { frames: readonly LoggedFrame[]; onClear: () => void }) {
  const { frames, onClear } = props;
  const box = useRef<HTMLUListElement>(null);
  const [pinned, setPinned] = useState(true);
  const last = frames.at(-1)?.number;
  useEffect(() => {
    if (pinned && last !== undefined) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [pinned, last]);
  return (
    <Panel
      title={`Frames, the last ${frames.length}`}
      flush
      actions={
        <Button small onClick={onClear} disabled={frames.length === 0}>
          Clear
        </Button>
      }
    >
      <ul
        ref={box}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        tabIndex={0}
        aria-label="Frames"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) =>
          setPinned(scrollHeight - scrollTop - clientHeight < NEAR_PX)
        }
        className="h-96 overflow-y-auto font-mono text-xs"
      >
        {frames.map(({ number, atMs, direction, frame }) => {
          const isIn = direction === "in";
          const Icon = isIn ? ArrowDownLeft : ArrowUpRight;
          return (
            <li key={number} className="flex gap-2 border-b px-3 py-1 last:border-0">
              <span className="shrink-0 text-muted">{timeOfDay(atMs, true)}</span>
              <Icon
                size={14}
                role="img"
                aria-label={isIn ? "received" : "sent"}
                className={isIn ? "shrink-0 text-accent" : "shrink-0 text-warn"}
              />
              <span className="min-w-0 break-all">{JSON.stringify(frame)}</span>
            </li>
          );
        })}
      </ul>
    </Panel>
  );
}

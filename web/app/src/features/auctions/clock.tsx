import { useCountdown } from "@openbell/react";
import { useEffect, useRef } from "react";
import { announce } from "~/lib/announce";
import { client } from "~/lib/session";
import { cell, useCell } from "~/lib/store";
import type { Auction } from "~/lib/types";
import { cx } from "~/ui/cx";
import { Time } from "~/ui/Time";
import { isOver } from "./standing";
import { clock } from "./words";

/** Until there was a connection, the server's clock is this machine's, which may be wrong. */
const isKnown = cell(client.status.state === "open");
client.onStatus(({ state }) => {
  if (state === "open") isKnown.set(true);
});

type Timed = Pick<Auction, "status" | "starts_at" | "ends_at" | "decide_by" | "paused_at">;

/** What is counted down to, if anything. */
function deadlineOf({ status, starts_at, ends_at, decide_by }: Timed): string | undefined {
  if (status === "live") return ends_at;
  if (status === "scheduled") return starts_at;
  return status.startsWith("awaiting_") ? (decide_by ?? undefined) : undefined;
}

/** Seconds until the next thing that happens by itself, on the server's clock. */
export function useSecondsLeft(auction: Timed): number | undefined {
  const known = useCell(isKnown);
  return useCountdown(known ? deadlineOf(auction) : undefined);
}

/** Seconds before the end at which those hear of it who do not see it. */
const SPOKEN: [seconds: number, words: string][] = [
  [10, "10 seconds left."],
  [60, "1 minute left."],
  [300, "5 minutes left."],
];

/** Says aloud three times that the end comes near. */
export function useSpokenCountdown(seconds: number | undefined): void {
  const before = useRef(seconds);
  useEffect(() => {
    const last = before.current;
    before.current = seconds;
    if (last === undefined || !seconds) return;
    const passed = SPOKEN.find(([at]) => seconds <= at);
    if (passed && last > passed[0]) announce(passed[1]);
  }, [seconds]);
}

const SOON_S = 60;

/** How much time is left, or when it was over. */
export function TimeLeft({ auction }: { auction: Timed & Partial<Pick<Auction, "closed_at">> }) {
  const seconds = useSecondsLeft(auction);
  const { status, ends_at: end, paused_at: pausedAt, closed_at: closedAt } = auction;
  if (status === "draft") return <span className="text-muted">Not published</span>;
  if (status === "paused") {
    if (!pausedAt) return <>Paused</>;
    const left = Math.max(0, Date.parse(end) - Date.parse(pausedAt));
    return <>Paused, {clock(Math.ceil(left / 1_000))} left</>;
  }
  if (isOver(status) && seconds === undefined) {
    return (
      <span>
        Ended <Time at={closedAt ?? end} />
      </span>
    );
  }
  if (seconds === undefined) return <>–</>;
  if (status === "live") {
    if (seconds === 0) return <>Closing…</>;
    return <span className={cx(seconds <= SOON_S && "text-warn")}>{clock(seconds)}</span>;
  }
  const before = status === "scheduled" ? "Starts in " : "Decision within ";
  return (
    <>
      {before}
      {clock(seconds)}
    </>
  );
}

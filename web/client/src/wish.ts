import type { Follower } from "./follower.js";
import { LIMITS, TOPIC_KINDS } from "./generated/frames.js";
import { toWire, type WirePosition } from "./position.js";

/** What the server is asked for, of one topic. */
export interface Wish {
  since?: WirePosition;
  throttle_ms?: number;
  presence?: true;
}

/** What a topic promises, by its family; what this client has not heard of may be anything. */
export function kindOf(topic: string): string | undefined {
  const [family] = topic.split(":", 1);
  return (TOPIC_KINDS as Record<string, string>)[family ?? ""];
}

/** The interval that serves all of them; none when one of them wants everything. */
export function shortestInterval(active: Follower[]): number | undefined {
  const shortest = Math.min(...active.map((follower) => follower.intervalMs ?? 0));
  return shortest > 0 && Number.isFinite(shortest) ? shortest : undefined;
}

/**
 * The position from which all of them can go on. Whoever cannot be continued together with the
 * others is marked as lost, and must not take their places along.
 */
export function lowestPosition(
  active: Follower[],
  known: string | undefined,
  isLatest: boolean,
): WirePosition | undefined {
  const placed = active.filter((follower) => follower.cursor && follower.lost === undefined);
  // A version tells the server that the value is known, which is not so for whoever is new.
  if (isLatest && placed.length < active.length) return undefined;
  const epoch = known ?? placed[0]?.cursor?.epoch;
  let highest = 0;
  for (const { cursor } of placed) {
    if (cursor?.epoch === epoch) highest = Math.max(highest, cursor?.seq ?? 0);
  }
  let lowest: Follower | undefined;
  for (const follower of placed) {
    const seq = follower.cursor?.seq ?? 0;
    if (follower.cursor?.epoch !== epoch) follower.lost = "epoch";
    else if (highest - seq > LIMITS.max_replay) follower.lost = "expired";
    else if (lowest === undefined || seq < (lowest.cursor?.seq ?? 0)) lowest = follower;
  }
  return lowest?.cursor && toWire(lowest.cursor);
}

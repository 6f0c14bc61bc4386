import type { LiveTopic, Overview } from "~/lib/types";

interface Look {
  frames: number;
  at: string;
}

/** A counter at two looks, as so many a second; nothing when it has begun anew in between. */
export function rate(before: Look | undefined, now: Look): number | undefined {
  if (before === undefined) return undefined;
  const seconds = (Date.parse(now.at) - Date.parse(before.at)) / 1_000;
  const more = now.frames - before.frames;
  return seconds > 0 && more >= 0 ? more / seconds : undefined;
}

export type TopicRow = LiveTopic & { rate: number | undefined };

const keyOf = ({ topic, tenant_id: tenant }: LiveTopic) => `${tenant} ${topic}`;

/** Topics with their rates since the last look. */
export function withRates(before: readonly LiveTopic[], now: readonly LiveTopic[]): TopicRow[] {
  const known = new Map(before.map((topic) => [keyOf(topic), topic]));
  return now.map((topic) => ({ ...topic, rate: rate(known.get(keyOf(topic)), topic) }));
}

/** What a node looked like at an instant. */
export interface Sample {
  at: number;
  node: string;
  connections: number;
  subscriptions: number;
  queueBytes: number;
  memory: number | undefined;
  /** The counter, and what it makes a second. */
  frames: number;
  framesRate: number | undefined;
}

export const KEPT_MS = 5 * 60_000;

/** With one more look. A node that was started anew begins anew. */
export function withSample(before: readonly Sample[], look: Overview): Sample[] {
  const { node, now, sockets } = look;
  const at = Date.parse(now);
  const own = before.filter((one) => one.node === node && one.at > at - KEPT_MS && one.at < at);
  const last = own.at(-1);
  const lastLook = last && { frames: last.frames, at: new Date(last.at).toISOString() };
  const sample = {
    at,
    node,
    connections: sockets.connections,
    subscriptions: sockets.subscriptions,
    queueBytes: sockets.queue_bytes,
    memory: look.resident_bytes ?? undefined,
    frames: sockets.frames,
    framesRate: rate(lastLook, { frames: sockets.frames, at: now }),
  };
  return [...own, sample];
}

export interface Point {
  at: number;
  value: number;
}

/** Points without those that are unknown, in pieces: nothing is drawn over what was not seen. */
export function pieces(
  samples: readonly Sample[],
  figureOf: (sample: Sample) => number | undefined,
  mostMs: number,
): Point[][] {
  const found: Point[][] = [];
  let lastAt = Number.NEGATIVE_INFINITY;
  for (const sample of samples) {
    const value = figureOf(sample);
    if (value === undefined) continue;
    const { at } = sample;
    if (at - lastAt > mostMs) found.push([]);
    found.at(-1)?.push({ at, value });
    lastAt = at;
  }
  return found;
}

import type { ServerClock } from "./clock.js";
import type { Environment, Timer } from "./environment.js";

/** So many pings follow an opening, to find a fast one among them. */
const PINGS_AT_FIRST = 5;
/** The pause between these. The server takes five a second for ever. */
const FIRST_PAUSE_MS = 250;
/** The clock is measured at least this often. */
const MEASURE_EVERY_MS = 60_000;
/** After a ping something has to come within this time. */
const PATIENCE_MS = 10_000;
/** The same after the machine woke up: somebody is looking. */
const PROBE_PATIENCE_MS = 3_000;
/** Pings that may be unanswered at once; older ones are forgotten. */
const MAX_UNANSWERED = 8;

/** What a pulse needs. */
export interface PulseLine {
  /** Sends a ping with this id. */
  ping(id: string): void;
  /** Nothing comes any more. */
  dead(): void;
}

/** Whether the other side is there, and how its clock goes. One per connection. */
export class Pulse {
  private readonly unanswered = new Map<string, number>();
  private number = 0;
  private heardAt: number;
  private measuredAt: number;
  private timer: Timer;
  private deadline: { askedAt: number; patienceMs: number } | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly clock: ServerClock,
    private readonly heartbeatMs: number,
    private readonly line: PulseLine,
  ) {
    this.heardAt = environment.steadyMs();
    this.measuredAt = this.heardAt;
    this.first(PINGS_AT_FIRST);
  }

  /** Any frame counts as life. */
  heard(): void {
    this.heardAt = this.environment.steadyMs();
    this.deadline = undefined;
  }

  /** An answer to a ping. Others' pongs are passed over. */
  pong(id: unknown, serverTimeMs: unknown): void {
    const sentAt = typeof id === "string" ? this.unanswered.get(id) : undefined;
    if (sentAt === undefined || typeof serverTimeMs !== "number") return;
    this.unanswered.delete(id as string);
    this.clock.measure(sentAt, serverTimeMs);
  }

  /** Asks at once whether the line still holds, and is less patient than usual. */
  probe(): void {
    this.clock.noticeJump();
    this.ask(PROBE_PATIENCE_MS);
    this.arm();
  }

  stop(): void {
    this.environment.clearTimer(this.timer);
    this.unanswered.clear();
  }

  private first(left: number): void {
    this.ping();
    if (left > 1) this.later(FIRST_PAUSE_MS, () => this.first(left - 1));
    else this.arm();
  }

  private ping(): void {
    const now = this.environment.steadyMs();
    const id = `ping-${++this.number}`;
    const [oldest] = this.unanswered.keys();
    if (oldest !== undefined && this.unanswered.size >= MAX_UNANSWERED) {
      this.unanswered.delete(oldest);
    }
    this.unanswered.set(id, now);
    this.measuredAt = now;
    this.line.ping(id);
  }

  private ask(patienceMs: number): void {
    const askedAt = this.environment.steadyMs();
    this.deadline = { askedAt, patienceMs };
    this.ping();
  }

  private arm(): void {
    const now = this.environment.steadyMs();
    const due =
      this.deadline === undefined
        ? Math.min(this.heardAt + this.heartbeatMs, this.measuredAt + MEASURE_EVERY_MS)
        : this.deadline.askedAt + this.deadline.patienceMs;
    this.later(Math.max(0, due - now), () => this.look());
  }

  /** Timers of a hidden page or a sleeping machine come late: the clock says what is due. */
  private look(): void {
    const now = this.environment.steadyMs();
    const { deadline } = this;
    if (deadline !== undefined) {
      if (now >= deadline.askedAt + deadline.patienceMs) return this.line.dead();
    } else if (now >= this.heardAt + this.heartbeatMs) {
      this.ask(PATIENCE_MS);
    } else if (now >= this.measuredAt + MEASURE_EVERY_MS) {
      this.ping();
    }
    this.arm();
  }

  private later(delayMs: number, act: () => void): void {
    this.environment.clearTimer(this.timer);
    this.timer = this.environment.setTimer(act, delayMs);
  }
}

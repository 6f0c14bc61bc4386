import { CallError } from "./errors.js";
import type { Frame } from "./frame.js";
import { guarded } from "./listeners.js";
import type { Cursor, Gap, GapReason } from "./position.js";
import type { Topic } from "./topic.js";
import type { PresenceFrame } from "./typing.js";

/** What a subscription is told. All are called one after another, in the order of the topic. */
export interface Handlers<F = Frame> {
  /** An event or a newest value. */
  event: (frame: F) => void;
  /** The whole state, at the beginning and after a gap: it replaces what was known. */
  snapshot?: ((snapshot: unknown) => void) | undefined;
  /** Events that do not come. What was built of events alone has to be read anew. */
  gap?: ((gap: Gap) => void) | undefined;
  /** Who is there, who comes and goes. Who has this is shown to the others, too. */
  presence?: ((frame: PresenceFrame) => void) | undefined;
  /** The subscription's state has changed. */
  state?: ((state: SubscriptionState) => void) | undefined;
  /** The subscription was refused or taken away, and has ended. */
  error?: ((error: CallError) => void) | undefined;
}

/** How to follow a topic. */
export interface SubscribeOptions {
  /**
   * At most one frame per key in this time, the newest; topics of newest values only. Several
   * subscriptions of one topic share the shortest.
   */
  intervalMs?: number | undefined;
  /** What was processed already, such as from a storage: what came after it follows. */
  since?: Cursor | undefined;
}

/**
 * How a subscription is. `waiting`: for the connection or the server's answer. `live`: every event
 * follows. `paused`: by `pause()`. `refused`: the server ended it. `ended`: by `unsubscribe()`.
 */
export type SubscriptionState = "waiting" | "live" | "paused" | "refused" | "ended";

/** A subscription. */
export interface Subscription {
  readonly topic: string;
  readonly state: SubscriptionState;
  /** What was processed; `undefined` before the first answer, and where topics have no positions. */
  readonly cursor: Cursor | undefined;
  /** Lets events be, until `resume()`, which brings what came meanwhile. */
  pause(): void;
  resume(): void;
  /** Changes `intervalMs`. */
  setInterval(intervalMs: number | undefined): void;
  unsubscribe(): void;
}

/** One subscriber of a topic that it may share with others; each has its own position. */
export class Follower implements Subscription {
  cursor: Cursor | undefined;
  intervalMs: number | undefined;
  /** Its position was given up for this reason; the next answer tells it. */
  lost: GapReason | undefined;
  /** The question to the server whose answer is for it, too. */
  round = 0;
  private mode: "active" | "paused" | "refused" | "ended" = "active";
  private inStep = false;
  private told: SubscriptionState = "waiting";

  constructor(
    private readonly owner: Topic,
    private readonly handlers: Handlers,
    options: SubscribeOptions,
  ) {
    this.cursor = options.since;
    this.intervalMs = options.intervalMs;
  }

  get topic(): string {
    return this.owner.name;
  }

  get state(): SubscriptionState {
    if (this.mode !== "active") return this.mode;
    return this.inStep ? "live" : "waiting";
  }

  /** Whether it stands where the topic's live frames go on. */
  get aligned(): boolean {
    return this.inStep;
  }

  set aligned(aligned: boolean) {
    this.inStep = aligned;
    this.tellState();
  }

  /** Whether it wants frames. */
  get isActive(): boolean {
    return this.mode === "active";
  }

  get wantsSnapshot(): boolean {
    return this.handlers.snapshot !== undefined;
  }

  get wantsPresence(): boolean {
    return this.handlers.presence !== undefined;
  }

  pause(): void {
    if (this.mode !== "active") return;
    this.mode = "paused";
    this.aligned = false;
    this.owner.changed();
  }

  resume(): void {
    if (this.mode !== "paused") return;
    this.mode = "active";
    this.tellState();
    this.owner.changed();
  }

  setInterval(intervalMs: number | undefined): void {
    checkInterval(intervalMs);
    this.intervalMs = intervalMs;
    if (this.mode === "active") this.owner.changed();
  }

  unsubscribe(): void {
    if (this.mode === "refused" || this.mode === "ended") return;
    this.mode = "ended";
    this.aligned = false;
    this.owner.left(this);
  }

  /** Gives it a frame, unless it has been left. */
  give(frame: Frame): void {
    if (this.isActive) guarded(this.owner.environment, () => this.handlers.event(frame));
  }

  givePresence(frame: PresenceFrame): void {
    if (this.isActive) guarded(this.owner.environment, () => this.handlers.presence?.(frame));
  }

  /**
   * Gives it an event of a stream when it is its turn. `ahead`: events before this one are missing.
   * The position moves first, so that a callback finds it where it is.
   */
  take(frame: Frame, epoch: string): "taken" | "duplicate" | "ahead" | "not yet" {
    const { cursor } = this;
    if (frame.seq === undefined || cursor === undefined || cursor.epoch !== epoch) return "not yet";
    if (this.lost !== undefined) return "not yet";
    if (frame.seq <= cursor.seq) return "duplicate";
    if (frame.seq > cursor.seq + 1) return "ahead";
    this.cursor = { epoch, seq: frame.seq };
    this.give(frame);
    return "taken";
  }

  giveSnapshot(snapshot: unknown): void {
    if (this.isActive) guarded(this.owner.environment, () => this.handlers.snapshot?.(snapshot));
  }

  giveGap(gap: Gap): void {
    if (this.isActive) guarded(this.owner.environment, () => this.handlers.gap?.(gap));
  }

  private tellState(): void {
    const { state } = this;
    if (state === this.told) return;
    this.told = state;
    guarded(this.owner.environment, () => this.handlers.state?.(state));
  }

  /** The server has ended it. */
  refuse(error: CallError): void {
    if (this.mode === "ended") return;
    this.mode = "refused";
    this.aligned = false;
    guarded(this.owner.environment, () => this.handlers.error?.(error));
  }
}

/** Throws for what is no time. */
export function checkInterval(intervalMs: number | undefined): void {
  if (intervalMs !== undefined && !(Number.isInteger(intervalMs) && intervalMs >= 0)) {
    throw new TypeError("`intervalMs` is a whole number of milliseconds from 0 on");
  }
}

/** Why a subscription ended, when the server says no more than a word. */
export function refusal(code: string, topic: string): CallError {
  return new CallError(code, `${topic} is not followed: ${code}`, { sent: true });
}

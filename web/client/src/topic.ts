import { Backoff } from "./backoff.js";
import type { Connection } from "./connection.js";
import type { Environment, Timer } from "./environment.js";
import { CallError } from "./errors.js";
import { Follower, type Handlers, refusal, type SubscribeOptions } from "./follower.js";
import { type Frame, framesIn } from "./frame.js";
import { LIMITS, RETRYABLE_CODES } from "./generated/frames.js";
import { type GapReason, toWire, type WirePosition } from "./position.js";
import type { Counters } from "./stats.js";
import type { PresenceFrame } from "./typing.js";
import { kindOf, lowestPosition, shortestInterval, type Wish } from "./wish.js";

/** What topics stand on. */
export interface TopicGround {
  environment: Environment;
  connection: Connection;
  counters: Counters;
  /** Nobody follows the topic any more. */
  forget(topic: Topic): void;
  /** Whether another topic needs it followed at the server, so that it must not be left there. */
  isHeldElsewhere(topic: Topic): boolean;
  /** These topics, if they are followed, are to be joined anew. */
  rejoin(covers: (topic: string) => boolean): void;
}

/**
 * One topic and all its subscribers here. To the server they are one. Each has its own position, and
 * a question to the server begins at the lowest: that is how late ones, paused ones, jumps and new
 * connections are all served.
 */
export class Topic {
  readonly environment: Environment;
  protected readonly followers = new Set<Follower>();
  protected epoch: string | undefined;
  /** `asked`: an answer is awaited. `filling`: pages of history are being read. */
  protected phase: "idle" | "asked" | "live" | "filling" = "idle";
  /** Something changed while an answer was awaited. */
  private dirty = false;
  private round = 0;
  private asked:
    | {
        /** `undefined` when it was a part of `connect`. */
        id: number | undefined;
        throttleMs: number | undefined;
        since: boolean;
        snapshot: boolean;
        passedOver: boolean;
      }
    | undefined;
  /** It has versions: a position says nothing to who has no value yet. */
  private isLatest: boolean;
  private readonly backoff: Backoff;
  private retryTimer: Timer;

  constructor(
    readonly name: string,
    protected readonly ground: TopicGround,
  ) {
    this.environment = ground.environment;
    this.backoff = new Backoff(ground.environment);
    this.isLatest = kindOf(name) === "latest";
  }

  /** Whether somebody listens now. */
  get isWanted(): boolean {
    return this.active().length > 0;
  }

  follow(handlers: Handlers, options: SubscribeOptions): Follower {
    const follower = new Follower(this, handlers, options);
    this.followers.add(follower);
    this.changed();
    return follower;
  }

  /** A subscriber has gone. */
  left(follower: Follower): void {
    this.followers.delete(follower);
    this.changed();
    if (this.followers.size === 0) {
      this.environment.clearTimer(this.retryTimer);
      this.ground.forget(this);
    }
  }

  /** Sees to it that the server knows what the subscribers want by now. */
  changed(): void {
    const active = this.active();
    if (active.length === 0) return this.leave();
    if (!this.ground.connection.isOpen) return;
    if (this.phase === "asked" || this.phase === "filling") {
      this.dirty = true;
      return;
    }
    const throttled = shortestInterval(this.active()) !== this.asked?.throttleMs;
    if (this.phase === "idle" || throttled || active.some((follower) => !follower.aligned)) {
      this.ask();
    }
  }

  /** Joins anew from the lowest position, whatever the server may believe. */
  refresh(): void {
    for (const follower of this.followers) follower.aligned = false;
    if (this.phase === "live") this.phase = "idle";
    this.changed();
  }

  // ---- connections ----

  /** The connection is gone. */
  disconnected(): void {
    this.phase = "idle";
    this.dirty = false;
    this.asked = undefined;
    this.environment.clearTimer(this.retryTimer);
    for (const follower of this.followers) follower.aligned = false;
  }

  /** What a new connection is to ask for; `undefined` when nobody listens now. */
  resume(): Wish | WirePosition | null | undefined {
    if (this.active().length === 0) return undefined;
    this.phase = "asked";
    const { since, ...more } = this.wish();
    this.asked = this.question(undefined, since !== undefined, false);
    if (Object.keys(more).length > 0) return since === undefined ? more : { since, ...more };
    return since ?? null;
  }

  /** Positions mean nothing any more. */
  giveUpPositions(reason: GapReason): void {
    for (const follower of this.followers) if (follower.cursor) follower.lost = reason;
    this.refresh();
  }

  // ---- asking ----

  protected active(): Follower[] {
    return [...this.followers].filter((follower) => follower.isActive);
  }

  /** The question that serves all active subscribers, who from now on wait for its answer. */
  protected wish(): Wish {
    this.round += 1;
    const active = this.active();
    for (const follower of active) follower.round = this.round;
    const since = lowestPosition(active, this.epoch, this.isLatest);
    const throttleMs = shortestInterval(this.active());
    return {
      ...(since === undefined ? {} : { since }),
      ...(throttleMs === undefined ? {} : { throttle_ms: throttleMs }),
      ...(active.some((follower) => follower.wantsPresence) ? { presence: true as const } : {}),
    };
  }

  private ask(): void {
    this.environment.clearTimer(this.retryTimer);
    const wish = this.wish();
    const snapshot = this.active().some(
      (follower) => (!follower.cursor && follower.wantsSnapshot) || follower.lost !== undefined,
    );
    const frame = { type: "subscribe", ch: this.name, ...wish, ...(snapshot ? { snapshot } : {}) };
    const id = this.ground.connection.request(frame, (outcome) => {
      if (outcome === "lost") return;
      const { answer } = outcome;
      if (answer.type === "subscribed") this.answered(answer);
      else if (answer.type === "error") this.refused(CallError.of(answer as never));
    });
    if (id === undefined) return;
    this.phase = "asked";
    this.asked = this.question(id, wish.since !== undefined, snapshot);
  }

  private question(id: number | undefined, since: boolean, snapshot: boolean) {
    return { id, throttleMs: shortestInterval(this.active()), since, snapshot, passedOver: false };
  }

  private leave(): void {
    this.environment.clearTimer(this.retryTimer);
    const wasThere = this.phase !== "idle";
    if (this.asked?.id !== undefined) this.ground.connection.exchanges.forget(this.asked.id);
    this.phase = "idle";
    this.dirty = false;
    this.asked = undefined;
    if (!wasThere || this.ground.isHeldElsewhere(this)) return;
    this.ground.connection.request({ type: "unsubscribe", ch: this.name }, () => this.afterLeave());
  }

  /** The server has left it. */
  protected afterLeave(): void {}

  // ---- answers ----

  /** `subscribed`: everything behind it follows. */
  answered(frame: Frame): void {
    if (this.phase === "live" && frame.id === undefined) return this.joinedAnew(frame);
    if (this.phase !== "asked" || this.isImplicit(frame)) return;
    this.phase = "live";
    this.backoff.reset();
    this.epoch = typeof frame.ep === "string" ? frame.ep : undefined;
    const { round } = this;
    for (const follower of this.active()) {
      if (follower.round !== round) continue;
      this.place(follower, frame);
      follower.lost = undefined;
      // Without a cursor it was not served: the question was another's.
      const isPlaced = this.epoch === undefined || follower.cursor !== undefined;
      if (follower.isActive) follower.aligned = isPlaced;
    }
    this.settled();
  }

  /**
   * Whether this may be what the server says of a topic that it follows by itself, such as one's own
   * `user:<id>`, before it has read what `connect` asks for. The answer to that is still to come; if
   * it was the answer all the same, `restored` asks again.
   */
  private isImplicit(frame: Frame): boolean {
    const { asked } = this;
    if (asked === undefined || asked.id !== undefined || asked.passedOver) return false;
    const plain = typeof frame.seq === "number" && frame.snapshot === undefined;
    asked.passedOver = asked.since && plain && frame.recovered !== true;
    return asked.passedOver;
  }

  /** The server has begun it anew by itself. What came in between may not have been sent. */
  private joinedAnew(frame: Frame): void {
    const seq = typeof frame.seq === "number" ? frame.seq : 0;
    if (this.active().some(({ cursor }) => cursor !== undefined && cursor.seq < seq))
      this.refresh();
  }

  /** All that `connect` asked for is answered. */
  restored(): void {
    if (this.phase === "asked" && this.asked?.id === undefined) this.phase = "idle";
    this.changed();
  }

  /** Brings one subscriber to where the answer stands. */
  protected place(follower: Follower, frame: Frame): void {
    const { epoch } = this;
    const stream = typeof frame.seq === "number";
    const at = stream ? frame.seq : frame.version;
    if (epoch === undefined || typeof at !== "number") {
      if (frame.snapshot !== undefined) follower.giveSnapshot(frame.snapshot);
      return;
    }
    const before = follower.cursor;
    this.isLatest = !stream;
    if (!stream) {
      // Newest values: any may be skipped, so there are no gaps.
      follower.cursor = { epoch, seq: at };
      if (frame.snapshot !== undefined) follower.giveSnapshot(frame.snapshot);
      for (const value of framesIn(frame.values)) follower.give(value);
      return;
    }
    if (frame.recovered === true) {
      for (const event of framesIn(frame.events)) follower.take(event, epoch);
    }
    const now = follower.cursor;
    const complete = now?.epoch === epoch && now.seq === at && follower.lost === undefined;
    follower.cursor = { epoch, seq: at };
    if (complete) return;
    if (before !== undefined) {
      const reason = follower.lost ?? (before.epoch === epoch ? "expired" : "epoch");
      const from = (now?.seq ?? 0) + 1;
      this.tellGap(follower, reason, before.epoch === epoch && from <= at ? { from, to: at } : {});
    }
    if (frame.snapshot !== undefined) follower.giveSnapshot(frame.snapshot);
    else if (follower.wantsSnapshot && frame.recovered === true && this.asked?.snapshot === false) {
      // The question was another's, and did not ask for one.
      follower.cursor = undefined;
    }
  }

  protected tellGap(follower: Follower, reason: GapReason, range: { from?: number; to?: number }) {
    this.ground.counters.gaps += 1;
    follower.giveGap({ topic: this.name, reason, ...range });
  }

  /** Asks again for those whom the answer did not serve. */
  private settled(): void {
    const again = this.dirty;
    this.dirty = false;
    if (again || this.active().some((follower) => !follower.aligned)) this.changed();
  }

  /** The server said no: for now, or for good. */
  refused(error: CallError): void {
    if (this.phase === "idle") return;
    this.phase = "idle";
    this.asked = undefined;
    this.dirty = false;
    for (const follower of this.followers) follower.aligned = false;
    if (error.retry) {
      const delayMs = Math.max(error.retryAfterMs ?? 0, this.backoff.next());
      this.environment.clearTimer(this.retryTimer);
      this.retryTimer = this.environment.setTimer(() => this.changed(), delayMs);
      return;
    }
    const followers = [...this.followers];
    this.followers.clear();
    this.ground.forget(this);
    for (const follower of followers) follower.refuse(error);
  }

  /** `unsubscribed` with a code: refused while resuming, or taken away. */
  ended(code: string): void {
    const retry = RETRYABLE_CODES.includes(code);
    const { message } = refusal(code, this.name);
    this.refused(new CallError(code, message, { retry, sent: true }));
  }

  // ---- frames ----

  /** A frame of the application on this topic, or of who is there. */
  receive(frame: Frame): void {
    const { epoch } = this;
    if (frame.type.startsWith("presence_")) {
      for (const follower of this.active()) follower.givePresence(frame as PresenceFrame & Frame);
      return;
    }
    if (frame.seq === undefined || epoch === undefined) {
      if (frame.seq === undefined) for (const follower of this.active()) follower.give(frame);
      return;
    }
    let jumped = false;
    let duplicate = false;
    for (const follower of this.active()) {
      const taken = follower.take(frame, epoch);
      duplicate ||= taken === "duplicate";
      jumped ||= taken === "ahead" && follower.aligned;
    }
    if (duplicate) this.ground.counters.duplicates += 1;
    // The server does not do this, but a proxy might lose something: what is missing is asked for.
    if (jumped && this.phase === "live") this.refresh();
  }

  /** `resync`: the events up to `to` will not come by themselves. */
  resync(to: number, reason: string): void {
    if (this.phase !== "live") return;
    const behind = this.active().filter((follower) => (follower.cursor?.seq ?? 0) < to);
    if (behind.length === 0) return;
    if (reason !== "slow_consumer") {
      for (const follower of behind) follower.lost = reason === "missing" ? "missing" : "expired";
      return this.refresh();
    }
    for (const follower of behind) follower.aligned = false;
    this.fill(to);
  }

  /** Reads pages of the journal until what is left fits into one answer, then joins anew. */
  private fill(to: number): void {
    const placed = this.active().filter((follower) => follower.cursor?.epoch === this.epoch);
    const [first] = placed.sort((a, b) => (a.cursor?.seq ?? 0) - (b.cursor?.seq ?? 0));
    const cursor = first?.cursor;
    this.phase = "filling";
    const join = () => {
      this.phase = "live";
      this.refresh();
    };
    if (cursor === undefined || to - cursor.seq <= LIMITS.max_replay) return join();
    const limit = LIMITS.max_replay;
    const page = { type: "history", ch: this.name, since: toWire(cursor), limit };
    const id = this.ground.connection.request(page, (outcome) => {
      if (outcome === "lost" || this.phase !== "filling") return;
      const { answer } = outcome;
      for (const event of framesIn(answer.events)) {
        for (const follower of this.active()) follower.take(event, cursor.epoch);
      }
      // A page that brings nothing will not bring anything the next time either.
      if (answer.type === "history" && (first?.cursor?.seq ?? 0) > cursor.seq) this.fill(to);
      else join();
    });
    if (id === undefined) this.phase = "idle";
  }
}

import { AliasTopic } from "./alias.js";
import type { Connection } from "./connection.js";
import type { Environment } from "./environment.js";
import { checkInterval, type Follower, type Handlers, type SubscribeOptions } from "./follower.js";
import { byteLength, type Frame } from "./frame.js";
import { checkedCursor } from "./position.js";
import type { Counters } from "./stats.js";
import { Topic, type TopicGround } from "./topic.js";
import { kindOf } from "./wish.js";

/** The part of a `connect` frame that its topics may fill; the rest is for the token. */
const PART_FOR_TOPICS = 7 / 8;
/** The longest name of a topic. */
const MAX_NAME_BYTES = 128;

/** All topics that are followed here. */
export class Topics {
  private readonly byName = new Map<string, Topic>();
  private readonly aliases = new Set<AliasTopic>();
  private readonly ground: TopicGround;
  /** What the last `connect` asked for. */
  private resumed: string[] = [];

  constructor(
    environment: Environment,
    private readonly connection: Connection,
    counters: Counters,
  ) {
    this.ground = {
      environment,
      connection,
      counters,
      forget: (topic) => {
        if (this.byName.get(topic.name) !== topic) return;
        this.byName.delete(topic.name);
        if (topic instanceof AliasTopic) this.aliases.delete(topic);
      },
      isHeldElsewhere: (topic) => this.isCovered(topic.name),
      rejoin: (covers) => {
        for (const topic of [...this.byName.values()]) if (covers(topic.name)) topic.refresh();
      },
    };
  }

  get size(): number {
    return this.byName.size;
  }

  /** Follows a topic, together with whoever follows it here already. */
  subscribe(name: string, handlers: Handlers, options: SubscribeOptions): Follower {
    if (typeof name !== "string" || name === "" || byteLength(name) > MAX_NAME_BYTES) {
      throw new TypeError(`a topic is a text of 1 to ${MAX_NAME_BYTES} bytes`);
    }
    if (typeof handlers?.event !== "function") throw new TypeError("`event` is missing");
    checkInterval(options.intervalMs);
    const { since } = options;
    const checked = since === undefined ? options : { ...options, since: checkedCursor(since) };
    return (this.byName.get(name) ?? this.add(name)).follow(handlers, checked);
  }

  private add(name: string): Topic {
    if (kindOf(name) !== "alias") {
      const topic = new Topic(name, this.ground);
      this.byName.set(name, topic);
      return topic;
    }
    const alias = new AliasTopic(name, this.ground);
    this.byName.set(name, alias);
    this.aliases.add(alias);
    return alias;
  }

  /**
   * What a new connection is to restore: one map, or a few when a frame cannot hold it all, which
   * takes several hundred topics.
   */
  resume(maxFrameBytes: number): Record<string, unknown>[] {
    const room = maxFrameBytes * PART_FOR_TOPICS;
    const maps: Record<string, unknown>[] = [{}];
    this.resumed = [];
    let used = 0;
    for (const topic of this.byName.values()) {
      const wish = topic.resume();
      if (wish === undefined) continue;
      const bytes = byteLength(JSON.stringify(topic.name) + JSON.stringify(wish)) + 2;
      if (used + bytes > room) {
        maps.push({});
        used = 0;
      }
      used += bytes;
      Object.assign(maps[maps.length - 1] ?? {}, { [topic.name]: wish });
      this.resumed.push(topic.name);
    }
    return maps;
  }

  /** Everything was answered: what has changed meanwhile is made up for. */
  opened(): void {
    for (const name of this.resumed) {
      const topic = this.byName.get(name);
      if (topic?.isWanted || this.isCovered(name)) continue;
      this.connection.request({ type: "unsubscribe", ch: name }, () => undefined);
    }
    this.resumed = [];
    for (const topic of [...this.byName.values()]) topic.restored();
  }

  lost(): void {
    for (const topic of this.byName.values()) topic.disconnected();
  }

  /** Another user is signed in: numbers may be those of another tenant's topics. */
  userChanged(): void {
    for (const topic of [...this.byName.values()]) topic.giveUpPositions("user_changed");
  }

  /** A frame that names a topic. Frames with ids of questions that are over mean nothing. */
  frame(frame: Frame): void {
    const { ch } = frame;
    if (typeof ch !== "string") return;
    const topic = this.byName.get(ch);
    const ofMember = topic instanceof AliasTopic && "propertyId" in frame;
    if (frame.type === "subscribed" && !ofMember) {
      if (frame.id === undefined) topic?.answered(frame);
    } else if (frame.type === "unsubscribed" && !ofMember) {
      if (frame.id === undefined && typeof frame.code === "string") topic?.ended(frame.code);
    } else if (frame.type === "resync") {
      if (typeof frame.to === "number") topic?.resync(frame.to, String(frame.reason));
    } else {
      topic?.receive(frame);
      for (const alias of this.aliases) alias.receiveMember(ch, frame);
    }
  }

  private isCovered(name: string): boolean {
    for (const alias of this.aliases) if (alias.covers(name)) return true;
    return false;
  }
}

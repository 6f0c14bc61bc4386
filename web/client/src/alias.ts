import type { Follower } from "./follower.js";
import type { Frame } from "./frame.js";
import { Topic } from "./topic.js";
import type { Wish } from "./wish.js";

/** A property that an alias stands for, at the end of `property:<id>`. */
function idOf(topic: string): string {
  return topic.slice(topic.indexOf(":") + 1);
}

/**
 * A name that stands for several topics, such as `watchlist`. It has no position of its own: each
 * time it is opened its state comes whole, and events of what it stands for follow.
 */
export class AliasTopic extends Topic {
  /** What it stands for now, with the last event that was given out of each. */
  private readonly members = new Map<string, number>();
  private openedBefore = false;
  /** It was live, then the connection was away: events were missed. */
  private away = false;

  /** Whether events of this topic come because of the alias. */
  covers(topic: string): boolean {
    return this.phase !== "idle" && this.members.has(idOf(topic));
  }

  override disconnected(): void {
    this.away ||= this.openedBefore;
    super.disconnected();
  }

  override answered(frame: Frame): void {
    if (this.phase !== "asked") return;
    this.members.clear();
    for (const id of idsIn(frame.snapshot)) this.members.set(id, 0);
    super.answered(frame);
    this.openedBefore = true;
    this.away = false;
    this.rejoin();
  }

  protected override wish(): Wish {
    const { since: _, ...wish } = super.wish();
    return wish;
  }

  protected override place(follower: Follower, frame: Frame): void {
    if (this.away) this.tellGap(follower, "away", {});
    if (frame.snapshot !== undefined) follower.giveSnapshot(frame.snapshot);
  }

  protected override afterLeave(): void {
    this.rejoin();
    this.members.clear();
  }

  override receive(frame: Frame): void {
    const { propertyId } = frame;
    if (typeof propertyId === "string") {
      if (frame.type === "subscribed") this.members.set(propertyId, 0);
      for (const follower of this.active()) follower.give(frame);
      if (frame.type !== "subscribed" && frame.type !== "unsubscribed") return;
      this.ground.rejoin((topic) => topic !== this.name && idOf(topic) === propertyId);
      if (frame.type === "unsubscribed") this.members.delete(propertyId);
      return;
    }
    super.receive(frame);
  }

  /** An event of a topic that it stands for. */
  receiveMember(topic: string, frame: Frame): void {
    // While it is asked for once more, for somebody who came later, it goes on.
    if (this.phase === "idle" || this.away) return;
    const id = idOf(topic);
    const last = this.members.get(id);
    if (last === undefined) return;
    if (typeof frame.seq === "number") {
      if (frame.seq <= last) return;
      this.members.set(id, frame.seq);
    }
    for (const follower of this.active()) if (follower.aligned) follower.give(frame);
  }

  /**
   * The server keeps one subscription a topic and connection: what the alias takes or leaves, it
   * takes from and leaves for the topic's own subscribers too. They join again where they stood.
   */
  private rejoin(): void {
    this.ground.rejoin((topic) => topic !== this.name && this.members.has(idOf(topic)));
  }
}

/** The ids of what a snapshot lists. */
function idsIn(snapshot: unknown): string[] {
  const { auctions } = (snapshot ?? {}) as { auctions?: unknown };
  if (!Array.isArray(auctions)) return [];
  const ids = auctions.map((auction) => (auction as { propertyId?: unknown } | null)?.propertyId);
  return ids.filter((id) => typeof id === "string");
}

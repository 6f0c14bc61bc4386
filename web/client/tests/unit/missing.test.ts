import { describe, expect, it } from "vitest";
import { again, CH, follow, live } from "../support/follow.js";
import { event, World } from "../support/world.js";

describe("what is missing", () => {
  it("in the order of numbers is asked for from where the subscriber stands", async () => {
    const world = new World();
    const { heard } = await live(world);
    world.socket.say(event(CH, 5), event(CH, 6));
    expect(heard).toHaveLength(1);
    const asked = world.socket.of("subscribe");
    expect(asked).toHaveLength(2);
    expect(asked[1]).toMatchObject({ ch: CH, since: [3, "e1"] });
    world.subscribed(CH, 6, { recovered: true, events: [4, 5, 6].map((n) => event(CH, n)) });
    world.socket.say(event(CH, 7));
    expect(heard.slice(1)).toEqual([4, 5, 6, 7]);
  });

  it("after `resync` of a slow reader is read, in pages when it is much", async () => {
    const world = new World();
    const { client, heard, subscription } = await live(world);
    world.socket.say({ type: "resync", ch: CH, from: 4, to: 2_500, reason: "slow_consumer" });
    expect(subscription.state).toBe("waiting");
    const range = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, n) => event(CH, from + n));
    const first = world.socket.last("history");
    expect(first).toMatchObject({ ch: CH, since: [3, "e1"], limit: 1_000 });
    // Live frames go on, and are in the last answer as well.
    world.socket.say(event(CH, 2_501));
    world.socket.say({
      type: "history",
      id: first.id,
      ch: CH,
      events: range(4, 1_003),
      more: true,
    });
    const second = world.socket.last("history");
    expect(second).toMatchObject({ since: [1_003, "e1"] });
    world.socket.say({
      type: "history",
      id: second.id,
      ch: CH,
      events: range(1_004, 2_003),
      more: true,
    });
    expect(world.socket.of("history")).toHaveLength(2);
    expect(world.socket.last("subscribe")).toMatchObject({ since: [2_003, "e1"] });
    world.subscribed(CH, 2_501, { recovered: true, events: range(2_004, 2_501) });
    expect(heard.slice(1)).toEqual(Array.from({ length: 2_498 }, (_, n) => n + 4));
    expect(client.stats.gaps).toBe(0);
    expect(subscription.state).toBe("live");
  });

  it("and whose history is refused is a gap in the end, not a loop", async () => {
    const world = new World();
    const { heard } = await live(world);
    world.socket.say({ type: "resync", ch: CH, from: 4, to: 9_000, reason: "slow_consumer" });
    const { id } = world.socket.last("history");
    world.socket.say({
      type: "error",
      id,
      code: "position_unrecoverable",
      status: 410,
      retry: false,
    });
    world.subscribed(CH, 9_000, { snapshot: "at 9000" });
    expect(heard.slice(1)).toEqual([
      { gap: "expired", from: 4, to: 9_000 },
      { snapshot: "at 9000" },
    ]);
    expect(world.socket.of("history")).toHaveLength(1);
  });

  it.each(["expired", "missing"])("and is %s is a gap with a new snapshot", async (reason) => {
    const world = new World();
    const { heard } = await live(world);
    world.socket.say({ type: "resync", ch: CH, from: 4, to: 8, reason });
    const asked = world.socket.last("subscribe");
    expect(asked).toMatchObject({ ch: CH, snapshot: true });
    expect(asked).not.toHaveProperty("since");
    world.subscribed(CH, 9, { snapshot: "at 9" });
    world.socket.say(event(CH, 10));
    expect(heard.slice(1)).toEqual([{ gap: reason, from: 4, to: 9 }, { snapshot: "at 9" }, 10]);
  });

  it("does not come from the answer to a question that was withdrawn", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { heard, subscription } = follow(client);
    const early = world.socket.last("subscribe").id;
    subscription.pause();
    subscription.resume();
    const answer = { type: "subscribed", ch: CH, ep: "e1", recovered: false };
    world.socket.say({ ...answer, id: early, seq: 1, snapshot: "late" });
    expect(heard).toEqual([]);
    world.subscribed(CH, 5, { snapshot: "right" });
    expect(heard).toEqual([{ snapshot: "right" }]);
  });

  it("because a subscription was given up early does not come from its late answer", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { subscription } = follow(client);
    const early = world.socket.last("subscribe").id;
    subscription.unsubscribe();
    const { heard } = follow(client);
    world.socket.say({
      type: "subscribed",
      id: early,
      ch: CH,
      seq: 1,
      ep: "e1",
      recovered: false,
      snapshot: "late",
    });
    expect(heard).toEqual([]);
    world.subscribed(CH, 5, { snapshot: "right" });
    expect(heard).toEqual([{ snapshot: "right" }]);
  });
});

describe("a refusal", () => {
  it("ends the subscription with the server's word", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { heard, subscription } = follow(client);
    const { id } = world.socket.last("subscribe");
    world.socket.say({
      type: "error",
      id,
      code: "not_found",
      status: 404,
      message: "no",
      retry: false,
    });
    expect(heard).toEqual([{ error: "not_found" }]);
    expect(subscription.state).toBe("refused");
    const { resume } = await again(world);
    expect(resume).toEqual({});
    world.acknowledge();
    follow(client);
    expect(world.socket.of("subscribe")).toHaveLength(1);
  });

  it("that is for now is tried again when the server said", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { heard } = follow(client);
    const { id } = world.socket.last("subscribe");
    const busy = { type: "error", id, code: "rate_limited", status: 429, message: "", retry: true };
    world.socket.say({ ...busy, retry_after_ms: 4_000 });
    await world.advance(3_999);
    expect(world.socket.of("subscribe")).toHaveLength(1);
    await world.advance(1);
    expect(world.socket.of("subscribe")).toHaveLength(2);
    expect(heard).toEqual([]);
  });

  it("is also what the server takes away later", async () => {
    const world = new World();
    const { heard, subscription } = await live(world);
    world.socket.say({ type: "unsubscribed", ch: CH, code: "forbidden" });
    expect(heard.at(-1)).toEqual({ error: "forbidden" });
    world.socket.say(event(CH, 4));
    expect(heard).toHaveLength(2);
    expect(subscription.state).toBe("refused");
  });
});

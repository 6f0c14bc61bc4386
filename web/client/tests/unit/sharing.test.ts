import { describe, expect, it } from "vitest";
import { again, CH, follow, live } from "../support/follow.js";
import { event, World } from "../support/world.js";

describe("several subscribers of one topic", () => {
  it("are one to the server, and the last one out leaves", async () => {
    const world = new World();
    const { client, heard, subscription } = await live(world);
    const second = follow(client);
    // The second has nothing yet: its snapshot and the first's place are one question.
    expect(world.socket.last("subscribe")).toMatchObject({ since: [3, "e1"], snapshot: true });
    world.subscribed(CH, 4, { recovered: true, events: [event(CH, 4)], snapshot: "at 4" });
    world.socket.say(event(CH, 5));
    expect(heard).toEqual([{ snapshot: "at 3" }, 4, 5]);
    expect(second.heard).toEqual([{ snapshot: "at 4" }, 5]);
    subscription.unsubscribe();
    subscription.unsubscribe();
    world.socket.say(event(CH, 6));
    expect(heard).toHaveLength(3);
    expect(second.heard.at(-1)).toBe(6);
    expect(world.socket.of("unsubscribe")).toHaveLength(0);
    second.subscription.unsubscribe();
    expect(world.socket.of("unsubscribe")).toHaveLength(1);
    expect(client.stats.topics).toBe(0);
    expect(second.subscription.state).toBe("ended");
  });

  it("that come while an answer is awaited are served by the next", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const first = follow(client);
    const second = follow(client);
    expect(world.socket.of("subscribe")).toHaveLength(1);
    world.subscribed(CH, 1, { snapshot: "at 1" });
    expect([first.heard, second.heard]).toEqual([[{ snapshot: "at 1" }], []]);
    expect(world.socket.of("subscribe")).toHaveLength(2);
    world.subscribed(CH, 1, { recovered: true, snapshot: "again" });
    expect([first.heard, second.heard]).toEqual([[{ snapshot: "at 1" }], [{ snapshot: "again" }]]);
  });

  it("one of which comes to a resumed connection without a snapshot get one", async () => {
    const world = new World();
    const { client } = await live(world);
    world.socket.end();
    const second = follow(client);
    await world.advance(250);
    const socket = await world.accept();
    socket.say({ type: "subscribed", ch: CH, seq: 3, ep: "e1", recovered: true });
    world.acknowledge();
    expect(socket.of("subscribe")).toHaveLength(1);
    world.subscribed(CH, 3, { recovered: true, snapshot: "late" });
    expect(second.heard).toEqual([{ snapshot: "late" }]);
    expect(socket.of("subscribe")).toHaveLength(1);
  });

  it("of a topic without snapshots do not ask for one again and again", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const first = follow(client);
    world.subscribed(CH, 3);
    const second = follow(client);
    world.subscribed(CH, 3, { recovered: true });
    expect(world.socket.of("subscribe")).toHaveLength(2);
    world.socket.say(event(CH, 4));
    expect([first.heard, second.heard]).toEqual([[4], [4]]);
  });

  it("one of which is far behind does not take the others' places along", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const near = follow(client, { since: { epoch: "e1", seq: 5_000 } });
    world.subscribed(CH, 5_000, { recovered: true });
    const far = follow(client, { since: { epoch: "e1", seq: 10 } });
    expect(world.socket.last("subscribe")).toMatchObject({ since: [5_000, "e1"], snapshot: true });
    world.subscribed(CH, 5_000, { recovered: true, snapshot: "now" });
    expect(near.heard).toEqual([]);
    expect(far.heard).toEqual([{ gap: "expired", from: 11, to: 5_000 }, { snapshot: "now" }]);
  });

  it("one of which stands in another history do not mix their numbers", async () => {
    const world = new World();
    const { client, heard } = await live(world);
    const old = follow(client, { since: { epoch: "e0", seq: 3 } });
    expect(world.socket.last("subscribe")).toMatchObject({ since: [3, "e1"], snapshot: true });
    world.socket.say(event(CH, 4));
    expect([heard.slice(1), old.heard]).toEqual([[4], []]);
    world.subscribed(CH, 4, { recovered: true, events: [event(CH, 4)], snapshot: "at 4" });
    const gap = { gap: "epoch", from: undefined, to: undefined };
    expect([heard.slice(1), old.heard]).toEqual([[4], [gap, { snapshot: "at 4" }]]);
  });

  it("one of which comes with another history during a question get none of this one", async () => {
    const world = new World();
    const { client } = await live(world);
    follow(client);
    const old = follow(client, { since: { epoch: "e0", seq: 3 } });
    world.socket.say(event(CH, 4));
    expect(old.heard).toEqual([]);
  });

  it("one of which is lower in another history do not begin there", async () => {
    const world = new World();
    const { client } = await live(world);
    follow(client, { since: { epoch: "e0", seq: 1 } });
    expect(world.socket.last("subscribe").since).toEqual([3, "e1"]);
  });

  it("share the shortest interval, and all events when one wants all", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const ch = "quotes:AAPL";
    const a = follow(client, { intervalMs: 1_000 }, ch);
    expect(world.socket.last("subscribe").throttle_ms).toBe(1_000);
    const answer = () => {
      const { id } = world.socket.last("subscribe");
      world.socket.say({ type: "subscribed", id, ch, version: 1, ep: "e1", recovered: false });
    };
    answer();
    const b = follow(client, { intervalMs: 200 }, ch);
    expect(world.socket.last("subscribe").throttle_ms).toBe(200);
    answer();
    b.subscription.setInterval(undefined);
    expect(world.socket.last("subscribe")).not.toHaveProperty("throttle_ms");
    answer();
    b.subscription.unsubscribe();
    expect(world.socket.last("subscribe").throttle_ms).toBe(1_000);
    answer();
    const { resume } = await again(world);
    expect(resume).toEqual({ [ch]: { since: [1, "e1"], throttle_ms: 1_000 } });
    expect(() => a.subscription.setInterval(-1)).toThrow("intervalMs");
  });
});

describe("the state of a subscription", () => {
  it("is told whenever it changes, and only then", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const states: string[] = [];
    const handlers = { event: () => undefined, state: (state: string) => states.push(state) };
    const subscription = client.subscribe(CH, handlers);
    world.subscribed(CH, 3);
    subscription.pause();
    subscription.resume();
    world.subscribed(CH, 3, { recovered: true });
    const { socket } = await again(world);
    socket.say({ type: "subscribed", ch: CH, seq: 3, ep: "e1", recovered: true });
    world.acknowledge();
    subscription.unsubscribe();
    expect(states).toEqual(["live", "paused", "waiting", "live", "waiting", "live", "ended"]);
    client.subscribe(CH, handlers);
    const { id } = socket.last("subscribe");
    socket.say({ type: "error", id, code: "forbidden", status: 403, message: "", retry: false });
    expect(states.slice(7)).toEqual(["refused"]);
  });
});

describe("an interval", () => {
  it("that changes while an answer is awaited is asked for after it", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const ch = "quotes:AAPL";
    const { subscription } = follow(client, {}, ch);
    const { id } = world.socket.last("subscribe");
    subscription.setInterval(100);
    expect(world.socket.of("subscribe")).toHaveLength(1);
    world.socket.say({ type: "subscribed", id, ch, version: 1, ep: "e1", recovered: false });
    expect(world.socket.last("subscribe")).toMatchObject({ throttle_ms: 100, since: [1, "e1"] });
  });
});

describe("a pause", () => {
  it("leaves the topic, and brings afterwards what came meanwhile", async () => {
    const world = new World();
    const { heard, subscription } = await live(world);
    subscription.pause();
    subscription.pause();
    expect(subscription.state).toBe("paused");
    expect(world.socket.of("unsubscribe")).toHaveLength(1);
    world.socket.say(event(CH, 4));
    expect(heard).toHaveLength(1);
    subscription.resume();
    expect(world.socket.last("subscribe").since).toEqual([3, "e1"]);
    world.subscribed(CH, 5, { recovered: true, events: [event(CH, 4), event(CH, 5)] });
    expect(heard.slice(1)).toEqual([4, 5]);
    expect(subscription.state).toBe("live");
  });

  it("of one does not concern the others", async () => {
    const world = new World();
    const { client, heard, subscription } = await live(world);
    const second = follow(client, { since: { epoch: "e1", seq: 3 } });
    world.subscribed(CH, 3, { recovered: true });
    subscription.pause();
    world.socket.say(event(CH, 4));
    expect([heard.length, second.heard]).toEqual([1, [4]]);
    subscription.resume();
    expect(world.socket.last("subscribe").since).toEqual([3, "e1"]);
    world.subscribed(CH, 4, { recovered: true, events: [event(CH, 4)] });
    expect([heard.slice(1), second.heard]).toEqual([[4], [4]]);
  });

  it("lasts over a reconnect", async () => {
    const world = new World();
    const { subscription } = await live(world);
    subscription.pause();
    const { resume } = await again(world);
    expect(resume).toEqual({});
    world.acknowledge();
    subscription.resume();
    expect(world.socket.last("subscribe").since).toEqual([3, "e1"]);
  });
});

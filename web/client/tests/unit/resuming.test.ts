import { describe, expect, it } from "vitest";
import { again, CH, follow, live } from "../support/follow.js";
import { event, World } from "../support/world.js";

describe("after a reconnect", () => {
  it("all topics are resumed in one frame, each from where it stood", async () => {
    const world = new World();
    const { client, heard } = await live(world);
    world.socket.say(event(CH, 4));
    const other = follow(client, {}, "property:2");
    world.subscribed("property:2", 40);
    const { socket, resume } = await again(world);
    expect(socket.of("connect")).toHaveLength(1);
    expect(socket.of("subscribe")).toHaveLength(0);
    expect(resume).toEqual({ [CH]: [4, "e1"], "property:2": [40, "e1"] });
    socket.say(
      {
        type: "subscribed",
        ch: CH,
        seq: 6,
        ep: "e1",
        recovered: true,
        events: [5, 6].map((n) => event(CH, n)),
      },
      { type: "subscribed", ch: "property:2", seq: 40, ep: "e1", recovered: true },
    );
    world.acknowledge();
    socket.say(event(CH, 6), event(CH, 7), event("property:2", 41));
    expect(heard).toEqual([{ snapshot: "at 3" }, 4, 5, 6, 7]);
    expect(other.heard).toEqual([41]);
    expect(client.stats.gaps).toBe(0);
  });

  it("more topics than fit into a frame are resumed in as few as they need", async () => {
    const world = new World();
    const client = world.client();
    const id = "0190aaaa-bbbb-7ccc-8ddd-eeeeeeee";
    const since = { epoch: "0190ffff-0000-7000-8000-000000000000", seq: 123_456 };
    for (let n = 0; n < 1_024; n += 1) {
      follow(client, { since }, `property:${id}${String(n).padStart(4, "0")}`);
    }
    client.connect();
    const socket = await world.accept();
    const frames = socket.of("connect");
    expect(frames).toHaveLength(2);
    for (const frame of frames) expect(JSON.stringify(frame).length).toBeLessThan(65_536);
    const names = frames.flatMap(({ resume }) => Object.keys(resume as object));
    expect(new Set(names).size).toBe(1_024);
    const [first, second] = frames;
    socket.say({ type: "ack", id: first?.id, result: { user_id: "ann" } });
    expect(client.status.state).toBe("connecting");
    socket.say({ type: "ack", id: second?.id, result: { user_id: "ann" } });
    expect(client.status.state).toBe("open");
  });

  it("the server's own limit of frames counts, once it is known", async () => {
    const world = new World();
    const client = world.client();
    for (let n = 0; n < 100; n += 1) follow(client, {}, `property:${String(n).padStart(36, "0")}`);
    client.connect();
    const socket = await world.accept();
    expect(socket.of("connect")).toHaveLength(1);
    socket.say(
      { type: "connection_established", server_time: 1, limits: { max_frame_bytes: 2_048 } },
      { type: "error", code: "too_large", status: 413, message: "", retry: false },
    );
    expect(client.status).toMatchObject({
      state: "waiting",
      reason: { reason: "refused: too_large" },
    });
    await world.advance(250);
    const frames = (await world.accept()).of("connect");
    expect(frames.length).toBeGreaterThan(2);
    for (const frame of frames) expect(JSON.stringify(frame).length).toBeLessThan(2_048);
    await expect(client.call("echo", { message: "x".repeat(3_000) })).rejects.toMatchObject({
      code: "too_large",
    });
  });

  it("a position that is no longer kept is a gap, and then the snapshot", async () => {
    const world = new World();
    const { client, heard, subscription } = await live(world);
    const { socket } = await again(world);
    socket.say({
      type: "subscribed",
      ch: CH,
      seq: 2_000,
      ep: "e1",
      recovered: false,
      snapshot: "new",
    });
    world.acknowledge();
    socket.say(event(CH, 2_001));
    const gap = { gap: "expired", from: 4, to: 2_000 };
    expect(heard).toEqual([{ snapshot: "at 3" }, gap, { snapshot: "new" }, 2_001]);
    expect(subscription.cursor).toEqual({ epoch: "e1", seq: 2_001 });
    expect(client.stats.gaps).toBe(1);
  });

  it("another epoch gives the position up, though its numbers are lower", async () => {
    const world = new World();
    const { heard, subscription } = await live(world);
    const { socket } = await again(world);
    socket.say({ type: "subscribed", ch: CH, seq: 1, ep: "e2", recovered: false, snapshot: "old" });
    world.acknowledge();
    socket.say(event(CH, 2));
    const gap = { gap: "epoch", from: undefined, to: undefined };
    expect(heard).toEqual([{ snapshot: "at 3" }, gap, { snapshot: "old" }, 2]);
    expect(subscription.cursor).toEqual({ epoch: "e2", seq: 2 });
    const next = await again(world);
    expect(next.resume).toEqual({ [CH]: [2, "e2"] });
  });

  it("another epoch with the same number is a gap all the same", async () => {
    const world = new World();
    const { heard } = await live(world);
    const { socket } = await again(world);
    socket.say({ type: "subscribed", ch: CH, seq: 3, ep: "e2", recovered: false, snapshot: "x" });
    world.acknowledge();
    expect(heard.slice(1)).toEqual([
      { gap: "epoch", from: undefined, to: undefined },
      { snapshot: "x" },
    ]);
  });

  it("an answer whose events do not lead to its position is a gap, never silence", async () => {
    const world = new World();
    const { heard } = await live(world);
    const { socket } = await again(world);
    const events = [event(CH, 4), event(CH, 6)];
    socket.say({ type: "subscribed", ch: CH, seq: 6, ep: "e1", recovered: true, events });
    world.acknowledge();
    expect(heard.slice(1, 3)).toEqual([4, { gap: "expired", from: 5, to: 6 }]);
  });

  it("a topic that was refused ends with its code; one that may succeed is asked for again", async () => {
    const world = new World();
    const { client, heard, subscription } = await live(world);
    const other = follow(client, {}, "property:2");
    world.subscribed("property:2", 40);
    const { socket } = await again(world);
    socket.say(
      { type: "unsubscribed", ch: CH, code: "not_found" },
      { type: "unsubscribed", ch: "property:2", code: "unavailable" },
    );
    world.acknowledge();
    expect(heard.at(-1)).toEqual({ error: "not_found" });
    expect(subscription.state).toBe("refused");
    expect(other.subscription.state).toBe("waiting");
    expect(other.heard).toEqual([]);
    await world.advance(250);
    expect(socket.last("subscribe")).toMatchObject({ ch: "property:2", since: [40, "e1"] });
    expect(client.stats.topics).toBe(1);
  });

  it("one that left meanwhile is left at the server, too", async () => {
    const world = new World();
    const { subscription } = await live(world);
    const { socket } = await again(world);
    subscription.unsubscribe();
    socket.say({ type: "subscribed", ch: CH, seq: 3, ep: "e1", recovered: true });
    world.acknowledge();
    expect(socket.of("unsubscribe").map(({ ch }) => ch)).toEqual([CH]);
    const next = await again(world);
    expect(next.resume).toEqual({});
  });

  it("a user who is another one starts afresh", async () => {
    const world = new World();
    const { heard } = await live(world);
    const { socket } = await again(world);
    socket.say({ type: "subscribed", ch: CH, seq: 3, ep: "e1", recovered: true });
    world.acknowledge("bob");
    expect(socket.last("subscribe")).not.toHaveProperty("since");
    // A number that would fit says nothing about the other one's topic.
    socket.say(event(CH, 4));
    world.subscribed(CH, 3, { snapshot: "bob's" });
    const gap = { gap: "user_changed", from: undefined, to: undefined };
    expect(heard.slice(1)).toEqual([gap, { snapshot: "bob's" }]);
  });
});

describe("a topic that the server follows by itself", () => {
  const OWN = "user:ann";
  const implicit = (seq: number) => ({
    type: "subscribed",
    ch: OWN,
    seq,
    ep: "e1",
    recovered: false,
  });

  it("is resumed from its position, not from where the server began", async () => {
    const world = new World();
    const client = world.client();
    const { heard } = follow(client, { since: { epoch: "e1", seq: 3 } }, OWN);
    client.connect();
    const socket = await world.accept();
    socket.say(implicit(5), event(OWN, 6));
    const events = [4, 5, 6].map((n) => event(OWN, n));
    socket.say({ ...implicit(6), recovered: true, events }, event(OWN, 7));
    world.acknowledge();
    expect(heard).toEqual([4, 5, 6, 7]);
    expect(client.stats.gaps).toBe(0);
    expect(socket.of("subscribe")).toHaveLength(0);
  });

  it("is asked for again when nothing else comes, so that no gap is passed over", async () => {
    const world = new World();
    const client = world.client();
    const { heard } = follow(client, { since: { epoch: "e1", seq: 3 } }, OWN);
    client.connect();
    const socket = await world.accept();
    socket.say(implicit(5));
    world.acknowledge();
    expect(socket.last("subscribe")).toMatchObject({ since: [3, "e1"] });
    world.subscribed(OWN, 5);
    expect(heard).toEqual([{ gap: "expired", from: 4, to: 5 }]);
  });

  it("is given up with its epoch, once", async () => {
    const world = new World();
    const client = world.client();
    const { heard } = follow(client, { since: { epoch: "e0", seq: 3 } }, OWN);
    client.connect();
    const socket = await world.accept();
    socket.say(implicit(5), implicit(5), event(OWN, 6));
    world.acknowledge();
    expect(heard).toEqual([{ gap: "epoch", from: undefined, to: undefined }, 6]);
  });

  it("is caught up on when it was begun twice", async () => {
    const world = new World();
    const client = world.client();
    const { heard } = follow(client, {}, OWN);
    client.connect();
    const socket = await world.accept();
    socket.say(implicit(5), implicit(6));
    world.acknowledge();
    expect(socket.last("subscribe")).toMatchObject({ since: [5, "e1"] });
    world.subscribed(OWN, 6, { recovered: true, events: [event(OWN, 6)] });
    expect(heard).toEqual([6]);
  });
});

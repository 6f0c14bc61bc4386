import { describe, expect, it, vi } from "vitest";
import type { CallError, Client, Gap, SubscribeOptions, Subscription } from "../../src/index.js";
import { event, World } from "../support/world.js";

const CH = "property:1";

/** A subscriber that writes down what it is told, in order. */
function follow(client: Client, options: SubscribeOptions = {}, ch = CH) {
  const heard: unknown[] = [];
  const subscription: Subscription = client.subscribe(
    ch,
    {
      event: (frame) => heard.push((frame as { n?: number }).n ?? frame),
      snapshot: (snapshot) => heard.push({ snapshot }),
      gap: ({ reason, from, to }: Gap) => heard.push({ gap: reason, from, to }),
      error: ({ code }: CallError) => heard.push({ error: code }),
    },
    options,
  );
  return { heard, subscription };
}

/** A client with one subscriber that has processed everything up to 3. */
async function live(world: World) {
  const client = world.client();
  await world.open(client);
  const { heard, subscription } = follow(client);
  world.subscribed(CH, 3, { snapshot: "at 3" });
  return { client, heard, subscription };
}

/** Cuts the connection and opens another, up to what `connect` asks for. */
async function again(world: World) {
  world.socket.end();
  await world.advance(250);
  const socket = await world.accept();
  return { socket, resume: socket.last("connect").resume as Record<string, unknown> };
}

describe("a stream", () => {
  it("begins with its snapshot, then brings each event once", async () => {
    const world = new World();
    const { client, heard, subscription } = await live(world);
    expect(world.socket.last("subscribe")).toEqual({
      type: "subscribe",
      id: expect.any(Number),
      ch: CH,
      snapshot: true,
    });
    expect(subscription.state).toBe("live");
    world.socket.say(event(CH, 3), event(CH, 4), event(CH, 4), event(CH, 2), event(CH, 5));
    expect(heard).toEqual([{ snapshot: "at 3" }, 4, 5]);
    expect(subscription.cursor).toEqual({ epoch: "e1", seq: 5 });
    expect(client.stats.duplicates).toBe(3);
  });

  it("waits for the connection, and asks once it is there", async () => {
    const world = new World();
    const client = world.client();
    const { subscription, heard } = follow(client);
    expect(subscription.state).toBe("waiting");
    client.connect();
    const socket = await world.accept();
    expect(socket.last("connect").resume).toEqual({ [CH]: null });
    socket.say({ type: "subscribed", ch: CH, seq: 0, ep: "e1", recovered: false, snapshot: 0 });
    world.acknowledge();
    expect(subscription.state).toBe("live");
    expect(socket.of("subscribe")).toHaveLength(0);
    socket.say(event(CH, 1));
    expect(heard).toEqual([{ snapshot: 0 }, 1]);
  });

  it("goes on after `since`, which may come from a storage", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { heard } = follow(client, { since: { epoch: "e1", seq: 7 } });
    expect(world.socket.last("subscribe").since).toEqual([7, "e1"]);
    world.subscribed(CH, 9, { recovered: true, events: [event(CH, 8), event(CH, 9)] });
    expect(heard).toEqual([8, 9]);
  });

  it("moves on although a callback throws: what was told does not come again", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const told = vi.fn(() => {
      throw new Error("mine");
    });
    const subscription = client.subscribe(CH, { event: told });
    world.subscribed(CH, 0);
    world.socket.say(event(CH, 1), event(CH, 1), event(CH, 2));
    expect(told).toHaveBeenCalledTimes(2);
    expect(world.reported).toHaveLength(2);
    expect(subscription.cursor?.seq).toBe(2);
  });
});

describe("a callback", () => {
  it("finds the position moved already, and may pause, leave or follow", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const seen: unknown[] = [];
    const first = client.subscribe(CH, {
      event: ({ seq }) => {
        seen.push([seq, first.cursor?.seq]);
        if (seq === 2) first.pause();
      },
    });
    world.subscribed(CH, 0);
    world.socket.say(event(CH, 1), event(CH, 2), event(CH, 3));
    expect(seen).toEqual([
      [1, 1],
      [2, 2],
    ]);
    first.resume();
    expect(world.socket.last("subscribe").since).toEqual([2, "e1"]);
  });
});

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

describe("newest values", () => {
  it("come with the answer and then live, and have no gaps", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const ch = "quotes:AAPL";
    const { heard, subscription } = follow(client, {}, ch);
    const quote = (n: number) => ({ ch, type: "quote", n });
    const { id } = world.socket.last("subscribe");
    world.socket.say({
      type: "subscribed",
      id,
      ch,
      version: 7,
      ep: "e1",
      recovered: false,
      values: [quote(1)],
    });
    world.socket.say(quote(2));
    expect(subscription.cursor).toEqual({ epoch: "e1", seq: 7 });
    const { socket, resume } = await again(world);
    expect(resume).toEqual({ [ch]: [7, "e1"] });
    socket.say({
      type: "subscribed",
      ch,
      version: 99,
      ep: "e1",
      recovered: false,
      values: [quote(3)],
    });
    world.acknowledge();
    expect(heard).toEqual([1, 2, 3]);
    expect(client.stats.gaps).toBe(0);
  });

  it("are all asked for when a second subscriber has none yet", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const ch = "quotes:AAPL";
    follow(client, {}, ch);
    const { id } = world.socket.last("subscribe");
    world.socket.say({ type: "subscribed", id, ch, version: 7, ep: "e1", recovered: false });
    follow(client, {}, ch);
    expect(world.socket.last("subscribe")).not.toHaveProperty("since");
  });
});

describe("who is there", () => {
  it("is asked for by whoever wants to hear of it, and told apart from events", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const ch = "workspace:1";
    const heard: unknown[] = [];
    const event = (frame: unknown) => heard.push("event", frame);
    client.subscribe(ch, { event, presence: (frame) => heard.push(frame) });
    const { id, presence } = world.socket.last("subscribe");
    expect(presence).toBe(true);
    world.socket.say({ type: "subscribed", id, ch, recovered: false });
    const frames = [
      { type: "presence_state", ch, users: [], count: 0 },
      { type: "presence_join", ch, user_id: "bob" },
    ];
    world.socket.say(...frames);
    expect(heard).toEqual(frames);
    const { resume } = await again(world);
    expect(resume).toEqual({ [ch]: { presence: true } });
  });
});

describe("bad input", () => {
  it.each([
    ["", {}, "topic"],
    ["x".repeat(129), {}, "topic"],
    [CH, { intervalMs: 0.5 }, "intervalMs"],
    [CH, { since: { epoch: "e1", seq: -1 } }, "since"],
    [CH, { since: { epoch: 5, seq: 1 } as never }, "since"],
  ])("is refused: %s %j", (ch, options, message) => {
    const client = new World().client();
    expect(() => client.subscribe(ch, { event: () => undefined }, options)).toThrow(message);
    expect(client.stats.topics).toBe(0);
  });
});

import { describe, expect, it, vi } from "vitest";
import { again, CH, follow, live } from "../support/follow.js";
import { event, World } from "../support/world.js";

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

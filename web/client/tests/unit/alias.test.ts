import { describe, expect, it } from "vitest";
import type { Client } from "../../src/index.js";
import { event, World } from "../support/world.js";

const state = (...ids: string[]) => ({
  snapshot: { type: "initial_state", auctions: ids.map((propertyId) => ({ propertyId })) },
});

function follow(client: Client, ch: string) {
  const heard: unknown[] = [];
  const subscription = client.subscribe(ch, {
    event: (frame) => heard.push((frame as { n?: number }).n ?? frame.type),
    snapshot: () => heard.push("snapshot"),
    gap: ({ reason }) => heard.push(`gap ${reason}`),
  });
  return { heard, subscription };
}

/** A client that follows its watchlist of `property:1`. */
async function watching(world: World) {
  const client = world.client();
  await world.open(client);
  const list = follow(client, "watchlist");
  answer(world, "watchlist", { recovered: false, ...state("1") });
  return { client, list };
}

function answer(world: World, ch: string, more: object) {
  const { id } =
    world.socket
      .of("subscribe")
      .filter((frame) => frame.ch === ch)
      .at(-1) ?? {};
  world.socket.say({ type: "subscribed", id, ch, ...more });
}

describe("the watchlist", () => {
  it("brings the events of what is watched, each once, as long as it is watched", async () => {
    const world = new World();
    const { list } = await watching(world);
    world.socket.say(event("property:1", 7), event("property:1", 7), event("property:2", 1));
    expect(list.heard).toEqual(["snapshot", 7]);
    world.socket.say({ type: "subscribed", ch: "watchlist", propertyId: "2", auction: {} });
    world.socket.say(event("property:2", 2));
    world.socket.say({ type: "unsubscribed", ch: "watchlist", propertyId: "1" });
    world.socket.say(event("property:1", 8));
    expect(list.heard).toEqual(["snapshot", 7, "subscribed", 2, "unsubscribed"]);
  });

  it("comes whole after a reconnect, and says that it was away", async () => {
    const world = new World();
    const { list } = await watching(world);
    world.socket.say(event("property:1", 7));
    world.socket.end();
    await world.advance(250);
    const socket = await world.accept();
    expect(socket.last("connect").resume).toEqual({ watchlist: null });
    socket.say({ type: "subscribed", ch: "watchlist", recovered: false, ...state("1") });
    world.acknowledge();
    // A restored database may begin its numbers again.
    socket.say(event("property:1", 3));
    expect(list.heard).toEqual(["snapshot", 7, "gap away", "snapshot", 3]);
  });

  it("forgets after a reconnect what is watched no more, and tells of one absence once", async () => {
    const world = new World();
    const { client, list } = await watching(world);
    world.socket.end();
    await world.advance(250);
    const socket = await world.accept();
    socket.say({ type: "subscribed", ch: "watchlist", recovered: false, ...state("2") });
    world.acknowledge();
    socket.say(event("property:1", 9), event("property:2", 1));
    const second = follow(client, "watchlist");
    answer(world, "watchlist", { recovered: false, ...state("2") });
    expect(list.heard).toEqual(["snapshot", "gap away", "snapshot", 1, "snapshot"]);
    expect(second.heard).toEqual(["snapshot"]);
  });

  it("goes on for who follows it while it is asked for once more", async () => {
    const world = new World();
    const { client, list } = await watching(world);
    const second = follow(client, "watchlist");
    // What came before the state is sent ahead of it.
    world.socket.say(event("property:1", 7));
    answer(world, "watchlist", { recovered: false, ...state("1") });
    world.socket.say(event("property:1", 8));
    expect(list.heard).toEqual(["snapshot", 7, "snapshot", 8]);
    expect(second.heard).toEqual(["snapshot", 8]);
  });

  it("leaves a topic of its own alone that somebody here follows by name", async () => {
    const world = new World();
    const { client, list } = await watching(world);
    const one = follow(client, "property:1");
    answer(world, "property:1", { seq: 5, ep: "e1", recovered: false, snapshot: {} });
    world.socket.say(event("property:1", 6));
    expect([one.heard, list.heard]).toEqual([
      ["snapshot", 6],
      ["snapshot", 6],
    ]);
    one.subscription.unsubscribe();
    // The server would stop it for the watchlist, too.
    expect(world.socket.of("unsubscribe")).toHaveLength(0);
    world.socket.say(event("property:1", 7));
    expect([one.heard.length, list.heard.at(-1)]).toEqual([2, 7]);
  });

  it("does not take events from those who follow by name, when it opens, changes or ends", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const one = follow(client, "property:1");
    answer(world, "property:1", { seq: 5, ep: "e1", recovered: false, snapshot: {} });
    const joins = () => world.socket.of("subscribe").filter(({ ch }) => ch === "property:1");
    const list = follow(client, "watchlist");
    answer(world, "watchlist", { recovered: false, ...state("1") });
    expect(joins()).toHaveLength(2);
    expect(joins()[1]).toMatchObject({ since: [5, "e1"] });
    answer(world, "property:1", {
      seq: 6,
      ep: "e1",
      recovered: true,
      events: [event("property:1", 6)],
    });
    expect(one.heard).toEqual(["snapshot", 6]);
    world.socket.say({ type: "unsubscribed", ch: "watchlist", propertyId: "1" });
    expect(joins()).toHaveLength(3);
    answer(world, "property:1", { seq: 6, ep: "e1", recovered: true });
    world.socket.say({ type: "subscribed", ch: "watchlist", propertyId: "1", auction: {} });
    expect(joins()).toHaveLength(4);
    answer(world, "property:1", { seq: 6, ep: "e1", recovered: true });
    list.subscription.unsubscribe();
    const { id } = world.socket.last("unsubscribe");
    world.socket.say({ type: "unsubscribed", id, ch: "watchlist" });
    expect(joins()).toHaveLength(5);
  });
});

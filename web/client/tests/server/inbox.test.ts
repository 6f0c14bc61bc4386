import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Client, type Frame, newIdempotencyKey } from "../../src/index.js";
import { connected, Inbox, Line, type Person, signIn } from "../support/people.js";
import { OPERATOR, Server, USER } from "../support/server.js";

let server: Server;
let operator: Person;
const open: Client[] = [];

beforeAll(async () => {
  server = await Server.start();
  operator = await signIn(server, OPERATOR);
});
afterEach(() => {
  for (const client of open.splice(0)) client.close();
});
afterAll(() => server?.remove());

async function user(options = {}): Promise<Person> {
  const person = await signIn(server, USER, options);
  open.push(person.client);
  return person;
}

const notify = (to: Person) =>
  operator.client.api.post("/api/v1/notifications", {
    body: {
      type: "system.note",
      category: "system",
      title: "Hello",
      users: [to.user.id],
      dedup_key: randomUUID(),
    },
  });

describe("an inbox", () => {
  it("brings notifications, and takes calls that were made while there was no connection", async () => {
    const line = new Line();
    const ann = await user({ WebSocket: line.Socket });
    const frames = new Inbox<Frame>();
    ann.client.subscribe(`user:${ann.user.id}`, { event: (frame) => frames.put(frame as Frame) });
    await connected(ann.client);
    await notify(ann);
    const { inbox_no: upTo } = await frames.find(({ type }) => type === "new_notification");
    expect(await ann.client.call("get_unread_count")).toMatchObject({ unread: 1 });
    line.cut();
    await expect(ann.client.call("get_unread_count")).rejects.toMatchObject({
      code: /offline|connection_lost/,
    });
    const read = ann.client.call(
      "mark_all_read",
      { up_to: Number(upTo) },
      { idempotencyKey: randomUUID() },
    );
    expect(ann.client.stats.outbox).toBe(1);
    line.mend();
    ann.client.reconnectNow();
    expect(await read).toMatchObject({ unread: 0 });
  });
});

describe("a key", () => {
  it("is done once by the server: a second call is answered like the first", async () => {
    const ann = await user();
    const frames = new Inbox<Frame>();
    ann.client.subscribe(`user:${ann.user.id}`, { event: (frame) => frames.put(frame as Frame) });
    await connected(ann.client);
    await notify(ann);
    const { inbox_no: upTo } = await frames.find(({ type }) => type === "new_notification");
    const idempotencyKey = newIdempotencyKey();
    const read = () =>
      ann.client.call("mark_all_read", { up_to: Number(upTo) }, { idempotencyKey });
    const first = await read();
    expect(first).toMatchObject({ unread: 0 });
    await notify(ann);
    await frames.find(({ type, unread }) => type === "unread_count" && unread === 1);
    expect(await read()).toEqual(first);
    const other = ann.client.call("mark_all_read", { up_to: 1 }, { idempotencyKey });
    await expect(other).rejects.toMatchObject({ code: "key_reused" });
    await ann.client.call("mark_all_read", { up_to: 1_000_000 });
  });
});

describe("one's own topic, which the server follows by itself", () => {
  it("is resumed like any other: nothing twice, nothing missing, no gap", async () => {
    const line = new Line();
    const ann = await user({ WebSocket: line.Socket });
    const seqs = new Inbox<number | undefined>();
    const gaps: unknown[] = [];
    ann.client.subscribe(`user:${ann.user.id}`, {
      event: ({ seq }) => seqs.put(seq),
      gap: (gap) => gaps.push(gap),
    });
    await connected(ann.client);
    await notify(ann);
    await seqs.count(2);
    for (let round = 2; round <= 4; round += 1) {
      line.cut();
      await notify(ann);
      line.mend();
      ann.client.reconnectNow();
      await seqs.count(2 * round);
    }
    const [first = 0] = seqs.all;
    expect(seqs.all).toEqual(Array.from({ length: 8 }, (_, n) => first + n));
    expect(gaps).toEqual([]);
  });
});

describe("a watchlist", () => {
  it("follows what is watched, edits included, beside a topic that is followed by name", async () => {
    const ann = await user();
    const body = { street: `${Date.now()} Elm Street`, city: "Reno", state: "NV" };
    const { id } = await operator.client.api.post("/api/v1/properties", { body });
    const bid = (dollars: number) =>
      operator.client.api.patch("/api/v1/properties/{id}", {
        path: { id },
        body: { opening_bid: dollars },
      });
    const list = new Inbox<Frame>();
    const named = new Inbox<Frame>();
    const subscription = ann.client.subscribe("watchlist", {
      event: (frame) => list.put(frame as Frame),
      snapshot: (snapshot) => list.put({ type: "snapshot", snapshot }),
    });
    await connected(ann.client);
    await list.count(1);
    await ann.client.api.post("/api/v1/watchlist", { body: { property_id: id } });
    await list.find(({ type, propertyId }) => type === "subscribed" && propertyId === id);
    const byName = ann.client.subscribe(`property:${id}`, {
      event: (frame) => named.put(frame as Frame),
      snapshot: () => named.put({ type: "snapshot" }),
    });
    await named.count(1);
    await bid(1);
    await named.count(2);
    await list.count(3);
    // Leaving the one must not silence the other, whatever is shared on the way.
    byName.unsubscribe();
    await bid(2);
    await list.count(4);
    expect(named.all).toHaveLength(2);
    const again = ann.client.subscribe(`property:${id}`, {
      event: (frame) => named.put(frame as Frame),
    });
    await bid(3);
    await list.count(5);
    subscription.unsubscribe();
    await bid(4);
    await named.find(({ seq }) => seq === 4);
    expect(list.all.map(({ type, seq }) => seq ?? type)).toEqual([
      "snapshot",
      "subscribed",
      1,
      2,
      3,
    ]);
    expect(again.cursor?.seq).toBe(4);
  });

  it("comes whole after a reconnect, while what is followed by name goes on where it stood", async () => {
    const line = new Line();
    const ann = await user({ WebSocket: line.Socket });
    const body = { street: `${Date.now()} Oak Street`, city: "Reno", state: "NV" };
    const { id } = await operator.client.api.post("/api/v1/properties", { body });
    const bid = (dollars: number) =>
      operator.client.api.patch("/api/v1/properties/{id}", {
        path: { id },
        body: { opening_bid: dollars },
      });
    await ann.client.api.post("/api/v1/watchlist", { body: { property_id: id } });
    const list = new Inbox<unknown>();
    const named = new Inbox<unknown>();
    ann.client.subscribe("watchlist", {
      event: ({ seq }) => list.put(seq),
      gap: ({ reason }) => list.put(reason),
      snapshot: (snapshot) => {
        const { auctions } = snapshot as {
          auctions: { propertyId: string; openingBid?: number }[];
        };
        list.put({ bid: auctions.find(({ propertyId }) => propertyId === id)?.openingBid });
      },
    });
    ann.client.subscribe(`property:${id}`, {
      event: ({ seq }) => named.put(seq),
      gap: ({ reason }) => named.put(reason),
      snapshot: () => named.put("begun"),
    });
    await connected(ann.client);
    // What happens before both have begun is in neither.
    await Promise.all([list.count(1), named.count(1)]);
    await bid(1);
    await Promise.all([list.count(2), named.count(2)]);
    line.cut();
    await bid(2);
    line.mend();
    ann.client.reconnectNow();
    await list.find((heard) => (heard as { bid?: number }).bid === 2);
    await named.count(3);
    await bid(3);
    await named.find((seq) => seq === 3);
    await list.find((seq) => seq === 3);
    expect(named.all).toEqual(["begun", 1, 2, 3]);
    expect(list.all).toEqual([{ bid: null }, 1, "away", { bid: 2 }, 3]);
  });
});

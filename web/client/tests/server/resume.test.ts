import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type {
  Frame,
  Gap,
  PropertyAuctionUpdateFrame,
  Status,
  Subscription,
} from "../../src/index.js";
import { connected, Inbox, Line, type Person, signIn } from "../support/people.js";
import { OPERATOR, Server, USER } from "../support/server.js";

let server: Server;
let operator: Person;
const open: Person[] = [];

beforeAll(async () => {
  server = await Server.start();
  operator = await signIn(server, OPERATOR);
});
afterEach(() => {
  for (const { client } of open.splice(0)) client.close();
});
afterAll(() => server?.remove());

async function person(email: string, options = {}): Promise<Person> {
  const person = await signIn(server, email, options);
  open.push(person);
  return person;
}

async function property(): Promise<string> {
  const street = `${Math.floor(Math.random() * 1e9)} Main Street`;
  const body = { street, city: "Reno", state: "NV", opening_bid: "1.00" };
  return (await operator.client.api.post("/api/v1/properties", { body })).id;
}

/** Sets the opening bid, whatever happens to the server meanwhile. */
async function setBid(id: string, dollars: number): Promise<void> {
  const idempotencyKey = randomUUID();
  for (;;) {
    try {
      const body = { opening_bid: dollars };
      await operator.client.api.patch("/api/v1/properties/{id}", {
        path: { id },
        body,
        idempotencyKey,
      });
      return;
    } catch (error) {
      // Whether it was done is not known; with its key it is done once.
      if (!(error as { retry?: boolean }).retry) throw error;
      await server.isUp();
    }
  }
}

interface Heard {
  events: Inbox<PropertyAuctionUpdateFrame>;
  snapshots: unknown[];
  gaps: Gap[];
  subscription: Subscription;
}

function follow({ client }: Person, id: string): Heard {
  const heard = { events: new Inbox<PropertyAuctionUpdateFrame>(), snapshots: [], gaps: [] };
  const { events, snapshots, gaps }: Omit<Heard, "subscription"> = heard;
  const subscription = client.subscribe(`property:${id}`, {
    event: events.put,
    snapshot: (snapshot) => snapshots.push(snapshot),
    gap: (gap) => gaps.push(gap),
  });
  return { events, snapshots, gaps, subscription };
}

const bids = ({ events }: Heard) => events.all.map(({ update }) => update.openingBidChanged?.new);
const seqs = ({ events }: Heard) => events.all.map(({ seq }) => seq);
const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, n) => n + first);

describe("a property that an operator changes", () => {
  it("is seen by who follows it, beginning with its snapshot", async () => {
    const user = await person(USER);
    const id = await property();
    const heard = follow(user, id);
    await connected(user.client);
    expect(user.client.status.userId).toBe(user.user.id);
    expect(heard.snapshots).toMatchObject([{ propertyId: id, openingBid: 1 }]);
    await setBid(id, 250);
    await heard.events.count(1);
    expect(heard.events.all[0]).toMatchObject({
      ch: `property:${id}`,
      seq: 1,
      propertyId: id,
      update: { openingBidChanged: { old: 1, new: 250, difference: 249 } },
    });
    expect(heard.subscription.cursor).toMatchObject({ seq: 1 });
  });

  it("is not there for a stranger's id, which is told by its code", async () => {
    const user = await person(USER);
    await connected(user.client);
    const errors = new Inbox<string>();
    user.client.subscribe(`property:${randomUUID()}`, {
      event: () => undefined,
      error: ({ code }) => errors.put(code),
    });
    expect(await errors.count(1)).toEqual(["not_found"]);
  });
});

describe("what happens while the client is away", () => {
  it("comes once and in order after it is back, from several topics", async () => {
    const line = new Line();
    const user = await person(USER, { WebSocket: line.Socket });
    const [a, b] = [await property(), await property()];
    const [first, second] = [follow(user, a), follow(user, b)];
    await connected(user.client);
    await setBid(a, 2);
    await first.events.count(1);
    line.cut();
    for (const dollars of upTo(9, 3)) await setBid(a, dollars);
    for (const dollars of upTo(5, 2)) await setBid(b, dollars);
    line.mend();
    user.client.reconnectNow();
    await Promise.all([first.events.count(8), second.events.count(4)]);
    await setBid(a, 10);
    await first.events.count(9);
    expect(bids(first)).toEqual(upTo(10, 2));
    expect(bids(second)).toEqual(upTo(5, 2));
    expect([first.gaps, second.gaps]).toEqual([[], []]);
    expect(first.snapshots).toHaveLength(1);
  });

  it("comes once and in order when the server is killed and starts again", async () => {
    const line = new Line();
    const user = await person(USER, { WebSocket: line.Socket });
    const id = await property();
    const heard = follow(user, id);
    await connected(user.client);
    await setBid(id, 2);
    await heard.events.count(1);
    line.cut();
    await setBid(id, 3);
    await server.kill();
    await server.up();
    for (const dollars of upTo(6, 4)) await setBid(id, dollars);
    line.mend();
    user.client.reconnectNow();
    await heard.events.count(5);
    expect(bids(heard)).toEqual(upTo(6, 2));
    expect(seqs(heard)).toEqual(upTo(5));
    expect(heard.gaps).toEqual([]);
    expect(heard.snapshots).toHaveLength(1);
  });

  it("is not doubled or lost when the server dies in the middle, twice", async () => {
    const user = await person(USER, { reconnect: { minMs: 10, maxMs: 100 } });
    const id = await property();
    const heard = follow(user, id);
    await connected(user.client);
    const writing = (async () => {
      for (const dollars of upTo(61, 2)) await setBid(id, dollars);
    })();
    for (const number of [15, 35]) {
      await heard.events.count(number);
      await server.kill();
      await server.up();
    }
    await writing;
    await heard.events.count(60);
    expect(seqs(heard)).toEqual(upTo(60));
    expect(bids(heard)).toEqual(upTo(61, 2));
    expect(heard.gaps).toEqual([]);
    expect(user.client.stats.connects).toBeGreaterThanOrEqual(3);
  });

  it("is not doubled or lost on a line that breaks again and again", async () => {
    const line = new Line();
    const reconnect = { minMs: 5, maxMs: 20 };
    const user = await person(USER, { WebSocket: line.Socket, reconnect });
    const id = await property();
    const heard = follow(user, id);
    await connected(user.client);
    const writing = (async () => {
      for (const dollars of upTo(151, 2)) await setBid(id, dollars);
    })();
    for (let number = 5; number <= 145; number += 7) {
      await heard.events.count(number);
      line.cut();
      line.mend();
    }
    await writing;
    await heard.events.count(150);
    expect(seqs(heard)).toEqual(upTo(150));
    expect(heard.gaps).toEqual([]);
    expect(user.client.stats.connects).toBeGreaterThan(15);
  });

  it("comes to a subscription that paused, and to one that begins where a storage says", async () => {
    const user = await person(USER);
    const id = await property();
    const heard = follow(user, id);
    await connected(user.client);
    await setBid(id, 2);
    await heard.events.count(1);
    const stored = heard.subscription.cursor;
    heard.subscription.pause();
    for (const dollars of [3, 4]) await setBid(id, dollars);
    expect(bids(heard)).toEqual([2]);
    heard.subscription.resume();
    await heard.events.count(3);
    expect(bids(heard)).toEqual([2, 3, 4]);
    const later = new Inbox<number | undefined>();
    const event = (frame: { seq?: number }) => later.put(frame.seq);
    if (stored === undefined) throw new Error("there is no cursor");
    user.client.subscribe(`property:${id}`, { event }, { since: stored });
    expect(await later.count(2)).toEqual([2, 3]);
  });

  it("is a gap when the position is of another history", async () => {
    const user = await person(USER);
    const id = await property();
    await setBid(id, 2);
    const gaps = new Inbox<Gap>();
    const snapshots: unknown[] = [];
    user.client.subscribe(
      `property:${id}`,
      {
        event: () => undefined,
        gap: gaps.put,
        snapshot: (snapshot) => snapshots.push(snapshot),
      },
      { since: { epoch: randomUUID(), seq: 1 } },
    );
    await connected(user.client);
    expect(await gaps.count(1)).toMatchObject([{ reason: "epoch" }]);
    expect(snapshots).toMatchObject([{ openingBid: 2 }]);
  });
});

describe("a server that goes down in order", () => {
  it("says so, and the client comes back when it was told to", async () => {
    const user = await person(USER);
    const id = await property();
    const heard = follow(user, id);
    await connected(user.client);
    const told = new Inbox<Frame>();
    user.client.onFrame((frame) => {
      if (frame.type === "reconnect") told.put(frame);
    });
    const statuses = new Inbox<Status>();
    user.client.onStatus(statuses.put);
    await server.drain();
    const waiting = await statuses.find(({ state }) => state === "waiting");
    expect(waiting.reason).toMatchObject({ code: 4200 });
    const [frame] = await told.count(1);
    expect((waiting.retryAtMs ?? 0) - waiting.sinceMs).toBeGreaterThan(
      Number(frame?.after_ms) - 1_000,
    );
    await server.up();
    await setBid(id, 7);
    await heard.events.count(1);
    expect(bids(heard)).toEqual([7]);
  });
});

describe("many topics", () => {
  it("are resumed although they do not fit into one frame", async () => {
    const user = await person(USER);
    const since = { epoch: randomUUID(), seq: 1 };
    const refused = new Inbox<string>();
    for (let n = 0; n < 900; n += 1) {
      const handlers = { event: () => undefined, error: () => refused.put("") };
      user.client.subscribe(`property:${randomUUID()}`, handlers, { since });
    }
    const sent: string[] = [];
    user.client.onFrame((frame, direction) => {
      if (direction === "out") sent.push(frame.type);
    });
    await connected(user.client);
    await refused.count(900);
    expect(sent.filter((type) => type === "connect")).toHaveLength(2);
  });
});

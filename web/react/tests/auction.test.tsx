// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { type Bid, useAuction, useAuctions, useLeaderboard } from "../src/index.js";
import { during, hook, World } from "./stage.js";

const CH = "auction:a1";
const BID: Bid = { amount: 120, maxAccept: 120 };

const state = (log_seq: number, more: object = {}) => ({
  ch: CH,
  type: "bid_placed",
  auction_id: "a1",
  log_seq,
  status: "live",
  currency: "COIN",
  price: 100 + log_seq,
  ...more,
});

const taken = { auction_id: "a1", log_seq: 8, amount: 120, leading: true, price: 110 };

/** A room that is open, and what was done in it. */
async function room() {
  const world = new World();
  const client = world.client();
  await world.open(client);
  const { result, unmount } = hook(client, useAuction, "a1");
  await during(() => answer(world, CH, [state(5, { type: "auction_state" })], 5));
  const bid = (what: Bid) => {
    const outcome: { taken?: unknown; error?: unknown } = {};
    const done = (value: unknown) => Object.assign(outcome, { taken: value });
    result.current.placeBid(what).then(done, (error) => Object.assign(outcome, { error }));
    return outcome;
  };
  return { world, client, result, unmount, bid };
}

function answer(world: World, ch: string, values: object[], version: number): void {
  const { id } = world.socket.last("subscribe");
  world.socket.say({ type: "subscribed", id, ch, version, ep: "e1", recovered: false, values });
}

describe("useAuction", () => {
  it("shows the newest state, never an older one after it, and no leaderboard", async () => {
    const { world, client, result, unmount } = await room();
    expect(client.stats.topics).toBe(1);
    expect(result.current).toMatchObject({ state: "live", data: { log_seq: 5, price: 105 } });
    await during(() => world.socket.say(state(7), state(6), state(5)));
    expect(result.current.data).toMatchObject({ log_seq: 7, price: 107 });
    await during(() => world.socket.say({ ...state(9), type: "leaderboard", entries: [] }));
    expect(result.current.data?.log_seq).toBe(7);
    unmount();
    expect(client.stats.topics).toBe(0);
  });

  it("sends a bid once although it is placed twice, and says how it stands", async () => {
    const { world, result, bid } = await room();
    let [first, second]: object[] = [];
    await during(() => {
      first = bid(BID);
      second = bid({ ...BID });
    });
    expect(result.current.bidding.pending).toBe(true);
    const sent = world.socket.of("place_bid");
    expect(sent).toEqual([
      expect.objectContaining({ auction_id: "a1", amount: 120, max_accept: 120 }),
    ]);
    expect(sent[0]).not.toHaveProperty("if_log_seq");
    expect(sent[0]?.key).toMatch(/^[0-9a-f]{32}$/);
    await during(() => world.socket.say({ type: "ack", id: sent[0]?.id, result: taken }));
    expect([first, second]).toEqual([{ taken }, { taken }]);
    expect(result.current.bidding).toEqual({ pending: false, taken, refusal: undefined });
  });

  it("is another intent with another key once it was answered", async () => {
    const { world, bid } = await room();
    await during(() => bid(BID));
    const { id } = world.socket.last("place_bid");
    await during(() => world.socket.say({ type: "ack", id, result: taken }));
    await during(() => bid(BID));
    const keys = world.socket.of("place_bid").map(({ key }) => key);
    expect(new Set(keys).size).toBe(2);
  });

  it("says why it was refused and what would be taken", async () => {
    const { world, result, bid } = await room();
    let outcome: object = {};
    await during(() => {
      outcome = bid({ amount: 101, ifLogSeq: 5 });
    });
    const { id, if_log_seq: seen } = world.socket.last("place_bid");
    expect(seen).toBe(5);
    const details = { min_next: 130, log_seq: 9 };
    const error = { code: "bid_too_low", status: 409, message: "too low", retry: false, details };
    await during(() => world.socket.say({ type: "error", id, ...error }));
    expect(outcome).toMatchObject({ error: { code: "bid_too_low", details } });
    expect(result.current.bidding).toMatchObject({
      pending: false,
      taken: undefined,
      refusal: { code: "bid_too_low", details },
    });
  });

  it("goes out again under its key when the answer was lost with the connection", async () => {
    const { world, result, bid } = await room();
    await during(() => bid(BID));
    const { key } = world.socket.last("place_bid");
    await during(() => world.socket.end());
    expect(result.current.bidding.pending).toBe(true);
    await during(() => world.advance(1_000));
    await during(async () => {
      await world.accept();
      world.acknowledge();
    });
    const again = world.socket.of("place_bid");
    expect(again.map((frame) => frame.key)).toEqual([key]);
    await during(() => world.socket.say({ type: "ack", id: again[0]?.id, result: taken }));
    expect(result.current.bidding.taken).toEqual(taken);
  });

  it("keeps the key of a bid that was never answered, and gives another bid its own", async () => {
    const { world, result, bid } = await room();
    let outcome: object = {};
    await during(() => {
      outcome = bid(BID);
    });
    await during(() => world.advance(60_000));
    expect(outcome).toMatchObject({ error: { code: "timeout" } });
    expect(result.current.bidding).toMatchObject({ pending: false, refusal: { code: "timeout" } });
    await during(async () => {
      // The silence has ended the connection as well.
      await world.accept();
      world.acknowledge();
    });
    await during(() => bid({ ...BID }));
    await during(() => bid({ amount: 130 }));
    const { id } = world.socket.last("place_bid");
    await during(() => world.socket.say({ type: "ack", id, result: taken }));
    const [first, second, third] = world.sockets
      .flatMap((socket) => socket.of("place_bid"))
      .map(({ key }) => key);
    expect(second).toBe(first);
    expect(third).not.toBe(first);
  });
});

describe("useLeaderboard", () => {
  it("shows the newest board alone", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { result } = hook(client, useLeaderboard, "a1");
    const ch = `${CH}:leaderboard`;
    const board = (log_seq: number) => ({ ch, type: "leaderboard", log_seq, entries: [{}] });
    await during(() => answer(world, ch, [board(3)], 3));
    await during(() => world.socket.say(board(5), board(4), { ...state(6), ch }));
    expect(result.current).toMatchObject({ state: "live", data: { log_seq: 5 } });
  });
});

describe("useAuctions", () => {
  it("keeps the newest line of each auction", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { result } = hook(client, () => useAuctions({ intervalMs: 500 }), undefined);
    expect(world.socket.last("subscribe").throttle_ms).toBe(500);
    const line = (auction_id: string, log_seq: number) => ({
      ch: "auctions",
      type: "auction_headline",
      auction_id,
      log_seq,
    });
    await during(() => answer(world, "auctions", [line("a", 3), line("b", 1)], 3));
    await during(() => world.socket.say(line("a", 5), line("a", 4), line("c", 0)));
    const seen = [...result.current.data].map(([id, { log_seq: seq }]) => [id, seq]);
    expect(seen).toEqual([
      ["a", 5],
      ["b", 1],
      ["c", 0],
    ]);
  });
});

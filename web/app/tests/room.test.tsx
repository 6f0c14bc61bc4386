// @vitest-environment happy-dom
import { OpenbellProvider } from "@openbell/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { during, World } from "../../react/tests/stage.js";
import { useRoom } from "../src/features/auctions/useRoom";
import { walletQuery } from "../src/features/wallet/queries";
import { client as own } from "../src/lib/session";
import type { Auction } from "../src/lib/types";

const ME = { alias: "Bidder 1", leading: true, max: 130, watching: false, selling: false };
const ROOM = { id: "a1", status: "live", places: 1, price: 110, min_next: 115, bidder_count: 2 };
const read = { ...ROOM, log_seq: 5, leader_alias: "Bidder 1", me: ME } as unknown as Auction;
const CH = "auction:a1";
const state = (log_seq: number, more: object = {}) => ({
  ...{ ...ROOM, ch: CH, type: "bid_placed", log_seq, leader_alias: "Bidder 2", ...more },
});

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

/** A room that is open, and what is read of it. */
async function room(first: Auction) {
  const world = new World();
  const client = world.client();
  await world.open(client);
  let now = first;
  const asked: string[] = [];
  const get = async (path: string) => {
    asked.push(path);
    return path === "/api/v1/wallet" ? { purses: [] } : now;
  };
  vi.spyOn(own.api, "get").mockImplementation(get as never);
  const cache = new QueryClient({ defaultOptions: { queries: { staleTime: 60_000 } } });
  cache.setQueryData(["auction", "a1"], first);
  const { result } = renderHook(() => useRoom("a1"), {
    wrapper: ({ children }) => (
      <OpenbellProvider client={client}>
        <QueryClientProvider client={cache}>{children}</QueryClientProvider>
      </OpenbellProvider>
    ),
  });
  await during(() => answer(world, [state(5, { leader_alias: first.leader_alias })]));
  await cache.fetchQuery({ ...walletQuery, staleTime: 0 });
  asked.length = 0;
  return {
    world,
    client,
    cache,
    asked,
    own: () => result.current.room?.standing,
    becomes: (more: object) => {
      now = { ...now, ...more } as Auction;
    },
    pass: (ms: number) => during(() => vi.advanceTimersByTimeAsync(ms)),
  };
}

function answer(world: World, values: object[]): void {
  for (const { id, ch } of world.socket.of("subscribe") as unknown as {
    id: number;
    ch: string;
  }[]) {
    const told = ch === CH ? values : [];
    const version = told.length;
    world.socket.say({
      type: "subscribed",
      id,
      ch,
      version,
      ep: "e1",
      recovered: false,
      values: told,
    });
  }
}

const AUCTION = "/api/v1/auctions/{id}";

test("a maximum that was raised elsewhere is read, and what can be spent with it", async () => {
  const { world, asked, cache, own, becomes, pass } = await room(read);
  expect(own()).toEqual({ leads: true, max: 130 });
  becomes({ log_seq: 6, me: { ...ME, max: 400 } });
  await during(() => world.socket.say(state(6, { leader_alias: "Bidder 1" })));
  await pass(0);
  expect(own()).toEqual({ leads: true, max: 400 });
  expect(asked).toEqual([AUCTION]);
  expect(cache.getQueryState(walletQuery.queryKey)?.isInvalidated).toBe(true);
});

test("a first bid from elsewhere is told, although no alias was known", async () => {
  const stranger = { ...ME, alias: null, leading: false, max: null };
  const { world, own, becomes, pass } = await room({
    ...read,
    leader_alias: "Bidder 2",
    me: stranger,
  } as unknown as Auction);
  becomes({ log_seq: 6, leader_alias: "Bidder 3", me: { ...ME, alias: "Bidder 3", max: 200 } });
  await during(() => world.socket.say(state(6, { leader_alias: "Bidder 3", bidder_count: 3 })));
  await pass(0);
  expect(own()).toEqual({ leads: true, max: 200 });
});

test("a fight of bids is read once a second, and to its end", async () => {
  const { world, asked, becomes, pass, own } = await room(read);
  for (let at = 6; at < 26; at += 1) {
    becomes({ log_seq: at, me: { ...ME, max: 100 * at } });
    await during(() => world.socket.say(state(at, { leader_alias: "Bidder 1" })));
    await pass(100);
  }
  expect(asked.length).toBeLessThanOrEqual(3);
  await pass(1_000);
  expect(own()).toEqual({ leads: true, max: 2_500 });
});

test("bids of others among themselves are not asked about", async () => {
  const { world, asked, pass } = await room({ ...read, leader_alias: "Bidder 2", price: 200 });
  await during(() => world.socket.say(state(6, { leader_alias: "Bidder 3", price: 210 })));
  await pass(5_000);
  expect(asked).toEqual([]);
});

test("what came while the connection was lost is read once it is back", async () => {
  const { world, client, asked, pass } = await room(read);
  await during(() => world.socket.end());
  expect(asked).toEqual([]);
  await during(() => world.advance(60_000));
  await during(() => world.accept());
  await during(() => world.acknowledge());
  await during(() => answer(world, [state(5)]));
  expect(client.status.state).toBe("open");
  await pass(0);
  expect(asked).toEqual([AUCTION]);
});

test("a place of one's own that has changed on the leaderboard is asked about", async () => {
  const several = { ...read, places: 2, price: 200, leader_alias: "Bidder 2" };
  const { world, asked, pass } = await room(several);
  const board = (log_seq: number, ...aliases: string[]) => {
    const entries = aliases.map((alias, at) => ({ rank: at + 1, alias, amount: 200, at: "" }));
    world.socket.say({ ch: `${CH}:leaderboard`, type: "leaderboard", log_seq, entries });
  };
  await during(() => board(5, "Bidder 2", "Bidder 1"));
  await during(() => board(6, "Bidder 2", "Bidder 1", "Bidder 3"));
  expect(asked).toEqual([]);
  await during(() => board(7, "Bidder 2", "Bidder 3", "Bidder 1"));
  await pass(0);
  expect(asked).toEqual([AUCTION]);
});

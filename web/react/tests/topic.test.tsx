// @vitest-environment happy-dom
import { describe, expect, it, vi } from "vitest";
import { useClient, useConnection, useTopic } from "../src/index.js";
import { during, hook, World } from "./stage.js";

const CH = "property:1";
type Data = (string | number)[];

const fold = {
  initial: [] as Data,
  snapshot: (_: Data, snapshot: unknown): Data => [String(snapshot)],
  event: (data: Data, frame: { seq?: number }): Data => [...data, frame.seq ?? 0],
  gap: (data: Data): Data => [...data, "gap"],
};

const useProperty = (ch: string | null) => useTopic(ch as `property:${string}` | null, fold);
const event = (seq: number, ch = CH) => ({ ch, seq, type: "auction_update" });

describe("useConnection", () => {
  it("shows each status", async () => {
    const world = new World();
    const client = world.client();
    const { result, unmount } = hook(client, useConnection, undefined);
    expect(result.current.state).toBe("idle");
    await during(() => world.open(client));
    expect(result.current).toMatchObject({ state: "open", userId: "ann" });
    await during(() => world.socket.end());
    expect(result.current.state).toBe("waiting");
    unmount();
  });

  it("says what is missing without a provider", () => {
    const silent = vi.spyOn(console, "error").mockImplementation(() => undefined);
    expect(() => hook(undefined as never, useClient, undefined)).toThrow("OpenbellProvider");
    silent.mockRestore();
  });
});

describe("useTopic", () => {
  it("folds what comes, and is one subscription although StrictMode mounts twice", async () => {
    const world = new World();
    const client = world.client();
    const { result, unmount } = hook(client, useProperty, CH);
    expect(client.stats.topics).toBe(1);
    await during(() => client.connect());
    const socket = await world.accept();
    expect(socket.last("connect").resume).toEqual({ [CH]: null });
    const answer = { type: "subscribed", ch: CH, seq: 3, ep: "e1", recovered: false };
    await during(() => {
      socket.say({ ...answer, snapshot: "at 3" });
      world.acknowledge();
    });
    expect(result.current).toMatchObject({ data: ["at 3"], state: "live" });
    await during(() => socket.say(event(4), event(4), event(5)));
    expect(result.current.data).toEqual(["at 3", 4, 5]);
    unmount();
    expect(client.stats.topics).toBe(0);
    expect(socket.of("unsubscribe")).toHaveLength(1);
  });

  it("follows another topic when it is given one, and none for null", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { result, rerender } = hook(client, useProperty, CH as string | null);
    await during(() => world.subscribed(CH, 1, { snapshot: "one" }));
    expect(result.current.data).toEqual(["one"]);
    await during(() => rerender("property:2"));
    expect(result.current).toMatchObject({ data: [], state: "waiting" });
    await during(() => world.subscribed("property:2", 1, { snapshot: "two" }));
    await during(() => world.socket.say(event(2, CH)));
    expect(result.current.data).toEqual(["two"]);
    await during(() => rerender(null));
    expect(result.current).toMatchObject({ data: [], state: "waiting" });
    expect(client.stats.topics).toBe(0);
  });

  it("shows gaps, and why it was refused", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const { result } = hook(client, useProperty, CH);
    await during(() => world.subscribed(CH, 1, { snapshot: "one" }));
    await during(() =>
      world.socket.say({ type: "resync", ch: CH, from: 2, to: 9, reason: "expired" }),
    );
    await during(() => world.subscribed(CH, 9, { snapshot: "nine" }));
    expect(result.current.data).toEqual(["nine"]);
    await during(() => world.socket.say({ type: "unsubscribed", ch: CH, code: "forbidden" }));
    expect(result.current).toMatchObject({ state: "refused", error: { code: "forbidden" } });
  });

  it("uses the newest functions, and does not subscribe anew for them", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const use = (factor: number) =>
      useTopic(CH, {
        initial: 0,
        event: (sum: number, { seq = 0 }) => sum + factor * seq,
      });
    const { result, rerender } = hook(client, use, 1 as number);
    await during(() => world.subscribed(CH, 0));
    const asked = world.socket.of("subscribe").length;
    await during(() => world.socket.say(event(1)));
    await during(() => rerender(100));
    await during(() => world.socket.say(event(2)));
    expect(result.current.data).toBe(201);
    expect(world.socket.of("subscribe")).toHaveLength(asked);
  });

  it("changes the interval without losing its place", async () => {
    const world = new World();
    const client = world.client();
    await world.open(client);
    const ch = "quotes:AAPL";
    const use = (intervalMs: number) => useTopic(ch, { initial: 0 }, { intervalMs });
    const { rerender } = hook(client, use, 500 as number);
    expect(world.socket.last("subscribe").throttle_ms).toBe(500);
    const { id } = world.socket.last("subscribe");
    const answer = { type: "subscribed", id, ch, version: 4, ep: "e1", recovered: false };
    await during(() => world.socket.say(answer));
    await during(() => rerender(50));
    expect(world.socket.last("subscribe")).toMatchObject({ throttle_ms: 50, since: [4, "e1"] });
    expect(client.stats.topics).toBe(1);
  });
});

// @vitest-environment happy-dom
import { act } from "@testing-library/react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { useCountdown } from "../src/index.js";
import { hook, World } from "./stage.js";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(() => {
  vi.useRealTimers();
});

function pass(world: World, ms: number): void {
  act(() => {
    for (let n = 0; n < ms; n += 50) {
      world.sleep(50);
      vi.advanceTimersByTime(50);
    }
  });
}

describe("useCountdown", () => {
  it("counts whole seconds on the server's clock, whatever this machine believes", async () => {
    const world = new World();
    const client = world.client();
    client.connect();
    // Five minutes off.
    const socket = await world.accept();
    socket.say({ type: "connection_established", server_time: world.wall + 300_000 });
    const deadline = world.wall + 300_000 + 3_500;
    const { result, unmount } = hook(client, useCountdown, deadline);
    expect(result.current).toBe(4);
    const seen: (number | undefined)[] = [];
    for (let n = 0; n < 5; n += 1) {
      seen.push(result.current);
      pass(world, 1_000);
    }
    expect(seen).toEqual([4, 3, 2, 1, 0]);
    unmount();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("changes on the second, not some time after it", () => {
    const world = new World();
    const { result } = hook(world.client(), useCountdown, world.wall + 2_500);
    pass(world, 450);
    expect(result.current).toBe(3);
    pass(world, 100);
    expect(result.current).toBe(2);
  });

  it("follows a deadline that moves, one given as text, and shows nothing without one", () => {
    const world = new World();
    const client = world.client();
    const first: number | string | null = world.wall + 5_000;
    const { result, rerender } = hook(client, useCountdown, first as number | string | null);
    expect(result.current).toBe(5);
    rerender(new Date(world.wall + 60_000).toISOString());
    expect(result.current).toBe(60);
    rerender(null);
    expect(result.current).toBeUndefined();
    rerender("soon");
    expect(result.current).toBeUndefined();
  });
});

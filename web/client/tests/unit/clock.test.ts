import { describe, expect, it } from "vitest";
import { ServerClock } from "../../src/clock.js";
import { World } from "../support/world.js";

/** A ping that took `out` there and `back` here, of a server that is `ahead`. */
function ping(world: World, clock: ServerClock, ahead: number, out: number, back: number): void {
  const sentAt = world.steady;
  world.sleep(out);
  const serverTime = world.wall + ahead;
  world.sleep(back);
  clock.measure(sentAt, serverTime);
}

describe("the server's clock", () => {
  it("is the offset of the fastest answer, not of the last or the mean", () => {
    const world = new World();
    const clock = new ServerClock(world.environment);
    ping(world, clock, 300_000, 5, 5);
    ping(world, clock, 300_000, 400, 10);
    ping(world, clock, 300_000, 10, 900);
    expect(clock.offsetMs).toBe(300_000);
    expect(clock.roundTripMs).toBe(10);
    expect(clock.now()).toBe(world.wall + 300_000);
  });

  it("begins with the greeting, which counts no more once something was measured", () => {
    const world = new World();
    const clock = new ServerClock(world.environment);
    clock.greet(world.wall - 5_000);
    expect(clock.now()).toBe(world.wall - 5_000);
    ping(world, clock, -4_900, 20, 20);
    clock.greet(world.wall - 9_000);
    expect(clock.offsetMs).toBe(-4_900);
  });

  it("follows a clock that drifts: old answers leave, however fast they were", () => {
    const world = new World();
    const clock = new ServerClock(world.environment);
    ping(world, clock, 0, 1, 1);
    for (let n = 0; n < 8; n += 1) ping(world, clock, 50, 10, 10);
    expect(clock.offsetMs).toBe(50);
  });

  it("keeps the greeting's time when this machine's clock is set", () => {
    const world = new World();
    const clock = new ServerClock(world.environment);
    clock.greet(world.wall - 5_000);
    const before = clock.now();
    world.wall += 3_600_000;
    expect(clock.noticeJump()).toBe(true);
    expect(clock.now()).toBe(before);
  });

  it("forgets what it measured when this machine's clock is set", () => {
    const world = new World();
    const clock = new ServerClock(world.environment);
    ping(world, clock, 0, 1, 1);
    world.wall += 3_600_000;
    ping(world, clock, -3_600_000, 50, 50);
    expect(clock.offsetMs).toBe(-3_600_000);
  });
});

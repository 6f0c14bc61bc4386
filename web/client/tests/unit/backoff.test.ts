import { describe, expect, it } from "vitest";
import { Backoff } from "../../src/backoff.js";
import { comeBackAfter } from "../../src/closing.js";
import { CLOSE_CODES } from "../../src/generated/frames.js";

describe("pauses", () => {
  it("are drawn from nothing to a bound that doubles from 0.25 to 20 s", () => {
    const bounds = new Backoff({ random: () => 1 });
    const drawn = Array.from({ length: 9 }, () => bounds.next());
    expect(drawn).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 20_000, 20_000]);
    const least = new Backoff({ random: () => 0 });
    expect([least.next(), least.next()]).toEqual([0, 0]);
    const half = new Backoff({ random: () => 0.5 });
    expect([half.next(), half.next()]).toEqual([125, 250]);
  });

  it("begin anew after a success, and stay bounded for ever", () => {
    const backoff = new Backoff({ random: () => 1 });
    for (let n = 0; n < 2_000; n += 1) expect(backoff.next()).toBeLessThanOrEqual(20_000);
    backoff.reset();
    expect(backoff.next()).toBe(250);
  });
});

describe("close codes", () => {
  it("are obeyed as the server's documents say", () => {
    for (const [code, { comeBack }] of Object.entries(CLOSE_CODES)) {
      const wanted = comeBack === "as you like" ? "later" : comeBack;
      expect(comeBackAfter(Number(code)), code).toBe(wanted);
    }
  });

  it("go by their class when they are new, and others are a lost network", () => {
    const cases = { 4099: "never", 4199: "later", 4299: "at once", 1006: "later", 1012: "later" };
    for (const [code, wanted] of Object.entries(cases)) {
      expect(comeBackAfter(Number(code)), code).toBe(wanted);
    }
  });
});

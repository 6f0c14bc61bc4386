import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { paced } from "../src/lib/paced";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("it is done at once, then at a pace, and the last request counts", async () => {
  const act = vi.fn(async () => undefined);
  const { ask } = paced(act, 1_000);
  for (const _ of "many") ask();
  expect(act).toHaveBeenCalledTimes(1);
  await pass(999);
  ask();
  expect(act).toHaveBeenCalledTimes(1);
  await pass(1);
  expect(act).toHaveBeenCalledTimes(2);
  await pass(10_000);
  expect(act).toHaveBeenCalledTimes(2);
  ask();
  expect(act).toHaveBeenCalledTimes(3);
});

test("one that takes long or fails is waited for, and not the last", async () => {
  let fail: (error: Error) => void = () => undefined;
  const act = vi.fn(() => new Promise((_, reject) => (fail = reject)));
  const { ask } = paced(act, 1_000);
  ask();
  ask();
  await pass(5_000);
  expect(act).toHaveBeenCalledTimes(1);
  fail(new Error("away"));
  await pass(0);
  expect(act).toHaveBeenCalledTimes(2);
});

test("what is forgotten is not done", async () => {
  const act = vi.fn(async () => undefined);
  const { ask, forget } = paced(act, 1_000);
  ask();
  ask();
  forget();
  await pass(5_000);
  expect(act).toHaveBeenCalledTimes(1);
});

// @vitest-environment happy-dom
import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { useTyped } from "../src/lib/useTyped";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  cleanup();
  vi.useRealTimers();
});

test("what is typed is told once it rests, trimmed, and to whoever listens then", () => {
  const [early, late] = [vi.fn(), vi.fn()];
  const { result, rerender } = renderHook(({ tell }) => useTyped("", tell), {
    initialProps: { tell: early },
  });
  act(() => result.current[1]("R"));
  act(() => vi.advanceTimersByTime(299));
  act(() => result.current[1](" Reno "));
  rerender({ tell: late });
  act(() => vi.advanceTimersByTime(299));
  expect(late).not.toHaveBeenCalled();
  act(() => vi.advanceTimersByTime(1));
  expect(late.mock.calls).toEqual([["Reno"]]);
  expect(early).not.toHaveBeenCalled();
  expect(result.current[0]).toBe(" Reno ");
});

test("what others make of it is shown, and not told again", () => {
  const tell = vi.fn();
  const { result, rerender } = renderHook(({ value }) => useTyped(value, tell), {
    initialProps: { value: "Reno" },
  });
  rerender({ value: "" });
  expect(result.current[0]).toBe("");
  act(() => vi.advanceTimersByTime(1_000));
  expect(tell).not.toHaveBeenCalled();
});

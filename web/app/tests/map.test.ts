import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { ticks } from "../src/features/analytics/TrendChart";
import { daysBefore, monthAfter, weekDates } from "../src/features/properties/calendar";
import { byState, clustersOf, drawAtlas, pointsOf, viewOf } from "../src/features/properties/map";
import type { Property } from "../src/lib/types";

const atlas = createRequire(import.meta.url).resolve("us-atlas/states-albers-10m.json");
const at = (state: string, latitude?: number, longitude?: number) =>
  ({ id: state, state, latitude, longitude }) as unknown as Property;

describe("the map", () => {
  const drawn = drawAtlas(JSON.parse(readFileSync(atlas, "utf8")));

  test("points lie in the states that they belong to", () => {
    const [fresno] = pointsOf([at("CA", 36.78, -119.75), at("TX"), at("XX", 51, 0)]);
    const [[left, top], [right, bottom]] = drawn.states.find(({ code }) => code === "CA")
      ?.bounds ?? [
      [0, 0],
      [0, 0],
    ];
    expect(fresno?.x).toBeGreaterThan(left);
    expect(fresno?.x).toBeLessThan(right);
    expect(fresno?.y).toBeGreaterThan(top);
    expect(fresno?.y).toBeLessThan(bottom);
  });

  test("leaves out what has no place on it", () => {
    expect(pointsOf([at("TX"), at("XX", 51, 0)])).toEqual([]);
    expect(drawn.states.length).toBe(51);
  });

  test("comes closer to a state", () => {
    expect(viewOf(undefined).box).toBe("0 0 975 610");
    expect(viewOf(drawn.states.find(({ code }) => code === "RI")).scale).toBeLessThan(0.1);
  });

  test("puts together what would cover one another, and loses nothing", () => {
    const points = [at("TX", 30, -97), at("TX", 30.01, -97.01), at("CA", 36.78, -119.75)];
    const clusters = clustersOf(pointsOf(points), 40);
    expect(clusters.map(({ properties }) => properties.length).sort()).toEqual([1, 2]);
  });

  test("counts by state", () => {
    expect(byState([at("TX"), at("CA"), at("TX"), at("AZ")])).toEqual([
      ["TX", 2],
      ["AZ", 1],
      ["CA", 1],
    ]);
  });
});

describe("the calendar", () => {
  test("months follow one another over the end of a year", () => {
    expect(monthAfter("2026-12", 1)).toBe("2027-01");
    expect(monthAfter("2026-01", -1)).toBe("2025-12");
  });

  test("weeks begin on the day that they begin on", () => {
    expect(daysBefore("2026-11-01", 0)).toBe(0);
    expect(daysBefore("2026-11-01", 1)).toBe(6);
    expect(weekDates(1)[0]).toBe("2023-01-02");
  });
});

test("a scale has round steps that span its values", () => {
  expect(ticks(203_650, 292_800)).toEqual([200_000, 250_000, 300_000]);
  expect(ticks(5, 5)).toEqual([5, 5.5]);
});

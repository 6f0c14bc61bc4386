import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { ticks } from "../src/features/analytics/TrendChart";
import { daysBefore, monthAfter, weekDates } from "../src/features/properties/calendar";
import {
  circleAround,
  cityNames,
  clustersOf,
  drawAtlas,
  outlineOfBox,
  placeAt,
  pointsOf,
} from "../src/features/properties/map";
import { byState } from "../src/features/properties/near";
import {
  areaOf,
  boxOf,
  centred,
  isWithin,
  middleOf,
  moved,
  pointBeyond,
  viewOf,
  WHOLE,
  zoomed,
} from "../src/features/properties/viewport";
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
    expect(boxOf(viewOf(undefined))).toBe("0 0 975 610");
    const view = viewOf(drawn.states.find(({ code }) => code === "RI"));
    expect(view.width).toBeLessThan(97);
    expect(isWithin(view, pointsOf([at("RI", 41.82, -71.41)])[0] ?? { x: 0, y: 0 })).toBe(true);
  });

  test("puts together what would cover one another, and loses nothing", () => {
    const points = [at("TX", 30, -97), at("TX", 30.01, -97.01), at("CA", 36.78, -119.75)];
    const clusters = clustersOf(pointsOf(points), 40);
    expect(clusters.map(({ properties }) => properties.length).sort()).toEqual([1, 2]);
  });

  test("names a city once, where it has most", () => {
    const of = (city: string, key: string, many: number) => ({
      key,
      x: 0,
      y: 0,
      properties: Array.from({ length: many }, () => ({ city, state: "CO" }) as Property),
    });
    const named = cityNames([of("Aurora", "a", 1), of("Aurora", "b", 3), of("Denver", "c", 2)]);
    expect(named.map(({ city, cluster }) => [city, cluster.key])).toEqual([
      ["Aurora", "b"],
      ["Denver", "c"],
    ]);
  });

  test("counts by state", () => {
    expect(byState([at("TX"), at("CA"), at("TX"), at("AZ")])).toEqual([
      ["TX", 2],
      ["AZ", 1],
      ["CA", 1],
    ]);
  });
});

describe("what is seen of the map", () => {
  test("comes closer around a point that stays where it is, and not too close", () => {
    const view = zoomed(WHOLE, 2, [200, 150]);
    expect(view).toEqual({ x: 100, y: 75, width: 487.5 });
    expect(zoomed(view, 0.5, [200, 150])).toEqual(WHOLE);
    expect(zoomed(WHOLE, 0.5, [0, 0])).toEqual(WHOLE);
    expect(zoomed(WHOLE, 1e9, [10, 10]).width).toBe(1.5);
  });

  test("does not leave the map behind", () => {
    expect(middleOf(moved(WHOLE, 5_000, -5_000))).toEqual([975, 0]);
    expect(middleOf(centred(zoomed(WHOLE, 4, [0, 0]), [400, 300]))).toEqual([400, 300]);
  });

  test("is an area of degrees, which holds all that is seen", () => {
    const [point] = pointsOf([at("CO", 39.74, -104.99)]);
    const view = centred(zoomed(WHOLE, 8, [0, 0]), [point?.x ?? 0, point?.y ?? 0]);
    const [west, south, east, north] = areaOf(view) ?? [0, 0, 0, 0];
    for (const [x, y] of [
      [view.x, view.y],
      [view.x + view.width, view.y],
      middleOf(view),
    ] as const) {
      const place = placeAt(x, y);
      expect(place?.longitude).toBeGreaterThanOrEqual(west);
      expect(place?.longitude).toBeLessThanOrEqual(east);
      expect(place?.latitude).toBeGreaterThanOrEqual(south);
      expect(place?.latitude).toBeLessThanOrEqual(north);
    }
    expect(east - west).toBeLessThan(12);
    expect(isWithin(viewOf(outlineOfBox([west, south, east, north])), point ?? WHOLE)).toBe(true);
  });

  test("a circle is as wide as it should be", () => {
    const [[left], [right]] = circleAround({ latitude: 39.74, longitude: -104.99 }, 100).bounds;
    const [a, b] = pointsOf([at("CO", 39.74, -104.99 - 1.169), at("CO", 39.74, -104.99 + 1.169)]);
    expect(left).toBeCloseTo(a?.x ?? 0, 0);
    expect(right).toBeCloseTo(b?.x ?? 0, 0);
  });

  test("arrow keys lead to the nearest point that way, and to all of them", () => {
    const point = (key: string, x: number, y: number) => ({ key, x, y, properties: [] });
    const from = point("from", 0, 0);
    const all = [from, point("ahead", 10, 1), point("aside", 4, 7), point("left", -3, 0)];
    expect(pointBeyond(all, from, "ArrowRight")?.key).toBe("ahead");
    expect(pointBeyond(all, from, "ArrowDown")?.key).toBe("aside");
    expect(pointBeyond(all, from, "ArrowLeft")?.key).toBe("left");
    expect(pointBeyond(all, from, "ArrowUp")).toBeUndefined();
    expect(pointBeyond([from, point("flat", 10, 1)], from, "ArrowDown")).toBeUndefined();
    expect(pointBeyond(all, from, "x")).toBeUndefined();
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

import { describe, expect, test } from "vitest";
import {
  bodyOf,
  cornersIn,
  cornersText,
  EMPTY_FORM,
  errorsOf,
  faultsOf,
  formOf,
  summary,
} from "../src/features/alerts/form";
import type { Alert } from "../src/lib/types";

const alert: Alert = {
  id: "a1",
  name: "Fresno",
  alert_types: ["new_auction", "reminder"],
  states: ["CA"],
  cities: ["Fresno"],
  property_types: ["condo"],
  min_opening_bid: 100000.5,
  max_opening_bid: 300000,
  latitude: 36.7,
  longitude: -119.7,
  radius_miles: 12.5,
  polygon: [
    { latitude: 36.9, longitude: -119.9 },
    { latitude: 36.90001, longitude: -119.6 },
    { latitude: 36.6, longitude: -119.7 },
  ],
  is_active: false,
  version: 2,
  created_at: "",
  updated_at: "",
};

describe("the form of an alert", () => {
  test("gives back what it was made of", () => {
    const { id: _, version: __, created_at: ___, updated_at: ____, ...body } = alert;
    expect(bodyOf(formOf(alert))).toMatchObject(body);
  });

  test("says nothing for what was left empty", () => {
    expect(errorsOf(EMPTY_FORM)).toEqual({});
    expect(bodyOf(EMPTY_FORM)).toMatchObject({ name: null, min_opening_bid: null, states: [] });
  });

  test("takes amounts as people write them", () => {
    expect(bodyOf({ ...EMPTY_FORM, min_opening_bid: "$ 250,000" })?.min_opening_bid).toBe(250000);
  });

  test("keeps a place by its coordinates, and a radius of kilometres as miles", () => {
    const around = { place: { latitude: 39.5, longitude: -119.8, name: "Reno, NV" } };
    const body = bodyOf({ ...EMPTY_FORM, around: { ...around, radius_miles: 5 } });
    expect(body).toMatchObject({ latitude: 39.5, longitude: -119.8, radius_miles: 5 });
    expect(JSON.stringify(body)).not.toContain("Reno");
    const metric = { ...alert, radius_miles: null, radius_km: 16.09344 };
    expect(formOf(metric).around?.radius_miles).toBe(10);
    expect(bodyOf(EMPTY_FORM)).toMatchObject({
      latitude: null,
      longitude: null,
      radius_miles: null,
    });
  });

  test("complains where it is wrong, and then sends nothing", () => {
    const form = { ...EMPTY_FORM, min_bedrooms: "2.5", min_opening_bid: "9", max_opening_bid: "5" };
    expect(Object.keys(errorsOf(form)).sort()).toEqual(["max_opening_bid", "min_bedrooms"]);
    expect(bodyOf(form)).toBeUndefined();
    expect(errorsOf({ ...EMPTY_FORM, min_discount: "101" }).min_discount).toBe("From 0 to 100.");
    expect(errorsOf({ ...EMPTY_FORM, alert_types: [] }).alert_types).toBeDefined();
  });
});

test("numbers that can only be wrong are told of before anybody submits", () => {
  const form = { ...EMPTY_FORM, min_opening_bid: "9", max_opening_bid: "5", polygon: "1, 2" };
  expect(faultsOf(form)).toEqual({
    max_opening_bid: "This is below the least opening bid.",
  });
  expect(faultsOf({ ...EMPTY_FORM, alert_types: [] })).toEqual({});
});

describe("what is still being typed", () => {
  const typed = (states: string, cities = "") => ({
    ...EMPTY_FORM,
    states: ["NV"],
    typed: { states, cities },
  });

  test("counts as a state, by its code or its name, or stops the form", () => {
    for (const text of ["Texas", " texas ", "TX", "tx"]) {
      expect(bodyOf(typed(text))?.states).toEqual(["NV", "TX"]);
    }
    expect(bodyOf(typed("north  carolina"))?.states).toEqual(["NV", "NC"]);
    expect(bodyOf(typed("Nevada"))?.states).toEqual(["NV"]);
    expect(bodyOf(typed(" "))?.states).toEqual(["NV"]);
    expect(errorsOf(typed("Texaz")).states).toContain("“Texaz” is no state.");
    expect(bodyOf(typed("Texaz"))).toBeUndefined();
  });

  test("counts as a city", () => {
    expect(bodyOf(typed("", " Reno "))?.cities).toEqual(["Reno"]);
  });
});

describe("an area", () => {
  const area = (polygon: string) => ({ ...EMPTY_FORM, polygon });

  test("is pasted in many ways", () => {
    const expected = [
      { latitude: 36.9, longitude: -119.9 },
      { latitude: 36.6, longitude: -119.7 },
    ];
    expect(cornersIn("36.9,-119.9\n\n 36.6 , -119.7 ")).toEqual(expected);
    expect(cornersIn("[36.9, -119.9],\n(36.6, -119.7)")).toEqual(expected);
    expect(cornersIn("36.9, -119.9; 36.6, -119.7")).toEqual(expected);
    expect(cornersIn(cornersText(expected))).toEqual(expected);
    expect(cornersIn("")).toEqual([]);
  });

  test("has three corners at least and a hundred at most, all of them places", () => {
    expect(errorsOf(area("36.9, -119.9\n36.6, -119.7")).polygon).toBeDefined();
    expect(errorsOf(area("1, 1\n1, 2\n2, 2")).polygon).toBeUndefined();
    expect(errorsOf(area("1, 1\n1, 2\n91, 2")).polygon).toBeDefined();
    expect(errorsOf(area("1, 1\nsomewhere\n2, 2")).polygon).toBeDefined();
    expect(errorsOf(area("1, 1\n".repeat(101))).polygon).toBeDefined();
    expect(bodyOf(area(""))?.polygon).toBeNull();
  });
});

test("an alert in a line", () => {
  expect(summary(alert)).toBe(
    "Condo · Fresno · CA · within 12.5 mi of a place · within an area · $100,000.50 to $300,000",
  );
  const { id, name, is_active, version, created_at, updated_at } = alert;
  const lists = { alert_types: [], states: [], cities: [], property_types: [] };
  const bare = { id, name: name ?? null, is_active, version, created_at, updated_at, ...lists };
  expect(summary(bare)).toBe("Every property");
  expect(summary({ ...bare, latitude: 39.5, longitude: -119.8, radius_miles: 5 })).toBe(
    "Within 5 mi of a place",
  );
});

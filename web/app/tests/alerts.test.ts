import { describe, expect, test } from "vitest";
import { bodyOf, EMPTY_FORM, errorsOf, formOf, summary } from "../src/features/alerts/form";
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

  test("complains where it is wrong, and then sends nothing", () => {
    const form = { ...EMPTY_FORM, min_bedrooms: "2.5", min_opening_bid: "9", max_opening_bid: "5" };
    expect(Object.keys(errorsOf(form)).sort()).toEqual(["max_opening_bid", "min_bedrooms"]);
    expect(bodyOf(form)).toBeUndefined();
    expect(Object.keys(errorsOf({ ...EMPTY_FORM, latitude: "36" })).sort()).toEqual([
      "longitude",
      "radius_miles",
    ]);
    expect(errorsOf({ ...EMPTY_FORM, min_discount: "101" }).min_discount).toBe("From 0 to 100.");
    expect(errorsOf({ ...EMPTY_FORM, alert_types: [] }).alert_types).toBeDefined();
  });
});

test("an alert in a line", () => {
  expect(summary(alert)).toBe("Condo · Fresno · CA · around a place · $100,000.50 to $300,000");
  const { id, name, is_active, version, created_at, updated_at } = alert;
  const lists = { alert_types: [], states: [], cities: [], property_types: [] };
  const bare = { id, name: name ?? null, is_active, version, created_at, updated_at, ...lists };
  expect(summary(bare)).toBe("Every property");
});

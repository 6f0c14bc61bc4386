import { describe, expect, test } from "vitest";
import { narrowing, readFilters, toQuery, withFilters } from "../src/features/properties/filters";
import { miles, nearLabel } from "../src/features/properties/near";
import { parseSearch, safeNext, stringifySearch } from "../src/lib/url";

describe("filters and the address", () => {
  test("survive the way into an address and back", () => {
    const filters = readFilters({
      q: 'elm "corner lot" & more',
      status: "auction",
      state: "CA",
      min_bid: "100000",
      from: "2026-01-31",
      view: "map",
    });
    expect(readFilters(parseSearch(stringifySearch({ ...filters })))).toEqual(filters);
  });

  test("leave out what makes no sense", () => {
    const search = {
      status: "exploded",
      state: "XX",
      min_bid: "-1",
      max_bid: "1e9",
      from: "31.1.2026",
      to: "2026-99-99",
      sort: "price",
      view: "list",
      month: "2026-13",
      __proto__: "x",
      other: "1",
      q: "  ",
      city: 5,
    };
    expect(readFilters(search)).toEqual({ view: "list", city: "5" });
  });

  test("an empty value leaves the address", () => {
    expect(withFilters({ q: "elm", state: "CA" }, { state: "" })).toEqual({ q: "elm" });
    expect(stringifySearch({})).toBe("");
    expect(stringifySearch({ q: "", next: undefined })).toBe("");
  });

  test("ask the server for what it knows, in the usual order", () => {
    expect(toQuery({ q: "elm", view: "map", month: "2026-01" })).toEqual({
      q: "elm",
      sort: "updated_at",
    });
    expect(toQuery({ sort: "auction_date" })).toEqual({ sort: "auction_date" });
    expect(narrowing({ q: "elm", sort: "id", view: "map" })).toEqual(["q"]);
  });
});

describe("a place", () => {
  test("comes in an address, with all that belongs to it", () => {
    const near = { near: "36.7,-119.8", radius_miles: "50", place: "Fresno, CA", sort: "distance" };
    expect(readFilters(near)).toEqual(near);
    expect(withFilters(near, { near: "" })).toEqual({});
    expect(withFilters({ ...near, sort: "id" }, { near: "" })).toEqual({ sort: "id" });
    for (const bad of ["91,0", "1,181", "1", "1,2,3", "a,b", "1e1,2", ""]) {
      expect(readFilters({ ...near, near: bad }), bad).toEqual({});
    }
  });

  test("and an area exclude each other", () => {
    const area = "-120,36,-119,37";
    expect(readFilters({ near: "36.7,-119.8", bbox: area })).toEqual({ bbox: area });
    for (const bad of ["-120,37,-119,36", "-120,36,-120,37", "-181,36,-119,37", "1,2,3"]) {
      expect(readFilters({ bbox: bad }), bad).toEqual({});
    }
  });

  test("is asked of the server with its distance, the nearest first", () => {
    expect(toQuery({ near: "36.7,-119.8", place: "Fresno, CA" })).toEqual({
      near: "36.7,-119.8",
      radius_miles: "25",
      sort: "distance",
    });
    expect(toQuery({ near: "1,2", radius_miles: "5", sort: "id" })).toEqual({
      near: "1,2",
      radius_miles: "5",
      sort: "id",
    });
    expect(narrowing({ near: "1,2", place: "x", radius_miles: "5" })).toEqual(["near"]);
  });

  test("has a name and distances in miles", () => {
    expect(nearLabel({ near: "1.5,-2" })).toBe("Within 25 mi of 1.5, -2");
    expect(nearLabel({ near: "1,2", place: "Reno, NV", radius_miles: "5" })).toBe(
      "Within 5 mi of Reno, NV",
    );
    expect([miles(1.6), miles(160.9), miles(null)]).toEqual(["1.0 mi", "100 mi", undefined]);
  });
});

test("after signing in nobody is led to another site", () => {
  expect(safeNext("/properties?state=CA#top")).toBe("/properties?state=CA#top");
  for (const bad of [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "",
    undefined,
    7,
  ]) {
    expect(safeNext(bad)).toBe("/");
  }
  expect(safeNext("/login?next=/login")).toBe("/");
});

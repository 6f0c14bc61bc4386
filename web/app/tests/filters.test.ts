import { describe, expect, test } from "vitest";
import { narrowing, readFilters, toQuery, withFilters } from "../src/features/properties/filters";
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

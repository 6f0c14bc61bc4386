// @vitest-environment happy-dom
import { expect, it } from "vitest";
import { router } from "~/app/router";
import { PAGES } from "../support/pages.js";

it("has every route of the app in the list of pages", () => {
  const routes = Object.values(router.routesById)
    .filter(({ options }) => "path" in options && options.path !== undefined)
    // The page of a frame around pages has the frame's own address.
    .map(({ fullPath }) => (fullPath as string).replace(/(.)\/$/, "$1"));
  const listed = PAGES.map(({ route }) => route).filter((route) => route !== "");
  expect([...new Set(listed)].sort()).toEqual([...new Set(routes)].sort());
});

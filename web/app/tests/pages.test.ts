// @vitest-environment happy-dom
import { expect, test } from "vitest";
import { pageAt } from "../src/app/pages";

test("one page of the navigation is where one is: the nearest around the address", () => {
  const paths = ["/", "/settings", "/settings/wallet", "/auctions"];
  const at = (pathname: string) => pageAt(paths, pathname);
  expect(at("/")).toBe("/");
  expect(at("/settings/wallet")).toBe("/settings/wallet");
  expect(at("/settings/profile")).toBe("/settings");
  expect(at("/auctions/a1")).toBe("/auctions");
  expect(at("/auctionsroom")).toBeUndefined();
});

import { beforeEach, describe, expect, it } from "vitest";
import { OPERATOR, USER } from "../../client/tests/support/server.js";
import { Market } from "../support/market.js";
import { isLive, Stage } from "../support/stage.js";
import { UNREACHABLE } from "../support/watcher.js";

const stage = new Stage();
let market: Market;

beforeEach(async () => {
  market = new Market(await stage.someone(OPERATOR));
});

describe("the app without its server", () => {
  it("opens all the same, and fills itself when the server is back", async () => {
    stage.allow(UNREACHABLE);
    const { street } = await market.add();
    const page = await stage.person(USER, { path: "/watchlist" });
    await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
    });
    await stage.server.kill();
    // A page that has not been visited, from the address bar.
    await page.goto("/properties");
    await page.getByRole("heading", { name: "Properties", level: 1 }).waitFor();
    await page.getByRole("region", { name: "Connection" }).waitFor();
    await page.getByRole("button", { name: "Try again" }).first().waitFor();
    await stage.server.up();
    await isLive(page);
    await page.getByRole("link", { name: street }).waitFor();
    await page.getByRole("button", { name: "Try again" }).waitFor({ state: "detached" });
  });

  it("keeps nothing that is the server's", async () => {
    const page = await stage.person(USER, { path: "/watchlist" });
    const kept = await page.evaluate(async () => {
      await navigator.serviceWorker.ready;
      const names = await caches.keys();
      const stores = await Promise.all(names.map((name) => caches.open(name)));
      const requests = await Promise.all(stores.map((store) => store.keys()));
      return requests.flat().map(({ url }) => new URL(url).pathname);
    });
    expect(kept.length).toBeGreaterThan(10);
    expect(kept.filter((path) => !/^\/(assets\/|index\.html$)/.test(path))).toEqual([]);
  });
});

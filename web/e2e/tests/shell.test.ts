import { beforeAll, describe, expect, it } from "vitest";
import { OPERATOR, USER } from "../../client/tests/support/server.js";
import { Market } from "../support/market.js";
import { isThere } from "../support/pages.js";
import { isLive, Stage } from "../support/stage.js";

const POLICY =
  "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; " +
  "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; form-action 'self'; " +
  "frame-ancestors 'none'";

const stage = new Stage();
let property: { id: string; street: string };

beforeAll(async () => {
  property = await new Market(await stage.someone(OPERATOR)).add();
});

/** Asks as a browser does for a page. */
const ask = (path: string, accept = "text/html,*/*;q=0.8") =>
  fetch(new URL(path, stage.server.url), { headers: { accept } });

describe("the page", () => {
  it("is the app at every address that is not the server's, and is asked for each time", async () => {
    for (const path of ["/", "/properties", `/properties/${property.id}`, "/no/such/page"]) {
      const answer = await ask(path);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toMatch(/^text\/html/);
      expect(answer.headers.get("cache-control")).toBe("no-cache");
      expect(answer.headers.get("content-security-policy")).toBe(POLICY);
      expect(await answer.text()).toContain('<div id="root">');
    }
    for (const path of ["/api/v1/none", "/assets/none.js"]) {
      expect((await ask(path)).status).toBe(404);
    }
  });

  it("has parts that browsers keep for ever", async () => {
    const html = await (await ask("/")).text();
    const parts = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(parts.length).toBeGreaterThan(3);
    for (const path of parts) {
      const answer = await ask(path ?? "", "*/*");
      expect(answer.status).toBe(200);
      expect(answer.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    }
  });

  it("is not sent again the second time", async () => {
    // The browser's own cache alone, without the worker's.
    stage.expect(/Service Worker registration blocked/);
    const page = await stage.person(USER, { serviceWorkers: "block" });
    // What is cut off by a reload would have to come again.
    await page.waitForLoadState("networkidle");
    await page.reload();
    await isLive(page);
    const parts = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .filter(({ name }) => name.includes("/assets/"))
        .map((entry) => entry as PerformanceResourceTiming)
        .map(({ name, transferSize }) => ({ name, transferSize })),
    );
    expect(parts.length).toBeGreaterThan(3);
    // An answer that says "as you have it" counts as 300 bytes: Resource Timing, `transferSize`.
    expect(parts.filter(({ transferSize }) => transferSize > 300)).toEqual([]);
  });
});

describe("an address", () => {
  it("is enough to be where one was, and the way back leads back", async () => {
    const page = await stage.person(USER, { path: "/properties?state=NV&sort=auction_date" });
    await page.getByRole("button", { name: "Remove the filter NV" }).waitFor();
    await page.getByRole("link", { name: property.street }).click();
    await page.waitForURL(`/properties/${property.id}`);
    await isThere(page, { heading: property.street });
    await page.reload();
    await isThere(page, { heading: property.street });
    expect(await page.title()).toContain(property.street);
    await page.goBack();
    await page.waitForURL("/properties?state=NV&sort=auction_date");
    await page.getByRole("button", { name: "Remove the filter NV" }).click();
    await page.waitForURL("/properties?sort=auction_date");
  });
});

describe("an address that somebody wrote", () => {
  it("keeps a user's navigation where no page has it", async () => {
    const page = await stage.person(USER);
    await page.goto("/no/such/page");
    await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
    await page.getByRole("navigation", { name: "Pages" }).getByText("Watchlist").click();
    await page.getByRole("heading", { name: "Watchlist" }).waitFor();
  });

  it("is taken as far as it makes sense", async () => {
    const page = await stage.person(USER);
    await page.goto("/properties?sort=beauty&state=NV&status=lost&from=soon&other=1");
    await isThere(page, { heading: "Properties" });
    await page.getByRole("link", { name: property.street }).waitFor();
    await page.waitForURL("/properties?state=NV");
    await page.goto("/login?next=https%3A%2F%2Fexample.org%2F");
    await page.waitForURL("/");
  });
});

describe("a computer whose clock is wrong", () => {
  it.each([-5, 5])("by %i minutes still says how long ago something was", async (minutes) => {
    const { id } = await new Market(await stage.someone(OPERATOR)).add();
    const page = await stage.person(USER, { path: `/properties/${id}`, clockWrongBy: minutes });
    await page.getByText(/^Last change just now, version/).waitFor();
    // Now the page shows something before it is connected.
    await page.reload();
    await page.getByText(/^Last change just now, version/).waitFor();
    await page.getByRole("link", { name: "Properties" }).first().click();
    await page.getByText(/· read\sjust now/).waitFor();
  });
});

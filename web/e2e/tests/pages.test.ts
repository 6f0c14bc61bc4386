import type { BrowserContextOptions, Page } from "playwright-core";
import { beforeAll, describe, expect, it } from "vitest";
import { DEMO } from "../../client/tests/support/server.js";
import { barriers, overhang } from "../support/axe.js";
import {
  type AppPage,
  addressOf,
  isAtRest,
  isThere,
  PAGES,
  type Sample,
  type Visitor,
} from "../support/pages.js";
import { Stage } from "../support/stage.js";

const stage = new Stage({}, { people: {}, demo: true });
let sample: Sample;
/** Whoever looks at pages, signed in once. */
const cookies = new Map<Visitor, BrowserContextOptions>();

beforeAll(async () => {
  const { client } = await stage.someone(DEMO.investor, DEMO.password);
  const { items } = await client.api.get("/api/v1/watchlist", { query: { limit: 1 } });
  const body = { name: "Around Reno", latitude: 39.53, longitude: -119.81, radius_miles: 30 };
  const alert = await client.api.post("/api/v1/alerts", { body });
  sample = { property: items[0]?.property_id ?? "", alert: alert.id };
  for (const [who, email] of [
    ["user", DEMO.investor],
    ["admin", DEMO.admin],
  ] as const) {
    const page = await stage.person(email, { password: DEMO.password });
    const storageState = await page.context().storageState();
    cookies.set(who, { storageState });
    await page.context().close();
  }
});

/** Nothing moves that need not. */
async function open(one: AppPage, screen: BrowserContextOptions): Promise<Page> {
  const page = await stage.guest({
    ...cookies.get(one.as ?? "user"),
    ...screen,
    reducedMotion: "reduce",
  });
  await page.goto(addressOf(one, sample));
  await isThere(page, one);
  return page;
}

describe.each(PAGES.map((one) => [typeof one.at === "string" ? one.at : one.route, one] as const))(
  "the page %s",
  (_, one) => {
    it("keeps nobody out, light or dark", async () => {
      const page = await open(one, { colorScheme: "light" });
      expect(await barriers(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await isAtRest(page);
      expect(await barriers(page)).toEqual([]);
    });

    it("fits a screen of 360 pixels", async () => {
      const viewport = { width: 360, height: 740 };
      const page = await open(one, { viewport, isMobile: true, hasTouch: true });
      expect(await overhang(page)).toBe(0);
      expect(await barriers(page)).toEqual([]);
    });
  },
);

import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { connected, type Person, signIn } from "../../client/tests/support/people.js";
import { DEMO } from "../../client/tests/support/server.js";
import { bidOn } from "../support/auctions.js";
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
const EMAILS = { guest: undefined, user: DEMO.investor, admin: DEMO.admin };
const SCREENS = {
  wide: {},
  narrow: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
};
let sample: Sample;
/** Somebody who is connected all the time. */
let visitor: Person;

beforeAll(async () => {
  visitor = await signIn(stage.server, DEMO.investor, {}, DEMO.password);
  const { client } = visitor;
  await connected(client);
  const { items } = await client.api.get("/api/v1/watchlist", { query: { limit: 1 } });
  const body = { name: "Around Reno", latitude: 39.53, longitude: -119.81, radius_miles: 30 };
  const alert = await client.api.post("/api/v1/alerts", { body });
  const admin = await stage.someone(DEMO.admin, DEMO.password);
  const open = await admin.client.api.get("/api/v1/admin/connections");
  const property = items[0]?.property_id ?? "";
  const auction = await bidOn(admin, visitor);
  sample = { property, auction, alert: alert.id, connection: open.items[0]?.id ?? "" };
});

afterAll(() => visitor.client.close());

const browsers = new Map<string, Promise<Page>>();

/** Whoever looks at pages on a screen signs in once. */
function browser(visitor: Visitor, screen: keyof typeof SCREENS): Promise<Page> {
  const key = `${visitor} ${screen}`;
  const email = EMAILS[visitor];
  // Nothing moves that need not.
  const options = { ...SCREENS[screen], reducedMotion: "reduce", stays: true } as const;
  const page =
    browsers.get(key) ??
    (email === undefined
      ? stage.guest(options)
      : stage.person(email, { ...options, password: DEMO.password }));
  browsers.set(key, page);
  return page;
}

async function open(one: AppPage, screen: keyof typeof SCREENS): Promise<Page> {
  const page = await browser(one.as ?? "user", screen);
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(addressOf(one, sample));
  await isThere(page, one);
  return page;
}

describe.each(PAGES.map((one) => [typeof one.at === "string" ? one.at : one.route, one] as const))(
  "the page %s",
  (_, one) => {
    it("keeps nobody out, light or dark", async () => {
      const page = await open(one, "wide");
      expect(await barriers(page)).toEqual([]);
      await page.emulateMedia({ colorScheme: "dark" });
      await isAtRest(page);
      expect(await barriers(page)).toEqual([]);
    });

    it("fits a screen of 360 pixels", async () => {
      const page = await open(one, "narrow");
      expect(await overhang(page)).toBe(0);
      expect(await barriers(page)).toEqual([]);
    });
  },
);

import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import type { Person } from "../../client/tests/support/people.js";
import { OPERATOR, USER } from "../../client/tests/support/server.js";
import { Market } from "../support/market.js";
import { bell, isLive, messages, Stage } from "../support/stage.js";

const OTHER = "other@example.org";
const stage = new Stage(
  {},
  { people: { [OPERATOR]: "operator", [USER]: undefined, [OTHER]: undefined } },
);
let market: Market;
let user: Person;

beforeEach(async () => {
  market = new Market(await stage.someone(OPERATOR));
  user = await stage.someone(USER);
  await user.client.api.post("/api/v1/notifications/read", { body: { up_to: 1_000_000 } });
});

const watch = (id: string, notes?: string) =>
  user.client.api.post("/api/v1/watchlist", { body: { property_id: id, notes: notes ?? null } });
const row = (page: Page, text: string) =>
  page.locator("main").getByRole("listitem").filter({ hasText: text });

/** Another tab of the same browser. */
async function tab(page: Page, path: string): Promise<Page> {
  const other = await page.context().newPage();
  await other.goto(path);
  await isLive(other);
  return other;
}

describe("a property that is watched", () => {
  it("changes in every tab, and is told of once in each", async () => {
    const { id, street } = await market.add();
    await watch(id);
    const page = await stage.person(USER, { path: "/watchlist" });
    const other = await tab(page, "/watchlist");
    for (const each of [page, other]) await row(each, street).getByText("$100,000").waitFor();
    await bell(other, 0);
    await market.change(id, { auction_date: "2031-03-10", opening_bid: 123_456 });
    const told = new RegExp(`^Auction postponed to Mon, 10 Mar 2031: ${street}, Reno`);
    await Promise.all(
      [page, other].flatMap((each) => [
        row(each, street).getByText("$123,456").waitFor(),
        row(each, street).getByText("Mar 10, 2031").waitFor(),
        each.getByRole("region", { name: "Messages" }).getByText(told).waitFor(),
        bell(each, 1),
      ]),
    );
    // What comes after it shows that nothing came twice before it.
    await market.tell(user.user.id, "The next");
    for (const each of [page, other]) {
      await bell(each, 2);
      expect(await messages(each)).toEqual([expect.stringMatching(told)]);
    }
    await page.getByRole("button", { name: "Open" }).click();
    await page.waitForURL(`/properties/${id}`);
    await page.getByRole("heading", { name: street, level: 1 }).waitFor();
  });

  it("is put on the list and off it again, in every tab", async () => {
    const { id, street } = await market.add();
    const page = await stage.person(USER, { path: `/properties/${id}` });
    const other = await tab(page, "/watchlist");
    await page.getByRole("button", { name: "Watch", exact: true }).click();
    await row(other, street).waitFor();
    await page.getByRole("button", { name: "Watching" }).click();
    await row(other, street).waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Undo" }).click();
    await row(other, street).waitFor();
  });
});

describe("an alert around a place", () => {
  it("tells of a property inside, and not of one outside", async () => {
    const page = await stage.person(USER, { path: "/alerts/new" });
    await page.getByLabel("Name").fill("Near the river");
    await page.getByLabel("Around: latitude").fill("39.53");
    await page.getByLabel("Longitude").fill("-119.81");
    await page.getByLabel("Radius (miles)").fill("5");
    await page.getByRole("button", { name: "Create the alert" }).click();
    await page.waitForURL("/alerts");
    await page.getByRole("link", { name: /Near the river/ }).waitFor();
    const outside = await market.add({ latitude: 39.7, longitude: -119.81 });
    const inside = await market.add({ latitude: 39.55, longitude: -119.81 });
    await bell(page, 1);
    await page
      .getByRole("link", { name: /^Notifications, 1 unread/ })
      .first()
      .click();
    await page.getByRole("link", { name: new RegExp(`New match: ${inside.street}`) }).waitFor();
    expect(await row(page, outside.street).count()).toBe(0);
  });
});

describe("the bell", () => {
  it("says the same in two tabs, whatever is done in one", async () => {
    const page = await stage.person(USER, { path: "/notifications" });
    const other = await tab(page, "/watchlist");
    for (const title of ["First", "Second", "Third"]) await market.tell(user.user.id, title);
    for (const each of [page, other]) await bell(each, 3);
    await page.getByRole("button", { name: "Mark read: Second" }).click();
    for (const each of [page, other]) await bell(each, 2);
    await page.getByRole("button", { name: "Dismiss: Third" }).click();
    for (const each of [page, other]) await bell(each, 1);
    await other.goto("/notifications");
    await row(other, "Second").waitFor();
    expect(await row(other, "Third").count()).toBe(0);
    await other.getByRole("button", { name: "Mark all read" }).click();
    for (const each of [page, other]) await bell(each, 0);
    await market.tell(user.user.id, "Fourth", { priority: "high" });
    for (const each of [page, other]) await bell(each, 1);
  });
});

describe("what people write", () => {
  const SCRIPT = "<script>alert(1)</script>";
  const IMAGE = "<img src=x onerror=alert(2)>";

  it("stays text on every page that shows it", async () => {
    const { id, street } = await market.add({
      street: `7 Elm ${IMAGE}`,
      city: SCRIPT,
      description: SCRIPT,
    });
    await watch(id, `${SCRIPT}${IMAGE}`);
    await user.client.api.post("/api/v1/alerts", { body: { name: IMAGE, cities: [SCRIPT] } });
    await market.tell(user.user.id, SCRIPT, { body: IMAGE, priority: "high" });
    const page = await stage.person(USER, { path: "/watchlist" });
    await page.getByText(`${SCRIPT}${IMAGE}`).waitFor();
    for (const [path, text] of [
      ["/", street],
      ["/properties", street],
      [`/properties/${id}`, SCRIPT],
      ["/alerts", IMAGE],
      ["/notifications", IMAGE],
    ] as const) {
      await page.goto(path);
      await page.locator("main").getByText(text).first().waitFor();
    }
    await isLive(page);
    await market.change(id, { auction_date: "2031-05-05" });
    await page.goto(`/properties/${id}`);
    await page.getByRole("heading", { name: street, level: 1 }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search or go to" }).fill("7 Elm");
    await page.getByRole("option", { name: street }).waitFor();
    expect(await page.locator("img").count()).toBe(0);
  });
});

describe("what is not one's own", () => {
  it("is not found", async () => {
    const alert = await user.client.api.post("/api/v1/alerts", { body: { name: "Mine" } });
    stage.expect(/status of 404 .*\/api\/v1\/alerts\//, /status of 404 .*\/api\/v1\/properties\//);
    const page = await stage.person(OTHER, { path: "/alerts" });
    for (const path of [`/alerts/${alert.id}`, `/properties/${alert.id}`]) {
      await page.goto(path);
      await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
      expect(await page.getByText("Mine").count()).toBe(0);
    }
    await page.goto("/alerts/none-at-all");
    await page.getByRole("heading", { name: "There is nothing at this address" }).waitFor();
  });
});

describe("preferences", () => {
  it("are kept, and shown in another tab at once", async () => {
    const page = await stage.person(USER, { path: "/settings/notifications" });
    const other = await tab(page, "/settings/notifications");
    const cell = (one: Page) => one.getByRole("checkbox", { name: "Alerts: E-mail" });
    await cell(other).waitFor();
    const patched = page.waitForResponse((response) => response.request().method() === "PATCH");
    await cell(page).click();
    expect((await patched).status()).toBe(200);
    await expect.poll(() => cell(other).isChecked()).toBe(false);
    await page.reload();
    await cell(page).waitFor();
    expect(await cell(page).isChecked()).toBe(false);
    const { matrix } = await user.client.api.get("/api/v1/notification-preferences");
    expect(matrix?.property_alert).toMatchObject({ email: false, push: true });
  });

  it("choose how the app looks, here and in another tab", async () => {
    const page = await stage.person(USER, { path: "/settings/appearance", colorScheme: "light" });
    const other = await tab(page, "/watchlist");
    const lightness = (one: Page) =>
      one.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const light = await lightness(other);
    await page.getByRole("radio", { name: "Dark" }).check();
    await expect.poll(() => lightness(other)).not.toBe(light);
    await other.reload();
    await isLive(other);
    expect(await lightness(other)).toBe(await lightness(page));
  });
});

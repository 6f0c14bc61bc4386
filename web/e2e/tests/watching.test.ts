import type { Page } from "playwright-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
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
  const fit = (page: Page, many: number) =>
    page.getByText(new RegExp(`^Would fit now${many}propert`)).waitFor();
  const here = (page: Page) => page.getByText("Within 5 mi of Reno, NV").waitFor();
  let middle: string;

  beforeAll(async () => {
    const operator = new Market(await stage.someone(OPERATOR));
    ({ street: middle } = await operator.add({ latitude: 39.53, longitude: -119.81 }));
    await operator.add({ city: "Sparks", latitude: 39.63, longitude: -119.81 });
  });

  /** Names the place as people do. */
  async function choose(page: Page, button: string, place: string): Promise<void> {
    await page.getByRole("button", { name: button }).click();
    const dialog = page.getByRole("dialog", { name: "Near a place" });
    await dialog.getByLabel("Place").fill(place);
    await dialog.getByLabel("At most so far away").selectOption("5 miles");
    await dialog.getByRole("button", { name: "Use this place" }).click();
    await dialog.waitFor({ state: "detached" });
  }

  it("tells of a property inside, and not of one outside", async () => {
    const page = await stage.person(USER, { path: "/alerts/new" });
    await page.getByLabel("Name").fill("Near the river");
    await choose(page, "Near a place", "reno, nv");
    await here(page);
    await fit(page, 1);
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
    expect(await row(page, middle).count()).toBe(0);
  });

  it("shows its place when it is opened again, until that is taken away", async () => {
    const place = { latitude: 39.535, longitude: -119.815, radius_miles: 5 };
    const body = { name: "Downtown", ...place, is_active: false };
    const { id } = await user.client.api.post("/api/v1/alerts", { body });
    const saved = () => user.client.api.get("/api/v1/alerts/{id}", { path: { id } });
    const page = await stage.person(USER, { path: `/alerts/${id}` });
    await here(page);
    await page.getByText("39.5350, -119.8150", { exact: true }).waitFor();
    // Another distance alone does not move it to the middle of the city.
    await page.getByRole("button", { name: "Change the place" }).click();
    const dialog = page.getByRole("dialog", { name: "Near a place" });
    expect(await dialog.getByLabel("Place").inputValue()).toBe("Reno, NV");
    await dialog.getByLabel("At most so far away").selectOption("10 miles");
    await dialog.getByRole("button", { name: "Use this place" }).click();
    await page.getByText("Within 10 mi of Reno, NV").waitFor();
    await page.getByRole("button", { name: "Save the changes" }).click();
    await page.waitForURL("/alerts");
    expect(await saved()).toMatchObject({ ...place, radius_miles: 10 });

    await page.getByRole("link", { name: /Downtown/ }).click();
    await choose(page, "Change the place", "10.5, -20");
    await page.getByText("Within 5 mi of 10.5000, -20.0000").waitFor();
    await fit(page, 0);
    await page.getByRole("button", { name: "No place" }).click();
    await page.getByRole("button", { name: "Near a place" }).waitFor();
    await page.getByRole("button", { name: "Save the changes" }).click();
    await page.waitForURL("/alerts");
    expect((await saved()).latitude ?? null).toBeNull();
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

import type { Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import { OPERATOR, USER } from "../../client/tests/support/server.js";
import { Market } from "../support/market.js";
import { bell, isLive, messages, Stage } from "../support/stage.js";
import { UNREACHABLE } from "../support/watcher.js";

const stage = new Stage({ OPENBELL_RATE_WRITE: "off" });
let market: Market;

beforeEach(async () => {
  market = new Market(await stage.someone(OPERATOR));
});

const NO_NETWORK = /WebSocket connection to '[^']+\/ws' failed: .*ERR_INTERNET_DISCONNECTED/;

const banner = (page: Page) => page.getByRole("region", { name: "Connection" });
const isOffline = (page: Page) =>
  page
    .locator("header")
    .getByRole("button", { name: /^Offline/ })
    .waitFor();

const rowOf = (page: Page, text: string) =>
  page.locator("main").getByRole("listitem").filter({ hasText: text });

/** Opens a page that watches a property. */
async function watching(): Promise<{ page: Page; id: string; street: string }> {
  const { id, street } = await market.add();
  const { client } = await stage.someone(USER);
  await client.api.post("/api/v1/notifications/read", { body: { up_to: 1_000_000 } });
  await client.api.post("/api/v1/watchlist", { body: { property_id: id } });
  const page = await stage.person(USER, { path: "/watchlist" });
  await page.getByRole("link", { name: street }).waitFor();
  return { page, id, street };
}

describe("a browser without a network", () => {
  it("says so, keeps what it shows, and catches up", async () => {
    stage.expect(NO_NETWORK);
    const { page, id, street } = await watching();
    const context = page.context();
    await context.setOffline(true);
    // Long before the next heartbeat.
    await page.locator("header").getByText("Offline").waitFor({ timeout: 10_000 });
    await banner(page).waitFor();
    const row = rowOf(page, street);
    await row.getByText("$100,000").waitFor();
    await market.change(id, { opening_bid: 90_000 });
    await context.setOffline(false);
    await isLive(page);
    await row.getByText("$90,000").waitFor();
    await banner(page).waitFor({ state: "detached" });
    expect(await messages(page)).toEqual([]);
  });

  it("reads a page anew when too much has happened to be told one by one", async () => {
    stage.allow(NO_NETWORK);
    const { id, street } = await market.add();
    const page = await stage.person(USER, { path: `/properties/${id}` });
    const title = page.getByRole("heading", { name: street, level: 1 });
    await title.waitFor();
    await page.context().setOffline(true);
    await isOffline(page);
    // The server replays a thousand changes of one topic.
    for (let n = 0; n <= 1_000; n += 50) {
      const bids = Array.from({ length: 50 }, (_, more) => 200_000 + n + more);
      await Promise.all(bids.map((opening_bid) => market.change(id, { opening_bid })));
    }
    // In the end all that frames say is as it was, and what has changed is said by none.
    await market.change(id, { opening_bid: 100_000, description: "With a new roof" });
    await page.context().setOffline(false);
    await isLive(page);
    await page.getByText("With a new roof", { exact: true }).waitFor();
    expect(await page.getByText("Changed while you were here").count()).toBe(0);
    await market.change(id, { opening_bid: 300_000 });
    await page.getByText("$300,000").first().waitFor();
    await page.getByText("Changed while you were here").waitFor();
  });
});

describe("a server that is killed and started again", () => {
  it("is missed in the pill and after 5 s in a banner, and nothing is lost or told twice", async () => {
    stage.allow(UNREACHABLE);
    const { page, id, street } = await watching();
    // A row that has changed is read again once it has come to rest.
    const read = page.waitForResponse((response) => response.url().endsWith(`/properties/${id}`));
    await market.change(id, { auction_date: "2031-03-10" });
    await read;
    const row = rowOf(page, street);
    await row.getByText("Mar 10, 2031").waitFor();
    await bell(page, 1);
    const began = Date.now();
    await stage.server.kill();
    await isOffline(page);
    await banner(page)
      .getByText(/^No connection since/)
      .waitFor();
    expect(Date.now() - began).toBeGreaterThan(4_900);
    // The page must not be back before there is something that it missed.
    await page.context().setOffline(true);
    await stage.server.up();
    await market.change(id, { auction_date: "2031-03-17", opening_bid: 123_456 });
    await page.context().setOffline(false);
    await isLive(page);
    await row.getByText("Mar 17, 2031").waitFor();
    await row.getByText("$123,456").waitFor();
    await banner(page).waitFor({ state: "detached" });
    await bell(page, 2);
    await page.getByRole("link", { name: /^Notifications, 2 unread/ }).click();
    await page.getByRole("heading", { name: "Notifications", level: 1 }).waitFor();
    const told = await rowOf(page, street).allInnerTexts();
    expect(told.map((text) => text.match(/postponed to (.*):/)?.[1])).toEqual([
      "Mon, 17 Mar 2031",
      "Mon, 10 Mar 2031",
    ]);
  });
});

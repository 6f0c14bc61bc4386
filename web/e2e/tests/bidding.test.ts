import type { Page, WebSocketRoute } from "playwright-core";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Person } from "../../client/tests/support/people.js";
import { ADMIN, OPERATOR, USER } from "../../client/tests/support/server.js";
import { Auctions, bid, coins, inSeconds } from "../support/auctions.js";
import { barriers, overhang } from "../support/axe.js";
import { tabTo } from "../support/keys.js";
import { isLive, Stage } from "../support/stage.js";
import { UNREACHABLE } from "../support/watcher.js";

const OTHER = "other@example.org";
const POOR = "poor@example.org";
const stage = new Stage(
  { OPENBELL_RATE_WRITE: "off" },
  {
    people: {
      [OPERATOR]: "operator",
      [ADMIN]: "admin",
      [USER]: undefined,
      [OTHER]: undefined,
      [POOR]: undefined,
    },
  },
);

let auctions: Auctions;
let user: Person;
let other: Person;

beforeAll(async () => {
  const { api } = (await stage.someone(ADMIN)).client;
  for (const email of [USER, OTHER]) {
    const { user: one } = await stage.someone(email);
    const body = { amount: 10_000, reason: "To bid with" };
    await api.post("/api/v1/wallets/{user_id}/grant", { path: { user_id: one.id }, body });
  }
});

beforeEach(async () => {
  auctions = new Auctions(await stage.someone(OPERATOR));
  user = await stage.someone(USER);
  other = await stage.someone(OTHER);
});

const browsers = new Map<string, Promise<Page>>();

/** The browser of somebody who signs in once. */
async function at(email: string, path: string): Promise<Page> {
  const known = browsers.get(email);
  const opened = known ?? stage.person(email, { path, stays: true });
  browsers.set(email, opened);
  const page = await opened;
  if (known) await page.goto(path);
  await isLive(page);
  return page;
}

const enter = (email: string, id: string) => at(email, `/auctions/${id}`);
const amount = (page: Page) => page.getByLabel("Your maximum, in coins");
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const says = (page: Page, words: string | RegExp) =>
  page.locator("main").getByText(words).first().waitFor();
const leads = (page: Page, max: number) => says(page, `You lead, up to ${max} coins.`);
const timer = (page: Page) => page.getByRole("timer");
const board = (page: Page) =>
  page.getByRole("list", { name: "Leaderboard" }).getByRole("listitem").allInnerTexts();

/** What the live region says from now on: the next words take the place of the last. */
async function heard(page: Page): Promise<() => Promise<string[]>> {
  await page.getByRole("status").evaluate((region) => {
    const words: string[] = [];
    Reflect.set(window, "heard", words);
    const note = () => words.push(region.textContent ?? "");
    new MutationObserver(note).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
  });
  return () => page.evaluate(() => Reflect.get(window, "heard") as string[]);
}

/** The seconds that a countdown shows. */
async function secondsOn(page: Page): Promise<number> {
  const [, minutes, seconds] = /^(\d+):(\d\d)$/.exec(await timer(page).innerText()) ?? [];
  return Number(minutes) * 60 + Number(seconds);
}

/**
 * Somebody's room in another tab, which does not get the frames that a test keeps back. Each of the
 * result brings one of them late.
 */
async function apart(id: string, keeps: (frame: string) => boolean) {
  const late: (() => void)[] = [];
  const page = await (await at(USER, "/auctions")).context().newPage();
  await page.routeWebSocket(/\/ws$/, (socket: WebSocketRoute) => {
    socket.connectToServer().onMessage((frame) => {
      if (keeps(String(frame))) late.push(() => socket.send(frame));
      else socket.send(frame);
    });
  });
  await page.goto(`/auctions/${id}`);
  await isLive(page);
  return { page, late };
}

// First: nobody is to be told of anything while the server is away.
describe("a server that is killed and started again", () => {
  it("keeps a bid whose answer is lost, and does not take it twice", async () => {
    const { id } = await auctions.open();
    let loses = true;
    const { page } = await apart(id, (frame) => loses && frame.includes('"leading"'));
    await button(page, "Bid 100 coins").click();
    await button(page, "Bidding…").waitFor();
    await page
      .getByRole("list", { name: "Bids, the latest first" })
      .getByText("Bidder 1")
      .waitFor();
    stage.allow(UNREACHABLE);
    await stage.server.kill();
    await page
      .locator("header")
      .getByRole("button", { name: /^Offline/ })
      .waitFor();
    await says(page, "The connection is lost. You can bid again once it is back.");
    loses = false;
    await stage.server.up();
    await isLive(page);
    await leads(page, 100);
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(await auctions.bids(id)).toHaveLength(1);
    await button(page, "Raise my maximum to 105 coins").click();
    await leads(page, 105);
    expect(await auctions.bids(id)).toHaveLength(2);
  });
});

describe("two who bid against each other", () => {
  it("see the same, are told at once, and pay what they should", async () => {
    const [first, second] = await Promise.all([at(USER, "/auctions"), at(OTHER, "/auctions")]);
    const before = { user: await coins(user), other: await coins(other) };
    const soft_close = { window_ms: 120_000, extend_ms: 300_000 };
    const { id, title } = await auctions.open({
      title: "A duel",
      ends_at: inSeconds(90),
      soft_close,
    });
    // It comes up in a list that is open already.
    for (const page of [first, second]) await page.getByRole("link", { name: title }).click();

    await button(first, "Bid 100 coins").click();
    await leads(first, 100);
    await says(second, /^Bidder 1/);
    // A bid in the last minutes moves the end, on both screens.
    for (const page of [first, second]) {
      await says(page, /A late bid has moved the end\./);
      await expect.poll(() => secondsOn(page)).toBeGreaterThan(120);
    }

    const words = await heard(first);
    await amount(second).fill("150");
    await button(second, "Bid 150 coins").click();
    await leads(second, 150);
    await first
      .locator("main")
      .getByText("You were outbid. Your maximum was 100 coins.")
      .waitFor({ timeout: 4_000 });
    await expect.poll(words).toContain("You were outbid: A duel.");
    for (const [page, own] of [
      [first, 2],
      [second, 1],
    ] as const) {
      const lines = ["Bidder 2", "Bidder 1"].map((name, at) =>
        at + 1 === own ? `${name} (you)` : name,
      );
      await expect
        .poll(() => board(page))
        .toEqual([
          expect.stringMatching(
            new RegExp(`^1\\s+${lines[0]?.replace(/[()]/g, "\\$&")}\\s+105 coins$`),
          ),
          expect.stringMatching(
            new RegExp(`^2\\s+${lines[1]?.replace(/[()]/g, "\\$&")}\\s+100 coins$`),
          ),
        ]);
    }
    const apart = Math.abs((await secondsOn(first)) - (await secondsOn(second)));
    expect(apart).toBeLessThanOrEqual(1);

    await auctions.close(id);
    for (const page of [first, second]) await says(page, "Sold for 105 coins.");
    await says(first, /^You did not win\./);
    await says(second, "You won. 105 coins were taken from your account.");
    for (const page of [first, second]) expect(await amount(page).count()).toBe(0);
    expect(await coins(user)).toEqual(before.user);
    const { balance } = before.other;
    expect(await coins(other)).toEqual({
      balance: balance - 105,
      held: 0,
      available: balance - 105,
    });
    expect(await coins(await stage.someone(OPERATOR))).toMatchObject({ balance: 105 });
  });
});

describe("a bid", () => {
  it("that would not be taken is not offered, and the page says why", async () => {
    const { id } = await auctions.open();
    await bid(other, id, 100);
    const page = await enter(USER, id);
    await amount(page).fill("99");
    await says(page, "That is too low: at least 105 coins now.");
    expect(await button(page, "Bid 99 coins").isDisabled()).toBe(true);
    await amount(page).fill("200.5");
    await says(page, "Coins are whole. Enter an amount such as 105.");
    await button(page, "Next bid: 105 coins").click();
    await button(page, "Bid 105 coins").click();
    await leads(page, 105);
    await button(page, "+10 coins").click();
    await button(page, "Raise my maximum to 120 coins").waitFor();
    await amount(page).fill("101");
    await says(page, "Your maximum is 105 coins. It can only be raised.");
    expect(await button(page, "Raise my maximum to 101 coins").isDisabled()).toBe(true);
  });

  it("of a screen that is behind is never above what it showed", async () => {
    const { id } = await auctions.open();
    const { page } = await apart(id, (frame) => frame.includes("bid_placed"));
    await button(page, "Bid 100 coins").waitFor();
    await bid(other, id, 100);
    await button(page, "Bid 100 coins").click();
    await page
      .getByRole("alert")
      .getByText("The price has moved on: at least 105 coins now.")
      .waitFor();
    await expect.poll(() => amount(page).inputValue()).toBe("105");
    expect(await auctions.bids(id)).toHaveLength(1);
    await amount(page).fill("110");
    await expect.poll(() => page.getByRole("alert").count()).toBe(0);
  });

  it("from elsewhere shows in the room, and so does what is left to spend", async () => {
    const { id } = await auctions.open();
    const page = await enter(USER, id);
    await button(page, "Bid 100 coins").waitFor();
    for (const amount of [100, 400]) {
      await bid(user, id, amount);
      await leads(page, amount);
      const { available } = await coins(user);
      await says(page, `${available.toLocaleString("en-US")} coins available`);
    }
    await bid(other, id, 200);
    await button(page, "Raise my maximum to 405 coins").waitFor();
    await says(page, "205 coins");
    await leads(page, 400);
  });

  it("cannot be made without coins, and the page says so", async () => {
    const { id } = await auctions.open();
    const page = await stage.person(POOR, { path: `/auctions/${id}` });
    await says(page, "You have 0 coins available, which is not enough for 100 coins.");
    expect(await button(page, "Bid 100 coins").isDisabled()).toBe(true);
  });

  it("is one however often it is clicked", async () => {
    const { id } = await auctions.open();
    const page = await enter(USER, id);
    await button(page, "Bid 100 coins").dblclick();
    await leads(page, 100);
    // A hand so slow that the first click is answered before the second comes.
    await button(page, "Raise my maximum to 105 coins").dblclick({ delay: 150 });
    await leads(page, 105);
    await bid(other, id, 200);
    await says(page, "You were outbid. Your maximum was 105 coins.");
    const bids = (await auctions.bids(id)).map(({ alias }) => alias);
    expect(bids).toEqual(["Bidder 1", "Bidder 1", "Bidder 2"]);
  });

  it("can be made without a mouse", async () => {
    const { id } = await auctions.open();
    const page = await enter(USER, id);
    await tabTo(page, "Bid 100 coins");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Control+a");
    await page.keyboard.type("130");
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("Bid 130 coins");
    await page.keyboard.press("Enter");
    await leads(page, 130);
    // What one goes on from stays where it is.
    expect(await page.evaluate(() => document.activeElement?.textContent)).toMatch(/^Raise my/);
  });
});

describe("the clock", () => {
  it("is the server's, whatever the computer's says", async () => {
    const ends_at = inSeconds(1_800);
    const { id } = await auctions.open({ ends_at });
    const page = await stage.person(USER, { path: `/auctions/${id}`, clockWrongBy: 5 });
    const right = () => (Date.parse(ends_at) - Date.now()) / 1_000;
    await expect.poll(async () => Math.abs((await secondsOn(page)) - right())).toBeLessThan(2);
    await button(page, "Bid 100 coins").click();
    await leads(page, 100);
    await says(page, "just now");
  });

  it("says that it is closing until the result is there", async () => {
    const { id } = await auctions.publish();
    const { page, late } = await apart(id, (frame) => frame.includes("auction_ended"));
    await says(page, "It has not begun.");
    await auctions.begin(id, inSeconds(2));
    await timer(page).getByText("Closing…").waitFor();
    await says(page, "The time is over. Closing…");
    expect(await button(page, "Bid 100 coins").isDisabled()).toBe(true);
    await expect.poll(() => late.length).toBeGreaterThan(0);
    for (const bring of late) bring();
    await says(page, "It was not sold.");
    expect(await amount(page).count()).toBe(0);
    expect(await auctions.bids(id)).toEqual([]);
  });

  it("stands while the auction is paused", async () => {
    const { id } = await auctions.open({ ends_at: inSeconds(1_000) });
    const page = await enter(USER, id);
    await button(page, "Bid 100 coins").waitFor();
    await auctions.pause(id);
    await says(page, "It is paused. Bidding goes on when it is resumed.");
    await timer(page)
      .getByText(/^Paused, 16:\d\d left$/)
      .waitFor();
    expect(await button(page, "Bid 100 coins").isDisabled()).toBe(true);
    await auctions.resume(id);
    await button(page, "Bid 100 coins").click();
    await leads(page, 100);
  });
});

describe("a room", () => {
  it("fits a screen of 360 pixels, however one stands", async () => {
    const title = `A ${"very ".repeat(20)}long title`;
    const { id } = await auctions.open({ title, exact_bids: true, reserve: 1_000 });
    await bid(user, id, 100);
    const viewport = { width: 360, height: 740 };
    const screen = { viewport, isMobile: true, reducedMotion: "reduce" } as const;
    const page = await stage.person(USER, { path: `/auctions/${id}`, ...screen });
    const fits = async () => {
      expect(await overhang(page)).toBe(0);
      expect(await barriers(page)).toEqual([]);
    };
    await leads(page, 100);
    await fits();
    await bid(other, id, 500);
    await says(page, /^You were outbid\./);
    await fits();
    await auctions.close(id);
    await says(page, "It was not sold.");
    await fits();
  });

  it("takes who registers, and sells at a fixed price to who confirms it", async () => {
    const { id } = await auctions.open({ entry: "deposit", deposit: 50, buy_now: 400 });
    const page = await enter(USER, id);
    const before = await coins(user);
    await says(page, "To bid here, register first: 50 coins are held as a deposit.");
    expect(await button(page, "Buy it now for 400 coins").isDisabled()).toBe(true);
    await button(page, "Register with a deposit of 50 coins").click();
    await expect.poll(async () => (await coins(user)).held).toBe(before.held + 50);
    await button(page, "Buy it now for 400 coins").click();
    await page.getByRole("dialog").getByRole("button", { name: "Buy it" }).click();
    await says(page, "You won. 400 coins were taken from your account.");
    expect(await coins(user)).toMatchObject({ balance: before.balance - 400 });
  });

  it("lets seller and highest bidder agree below the reserve", async () => {
    const { id } = await auctions.open({
      seller_id: other.user.id,
      reserve: 1_000,
      decide_ms: 60_000,
    });
    const [bidder, seller] = await Promise.all([enter(USER, id), enter(OTHER, id)]);
    await says(seller, "You sell this. Sellers do not bid on their own auctions.");
    await button(bidder, "Bid 100 coins").click();
    await leads(bidder, 100);
    await auctions.close(id);
    await says(bidder, "You are the highest bidder. Your maximum stays held until then.");
    expect(await bidder.getByRole("button", { name: /^Accept/ }).count()).toBe(0);
    await seller.getByLabel("Or ask for").fill("200");
    await button(seller, "Ask for 200 coins").click();
    await says(seller, "You asked for 200 coins.");
    await button(bidder, "Accept and pay 200 coins").click();
    await says(bidder, "You won. 200 coins were taken from your account.");
    await says(seller, "You sold it. What was paid is in your account.");
  });
});

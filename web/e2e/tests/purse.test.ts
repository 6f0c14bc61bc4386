import type { Locator, Page } from "playwright-core";
import { beforeEach, describe, expect, it } from "vitest";
import type { Person } from "../../client/tests/support/people.js";
import { ADMIN, OPERATOR, USER } from "../../client/tests/support/server.js";
import { Auctions, bid, give, inSeconds } from "../support/auctions.js";
import { barriers } from "../support/axe.js";
import { isAtRest } from "../support/pages.js";
import { Stage } from "../support/stage.js";

const OTHER = "other@example.org";
const stage = new Stage(
  {},
  { people: { [ADMIN]: "admin", [OPERATOR]: "operator", [USER]: undefined, [OTHER]: undefined } },
);
let admin: Person;
let operator: Person;
let user: Person;
let other: Person;

beforeEach(async () => {
  [admin, operator, user, other] = await Promise.all([
    stage.someone(ADMIN),
    stage.someone(OPERATOR),
    stage.someone(USER),
    stage.someone(OTHER),
  ]);
});

const title = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor();
const message = (page: Page, text: string | RegExp) =>
  page.getByRole("region", { name: "Messages" }).getByText(text).waitFor();
const row = (page: Page, table: string, text: string | RegExp) =>
  page.getByRole("table", { name: table }).getByRole("row").filter({ hasText: text });
const figure = (within: Page | Locator, name: string) =>
  within.locator("dl > div").filter({ hasText: name }).locator("dd").first();
/** Waits until a figure is this. */
const shows = (within: Page | Locator, name: string, value: string) =>
  figure(within, name).getByText(value, { exact: true }).waitFor();

async function keepsNobodyOut(page: Page): Promise<void> {
  await isAtRest(page);
  expect(await barriers(page)).toEqual([]);
}

/** What somebody has that they can spend. */
async function purse({ client }: Person): Promise<{ balance: number; held: number }> {
  const { purses } = await client.api.get("/api/v1/wallet");
  const coins = purses.find(({ currency }) => currency === "COIN");
  return { balance: coins?.balance ?? 0, held: coins?.held ?? 0 };
}

/** Leaves the page by its links, and comes back. */
async function comeBack(page: Page, name: string): Promise<void> {
  await page
    .getByRole("navigation", { name: "Settings" })
    .getByRole("link", { name: "Profile" })
    .click();
  await page.getByRole("heading", { level: 2, name: "Profile" }).waitFor();
  await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name }).click();
}

/** Fills in what an act asks for, and has it done. */
async function act(
  page: Page,
  button: string,
  given: { reason?: string; word?: string; fields?: Record<string, string> },
  action = button,
): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  const dialog = page.getByRole("dialog");
  const { reason, word, fields = {} } = given;
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label).fill(value);
  if (reason) await dialog.getByLabel("Reason").fill(reason);
  const go = dialog.getByRole("button", { name: action, exact: true });
  if (word) {
    expect(await go.isDisabled()).toBe(true);
    await dialog.getByLabel(`Type “${word}” to confirm`).fill(word);
  }
  await go.click();
  await dialog.waitFor({ state: "detached" });
}

describe("coins", () => {
  it("that an admin grants are in the user's wallet, with the reason", async () => {
    const before = await purse(user);
    const page = await stage.person(USER, { path: "/settings/wallet" });
    await figure(page, "Balance").waitFor();
    const desk = await stage.person(ADMIN, { path: "/admin/users" });
    await desk.getByRole("button", { name: `Change ${USER}` }).click();
    await desk.getByRole("button", { name: "Grant…" }).click();
    const dialog = desk.getByRole("dialog", { name: `Grant to ${USER}` });
    await dialog.getByLabel("Amount").fill("1,250");
    await dialog.getByLabel("Reason").fill("For the spring sale");
    await keepsNobodyOut(desk);
    const asked = desk.waitForRequest("**/wallets/*/grant");
    await dialog.getByRole("button", { name: "Grant it" }).click();
    expect((await asked).headers()["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
    await message(desk, `${USER} has got 1,250 coins.`);
    const now = `${(before.balance + 1_250).toLocaleString("en-US")} coins`;
    await desk.getByRole("button", { name: `Change ${USER}` }).click();
    await shows(desk.getByRole("region", { name: "Wallet" }), "Balance", now);
    await keepsNobodyOut(desk);

    await comeBack(page, "Wallet");
    await shows(page, "Balance", now);
    const line = row(page, "Transfers", "For the spring sale");
    await line.getByText("Given to you").waitFor();
    await line.getByText("+1,250 coins").waitFor();
  });

  it("that cannot be granted say so at their field", async () => {
    stage.expect(/status of 422/);
    const desk = await stage.person(ADMIN, { path: "/admin/users" });
    await desk.getByRole("button", { name: `Change ${USER}` }).click();
    await desk.getByRole("button", { name: "Grant…" }).click();
    const dialog = desk.getByRole("dialog");
    await dialog.getByLabel("Amount").fill("1.5");
    await dialog.getByLabel("Reason").fill("Half a coin");
    await dialog.getByRole("button", { name: "Grant it" }).click();
    await dialog.locator("[aria-invalid]").waitFor();
    expect(await dialog.locator("[aria-invalid]").inputValue()).toBe("1.5");
  });

  it("are held while one leads, free once outbid, paid when one wins, and come back", async () => {
    await Promise.all([give(admin, user, 400), give(admin, other, 900)]);
    const [mine, sellers] = [await purse(user), await purse(operator)];
    const { id } = await new Auctions(operator).open({ title: "A brass clock" });
    const bids = await stage.person(USER, { path: "/my/bids" });
    const wallet = await bids.context().newPage();
    await wallet.goto("/settings/wallet");
    await shows(wallet, "Held", "0 coins");

    await bid(user, id, 300);
    await comeBack(wallet, "Wallet");
    await shows(wallet, "Held", "300 coins");
    await bids.reload();
    const line = row(bids, "My bids", "A brass clock");
    await line.getByText("You lead").waitFor();
    await line.getByText("300 coins", { exact: true }).waitFor();
    await line.getByText("left").waitFor();
    await keepsNobodyOut(bids);

    // Neither page is touched from here on, and both know before the notice that comes after 5 s.
    const told = () => user.client.api.get("/api/v1/notifications/unread-count");
    const toldBefore = await told();
    await bid(other, id, 350);
    await line.getByText("Outbid").waitFor();
    await shows(wallet, "Held", "0 coins");
    expect(await told()).toEqual(toldBefore);
    await bid(user, id, 400);
    await line.getByText("You lead").waitFor();
    await operator.client.api.post("/api/v1/auctions/{id}/close", {
      path: { id },
      body: { reason: "All are here" },
    });
    await line.getByText("Won", { exact: true }).waitFor();
    await line.getByText("Sold").waitFor();
    const paid = row(wallet, "Transfers", "A brass clock");
    await paid.getByText("Bought").waitFor();
    const { balance } = await purse(user);
    const price = mine.balance - balance;
    expect(price).toBeGreaterThanOrEqual(350);
    await paid.getByText(`−${price} coins`, { exact: true }).waitFor();
    const href = await paid.getByRole("link", { name: "A brass clock" }).getAttribute("href");
    expect(href).toBe(`/auctions/${id}`);

    const theirs = await stage.person(OTHER, { path: "/my/bids" });
    await row(theirs, "My bids", "A brass clock").getByText("Not won").waitFor();
    const seller = await stage.person(OPERATOR, { path: "/settings/wallet" });
    const got = row(seller, "Transfers", "A brass clock");
    await got.getByText("Sold").waitFor();
    await got.getByText(`+${price} coins`, { exact: true }).waitFor();
    const total = (sellers.balance + price).toLocaleString("en-US");
    await shows(seller, "Balance", `${total} coins`);

    await seller.goto(`/admin/auctions/${id}`);
    await act(seller, "Default", { reason: "It was never fetched", word: "default" });
    await shows(seller, "Status", "Fell through");
    await line.getByText("Won, fell through").waitFor();
    await comeBack(wallet, "Wallet");
    await row(wallet, "Transfers", "Paid back to you")
      .getByText(`+${price} coins`, { exact: true })
      .waitFor();
  });
});

describe("an auction", () => {
  it("is made by its form, led through its life, and says why in its log", async () => {
    const page = await stage.person(OPERATOR, { path: "/admin/auctions" });
    await page.getByRole("link", { name: "New auction" }).first().click();
    await title(page, "New auction");
    await page.getByRole("button", { name: "Make the draft" }).click();
    expect(await page.getByText("This is needed.").count()).toBe(3);
    await page.getByLabel("Title (needed)").fill("A ship's bell");
    await page.getByLabel("Start price (needed)").fill("200");
    await page.getByLabel("Starts").fill("2031-05-03T10:30");
    await page.getByLabel("Ends (needed)").fill("2031-05-04T10:30");
    await page.getByLabel("Late bids").selectOption("own");
    await page.getByLabel("Late is the last (minutes)").fill("3");
    await page.getByRole("button", { name: "Make the draft" }).click();
    await title(page, "A ship's bell");
    // The zone of this browser is Los Angeles.
    const id = new URL(page.url()).pathname.split("/").at(-1) ?? "";
    const made = () => operator.client.api.get("/api/v1/auctions/{id}", { path: { id } });
    expect(await made()).toMatchObject({
      status: "draft",
      ends_at: "2031-05-04T17:30:00.000Z",
      soft_close: { window_ms: 180_000, extend_ms: 120_000 },
    });

    const status = (word: string) => shows(page, "Status", word);
    await act(page, "Publish", {});
    await status("Scheduled");
    await act(page, "Start now", {});
    await status("Live");
    const asked = page.waitForRequest("**/pause");
    await act(page, "Pause", { reason: "The lights went out" });
    expect((await asked).headers()["idempotency-key"]).toMatch(/^[0-9a-f]{32}$/);
    await status("Paused");
    const log = (text: string) => row(page, "Log", text);
    await log("Paused").getByText("The lights went out").waitFor();
    await log("Paused").getByText(`${OPERATOR} (you)`).waitFor();
    await act(page, "Resume", {});
    await status("Live");
    await act(page, "Extend", {
      reason: "Somebody is late",
      fields: { Ends: "2031-05-05T10:30" },
    });
    await log("End moved").getByText("Somebody is late").waitFor();
    expect((await made()).ends_at).toBe("2031-05-05T17:30:00.000Z");
    await keepsNobodyOut(page);
    await act(page, "Cancel", { reason: "It was sold elsewhere", word: "cancel" });
    await status("Called off");
    await log("Called off").getByText("It was sold elsewhere").waitFor();
    expect(await page.getByRole("button", { name: "Cancel" }).count()).toBe(0);

    await page.goto("/admin/auctions?status=cancelled&q=ship");
    await row(page, "Auctions", "A ship's bell").getByText("Called off").waitFor();
    await page.getByLabel("Status").selectOption("draft");
    await page.getByText("No auction fits").waitFor();
    expect(new URL(page.url()).searchParams.get("status")).toBe("draft");
  });

  it("that does not make sense says so at its fields", async () => {
    stage.expect(/status of 422/);
    const page = await stage.person(OPERATOR, { path: "/admin/auctions/new" });
    await page.getByLabel("Title (needed)").fill("A cracked bell");
    await page.getByLabel("Start price (needed)").fill("200");
    await page.getByLabel("Reserve", { exact: true }).fill("100");
    await page.getByLabel("Starts").fill("2031-05-04T10:30");
    await page.getByLabel("Ends (needed)").fill("2031-05-04T09:30");
    await page.getByRole("button", { name: "Make the draft" }).click();
    await page.getByText("must not be below the start").waitFor();
    await page.getByText("must be later than the start").waitFor();
    const wrong = page.locator("[aria-invalid]");
    const names = await wrong.evaluateAll((all) => all.map((one) => one.getAttribute("name")));
    expect(names).toEqual(["reserve", "ends_at"]);
    await keepsNobodyOut(page);
  });

  it("that somebody else changed meanwhile shows both", async () => {
    stage.expect(/status of 412/);
    const { api } = operator.client;
    const { id } = await api.post("/api/v1/auctions", {
      body: { title: "A glass bell", start_price: 100, ends_at: inSeconds(3_600) },
    });
    const page = await stage.person(OPERATOR, { path: `/admin/auctions/${id}/edit` });
    await page.getByLabel("Reserve", { exact: true }).fill("250");
    await api.patch("/api/v1/auctions/{id}", { path: { id }, body: { start_price: 120 } });
    await page.getByRole("button", { name: "Save the changes" }).click();
    const clash = page.getByRole("alert");
    await clash.getByText(/Start price was 100, and is now 120/).waitFor();
    await clash.getByRole("button", { name: "Save my changes on top" }).click();
    await message(page, "A glass bell is saved.");
    const now = await api.get("/api/v1/auctions/{id}", { path: { id } });
    expect(now).toMatchObject({ start_price: 120, reserve: 250 });
  });

  it("of somebody else is made by an admin, who finds the seller", async () => {
    const page = await stage.person(ADMIN, { path: "/admin/auctions/new" });
    await page.getByLabel("Title (needed)").fill("A borrowed bell");
    await page.getByLabel("Start price (needed)").fill("10");
    await page.getByLabel("Starts").fill("2031-05-03T10:30");
    await page.getByLabel("Ends (needed)").fill("2031-05-04T10:30");
    await page.getByLabel("Find a seller by e-mail or name").fill("other@");
    await page.getByLabel("Seller", { exact: true }).selectOption({ label: OTHER });
    await page.getByRole("button", { name: "Make the draft" }).click();
    await title(page, "A borrowed bell");
    await page.locator("dl > div").filter({ hasText: "Seller" }).getByText(OTHER).waitFor();
  });

  it("lets in whom its operator approves, and loses a bid that is taken back", async () => {
    await Promise.all([give(admin, user, 500), give(admin, other, 500)]);
    const { id } = await new Auctions(operator).open({ title: "A school bell", entry: "approval" });
    const join = ({ client }: Person) =>
      client.api.post("/api/v1/auctions/{id}/registrations", { path: { id } });
    await join(user);
    await join(other);
    const path = `/admin/auctions/${id}?state=pending`;
    const page = await stage.person(OPERATOR, { path });
    const waiting = row(page, "Registrations", "Not decided");
    await waiting.nth(1).waitFor();
    const limited = waiting.first().getByRole("button", { name: /^Approve/ });
    await act(
      page,
      (await limited.getAttribute("aria-label")) ?? "",
      {
        fields: { "Up to what they may bid": "450" },
      },
      "Approve",
    );
    await waiting.nth(1).waitFor({ state: "detached" });
    const open = waiting.getByRole("button", { name: /^Approve/ });
    await act(page, (await open.getAttribute("aria-label")) ?? "", {}, "Approve");
    await page.getByText("None is in this state.").waitFor();
    await page.getByLabel("State of the registrations").selectOption("Approved");
    await row(page, "Registrations", "450 coins").waitFor();

    await bid(user, id, 200);
    await bid(other, id, 400);
    const high = await operator.client.api.get("/api/v1/auctions/{id}", { path: { id } });
    expect(high.price).toBeGreaterThan(200);
    await shows(page, "Price", `${high.price} coins`);
    const last = row(page, "Bids", "Led")
      .first()
      .getByRole("button", { name: /^Take back/ });
    const taking = (await last.getAttribute("aria-label")) ?? "";
    await act(page, taking, { reason: "A slip of the finger" }, "Take it back");
    await shows(page, "Price", "100 coins");
    await row(page, "Bids", "Taken back").waitFor();
    await row(page, "Log", "Bid taken back").getByText("A slip of the finger").waitFor();
    const bids = await stage.person(USER, { path: "/my/bids" });
    await row(bids, "My bids", "A school bell").getByText("You lead").waitFor();
  });
});

describe("somebody who is no operator", () => {
  it("is told so, and nothing is asked", async () => {
    const asked: string[] = [];
    const page = await stage.person(USER);
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.goto("/admin/auctions");
    await title(page, "You may not open this page");
    await page.getByText("It needs the role Operator; you have User.").waitFor();
    expect(asked.filter((path) => path.startsWith("/api/v1/auctions"))).toEqual([]);
  });

  it("finds wallet and bids in the command menu, and nothing to manage", async () => {
    const page = await stage.person(USER);
    await page.keyboard.press("Control+k");
    const words = page.getByRole("combobox", { name: "Search or go to" });
    await words.fill("auctions");
    expect(await page.getByRole("option", { name: "Manage auctions" }).count()).toBe(0);
    await words.fill("wallet");
    await page.getByRole("option", { name: "Wallet" }).click();
    await page.waitForURL("/settings/wallet");
    await page.getByRole("link", { name: "My bids" }).first().click();
    await title(page, "My bids");
  });
});

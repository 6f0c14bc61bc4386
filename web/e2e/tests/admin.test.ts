import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { ADMIN, OPERATOR, USER } from "../../client/tests/support/server.js";
import { barriers } from "../support/axe.js";
import { Market } from "../support/market.js";
import { isAtRest } from "../support/pages.js";
import { isLive, messages, Stage } from "../support/stage.js";
import { UNREACHABLE } from "../support/watcher.js";

const stage = new Stage(
  {},
  { people: { [ADMIN]: "admin", [OPERATOR]: "operator", [USER]: undefined } },
);

const title = (page: Page, name: string | RegExp) =>
  page.getByRole("heading", { level: 1, name }).waitFor();
const nav = (page: Page) => page.getByRole("navigation", { name: "Pages", exact: true });
const message = (page: Page, text: string | RegExp) =>
  page.getByRole("region", { name: "Messages" }).getByText(text).waitFor();
const row = (page: Page, table: string, text: string) =>
  page.getByRole("table", { name: table }).getByRole("row").filter({ hasText: text });

async function keepsNobodyOut(page: Page): Promise<void> {
  await isAtRest(page);
  expect(await barriers(page)).toEqual([]);
}

/** Types the word that an act asks for, and does it. */
async function confirm(page: Page, word: string, action: string): Promise<void> {
  const button = page.getByRole("dialog").getByRole("button", { name: action });
  expect(await button.isDisabled()).toBe(true);
  await keepsNobodyOut(page);
  await page.getByLabel(`Type “${word}” to confirm`).fill(word);
  await button.click();
}

describe("a connection", () => {
  it("appears, is closed by an admin, and does not come back by itself", async () => {
    const admin = await stage.person(ADMIN, { path: "/admin/connections" });
    await row(admin, "Connections", ADMIN).waitFor();
    expect(await row(admin, "Connections", USER).count()).toBe(0);
    const user = await stage.person(USER);
    await row(admin, "Connections", USER).getByRole("link").click();
    await title(admin, USER);
    await admin.getByRole("link", { name: /^user:/ }).waitFor();
    await admin.getByRole("button", { name: "Close it" }).click();
    await confirm(admin, "close", "Close the connection");
    await message(admin, `The connection of ${USER} is closed.`);
    await title(admin, "Connections");
    const told = "An administrator has closed this connection. It does not come back by itself.";
    const banner = user.getByRole("region", { name: "Connection" });
    await banner.getByText(told).waitFor();
    await row(admin, "Connections", USER).waitFor({ state: "detached" });

    // What makes a lost connection be tried again at once does nothing here.
    await user.evaluate(() => window.dispatchEvent(new Event("online")));
    const another = await stage.person(OPERATOR);
    await row(admin, "Connections", OPERATOR).waitFor();
    expect(await row(admin, "Connections", USER).count()).toBe(0);
    await isLive(another);
    await banner.getByText(told).waitFor();

    await banner.getByRole("button", { name: "Connect anew" }).click();
    await isLive(user);
    await row(admin, "Connections", USER).waitFor();
  });

  it("is found by its user, its topic and its path", async () => {
    const { user } = await stage.someone(USER);
    await stage.person(USER);
    const admin = await stage.person(ADMIN, { path: `/admin/connections?topic=user%3A${user.id}` });
    await row(admin, "Connections", USER).waitFor();
    expect(await row(admin, "Connections", ADMIN).count()).toBe(0);
    await admin.getByLabel("Path or address").fill("nowhere");
    await admin.getByText("No open connection fits").waitFor();
    expect(new URL(admin.url()).searchParams.get("q")).toBe("nowhere");
    await admin.getByRole("button", { name: "Show all connections" }).click();
    await row(admin, "Connections", ADMIN).waitFor();
    expect(await admin.getByLabel("Path or address").inputValue()).toBe("");
  });
});

describe("a topic", () => {
  it("is watched as it comes and as it was, and one of others is refused in words", async () => {
    const market = new Market(await stage.someone(OPERATOR));
    const { id } = await market.add();
    await market.change(id, { opening_bid: 90_000 });
    const topic = `property:${id}`;
    const path = `/admin/topics?topic=property%3A${id}`;
    const admin = await stage.person(ADMIN, { path });
    const frames = admin.getByRole("list", { name: "Frames, the newest first" });
    await frames.getByText(/90000.*from the history/).waitFor();
    await row(admin, "Topics", topic).waitFor();
    await market.change(id, { opening_bid: 80_000 });
    const live = frames.getByRole("listitem").first();
    await live.getByText("80000").waitFor();
    expect(await live.getByText("from the history").count()).toBe(0);
    await row(admin, "Topics", topic).getByText("/s").waitFor();

    const { user } = await stage.someone(USER);
    await admin.goto(`/admin/topics?topic=user:${user.id}`);
    await admin
      .getByRole("alert")
      .getByText(/may not follow/)
      .waitFor();
  });
});

describe("a schedule", () => {
  it("is told in words, and its task is done when an admin wants it", async () => {
    const admin = await stage.person(ADMIN, { path: "/admin/tasks?tab=schedules" });
    await row(admin, "Schedules", "notifications.audit").getByText("Every day").waitFor();
    const answer = admin.waitForResponse("**/admin/schedules/notifications.audit/run");
    await admin.getByRole("button", { name: "Run now: notifications.audit" }).click();
    expect((await answer).status()).toBe(202);
    await message(admin, "notifications.audit is done now, beside its usual times.");
    await admin.getByRole("link", { name: "Queues" }).click();
    await admin.getByText("Nothing is to be done").waitFor();
  });
});

describe("a role", () => {
  it("that is given or taken changes the other browser's navigation and pages", async () => {
    const user = await stage.person(USER);
    expect(await nav(user).getByRole("link", { name: "Sources" }).count()).toBe(0);
    const admin = await stage.person(ADMIN, { path: `/admin/users?q=${encodeURIComponent(USER)}` });
    const edit = async (check: boolean) => {
      await admin.getByRole("button", { name: `Change ${USER}` }).click();
      await admin.getByRole("checkbox", { name: /^Operator/ }).setChecked(check);
      await keepsNobodyOut(admin);
      await admin.getByRole("button", { name: "Save the roles" }).click();
      await message(admin, `${USER} has new roles.`);
      await admin.getByRole("button", { name: "Dismiss this message" }).click();
    };
    await edit(true);
    await row(admin, "Users", USER).getByText("Operator, User").waitFor();
    await nav(user).getByRole("link", { name: "Sources" }).click();
    await title(user, "Sources");
    await edit(false);
    await title(user, "You may not open this page");
    await nav(user).getByRole("link", { name: "Sources" }).waitFor({ state: "detached" });
  });

  it("of the last admin stays, and the refusal says why", async () => {
    stage.expect(/status of 409/);
    const admin = await stage.person(ADMIN, { path: "/admin/users" });
    await admin.getByRole("button", { name: `Change ${ADMIN}` }).click();
    const dialog = admin.getByRole("dialog");
    await dialog.getByRole("checkbox", { name: /^User/ }).check();
    await dialog.getByRole("checkbox", { name: /^Admin/ }).uncheck();
    await dialog.getByRole("button", { name: "Save the roles" }).click();
    await dialog.getByText(/the last admin who may sign in/).waitFor();
    await admin.keyboard.press("Escape");
    await row(admin, "Users", ADMIN).getByText("Admin", { exact: true }).waitFor();
  });

  it("goes with an account that is switched off, and the page there ends", async () => {
    stage.expect(/status of 401/);
    const user = await stage.person(USER);
    const admin = await stage.person(ADMIN, { path: "/admin/users" });
    await admin.getByRole("button", { name: `Change ${USER}` }).click();
    await admin.getByRole("button", { name: "Switch off…" }).click();
    await confirm(admin, "switch off", "Switch the account off");
    await row(admin, "Users", USER).getByText("Switched off").waitFor();
    await user.getByRole("heading", { name: "Sign in" }).waitFor();
    await admin.getByRole("button", { name: `Change ${USER}` }).click();
    await admin.getByRole("button", { name: "Switch on" }).click();
    await row(admin, "Users", USER).getByText("May sign in").waitFor();
  });
});

const FILE = [
  "id,address,city,state,auction date,opening bid",
  "a1,1 Import Way,Reno,NV,2031-04-01,120000",
  "a2,2 Import Way,Reno,NV,2031-04-02,much",
  "a3,3 Import Way,Reno,Nowhere,2031-04-02,90000",
  "a4,4 Import Way,Reno,NV,2031-04-03,95000",
].join("\n");

describe("an import", () => {
  it("is tried first, says which rows are bad, and brings the others in", async () => {
    const page = await stage.person(OPERATOR, { path: "/admin/import" });
    await page.getByRole("button", { name: "Check the file" }).click();
    await page.getByText("Choose a file first.").waitFor();
    await page.getByLabel(/^Choose a file/).setInputFiles({
      name: "sales.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(FILE),
    });
    await page.getByLabel("Source", { exact: true }).fill("county-sales");
    const real = page.getByRole("button", { name: "Import it" });
    expect(await real.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Check the file" }).click();
    await page.getByRole("heading", { name: "What would happen" }).waitFor();
    const bad = page.getByRole("region", { name: "Rejected rows" });
    await bad.getByRole("row").filter({ hasText: "3" }).getByText(/bid/).waitFor();
    await bad.getByRole("row").filter({ hasText: "4" }).getByText(/state/).waitFor();
    await keepsNobodyOut(page);
    await real.click();
    await page.getByRole("heading", { name: "Imported" }).waitFor();
    const figure = (name: string) =>
      page
        .locator("dl > div")
        .filter({ has: page.getByText(name, { exact: true }) })
        .locator("dd");
    expect(await figure("New").innerText()).toBe("2");
    expect(await figure("Rejected").innerText()).toBe("2");

    await page.getByRole("link", { name: "Show the sources" }).click();
    await page.getByText("county-sales").waitFor();
    await page.getByText("2 rejected", { exact: true }).waitFor();
    await nav(page).getByRole("link", { name: "Properties", exact: true }).click();
    await page.getByRole("link", { name: "1 Import Way" }).waitFor();
    await page.getByRole("link", { name: "4 Import Way" }).waitFor();
    expect(await page.getByRole("link", { name: "2 Import Way" }).count()).toBe(0);
  });

  it("that is refused says why", async () => {
    stage.expect(/status of 400/);
    const page = await stage.person(OPERATOR, { path: "/admin/import?source=county-sales" });
    await page.getByLabel(/^Choose a file/).setInputFiles({
      name: "empty.csv",
      mimeType: "text/csv",
      buffer: Buffer.from(""),
    });
    await page.getByRole("button", { name: "Check the file" }).click();
    await page.getByRole("alert").getByText("The file is empty.").waitFor();
  });
});

describe("a property", () => {
  it("that somebody else changed meanwhile shows both, and is written when one says so", async () => {
    stage.expect(/status of 412/);
    const operator = await stage.someone(OPERATOR);
    const market = new Market(operator);
    const { id, street } = await market.add();
    const page = await stage.person(OPERATOR, { path: `/admin/properties/${id}` });
    await page.getByLabel("Opening bid").fill("$75,000");
    await page.getByLabel("Venue", { exact: true }).fill("Court house");
    await market.change(id, { opening_bid: 60_000 });
    await page.getByRole("button", { name: "Save the changes" }).click();
    const clash = page.getByRole("alert");
    await clash
      .getByText(/Opening bid was 100000, and is now 60000.* You wrote \$75,000/)
      .waitFor();
    await keepsNobodyOut(page);
    await clash.getByRole("button", { name: "Save my changes on top" }).click();
    await message(page, `${street} is saved.`);
    await clash.waitFor({ state: "detached" });
    const now = await operator.client.api.get("/api/v1/properties/{id}", { path: { id } });
    expect(now).toMatchObject({ opening_bid: 75_000, venue: "Court house" });
  });

  it("is made, refused where another stands, and removed", async () => {
    stage.expect(/status of 409/);
    const page = await stage.person(OPERATOR, { path: "/admin/properties/new" });
    const fill = async () => {
      await page.getByLabel("Street (needed)").fill("77 Ledger Lane");
      await page.getByLabel("City (needed)").fill("Reno");
      await page.getByLabel("State (needed)").selectOption("NV");
    };
    await page.getByRole("button", { name: "Make the property" }).click();
    expect(await page.getByText("This is needed.").count()).toBe(3);
    await fill();
    await page.getByRole("button", { name: "Make the property" }).click();
    await title(page, "77 Ledger Lane");
    const { pathname } = new URL(page.url());

    await page.goto("/admin/properties/new");
    await fill();
    await page.getByRole("button", { name: "Make the property" }).click();
    await page.getByRole("alert").getByRole("link", { name: "Open that one" }).click();
    await page.waitForURL((url) => url.pathname === pathname);
    await page.getByRole("button", { name: "Remove" }).click();
    await confirm(page, "remove", "Remove the property");
    await title(page, "Edit properties");
    await message(page, "77 Ledger Lane is removed.");
  });
});

describe("a user without a role", () => {
  it("sees nothing of it, and is told so at its address without anything being asked", async () => {
    const asked: string[] = [];
    const page = await stage.person(USER);
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    expect(await nav(page).getByText("Administration").count()).toBe(0);
    await page.goto("/admin");
    await title(page, "You may not open this page");
    await page.getByText("It needs the role Admin or Root; you have User.").waitFor();
    await keepsNobodyOut(page);
    await page.goto("/admin/import");
    await page.getByText("It needs the role Operator; you have User.").waitFor();
    expect(asked.filter((path) => /\/api\/v1\/(admin|users|sources)/.test(path))).toEqual([]);
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").fill("administration");
    await page.getByText("Nothing fits.").waitFor();
  });

  it("as an operator finds what operators do", async () => {
    const page = await stage.person(OPERATOR);
    const links = nav(page).getByRole("link");
    const shown = (await links.allInnerTexts()).map((text) => text.trim());
    expect(shown.slice(-4)).toEqual(["Sources", "Import", "Edit properties", "Manage auctions"]);
    expect(shown).not.toContain("Overview");
    await page.goto("/admin");
    await title(page, "Sources");
    expect(await messages(page)).toEqual([]);
  });
});

describe("a server that is away", () => {
  it("leaves the overview as it was, with its age, until it is back", async () => {
    stage.allow(UNREACHABLE);
    const page = await stage.person(ADMIN, { path: "/admin/overview" });
    await page.getByText("All is well").waitFor();
    await page.getByRole("img", { name: /^Connections in the last minutes/ }).waitFor();
    await stage.server.kill();
    const old = page.getByText(/What you see is .* old/);
    await old.waitFor();
    await page.getByText("All is well").waitFor();
    await stage.server.up();
    await old.waitFor({ state: "detached" });
    await isLive(page);
    await page.getByText("All is well").waitFor();
  });
});

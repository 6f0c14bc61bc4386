import { describe, expect, it } from "vitest";
import { ADMIN, OPERATOR, USER } from "../../client/tests/support/server.js";
import { isThere } from "../support/pages.js";
import { fillIn, isLive, Stage } from "../support/stage.js";

const stage = new Stage(
  {},
  { people: { [ADMIN]: "admin", [OPERATOR]: "operator", [USER]: undefined } },
);
const LIST = "/properties?state=NV&sort=auction_date";

describe("signing in", () => {
  it("leads back to the page that was asked for, filters and all", async () => {
    const page = await stage.guest();
    await page.goto(LIST);
    await page.waitForURL(/\/login\?next=/);
    await fillIn(page, USER);
    await page.waitForURL(LIST);
    await isLive(page);
    await page.getByRole("button", { name: "Remove the filter NV" }).waitFor();
    await page.goto("/login");
    await page.waitForURL("/");
  });

  it("says what is wrong, and keeps what was typed", async () => {
    stage.expect(/status of 401 .*\/api\/v1\/auth\/session/);
    const page = await stage.guest();
    await page.goto("/login");
    await fillIn(page, USER, "not the password");
    await page.getByRole("alert").getByText("The e-mail or the password is wrong.").waitFor();
    expect(await page.getByLabel("E-mail").inputValue()).toBe(USER);
    await fillIn(page, USER);
    await page.waitForURL("/");
  });

  it("comes with an account of one's own", async () => {
    const page = await stage.guest();
    await page.goto("/login?next=%2Falerts");
    await page.getByRole("link", { name: "Register" }).click();
    await page.getByLabel("Name").fill("<b>Nell</b>");
    await page.getByLabel("E-mail").fill("nell@example.org");
    await page.getByLabel("Password").fill("a long enough one");
    await page.getByRole("button", { name: "Create the account" }).click();
    await page.waitForURL("/alerts");
    await page.getByRole("link", { name: "Home", exact: true }).click();
    await page.getByText("Signed in as <b>Nell</b>").waitFor();
  });
});

describe("signing out", () => {
  it("leads to the page to sign in, in every tab", async () => {
    // The other tab asks once more who it is.
    stage.expect(/status of 401 .*\/api\/v1\/auth\/session/);
    const page = await stage.person(USER);
    const tab = await page.context().newPage();
    await tab.goto("/");
    await isLive(tab);
    await isThere(tab, { heading: "Home" });
    await page.getByRole("button", { name: "Your account" }).click();
    const asked: string[] = [];
    page.context().on("request", (request) => asked.push(new URL(request.url()).pathname));
    await page.getByRole("menuitem", { name: "Sign out" }).click();
    await page.waitForURL(/\/login/);
    await tab.waitForURL(/\/login$/);
    // Pages that are being left ask for nothing that they may not have any more.
    const api = asked.filter((path) => path.startsWith("/api/"));
    expect([...new Set(api)]).toEqual(["/api/v1/auth/session"]);
    await page.goto("/properties");
    await page.waitForURL(/\/login\?next=/);
  });
});

describe("a session that the server ends", () => {
  it("leads to the page to sign in, and from there back", async () => {
    // Whichever request is the first to learn of it.
    stage.expect(/status of 401 .*\/api\/v1\/(auth\/session|notifications\?)/);
    const { user } = await stage.someone(USER);
    const page = await stage.person(USER, { path: LIST });
    const { client } = await stage.someone(ADMIN);
    const switchTo = (active: boolean) =>
      client.api.patch("/api/v1/users/{id}", { path: { id: user.id }, body: { active } });
    await switchTo(false);
    await page.getByText("Your session has ended. Sign in to go on.").waitFor();
    await switchTo(true);
    await fillIn(page, USER);
    await page.waitForURL(LIST);
    await isLive(page);
  });
});

import { describe, expect, it } from "vitest";
import { USER } from "../../client/tests/support/server.js";
import { fillIn, isLive, Stage } from "../support/stage.js";

const stage = new Stage();

describe("signing in", () => {
  it("leads back to the page that was asked for", async () => {
    const page = await stage.guest();
    await page.goto("/properties?state=NV&sort=auction_date");
    await page.waitForURL(/\/login\?next=/);
    await fillIn(page, USER);
    await page.waitForURL("/properties?state=NV&sort=auction_date");
    await isLive(page);
    await page.getByRole("heading", { name: "Properties", level: 1 }).waitFor();
    await page.getByLabel("State", { exact: true }).first().waitFor();
    expect(await page.getByLabel("State", { exact: true }).first().inputValue()).toBe("NV");
  });

  it("says what is wrong, and keeps what was typed", async () => {
    stage.expect(/status of 401 .*\/api\/v1\/auth\/session/);
    const page = await stage.guest();
    await page.goto("/login");
    await fillIn(page, USER, "not the password");
    await page.getByRole("alert").getByText("The e-mail or the password is wrong.").waitFor();
    expect(await page.getByLabel("E-mail").inputValue()).toBe(USER);
  });
});

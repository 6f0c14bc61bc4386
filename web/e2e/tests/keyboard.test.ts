import { describe, expect, it } from "vitest";
import { OPERATOR, PASSWORD, USER } from "../../client/tests/support/server.js";
import { barriers } from "../support/axe.js";
import { focused, tabTo } from "../support/keys.js";
import { Market } from "../support/market.js";
import { isAtRest } from "../support/pages.js";
import { isLive, Stage } from "../support/stage.js";

const stage = new Stage();

describe("without a mouse", () => {
  it("one signs in, finds a property, watches it and leaves", async () => {
    const { id, street } = await new Market(await stage.someone(OPERATOR)).add();
    const page = await stage.guest({ reducedMotion: "reduce" });
    await page.goto("/login");
    await page.getByLabel("E-mail").waitFor();
    await page.keyboard.press("Tab");
    await page.keyboard.type(USER);
    await page.keyboard.press("Tab");
    await page.keyboard.type(PASSWORD);
    await page.keyboard.press("Enter");
    await page.waitForURL("/");
    await isLive(page);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Skip to the content");
    await tabTo(page, "Properties");
    await page.keyboard.press("Enter");
    await page.waitForURL("/properties");
    await page.getByRole("link", { name: street }).waitFor();
    // The new page is where one goes on from.
    expect(await page.evaluate(() => document.activeElement?.id)).toBe("main");
    await tabTo(page, new RegExp(`^${street}`));
    await page.keyboard.press("Enter");
    await page.waitForURL(`/properties/${id}`);
    await page.getByRole("heading", { name: street, level: 1 }).waitFor();
    await tabTo(page, "Watch");
    await page.keyboard.press("Space");
    await page.getByRole("button", { name: "Watching", pressed: true }).waitFor();
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox", { name: "Search or go to" }).waitFor();
    await page.keyboard.type("watchl");
    await page.keyboard.press("Enter");
    await page.waitForURL("/watchlist");
    await page.getByRole("link", { name: street }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("sign out");
    await page.getByRole("option", { name: "Sign out", selected: true }).waitFor();
    await page.keyboard.press("Enter");
    await page.waitForURL(/\/login/);
  });

  it("every stop is seen", async () => {
    const page = await stage.person(USER, { path: "/properties" });
    await page.getByRole("heading", { name: "Properties", level: 1 }).waitFor();
    const seen: string[] = [];
    for (let n = 0; n < 25; n += 1) {
      await page.keyboard.press("Tab");
      const hidden = await page.evaluate(() => {
        const it = document.activeElement;
        if (it === null || it === document.body) return "";
        const { outlineStyle, outlineWidth } = getComputedStyle(it);
        const drawn = outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 1;
        return drawn ? "" : it.outerHTML.slice(0, 160);
      });
      if (hidden !== "") seen.push(hidden);
    }
    expect(seen).toEqual([]);
  });

  it("what opens takes the focus, closes with Escape and gives it back", async () => {
    const page = await stage.person(USER, { path: "/properties", reducedMotion: "reduce" });
    for (const [opener, role] of [
      ["Filters", "dialog"],
      ["Your account", "menu"],
      ["Search or go to… Ctrl K", "dialog"],
    ] as const) {
      const from = page.getByRole("button", { name: opener });
      const name = await from.evaluate((it) => it.getAttribute("aria-label") ?? it.textContent);
      await from.focus();
      await page.keyboard.press("Enter");
      const opened = page.getByRole(role);
      await opened.waitFor();
      await expect
        .poll(() => opened.evaluate((it) => it.contains(document.activeElement)))
        .toBe(true);
      await isAtRest(page);
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press("Escape");
      await opened.waitFor({ state: "detached" });
      await expect.poll(() => focused(page)).toBe(name);
    }
  });
});

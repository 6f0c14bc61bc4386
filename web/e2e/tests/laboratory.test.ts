import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { OPERATOR, USER } from "../../client/tests/support/server.js";
import { Market } from "../support/market.js";
import { Stage } from "../support/stage.js";

const stage = new Stage();

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
/** What came of the last try. */
const outcome = (page: Page, text: string | RegExp) =>
  page.getByRole("list", { name: "What came of it" }).getByRole("listitem").first().getByText(text);
const line = (page: Page, state: string) =>
  page.locator("section", { hasText: "Drop the line" }).getByText(state, { exact: true });
const counter = (page: Page, name: string, value: number) =>
  page.locator("dl div", { hasText: name }).getByText(String(value), { exact: true });
const frames = (page: Page) => page.getByRole("list", { name: "Frames" });

describe("the socket laboratory", () => {
  it("connects, gets answers, and drops and regains the line", async () => {
    const page = await stage.person(USER, { path: "/dev/socket" });
    await line(page, "Live").waitFor();
    await page.getByLabel("Message").fill("Round and back");
    await button(page, "Send an echo").click();
    await outcome(page, /^\d+ ms: .*Round and back/).waitFor();
    await button(page, "Ping").click();
    await outcome(page, /^\d+ ms: .*pong/).waitFor();
    await button(page, "Who am I?").click();
    await outcome(page, /"authenticated":true/).waitFor();
    await frames(page).getByText("Round and back").first().waitFor();
    await button(page, "Drop the line").click();
    await counter(page, "Connections", 2).waitFor();
    await line(page, "Live").waitFor();
    await button(page, "Send an echo").click();
    await outcome(page, /^\d+ ms: .*Round and back/).waitFor();
    await button(page, "Clear").click();
    await frames(page).getByText("Round and back").first().waitFor({ state: "detached" });
  });

  it("sends what may wait when the line is back, and says at once what may not", async () => {
    const page = await stage.person(USER, { path: "/dev/socket" });
    await line(page, "Live").waitFor();
    await button(page, "Close").click();
    await line(page, "Closed").waitFor();
    await button(page, "Send an echo").click();
    await outcome(page, /^(offline|closed)$/).waitFor();
    await page.getByLabel("May wait while the line is down").check();
    await button(page, "Connect").click();
    await line(page, "Live").waitFor();
    await page.getByLabel("Message").fill("Patience");
    // In one go, so that the line is not back before the message is sent.
    await page.evaluate(() => {
      const press = (name: string) =>
        [...document.querySelectorAll("button")].find((one) => one.textContent === name)?.click();
      press("Drop the line");
      press("Send an echo");
    });
    await outcome(page, /^\d+ ms: .*Patience/).waitFor();
  });

  it("follows a topic over a dropped line without a gap", async () => {
    const market = new Market(await stage.someone(OPERATOR));
    const { id } = await market.add();
    const page = await stage.person(USER, { path: "/dev/socket" });
    await line(page, "Live").waitFor();
    await page.getByLabel("Socket").selectOption("/ws");
    await line(page, "Live").waitFor();
    await page.getByLabel("Topic").fill(`property:${id}`);
    await button(page, "Follow it").click();
    await outcome(page, /^live, at \d+, 0 events$/).waitFor();
    await market.change(id, { opening_bid: 1 });
    await outcome(page, /^live, at \d+, 1 events$/).waitFor();
    await button(page, "Drop the line").click();
    await market.change(id, { opening_bid: 2 });
    await outcome(page, /^live, at \d+, 2 events$/).waitFor();
    await button(page, "Leave it").click();
    await market.change(id, { opening_bid: 3 });
    await button(page, "Ping").click();
    await outcome(page, /^\d+ ms: .*pong/).waitFor();
    expect(await frames(page).getByText('"newValue":"3').count()).toBe(0);
    await counter(page, "Connections", 2).waitFor();
    for (const name of ["Gaps", "Duplicates", "Malformed"]) await counter(page, name, 0).waitFor();
  });
});

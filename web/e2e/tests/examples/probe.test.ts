import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, it } from "vitest";
import { OPERATOR, USER } from "../../../client/tests/support/server.js";
import { example, watched } from "../../support/examples.js";
import { Market } from "../../support/market.js";
import { Stage } from "../../support/stage.js";

const stage = new Stage();

/** The page as a file, beside no server of its own. */
async function probe(): Promise<Page> {
  const page = await stage.guest();
  await page.goto(pathToFileURL(example("probe.html")).href);
  await page.getByLabel("Socket").fill(`${stage.server.url.replace("http", "ws")}/ws/test/`);
  return page;
}

const press = (page: Page, name: string) => page.getByRole("button", { name }).click();
const isOpen = (page: Page) => page.getByRole("status").getByText("State: open").waitFor();
const logged = (page: Page, text: string | RegExp) =>
  page.getByRole("log").getByText(text).first().waitFor();

describe("probe.html", () => {
  it("echoes and measures a round trip without a token", async () => {
    const page = await probe();
    await press(page, "Ping");
    await logged(page, "! not connected");
    await press(page, "Connect");
    await isOpen(page);
    await logged(page, /← .*connection_established/);
    await page.getByLabel("Message").fill("<b>what comes back</b>");
    await press(page, "Echo");
    await logged(page, /← .*"type":"echo","message":"<b>what comes back<\/b>"/);
    await press(page, "Ping");
    await page
      .getByRole("status")
      .getByText(/round trip \d+\.\d ms/)
      .waitFor();
  });

  it("resumes after a drop with what came meanwhile, and shows no token", async () => {
    const market = new Market(await stage.someone(OPERATOR));
    const user = await stage.someone(USER);
    const house = await watched(market, user, "5 Probe St");
    const page = await probe();
    await page.getByLabel("Access token").fill(user.tokens.access);
    await press(page, "Connect");
    await logged(page, /← .*"type":"ack","id":"connect"/);
    await page.getByLabel("Topic").fill(`property:${house.id}`);
    await press(page, "Subscribe");
    await logged(page, /← .*"type":"subscribed".*"recovered":false/);
    await house.setBid(2);
    await page.getByRole("status").getByText("events 1").waitFor();

    await press(page, "Drop");
    await page.getByRole("status").getByText("State: closed").waitFor();
    await house.setBid(3);
    await house.setBid(4);
    await press(page, "Resume");
    await logged(page, /← .*"type":"subscribed".*"recovered":true/);
    await page.getByRole("status").getByText("events 3").waitFor();
    await house.setBid(5);
    const counted = "events 4 · duplicates dropped 0 · missing 0";
    await page.getByRole("status").getByText(counted).waitFor();
    const log = await page.getByRole("log").innerText();
    expect(log).toContain('"token":"…"');
    expect(log).not.toContain(user.tokens.access);
  });

  it("says why a socket was closed", async () => {
    const page = await probe();
    await page.getByLabel("Access token").fill("nonsense");
    await press(page, "Connect");
    await page.getByRole("status").getByText("State: closed (4001)").waitFor();
    await logged(page, /! closed: 4001/);
  });
});

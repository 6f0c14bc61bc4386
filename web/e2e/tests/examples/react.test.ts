import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, type PreviewServer, preview } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATOR, PASSWORD, USER } from "../../../client/tests/support/server.js";
import { example, watched } from "../../support/examples.js";
import { Market } from "../../support/market.js";
import { Stage } from "../../support/stage.js";
import { UNREACHABLE } from "../../support/watcher.js";

const stage = new Stage();
const outDir = mkdtempSync(join(tmpdir(), "openbell-example-"));
let pages: PreviewServer;

beforeAll(async () => {
  process.env.OPENBELL_SERVER = stage.server.url;
  const config = {
    configFile: example("react/vite.config.mts"),
    // The proxy would write to the log that the server is away, as it is meant to be.
    logLevel: "silent" as const,
    build: { outDir, emptyOutDir: true },
    preview: { host: "127.0.0.1", port: 0 },
  };
  await build(config);
  pages = await preview(config);
});
afterAll(async () => {
  await pages?.close();
  rmSync(outDir, { recursive: true, force: true });
});

describe("the React page", () => {
  it("has at most 60 lines", () => {
    const lines = readFileSync(example("react/main.tsx"), "utf8").trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(60);
  });

  it("signs in, shows the watchlist and each change, over a restart of the server", async () => {
    stage.expect(/status of 401 .*\/api\/v1\/auth\/login/, UNREACHABLE);
    const market = new Market(await stage.someone(OPERATOR));
    const house = await watched(market, await stage.someone(USER), "6 React Rd");
    const page = await stage.guest();
    await page.goto(pages.resolvedUrls?.local[0] ?? "");
    await page.getByLabel("E-mail").fill(USER);
    await page.getByLabel("Password").fill("not the password");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").getByText(/\w/).waitFor();

    await page.getByLabel("E-mail").fill(USER);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("status").getByText("Connection: open").waitFor();
    const row = page.getByLabel("Watched").getByRole("listitem");
    await row.getByText("6 React Rd, Reno").waitFor();
    await house.setBid(2);
    const changes = page.getByLabel("Changes").getByRole("listitem");
    await changes.getByText('"openingBidChanged":{"old":1,"new":2,').waitFor();
    await row.getByText("6 React Rd, Reno: 2031-03-03, 2").waitFor();

    const failed = page.waitForEvent("console", (message) => UNREACHABLE.test(message.text()));
    await stage.server.kill();
    await page.getByRole("status").getByText("Connection: waiting").waitFor();
    await failed;
    await stage.server.up();
    await house.setBid(3);
    await page.getByRole("status").getByText("Connection: open").waitFor();
    await row.getByText("6 React Rd, Reno: 2031-03-03, 3").waitFor();
    await house.setBid(4);
    await changes.getByText('"openingBidChanged":{"old":3,"new":4,').waitFor();
    expect(await row.count()).toBe(1);
  });
});

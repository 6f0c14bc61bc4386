import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, type TestContext } from "vitest";
import { type Person, signIn } from "../../client/tests/support/people.js";
import { type Beginning, PASSWORD, Server } from "../../client/tests/support/server.js";
import { isLoaded } from "./pages.js";
import { Watcher } from "./watcher.js";

const SHOTS = fileURLToPath(new URL("../screenshots", import.meta.url));
/** Longer than anything takes on a busy machine; what has to be fast says so itself. */
const PATIENCE_MS = 20_000;

export interface GuestOptions extends BrowserContextOptions {
  /** Stays until the end of the file: a browser that is warm shows a page five times as fast. */
  stays?: boolean;
  /** How many minutes the computer's clock is ahead. */
  clockWrongBy?: number;
}

export interface PersonOptions extends GuestOptions {
  /** Where to go; the way leads over the page to sign in. */
  path?: string;
  password?: string;
}

/** What the tests of a file share: a server, a browser, and who uses it. */
export class Stage {
  private readonly watcher = new Watcher();
  private contexts: BrowserContext[] = [];
  private lasting: BrowserContext[] = [];
  private people: Person[] = [];
  private set: { server: Server; browser: Browser } | undefined;

  /** Made where the tests of a file are described; it stands when they run. */
  constructor(
    private readonly settings: Record<string, string> = {},
    private readonly beginning: Beginning = {},
  ) {
    beforeAll(() => this.begin());
    afterEach((context) => this.clear(context));
    afterAll(() => this.end());
  }

  get server(): Server {
    return this.standing.server;
  }

  /** Somebody's own browser, before signing in. */
  async guest(given: GuestOptions = {}): Promise<Page> {
    const { clockWrongBy, stays = false, ...options } = given;
    const context = await this.standing.browser.newContext({
      baseURL: this.server.url,
      viewport: { width: 1280, height: 800 },
      locale: "en-US",
      timezoneId: "America/Los_Angeles",
      ...options,
    });
    (stays ? this.lasting : this.contexts).push(context);
    context.setDefaultTimeout(PATIENCE_MS);
    await this.watcher.watch(context);
    if (clockWrongBy !== undefined) await context.addInitScript(setClock, clockWrongBy * 60_000);
    return context.newPage();
  }

  /** Somebody who signs in through the page, in a browser of their own. */
  async person(email: string, options: PersonOptions = {}): Promise<Page> {
    const { path = "/", password = PASSWORD, ...rest } = options;
    const page = await this.guest(rest);
    await page.goto(path);
    await fillIn(page, email, password);
    await page.waitForURL((url) => url.pathname + url.search === path);
    await isLive(page);
    await isLoaded(page);
    return page;
  }

  /** Somebody without a page. */
  async someone(email: string, password = PASSWORD): Promise<Person> {
    const person = await signIn(this.server, email, {}, password);
    this.people.push(person);
    return person;
  }

  /** Says that pages will complain so in this test. It is wrong if they do not. */
  expect(...patterns: RegExp[]): void {
    this.watcher.expect(...patterns);
  }

  /** Says that pages may complain so in this test, or not. */
  allow(...patterns: RegExp[]): void {
    this.watcher.allow(...patterns);
  }

  private get standing(): { server: Server; browser: Browser } {
    if (this.set === undefined) throw new Error("the stage stands when the tests run");
    return this.set;
  }

  private async begin(): Promise<void> {
    const executablePath = process.env.OPENBELL_TEST_CHROMIUM;
    if (!executablePath) throw new Error("there is no browser; use: npm --prefix web run e2e");
    // Chromium's sandbox does not work for root, and only then is it left out.
    const args = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    const browser = await chromium.launch({ executablePath, args });
    try {
      // Everybody here signs in from one address.
      const settings = { OPENBELL_RATE_AUTH: "off", ...this.settings };
      this.set = { server: await Server.start(settings, this.beginning), browser };
    } catch (error) {
      await browser.close();
      throw error;
    }
  }

  /** Ends a test: everybody leaves, and nothing may have gone wrong on any page. */
  private async clear({ task }: TestContext): Promise<void> {
    const pages = [...this.lasting, ...this.contexts].flatMap((context) => context.pages());
    const { unexpected, missing } = await this.watcher.verdict(pages);
    const errors = task.result?.errors ?? [];
    // A test that broke off did not come to all that it expected.
    const wrong = errors.length > 0 ? unexpected : [...unexpected, ...missing];
    const failed = wrong.length + errors.length > 0;
    const shots = failed ? await Promise.all(pages.map(shoot(task.fullTestName))) : [];
    await Promise.all(this.contexts.splice(0).map((context) => context.close()));
    for (const { client } of this.people.splice(0)) client.close();
    const seen = shots.map((path) => `\nscreenshot: ${path}`).join("");
    for (const error of errors) error.message += seen;
    if (wrong.length > 0) throw new Error(`pages complained:\n${wrong.join("\n")}${seen}`);
  }

  private async end(): Promise<void> {
    await this.set?.browser.close();
    await this.set?.server.remove();
  }
}

const shoot = (test: string) => async (page: Page, number: number) => {
  mkdirSync(SHOTS, { recursive: true });
  const name = test.replaceAll(/[^a-z0-9]+/gi, "-").slice(0, 120);
  const path = join(SHOTS, `${name}-${number + 1}.png`);
  await page.screenshot({ path });
  return path;
};

/** Sets a page's clock. Runs in the page. */
function setClock(aheadMs: number): void {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...given: []) {
      if (given.length === 0) super(Right.now() + aheadMs);
      else super(...given);
    }

    static override now = () => Right.now() + aheadMs;
  } as DateConstructor;
}

/** Fills in the page to sign in. */
export async function fillIn(page: Page, email: string, password = PASSWORD): Promise<void> {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Waits until the page is connected. */
export async function isLive(page: Page): Promise<void> {
  await page.locator("header").getByText("Connection: Live").waitFor();
}

/** Waits until the bell counts so many unread. */
export async function bell(page: Page, unread: number): Promise<void> {
  const name = unread === 0 ? "Notifications" : `Notifications, ${unread} unread`;
  await page.locator("header").getByRole("link", { name, exact: true }).waitFor();
}

/** The messages in the corner. */
export const messages = (page: Page): Promise<string[]> =>
  page.getByRole("region", { name: "Messages" }).getByRole("listitem").allInnerTexts();

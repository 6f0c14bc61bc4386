import type { BrowserContext, Page } from "playwright-core";

/** What a page itself gives up, by leading on or asking anew: a request, and a socket. */
const GIVEN_UP = "net::ERR_ABORTED";
const GIVEN_UP_SOCKET = /failed: WebSocket is closed before the connection is established/;

/**
 * What a page says of requests and sockets that reach no server: there is no network, nobody
 * listens, or the server dies with a connection that it has just taken.
 */
export const UNREACHABLE =
  /ERR_(INTERNET_DISCONNECTED|CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE)|failed: Connection closed before receiving a handshake response/;

/** What pages complain of: nothing of it may happen, but what a test says beforehand. */
export class Watcher {
  private readonly complaints: string[] = [];
  private readonly expected: RegExp[] = [];
  private readonly allowed: RegExp[] = [];

  async watch(context: BrowserContext): Promise<void> {
    context.on("page", (page) => this.watchPage(page));
    await context.exposeBinding("openbellViolation", (_, what: string) =>
      this.complaints.push(`policy: ${what}`),
    );
    await context.addInitScript(() => {
      document.addEventListener("securitypolicyviolation", (event) => {
        const tell = Reflect.get(window, "openbellViolation") as (what: string) => void;
        tell(`${event.violatedDirective} forbids ${event.blockedURI}`);
      });
    });
  }

  /** Says that pages will complain so in this test. It is wrong if they do not. */
  expect(...patterns: RegExp[]): void {
    this.expected.push(...patterns);
  }

  /** Says that pages may complain so in this test, as it happens: they try again at random times. */
  allow(...patterns: RegExp[]): void {
    this.allowed.push(...patterns);
  }

  /** What was not expected, and what was and did not happen; forgotten thereafter. */
  async verdict(pages: readonly Page[]): Promise<Record<"unexpected" | "missing", string[]>> {
    // What a page has logged comes before its answer; one that is being left has none.
    const ask = (page: Page) => page.evaluate(() => document.readyState).catch(() => undefined);
    await Promise.all(pages.map(ask));
    const complaints = this.complaints.splice(0);
    const expected = this.expected.splice(0);
    const known = [...expected, ...this.allowed.splice(0)];
    return {
      unexpected: complaints.filter((one) => !known.some((pattern) => pattern.test(one))),
      missing: expected
        .filter((pattern) => !complaints.some((one) => pattern.test(one)))
        .map((pattern) => `expected, but it did not happen: ${pattern}`),
    };
  }

  private watchPage(page: Page): void {
    const put = (what: string) => this.complaints.push(what);
    page.on("console", (message) => {
      if (!["error", "warning"].includes(message.type())) return;
      if (GIVEN_UP_SOCKET.test(message.text())) return;
      put(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    });
    page.on("pageerror", (error) => put(`page error: ${error.stack ?? error.message}`));
    page.on("requestfailed", (request) => {
      const why = request.failure()?.errorText ?? "";
      if (why !== GIVEN_UP) put(`request failed: ${request.method()} ${request.url()} ${why}`);
    });
    page.on("crash", () => put(`crashed: ${page.url()}`));
    page.on("dialog", (dialog) => {
      put(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }
}

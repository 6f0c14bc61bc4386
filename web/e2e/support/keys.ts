import type { Page } from "playwright-core";

/** What has the focus, as it is called. */
export const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: it } = document;
    return it?.getAttribute("aria-label") ?? it?.textContent ?? "";
  });

/** Presses Tab until something has the focus. Nobody presses it a hundred times. */
export async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  for (let n = 0; n < 100; n += 1) {
    await page.keyboard.press("Tab");
    const now = await focused(page);
    if (typeof name === "string" ? now === name : name.test(now)) return;
  }
  throw new Error(`Tab does not lead to ${name}`);
}

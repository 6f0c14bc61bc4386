import { existsSync } from "node:fs";

const APP = new URL("../../../crates/openbell/assets/index.html", import.meta.url);

/** What the tests look at has to be there. */
export function setup(): void {
  if (!existsSync(APP)) throw new Error("the web app is not built; build it with: make web");
}

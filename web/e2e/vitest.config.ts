import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here("."),
  resolve: {
    alias: {
      "@openbell/client": here("../client/src/index.ts"),
      "@openbell/react": here("../react/src/index.ts"),
      "~": here("../app/src"),
    },
  },
  test: {
    include: ["tests/**/*.test.ts"],
    globalSetup: ["support/built.ts"],
    // Each file has a server and a browser of its own: two at once are what two cores carry.
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 15_000 } },
  },
});

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: {
    // Tests look at the sources, built or not.
    alias: {
      "@openbell/client": fileURLToPath(new URL("client/src/index.ts", import.meta.url)),
      "@openbell/react": fileURLToPath(new URL("react/src/index.ts", import.meta.url)),
      "~": fileURLToPath(new URL("app/src", import.meta.url)),
    },
  },
  test: {
    include: ["{client,react,app}/tests/**/*.test.{ts,tsx}"],
    // Two cores, and the tests against the real server start one of their own. Threads that stay
    // start once a run; a process for each file takes longer than its tests, and on a busy machine
    // longer than vitest waits. No file leaves anything behind that another one could find.
    pool: "threads",
    isolate: false,
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});

// Cleans up behind tests that cannot do it themselves any more, because they were killed. It lives
// as long as its input is open: the system closes that however the other side ends.
//
// Usage: node keeper.mjs FOLDER, with a line for each server on its input: its process id when it
// starts, 0 when it has ended.
import { rmSync } from "node:fs";
import { createInterface } from "node:readline";

let running = 0;
createInterface({ input: process.stdin })
  .on("line", (line) => {
    running = Number(line);
  })
  .on("close", () => {
    try {
      if (running > 0) process.kill(running, "SIGKILL");
    } catch {
      // It is gone already.
    }
    rmSync(process.argv[2], { recursive: true, force: true, maxRetries: 5 });
  });

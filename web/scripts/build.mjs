// Builds the package in the current folder to dist/ and says how large it is.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const tsc = fileURLToPath(new URL("../node_modules/@typescript/native/bin/tsc", import.meta.url));
rmSync("dist", { recursive: true, force: true });
execFileSync(process.execPath, [tsc, "-b"], { stdio: "inherit" });

const code = readdirSync("dist", { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".js"))
  .map((name) => readFileSync(`dist/${name}`));
const bytes = Buffer.concat(code);
const kib = (length) => `${(length / 1024).toFixed(1)} KiB`;
console.log(`${code.length} modules, ${kib(bytes.length)}, ${kib(gzipSync(bytes).length)} gzipped`);

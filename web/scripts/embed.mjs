// Puts the built app where the server's binary takes it from, with its compressed forms beside it.

import { cp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const from = new URL("../app/dist/", import.meta.url);
const to = new URL("../../crates/openbell/assets/", import.meta.url);

/** Shorter files fit one packet as they are. */
const LEAST_BYTES = 1024;
/** What is compressed already gains nothing. */
const TEXT = /\.(?:css|html|js|json|map|svg|txt|webmanifest)$/;

const forms = [
  [".br", promisify(brotliCompress), { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }],
  [".gz", promisify(gzip), { level: 9 }],
];

for (const name of await readdir(to)) {
  if (name !== ".gitignore") await rm(new URL(name, to), { recursive: true });
}
await cp(from, to, { recursive: true });

let [files, bytes] = [0, 0];
for (const entry of await readdir(to, { recursive: true, withFileTypes: true })) {
  const path = `${entry.parentPath}/${entry.name}`;
  if (!entry.isFile() || entry.name === ".gitignore") continue;
  const whole = await readFile(path);
  files += 1;
  bytes += whole.length;
  if (whole.length < LEAST_BYTES || !TEXT.test(entry.name)) continue;
  for (const [suffix, compress, options] of forms) {
    const small = await compress(whole, options);
    if (small.length < whole.length) await writeFile(path + suffix, small);
  }
}
process.stdout.write(
  `${files} files, ${Math.round(bytes / 1024)} KiB, in crates/openbell/assets\n`,
);

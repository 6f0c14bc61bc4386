// Says what a first visit loads, and fails when it is more than it may be.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { gzipSync } from "node:zlib";

const LIMIT = 250 * 1000;
const kb = (bytes) => `${(bytes / 1000).toFixed(1)} kB`.padStart(10);
const gzipped = (file) => gzipSync(readFileSync(`dist/${file}`)).length;

const manifest = JSON.parse(readFileSync("dist/.vite/manifest.json", "utf8"));
const first = new Set();
/** A module and all that it imports at once. */
function take(key) {
  const chunk = manifest[key];
  if (chunk === undefined || first.has(chunk.file)) return;
  first.add(chunk.file);
  for (const css of chunk.css ?? []) first.add(css);
  for (const other of chunk.imports ?? []) take(other);
}
const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
take(entry);
// Everybody who is signed in sees the shell and the home page next.
for (const key of Object.keys(manifest)) if (/(Shell|HomePage)\.tsx$/.test(key)) take(key);

const assets = readdirSync("dist/assets").filter((name) => /\.(js|css)$/.test(name));
const rows = assets.map((name) => [`assets/${name}`, gzipped(`assets/${name}`)]);
rows.sort(([, a], [, b]) => b - a);
for (const [file, bytes] of rows) {
  const when = first.has(file) ? "first" : "later";
  if (when === "first" || bytes > 4000) console.log(kb(bytes), when, file);
}
const total = rows.filter(([file]) => first.has(file)).reduce((sum, [, bytes]) => sum + bytes, 0);
const all = rows.reduce((sum, [, bytes]) => sum + bytes, 0);
console.log(`${kb(total)} gzipped for the first load, ${kb(all).trim()} in all`);
// Only this script reads it, and the folder is what a server serves.
rmSync("dist/.vite", { recursive: true });
if (total > LIMIT) {
  console.error(`the first load may be ${kb(LIMIT).trim()}`);
  process.exit(1);
}

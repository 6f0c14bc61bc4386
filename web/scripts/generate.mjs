// Writes the types of web/client/src/generated from the documents that the server prints:
// openapi.json for REST, asyncapi.json for the frames. With --check nothing is written, and the
// exit code says whether the files are what would be written.
import { readFile, writeFile } from "node:fs/promises";
import openapiTS, { astToString } from "openapi-typescript";
import { framesSource } from "./frames.mjs";

const root = new URL("../../", import.meta.url);
const target = new URL("../client/src/generated/", import.meta.url);
const checking = process.argv.includes("--check");

const read = async (name) => JSON.parse(await readFile(new URL(name, root), "utf8"));

const head = (from) => `// Made from ${from} by \`npm run generate\`; not to be edited.\n\n`;

const rest = astToString(
  await openapiTS(await read("openapi.json"), {
    alphabetize: true,
    defaultNonNullable: false,
    emptyObjectsUnknown: true,
  }),
);
const files = {
  "rest.ts": head("openapi.json") + rest,
  "frames.ts": head("asyncapi.json") + (await framesSource(await read("asyncapi.json"))),
};

let drifted = false;
for (const [name, text] of Object.entries(files)) {
  const file = new URL(name, target);
  if (!checking) {
    await writeFile(file, text);
    continue;
  }
  const present = await readFile(file, "utf8").catch(() => "");
  if (present !== text) {
    drifted = true;
    console.error(`web/client/src/generated/${name} is not what the documents say`);
  }
}
if (drifted) {
  console.error("run `npm run generate` in web/ and commit what it writes");
  process.exit(1);
}

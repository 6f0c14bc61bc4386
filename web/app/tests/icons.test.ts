import { readFileSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { expect, test } from "vitest";
import { drawIcon } from "../scripts/icons";

const svg = readFileSync(new URL("../src/boot/icon.svg", import.meta.url), "utf8");

/** The pixels of a PNG that is not filtered, by column and row. */
function read(png: Buffer) {
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  const size = png.readUInt32BE(16);
  const begin = png.indexOf("IDAT");
  const data = inflateSync(png.subarray(begin + 4, begin + 4 + png.readUInt32BE(begin - 4)));
  const at = (x: number, y: number) => {
    const from = y * (size * 4 + 1) + 1 + x * 4;
    return [...data.subarray(from, from + 4)];
  };
  return { size, at };
}

const GROUND = [0x1c, 0x4f, 0x7c, 255];

test("the icon has round corners, a bell and its clapper", () => {
  const { size, at } = read(drawIcon(svg, { size: 64 }));
  expect(size).toBe(64);
  expect(at(0, 0)[3]).toBe(0);
  expect(at(4, 32)).toEqual(GROUND);
  expect(at(32, 43)).toEqual([255, 255, 255, 255]);
  expect(at(32, 51)).toEqual([0x8f, 0xd3, 0xf4, 255]);
  expect(at(32, 30)).toEqual(GROUND);
});

test("the icon to be cut out reaches the edges, and its bell stays where no system cuts", () => {
  const { at } = read(drawIcon(svg, { size: 64, full: true, scale: 0.9 }));
  expect(at(0, 0)).toEqual(GROUND);
  for (let y = 0; y < 64; y += 1) {
    for (let x = 0; x < 64; x += 1) {
      const isCut = Math.hypot(x + 0.5 - 32, y + 0.5 - 32) > 0.4 * 64;
      if (isCut) expect(at(x, y), `${x} ${y}`).toEqual(GROUND);
    }
  }
});

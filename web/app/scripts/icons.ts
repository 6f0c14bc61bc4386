import { crc32, deflateSync } from "node:zlib";

// Home screens want pictures of pixels. They are drawn from the icon's own SVG when the app is
// built, so that none is kept here and all look alike; of SVG this knows what that file uses.

interface Icon {
  /** Pixels along an edge. */
  size: number;
  /** To the edges, for systems that cut out a shape of their own. */
  full?: boolean;
  /** How large the picture on the ground is; systems may cut a fifth off from each side. */
  scale?: number;
}

type Rgb = readonly [number, number, number];
/** How far a point lies outside of a shape; below nought within. */
type Distance = (x: number, y: number) => number;

interface Shape {
  distance: Distance;
  color: Rgb;
}

/** The edge of the drawing in its own units. */
const EDGE = 64;

/** The icon as a PNG file. */
export function drawIcon(svg: string, { size, full = false, scale = 1 }: Icon): Buffer {
  const [ground, ...marks] = shapesOf(svg);
  if (ground === undefined) throw new Error("the icon has no ground");
  const unit = EDGE / size;
  const middle = EDGE / 2;
  const pixels = Buffer.alloc(size * (size * 4 + 1));
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column < size; column += 1) {
      const [x, y] = [(column + 0.5) * unit, (row + 0.5) * unit];
      const alpha = full ? 1 : covered(ground.distance(x, y) / unit);
      const [u, v] = [middle + (x - middle) / scale, middle + (y - middle) / scale];
      let color = ground.color;
      for (const mark of marks) {
        const part = covered((mark.distance(u, v) * scale) / unit);
        if (part > 0) color = mixed(color, mark.color, part);
      }
      pixels.set([...color, Math.round(alpha * 255)], at(size, row, column));
    }
  }
  return png(size, pixels);
}

function mixed([r, g, b]: Rgb, [red, green, blue]: Rgb, part: number): Rgb {
  const mix = (below: number, above: number) => Math.round(below + (above - below) * part);
  return [mix(r, red), mix(g, green), mix(b, blue)];
}

/** Each row begins with a byte that says how it is filtered: not at all. */
const at = (size: number, row: number, column: number) => row * (size * 4 + 1) + 1 + column * 4;

/** How much of a pixel a shape covers, from the distance of its edge in pixels. */
const covered = (distance: number) => Math.min(1, Math.max(0, 0.5 - distance));

function shapesOf(svg: string): Shape[] {
  return [...svg.matchAll(/<(rect|circle|path) ([^>]*)\/>/g)].map(([, kind, text = ""]) => {
    const attributes = new Map([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map((m) => [m[1], m[2]]));
    const number = (name: string) => Number(attributes.get(name));
    const color = rgb(attributes.get(kind === "path" ? "stroke" : "fill") ?? "");
    if (kind === "circle") {
      const [cx, cy, r] = [number("cx"), number("cy"), number("r")];
      return { color, distance: (x, y) => Math.hypot(x - cx, y - cy) - r };
    }
    if (kind === "rect") {
      const [half, radius] = [number("width") / 2, number("rx")];
      return { color, distance: roundedSquare(half, radius) };
    }
    const lines = linesOf(attributes.get("d") ?? "");
    const thick = number("stroke-width") / 2;
    const within = (axis: 0 | 1) => {
      const along = lines.flat().map((point) => point[axis]);
      const [from, to] = [Math.min(...along) - thick - 1, Math.max(...along) + thick + 1];
      return (value: number) => value > from && value < to;
    };
    const [isNearX, isNearY] = [within(0), within(1)];
    const distance: Distance = (x, y) => {
      if (!isNearX(x) || !isNearY(y)) return EDGE;
      let least = Number.POSITIVE_INFINITY;
      for (const line of lines) least = Math.min(least, squareToLine(line, x, y));
      return Math.sqrt(least) - thick;
    };
    return { color, distance };
  });
}

function rgb(text: string): Rgb {
  const hex = text.slice(1).replace(/^(.)(.)(.)$/, "$1$1$2$2$3$3");
  const [red = 0, green = 0, blue = 0] = Buffer.from(hex, "hex");
  return [red, green, blue];
}

function roundedSquare(half: number, radius: number): Distance {
  return (x, y) => {
    const [dx, dy] = [Math.abs(x - half) - half + radius, Math.abs(y - half) - half + radius];
    const outside = Math.hypot(Math.max(dx, 0), Math.max(dy, 0));
    return outside + Math.min(Math.max(dx, dy), 0) - radius;
  };
}

type Point = readonly [number, number];
type Line = readonly [from: Point, to: Point];

/** Pieces that a curve is drawn as. */
const PIECES = 16;

/** The lines of a path of `M`, `L` and `C`. */
function linesOf(d: string): Line[] {
  const lines: Line[] = [];
  let last: Point = [0, 0];
  const go = (to: Point) => {
    lines.push([last, to]);
    last = to;
  };
  for (const [, command, rest = ""] of d.matchAll(/([A-Z])([^A-Z]*)/g)) {
    const [a = 0, b = 0, c = 0, e = 0, x = 0, y = 0] = rest.trim().split(/[ ,]+/).map(Number);
    if (command === "M") last = [a, b];
    else if (command === "L") go([a, b]);
    else if (command === "C") {
      const from = last;
      const mix = (t: number, i: 0 | 1) => {
        const [p, q, r, s] = [from[i], [a, b][i] ?? 0, [c, e][i] ?? 0, [x, y][i] ?? 0];
        const rest = 1 - t;
        return p * rest ** 3 + 3 * q * rest ** 2 * t + 3 * r * rest * t ** 2 + s * t ** 3;
      };
      for (let i = 1; i <= PIECES; i += 1) go([mix(i / PIECES, 0), mix(i / PIECES, 1)]);
    } else throw new Error(`the icon has a ${command}, which is not known here`);
  }
  return lines;
}

/** The square of a distance: a root for each of many lines takes long. */
function squareToLine([[ax, ay], [bx, by]]: Line, x: number, y: number): number {
  const [dx, dy] = [bx - ax, by - ay];
  const part = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.min(1, Math.max(0, part));
  return (x - ax - t * dx) ** 2 + (y - ay - t * dy) ** 2;
}

function png(size: number, pixels: Buffer): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  // Eight bits of red, green, blue and alpha each.
  head.set([8, 6], 8);
  return Buffer.concat([
    Buffer.from("\x89PNG\r\n\x1a\n", "latin1"),
    chunk("IHDR", head),
    chunk("IDAT", deflateSync(pixels, { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

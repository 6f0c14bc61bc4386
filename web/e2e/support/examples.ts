import { type ChildProcess, spawn } from "node:child_process";
import { connect, createServer, type Server as Listener, type Socket } from "node:net";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Person } from "../../client/tests/support/people.js";
import type { Market } from "./market.js";

/** A file of `examples/`. */
export const example = (path: string) =>
  fileURLToPath(new URL(`../../../examples/${path}`, import.meta.url));

/** Longer than anything takes on a busy machine. */
const PATIENCE_MS = 20_000;

/** An example that runs as a process of its own. */
export class Program {
  /** What it has printed. */
  readonly lines: string[] = [];
  /** What it has complained of. */
  readonly complaints: string[] = [];
  /** Its status, when it has ended by itself. */
  readonly ended: Promise<number | null>;
  private readonly child: ChildProcess;
  private readonly waiting = new Set<() => void>();

  constructor(command: string, args: string[], env: Record<string, string> = {}) {
    const child = spawn(command, args, {
      env: { PATH: process.env.PATH, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    this.read(child.stdout, this.lines);
    this.read(child.stderr, this.complaints);
    this.ended = new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => {
        resolve(code);
        this.look();
      });
    });
  }

  /** The first line that is meant, of all that were printed or will be. */
  line(pattern: RegExp, lines = this.lines): Promise<string> {
    return this.until(`line ${pattern}`, () => lines.find((line) => pattern.test(line)));
  }

  /** Waits until so many such lines were printed. */
  async count(number: number, pattern: RegExp): Promise<void> {
    const matching = () => this.lines.filter((line) => pattern.test(line));
    await this.until(`${number} lines ${pattern}`, () => matching()[number - 1]);
  }

  /** The first complaint that is meant. */
  complaint(pattern: RegExp): Promise<string> {
    return this.line(pattern, this.complaints);
  }

  /** Presses Ctrl+C, and gives the status. */
  async interrupt(): Promise<number | null> {
    this.child.kill("SIGINT");
    return this.ended;
  }

  /** Ends it however it stands. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
  }

  get output(): string {
    return [...this.lines, ...this.complaints].join("\n");
  }

  private read(stream: NodeJS.ReadableStream | null, into: string[]): void {
    if (stream === null) return;
    createInterface({ input: stream }).on("line", (line) => {
      into.push(line);
      this.look();
    });
  }

  private async until<T>(what: string, find: () => T | undefined): Promise<T> {
    const deadline = Date.now() + PATIENCE_MS;
    const timer = setTimeout(() => this.look(), PATIENCE_MS);
    try {
      for (;;) {
        const found = find();
        if (found !== undefined) return found;
        const { exitCode, signalCode } = this.child;
        if (Date.now() >= deadline || exitCode !== null || signalCode !== null) {
          throw new Error(`no ${what} in:\n${this.output}`);
        }
        await new Promise<void>((resolve) => this.waiting.add(resolve));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  private look(): void {
    for (const go of this.waiting) go();
    this.waiting.clear();
  }
}

/** A client of `examples/python`, signed in as somebody. */
export function python(file: string, server: string, email: string, password: string): Program {
  const interpreter = process.env.OPENBELL_TEST_PYTHON;
  if (!interpreter) throw new Error("there is no Python; use: scripts/python.sh");
  const account = ["--server", server, "--email", email, "--password", password];
  return new Program(interpreter, [example(`python/${file}`), ...account]);
}

/** A way to a server that can be cut and mended. */
export class Wire {
  private readonly ends = new Set<Socket>();
  private port = 0;

  private constructor(
    private readonly target: URL,
    private readonly listener: Listener,
  ) {}

  static async to(url: string): Promise<Wire> {
    const listener = createServer();
    const wire = new Wire(new URL(url), listener);
    listener.on("connection", (near) => wire.join(near));
    await wire.listen(0);
    return wire;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Breaks all that leads over it. Nothing goes over it until it is mended. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.listener.close(resolve));
    for (const end of this.ends) end.destroy();
    await closed;
  }

  async mend(): Promise<void> {
    await this.listen(this.port);
  }

  private async listen(port: number): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.listener.once("error", reject);
      this.listener.listen(port, "127.0.0.1", resolve);
    });
    const address = this.listener.address();
    if (address !== null && typeof address === "object") this.port = address.port;
  }

  private join(near: Socket): void {
    const far = connect(Number(this.target.port), this.target.hostname);
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(end);
      end.on("error", () => other.destroy());
      end.on("close", () => {
        this.ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
  }
}

/** A new property for a dollar, on somebody's watchlist. */
export async function watched(
  market: Market,
  { client }: Person,
  street: string,
): Promise<{ id: string; setBid: (dollars: number) => Promise<void> }> {
  const { id } = await market.add({ street, opening_bid: 1 });
  await client.api.post("/api/v1/watchlist", { body: { property_id: id } });
  return { id, setBid: (opening_bid) => market.change(id, { opening_bid }) };
}

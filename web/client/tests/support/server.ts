import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const BUILT = fileURLToPath(new URL("../../../../target/debug/openbell", import.meta.url));
const KEEPER = fileURLToPath(new URL("keeper.mjs", import.meta.url));
const BINARY = process.env.OPENBELL_BIN ?? BUILT;
/** A debug build on a busy machine takes its time. */
const START_TIMEOUT_MS = 25_000;
/** To make up a demonstration's properties, it takes more. */
const DEMO_TIMEOUT_MS = 100_000;

export const PASSWORD = "correct horse battery staple";
export const OPERATOR = "operator@example.org";
export const ADMIN = "admin@example.org";
export const USER = "user@example.org";
/** Those of a demonstration. */
export const DEMO = {
  investor: "investor@demo.openbell.local",
  operator: "operator@demo.openbell.local",
  admin: "admin@demo.openbell.local",
  password: "openbell-demo",
};

/** What a server begins with. */
export interface Beginning {
  /** Users by their address, with the role that they have beyond a user's. */
  people?: Record<string, string | undefined>;
  /** Made-up properties in a market that moves, and the people of `DEMO`. */
  demo?: boolean;
}

/** A server of this machine with a folder and users of its own. */
export class Server {
  private child: ChildProcess | undefined;
  private waiting: (() => void)[] = [];
  private readonly keeper: ChildProcess;

  private constructor(
    private readonly folder: string,
    private readonly port: number,
    private readonly extra: Record<string, string>,
    private readonly demo: boolean,
  ) {
    // Apart from this process and its signals: it is what cleans up after them.
    const stdio = ["pipe", "ignore", "ignore"] as const;
    this.keeper = spawn(process.execPath, [KEEPER, folder], { detached: true, stdio: [...stdio] });
  }

  static async start(
    extra: Record<string, string> = {},
    beginning: Beginning = {},
  ): Promise<Server> {
    const { people = { [OPERATOR]: "operator", [USER]: undefined }, demo = false } = beginning;
    if (!existsSync(BINARY)) {
      throw new Error(`no server at ${BINARY}: build it, or say where it is by OPENBELL_BIN`);
    }
    const server = new Server(
      mkdtempSync(join(tmpdir(), "openbell-client-")),
      await freePort(),
      extra,
      demo,
    );
    try {
      for (const [email, role] of Object.entries(people)) {
        const args = role === undefined ? [] : ["--role", role];
        server.command(["user", "add", email, ...args], PASSWORD);
      }
      await server.up();
      return server;
    } catch (error) {
      await server.remove();
      throw error;
    }
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, on the same folder and port as before, with other settings where some are given. */
  async up(changed: Record<string, string> = {}): Promise<void> {
    Object.assign(this.extra, changed);
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn(BINARY, this.demo ? ["serve", "--demo"] : ["serve"], {
      cwd: this.folder,
      env: this.environment(),
      stdio: [...stdio],
    });
    this.keeper.stdin?.write(`${child.pid}\n`);
    await listening(child, this.demo ? DEMO_TIMEOUT_MS : START_TIMEOUT_MS);
    this.child = child;
    for (const go of this.waiting.splice(0)) go();
  }

  /** Resolves when it has been started again; at once while it runs. */
  async isUp(): Promise<void> {
    if (this.child !== undefined) return;
    await new Promise<void>((resolve) => this.waiting.push(resolve));
  }

  /** Ends it as a power cut would: it cannot say a word. */
  async kill(): Promise<void> {
    await this.end("SIGKILL");
  }

  /** Asks it to go down, which it announces. */
  async drain(): Promise<void> {
    await this.end("SIGTERM");
  }

  async remove(): Promise<void> {
    await this.kill();
    const gone = new Promise((resolve) => this.keeper.once("exit", resolve));
    this.keeper.stdin?.end();
    await gone;
  }

  /** Runs a command of the same binary on the same folder. */
  command(args: string[], input: string): void {
    const options = { cwd: this.folder, env: this.environment(), input, stdio: "pipe" as const };
    execFileSync(BINARY, args, options);
  }

  private async end(signal: NodeJS.Signals): Promise<void> {
    const { child } = this;
    this.child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    await gone;
    this.keeper.stdin?.write("0\n");
  }

  private environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env.PATH,
      OPENBELL_DATA_DIR: this.folder,
      OPENBELL_LISTEN: `127.0.0.1:${this.port}`,
      OPENBELL_ARGON2_MEMORY_KIB: "64",
      OPENBELL_ARGON2_ITERATIONS: "1",
      ...this.extra,
    };
  }
}

/** Waits for the line that says that it takes connections. */
function listening(child: ChildProcess, patienceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    const fail = (why: string) => {
      child.kill("SIGKILL");
      reject(new Error(`the server ${why}:\n${lines.join("\n")}`));
    };
    const timer = setTimeout(() => fail("did not start in time"), patienceMs);
    const ended = (code: number | null) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    };
    child.once("exit", ended);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface({ input: stream }).on("line", (line) => {
        if (lines.length < 200) lines.push(line);
        if (!/listens on/.test(line)) return;
        clearTimeout(timer);
        child.off("exit", ended);
        resolve();
      });
    }
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (address !== null && typeof address === "object") resolve(address.port);
        else reject(new Error("no port"));
      });
    });
  });
}

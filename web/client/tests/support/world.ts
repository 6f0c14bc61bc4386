import { clientIn } from "../../src/client.js";
import type { Environment } from "../../src/environment.js";
import type { Frame } from "../../src/frame.js";
import type { Client, ClientOptions } from "../../src/index.js";

/** Lets everything that is ready run, promises included. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** A socket whose other end is the test. */
export class ScriptedSocket {
  readyState = 0;
  onopen: ((event: never) => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: never) => void) | null = null;
  /** What the client has sent, oldest first. */
  readonly sent: Frame[] = [];
  /** The code with which the client closed it. */
  closedWith: number | undefined;

  constructor(
    readonly url: string,
    readonly protocols: string | string[] | undefined,
  ) {}

  // ---- the client's side ----

  send(text: string): void {
    if (this.readyState !== 1) throw new Error("not open");
    this.sent.push(JSON.parse(text) as Frame);
  }

  close(code?: number): void {
    this.closedWith = code ?? 1005;
    this.readyState = 3;
  }

  // ---- the test's side ----

  /** The handshake succeeds. */
  accept(): void {
    this.readyState = 1;
    this.onopen?.(undefined as never);
  }

  /** The server says something. */
  say(...frames: object[]): void {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }

  raw(data: unknown): void {
    this.onmessage?.({ data });
  }

  /** The connection ends from the other side. */
  end(code = 1006, reason = ""): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  /** The frames of a type that were sent. */
  of(type: string): Frame[] {
    return this.sent.filter((frame) => frame.type === type);
  }

  /** The last frame of a type. */
  last(type: string): Frame {
    const frame = this.of(type).at(-1);
    if (frame === undefined) throw new Error(`no ${type} was sent`);
    return frame;
  }
}

/** Time, chance and network, all in the test's hands. */
export class World {
  steady = 1_000;
  wall = 1_700_000_000_000;
  /** What the dice show. */
  chance = 0.5;
  readonly sockets: ScriptedSocket[] = [];
  readonly reported: unknown[] = [];
  /** Answers of REST, by the test. */
  fetch: typeof fetch = () => Promise.reject(new TypeError("no network"));
  private readonly timers = new Map<number, { at: number; act: () => void }>();
  private readonly sleepers = new Set<() => void>();
  private number = 0;

  readonly environment: Environment;

  constructor() {
    const world = this;
    this.environment = {
      wallMs: () => world.wall,
      steadyMs: () => world.steady,
      random: () => world.chance,
      setTimer: (act, delayMs) => {
        world.number += 1;
        world.timers.set(world.number, { at: world.steady + Math.max(0, delayMs), act });
        return world.number;
      },
      clearTimer: (timer) => {
        world.timers.delete(timer as number);
      },
      onWake: (act) => {
        world.sleepers.add(act);
        return () => world.sleepers.delete(act);
      },
      report: (error) => world.reported.push(error),
      WebSocket: class extends ScriptedSocket {
        constructor(url: string, protocols?: string | string[]) {
          super(url, protocols);
          world.sockets.push(this);
        }
      },
      fetch: (input, init) => world.fetch(input, init),
    };
  }

  client(options: ClientOptions = {}): Client {
    return clientIn(this.environment, { baseUrl: "http://server.test", ...options });
  }

  /** The newest socket. */
  get socket(): ScriptedSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("no socket was opened");
    return socket;
  }

  /** Timers that wait. */
  get timerCount(): number {
    return this.timers.size;
  }

  /** The network comes back, or the page is looked at. */
  wake(): void {
    for (const act of [...this.sleepers]) act();
  }

  get listensForWaking(): boolean {
    return this.sleepers.size > 0;
  }

  /** Time passes; what is due is done in its order. */
  async advance(ms: number): Promise<void> {
    const end = this.steady + ms;
    await settle();
    for (;;) {
      const next = [...this.timers].sort(([, a], [, b]) => a.at - b.at)[0];
      if (next === undefined || next[1].at > end) break;
      this.timers.delete(next[0]);
      // What fell due while the machine slept comes late.
      const now = Math.max(this.steady, next[1].at);
      this.wall += now - this.steady;
      this.steady = now;
      next[1].act();
      await settle();
    }
    this.wall += end - this.steady;
    this.steady = end;
    await settle();
  }

  /** Time in which nothing gets to run, as on a machine that sleeps. */
  sleep(ms: number): void {
    this.steady += ms;
    this.wall += ms;
  }

  /** The newest socket is accepted and the first `connect` frame has been sent. */
  async accept(): Promise<ScriptedSocket> {
    await settle();
    const { socket } = this;
    socket.accept();
    return socket;
  }

  /** Acknowledges every `connect` of the newest socket, as of this user. */
  acknowledge(userId: string | null = "ann"): void {
    const { socket } = this;
    for (const { id } of socket.of("connect")) {
      const result = userId === null ? { session: "s" } : { user_id: userId, session: "s" };
      socket.say({ type: "ack", id, result });
    }
  }

  /** Opens a client's connection, with no topics to restore. */
  async open(client: Client, userId: string | null = "ann"): Promise<ScriptedSocket> {
    client.connect();
    const socket = await this.accept();
    this.acknowledge(userId);
    return socket;
  }

  /** A stream's answer to the last `subscribe`. */
  subscribed(ch: string, seq: number, more: object = {}): void {
    const { socket } = this;
    const { id } = socket.last("subscribe");
    socket.say({ type: "subscribed", id, ch, seq, ep: "e1", recovered: false, ...more });
  }
}

/** An event of a stream. */
export function event(ch: string, seq: number, more: object = {}): object {
  return { ch, seq, ts: 1, type: "auction_update", n: seq, ...more };
}

import { Backoff, type BackoffRange } from "./backoff.js";
import type { ServerClock } from "./clock.js";
import { type Closing, comeBackAfter, reasonOf, TOKEN_EXPIRED, UNAUTHORIZED } from "./closing.js";
import { type Credential, type Credentials, saysSignedOut } from "./credentials.js";
import type { Environment, Timer } from "./environment.js";
import { Exchanges, type Outcome } from "./exchanges.js";
import { type Frame, withoutToken } from "./frame.js";
import { type ConnectionEstablishedFrame, LIMITS } from "./generated/frames.js";
import { Link } from "./link.js";
import { Listeners } from "./listeners.js";
import { Pulse } from "./pulse.js";
import type { Counters } from "./stats.js";
import { StatusBoard } from "./status.js";

/** From the first byte to the last topic restored. Beyond it another attempt is made. */
const OPENING_TIMEOUT_MS = 20_000;
/** A connection that lasted so long was a good one: pauses begin anew. */
const LASTING_MS = 5_000;
/** Clients that were told the same pause still come back spread over this time. */
const TOLD_SPREAD_MS = 500;

/** Where frames go, and what the other parts do as connections come and go. */
export interface Owner {
  /** The `resume` of each `connect` frame; at least one, which may be empty. */
  resume(maxFrameBytes: number): Record<string, unknown>[];
  /** All topics were answered; `userId` is who is signed in. */
  opened(userId: string | undefined): void;
  /** A frame that answers nothing. */
  frame(frame: Frame): void;
  /** The connection is gone. Another one may follow. */
  lost(): void;
  /** No other one follows by itself. */
  ended(closing: Closing): void;
}

/** What a connection is made of. */
export interface ConnectionParts {
  environment: Environment;
  credentials: Credentials;
  clock: ServerClock;
  counters: Counters;
  url: string;
  heartbeatMs: number;
  /** `false`: an end is final. */
  backoff: BackoffRange | false;
}

/** Which way a frame went. */
export type Direction = "in" | "out";

/** Opens sockets one after another, signs in, has topics restored, and knows when to come back. */
export class Connection {
  readonly board: StatusBoard;
  readonly exchanges = new Exchanges();
  readonly taps: Listeners<[Frame, Direction]>;
  /** Set once, before anything is opened. */
  owner!: Owner;

  private readonly environment: Environment;
  private readonly backoff: Backoff;
  private link: Link | undefined;
  private pulse: Pulse | undefined;
  /** Grows with every attempt: what belongs to an earlier one has no effect any more. */
  private generation = 0;
  private timer: Timer;
  private unawaken: (() => void) | undefined;
  /** The last credential was refused and renewed since; a second refusal is final. */
  private refusedBefore = false;
  /** What the last greeting said; the default before the first. */
  private frameLimit: number = LIMITS.max_frame_bytes;
  /** When a server that goes down said to come back. */
  private toldAtMs: number | undefined;

  constructor(private readonly parts: ConnectionParts) {
    this.environment = parts.environment;
    this.board = new StatusBoard(parts.environment);
    this.taps = new Listeners(parts.environment);
    this.backoff = new Backoff(parts.environment, parts.backoff || undefined);
  }

  /** The longest frame that this server takes, in bytes. */
  get maxFrameBytes(): number {
    return this.frameLimit;
  }

  get isOpen(): boolean {
    return this.board.status.state === "open";
  }

  /** Begins, unless it has begun. */
  connect(): void {
    const { state } = this.board.status;
    if (state === "idle" || state === "closed") this.reconnectNow();
  }

  /** Drops what there is and opens a new socket without a pause. */
  reconnectNow(): void {
    this.unawaken ??= this.environment.onWake(() => this.wake());
    this.drop();
    this.backoff.reset();
    this.refusedBefore = false;
    this.toldAtMs = undefined;
    this.attempt();
  }

  /** Ends it for good. */
  close(): void {
    this.drop();
    this.end({ code: 1000, reason: "closed by this client" });
  }

  /** Sends a frame while open. */
  send(frame: Frame): boolean {
    return this.isOpen && this.write(frame);
  }

  /** Sends a frame with an id and tells what came of it. Returns the id. */
  request(frame: Frame, settle: (outcome: Outcome) => void): number | undefined {
    const id = this.exchanges.expect(settle);
    if (this.send({ ...frame, id })) return id;
    this.exchanges.forget(id);
    return undefined;
  }

  // ---- opening ----

  private attempt(): void {
    this.generation += 1;
    const { generation } = this;
    this.environment.clearTimer(this.timer);
    this.board.set({ state: "connecting", attempt: this.backoff.attempt });
    this.timer = this.environment.setTimer(
      () => this.fail({ code: 1006, reason: "the server did not answer in time" }),
      OPENING_TIMEOUT_MS,
    );
    this.parts.credentials.forSocket().then(
      (credential) => {
        if (generation === this.generation) this.open(credential);
      },
      (error) => {
        if (generation !== this.generation) return;
        // What the application's error says may hold what nobody should read: it is left out.
        if (saysSignedOut(error)) this.fail({ code: UNAUTHORIZED, reason: "signed out" });
        else this.fail({ code: 1006, reason: "no ticket or token could be had" });
      },
    );
  }

  private open({ ticket, token }: Credential): void {
    const query = ticket === undefined ? "" : `?ticket=${encodeURIComponent(ticket)}`;
    try {
      this.link = new Link(this.environment, this.parts.url + query, {
        opened: () => this.signIn(token),
        frame: (frame) => this.receive(frame),
        noise: () => {
          this.parts.counters.malformed += 1;
        },
        closed: (closing) => this.lose(closing),
      });
    } catch {
      // The browser's own message has the address in it, ticket and all.
      this.fail({ code: 1006, reason: "the browser refuses to open this address" });
    }
  }

  /** The token and all topics in one frame, or in as few as they fit into. */
  private signIn(token: string | undefined): void {
    const resumes = this.owner.resume(this.frameLimit);
    let open = resumes.length;
    let userId: string | undefined;
    resumes.forEach((resume, index) => {
      const id = this.exchanges.expect((outcome) => {
        if (outcome === "lost") return;
        const { answer } = outcome;
        if (answer.type !== "ack") return this.refused(answer);
        const result = answer.result as { user_id?: unknown } | null;
        if (typeof result?.user_id === "string") userId = result.user_id;
        open -= 1;
        if (open === 0) this.opened(userId);
      });
      const named = index === 0 && token !== undefined ? { token } : {};
      this.write({ type: "connect", id, ...named, resume });
    });
  }

  private refused(answer: Frame): void {
    // A bad token closes the socket as well, but its code and this one say the same.
    if (answer.status === 401) {
      return this.fail({ code: UNAUTHORIZED, reason: reasonOf(UNAUTHORIZED, "") });
    }
    if (typeof answer.retry_after_ms === "number") this.tellPause(answer.retry_after_ms);
    this.fail({ code: 1006, reason: `refused: ${String(answer.code)}` });
  }

  private opened(userId: string | undefined): void {
    this.parts.counters.connects += 1;
    this.refusedBefore = false;
    this.environment.clearTimer(this.timer);
    this.timer = this.environment.setTimer(() => this.backoff.reset(), LASTING_MS);
    this.pulse = new Pulse(this.environment, this.parts.clock, this.parts.heartbeatMs, {
      ping: (id) => {
        this.write({ type: "ping", id, t0: this.environment.wallMs() });
      },
      dead: () => this.fail({ code: 1006, reason: "the server is silent" }),
    });
    const named = userId === undefined ? {} : { userId };
    this.board.set({ state: "open", attempt: this.backoff.attempt, ...named });
    this.owner.opened(userId);
  }

  // ---- frames ----

  private write(frame: Frame): boolean {
    const bytes = this.link?.send(frame);
    if (bytes === undefined) return false;
    this.parts.counters.framesOut += 1;
    if (this.taps.size > 0) this.taps.tell(withoutToken(frame), "out");
    return true;
  }

  private receive(frame: Frame): void {
    this.parts.counters.framesIn += 1;
    this.pulse?.heard();
    if (this.taps.size > 0) this.taps.tell(frame, "in");
    switch (frame.type) {
      case "connection_established":
        this.greeted(frame as Partial<ConnectionEstablishedFrame>);
        return;
      case "pong":
        if (!this.exchanges.settle(frame)) this.pulse?.pong(frame.id, frame.ts);
        return;
      case "auth_expiring":
        void this.renewToken();
        return;
      case "reconnect":
        if (typeof frame.after_ms === "number") this.tellPause(frame.after_ms);
        return;
    }
    if (this.exchanges.settle(frame)) return;
    // What is too long is not read, so its answer has no id; before all is open it was `connect`.
    if (frame.type === "error" && frame.code === "too_large" && !this.isOpen) this.refused(frame);
    else this.owner.frame(frame);
  }

  private greeted({
    server_time: serverTimeMs,
    limits,
  }: Partial<ConnectionEstablishedFrame>): void {
    if (typeof serverTimeMs === "number") this.parts.clock.greet(serverTimeMs);
    const maxFrameBytes = limits?.max_frame_bytes;
    if (typeof maxFrameBytes === "number") this.frameLimit = maxFrameBytes;
  }

  /** A live socket gets the new token. If there is none, it ends with 4202, and that is the turn. */
  private async renewToken(): Promise<void> {
    const { credentials } = this.parts;
    if (!credentials.hasTokens) return;
    const { generation } = this;
    try {
      if (!(await credentials.renew())) return;
      const token = await credentials.token();
      if (token === undefined || generation !== this.generation) return;
      this.request({ type: "auth", token }, () => undefined);
    } catch {
      // The same will be tried again when the token has run out.
    }
  }

  private tellPause(afterMs: number): void {
    const spread = this.environment.random() * TOLD_SPREAD_MS;
    this.toldAtMs = this.environment.steadyMs() + afterMs + spread;
  }

  // ---- ends ----

  /** The network went or came, or the page is looked at: what waits is tried, what is open doubted. */
  private wake(): void {
    const { state } = this.board.status;
    if (state === "open") this.pulse?.probe();
    else if (state === "waiting" && this.toldAtMs === undefined) this.attempt();
  }

  private fail(closing: Closing): void {
    this.link?.abandon();
    this.lose(closing);
  }

  /** Forgets the socket and whatever belongs to it. */
  private drop(): void {
    this.generation += 1;
    this.environment.clearTimer(this.timer);
    this.link?.abandon();
    this.link = undefined;
    this.pulse?.stop();
    this.pulse = undefined;
    this.exchanges.lose();
    this.owner.lost();
  }

  private lose(closing: Closing): void {
    this.drop();
    const comeBack = comeBackAfter(closing.code);
    if (this.parts.backoff === false) return this.end(closing);
    if (closing.code === UNAUTHORIZED) {
      if (this.refusedBefore || !this.parts.credentials.renewable) return this.end(closing);
      return this.renewThenReturn(closing, true);
    }
    if (comeBack === "never") return this.end(closing);
    if (closing.code === TOKEN_EXPIRED && this.parts.credentials.hasTokens) {
      return this.renewThenReturn(closing, false);
    }
    this.comeBack(closing, comeBack === "at once");
  }

  private renewThenReturn(closing: Closing, refused: boolean): void {
    const { generation } = this;
    this.board.set({ state: "waiting", attempt: this.backoff.attempt, reason: closing });
    this.parts.credentials.renew().then(
      (renewed) => {
        if (generation !== this.generation) return;
        if (!renewed) return this.end(closing);
        this.refusedBefore = refused;
        this.comeBack(closing, true);
      },
      () => {
        // It could not be asked for, which is not the same as being signed out.
        if (generation === this.generation) this.comeBack(closing, false);
      },
    );
  }

  private comeBack(closing: Closing, atOnce: boolean): void {
    let delayMs = 0;
    // At once, but only once: whoever is sent away again and again waits like everybody.
    if (atOnce && this.backoff.attempt === 0) this.backoff.skip();
    else delayMs = this.backoff.next();
    if (this.toldAtMs !== undefined) {
      delayMs = Math.max(delayMs, this.toldAtMs - this.environment.steadyMs());
    }
    this.board.set({
      state: "waiting",
      attempt: this.backoff.attempt,
      retryAtMs: this.environment.wallMs() + delayMs,
      reason: closing,
    });
    this.environment.clearTimer(this.timer);
    this.timer = this.environment.setTimer(() => {
      this.toldAtMs = undefined;
      this.attempt();
    }, delayMs);
  }

  private end(closing: Closing): void {
    this.unawaken?.();
    this.unawaken = undefined;
    this.board.set({ state: "closed", attempt: this.backoff.attempt, reason: closing });
    this.owner.ended(closing);
  }
}

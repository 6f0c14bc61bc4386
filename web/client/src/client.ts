import { type BackoffRange, USUAL_BACKOFF } from "./backoff.js";
import { type CallOptions, Calls } from "./calls.js";
import { ServerClock } from "./clock.js";
import { Connection, type Direction } from "./connection.js";
import { type Auth, Credentials } from "./credentials.js";
import { defaultEnvironment, type Environment, type SocketConstructor } from "./environment.js";
import type { Handlers, SubscribeOptions, Subscription } from "./follower.js";
import type { Frame } from "./frame.js";
import { LIMITS } from "./generated/frames.js";
import { type Api, createApi } from "./rest.js";
import { noCounters, type Stats } from "./stats.js";
import type { Status } from "./status.js";
import { Topics } from "./topics.js";
import type { FrameOf, ParamsOf, VerbName } from "./typing.js";

/** What a client is made of. */
export interface ClientOptions {
  /** Where the server is: `https://…`, with a path if it has one. In a page its own origin. */
  baseUrl?: string | undefined;
  /** How to sign in; without it a guest, or whoever the session cookie says. */
  auth?: Auth | undefined;
  /** The pauses between attempts, or `false`: an end is final. 0.25 to 20 s unless told. */
  reconnect?: boolean | Partial<BackoffRange> | undefined;
  /** After so long without a frame the server is asked whether it is there; 25 s unless told. */
  heartbeatMs?: number | undefined;
  /** The socket's path, `/ws` unless told. */
  path?: string | undefined;
  fetch?: typeof fetch | undefined;
  WebSocket?: SocketConstructor | undefined;
}

/** A connection to an Openbell server, its topics, its calls and its REST interface. */
export interface Client {
  /** Opens the connection, unless it is open or under way. Subscriptions need not wait for it. */
  connect(): void;
  /** Ends the connection and every call that waits. Subscriptions stay, for another `connect()`. */
  close(): void;
  /** Opens a new connection without waiting for the next attempt. */
  reconnectNow(): void;
  /** How the connection is now. The same object until it changes. */
  readonly status: Status;
  /** Hears of every change of the status. The result ends it. */
  onStatus(listener: (status: Status) => void): () => void;
  /** Hears every frame in both directions, with tokens covered. The result ends it. */
  onFrame(listener: (frame: Frame, direction: Direction) => void): () => void;
  /** The server's clock, in Unix milliseconds. */
  now(): number;
  /** Counters and sizes, for panels. A new object each time. */
  readonly stats: Stats;
  /**
   * Follows a topic. Each event comes once and in order; what cannot come is told by `gap`. Several
   * subscriptions of one topic are one to the server.
   */
  subscribe<T extends string>(
    topic: T,
    handlers: Handlers<FrameOf<T>>,
    options?: SubscribeOptions,
  ): Subscription;
  /**
   * Sends a verb and gives what its `ack` brings, or the whole frame where it has an answer of its
   * own. Rejects with `CallError`. Without a connection it fails at once, unless it has an
   * `idempotencyKey`: then it waits its turn.
   */
  call<R = unknown, V extends VerbName = VerbName>(
    verb: V,
    params?: ParamsOf<V>,
    options?: CallOptions,
  ): Promise<R>;
  /** The REST interface. */
  readonly api: Api;
}

/** Makes a client. Nothing is opened before `connect()`. */
export function createClient(options: ClientOptions = {}): Client {
  return clientIn(defaultEnvironment(options), options);
}

/** The same in surroundings of one's own. */
export function clientIn(environment: Environment, options: ClientOptions): Client {
  const baseUrl = checkedBaseUrl(options.baseUrl);
  const heartbeatMs = options.heartbeatMs ?? LIMITS.heartbeat_ms;
  if (!(heartbeatMs >= 1_000)) throw new TypeError("`heartbeatMs` is a number from 1000 on");
  const path = options.path ?? "/ws";
  if (!path.startsWith("/")) throw new TypeError("`path` begins with a slash");
  const credentials = new Credentials(options.auth ?? {});
  const clock = new ServerClock(environment);
  const counters = noCounters();
  const connection = new Connection({
    environment,
    credentials,
    clock,
    counters,
    url: baseUrl.replace(/^http/, "ws") + path,
    heartbeatMs,
    backoff: checkedBackoff(options.reconnect),
  });
  const topics = new Topics(environment, connection, counters);
  const calls = new Calls(environment, connection);
  let lastUserId: string | undefined;

  connection.owner = {
    resume: (maxFrameBytes) => topics.resume(maxFrameBytes),
    opened: (userId) => {
      if (lastUserId !== undefined && lastUserId !== userId) {
        calls.outbox.rejectAll("user_changed", "somebody else is signed in now");
        topics.userChanged();
      }
      lastUserId = userId;
      topics.opened();
      calls.outbox.opened();
    },
    frame: (frame) => topics.frame(frame),
    lost: () => topics.lost(),
    ended: ({ reason }) => calls.outbox.rejectAll("closed", `the connection has ended: ${reason}`),
  };

  return {
    connect: () => connection.connect(),
    close: () => connection.close(),
    reconnectNow: () => connection.reconnectNow(),
    get status() {
      return connection.board.status;
    },
    onStatus: (listener) => connection.board.listen(listener),
    onFrame: (listener) => connection.taps.add(listener),
    now: () => clock.now(),
    get stats() {
      return {
        ...counters,
        topics: topics.size,
        pending: calls.size,
        outbox: calls.outbox.size,
        roundTripMs: clock.roundTripMs,
        clockOffsetMs: clock.offsetMs,
      };
    },
    // Frames come as the server sends them; their types say what its documents promise.
    subscribe: (topic, handlers, how = {}) => topics.subscribe(topic, handlers as Handlers, how),
    call: (verb, params, how = {}) => calls.call(verb, params ?? {}, how) as Promise<never>,
    api: createApi({ environment, credentials, baseUrl }),
  };
}

function checkedBaseUrl(given: string | undefined): string {
  const page = typeof location === "undefined" ? undefined : location.origin;
  const text = given ?? page;
  if (text === undefined) throw new TypeError("`baseUrl` is missing");
  let url: URL;
  try {
    url = new URL(text, page);
  } catch {
    throw new TypeError("`baseUrl` is no address");
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError("`baseUrl` begins with http:// or https://");
  }
  if (url.username !== "" || url.search !== "" || url.hash !== "") {
    throw new TypeError("`baseUrl` has no user, no query and no fragment");
  }
  return url.origin + url.pathname.replace(/\/+$/, "");
}

function checkedBackoff(given: ClientOptions["reconnect"]): BackoffRange | false {
  if (given === false) return false;
  const range = { ...USUAL_BACKOFF, ...(given === true ? {} : given) };
  if (!(range.minMs > 0) || !(range.maxMs >= range.minMs)) {
    throw new TypeError("`reconnect` has `minMs` above 0 and `maxMs` not below it");
  }
  return range;
}

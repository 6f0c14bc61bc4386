import type { Connection } from "./connection.js";
import type { Environment } from "./environment.js";
import { CallError } from "./errors.js";
import { byteLength, type Frame } from "./frame.js";
import { type Begun, Outbox } from "./outbox.js";

/** How long an answer is waited for. */
const USUAL_TIMEOUT_MS = 10_000;
/** The same for a call that may wait for a connection. */
const OUTBOX_TIMEOUT_MS = 60_000;
/** Calls without a key that may be under way at once. */
const MAX_PENDING = 1_000;
/** What the id of a frame takes at most. */
const ROOM_FOR_ID_BYTES = 64;
/** Fields that are the frame's own. */
const RESERVED = ["type", "id", "key"];

/** How to make a call. */
export interface CallOptions {
  /**
   * With it the call waits for a connection, is sent again when its answer was lost, and is done
   * once. Any text of the caller's that is used for nothing else, such as a UUID.
   */
  idempotencyKey?: string | undefined;
  /** How long to wait for the answer: 10 s, or 60 s with a key, unless told. */
  timeoutMs?: number | undefined;
  /** Gives it up. What was sent already may be done all the same. */
  signal?: AbortSignal | undefined;
}

/** Verbs: a frame with an id, and the answer that bears it. */
export class Calls {
  readonly outbox: Outbox;
  private pending = 0;

  constructor(
    private readonly environment: Environment,
    private readonly connection: Connection,
  ) {
    this.outbox = new Outbox(environment, connection);
  }

  /** How many wait for their answer, those in the outbox not counted. */
  get size(): number {
    return this.pending;
  }

  /** The result of the verb's `ack`, or the whole frame where the verb has an answer of its own. */
  async call(verb: string, params: object, options: CallOptions): Promise<unknown> {
    const frame = frameOf(verb, params);
    const { idempotencyKey: key, signal } = options;
    const timeoutMs = options.timeoutMs ?? (key ? OUTBOX_TIMEOUT_MS : USUAL_TIMEOUT_MS);
    if (!(timeoutMs > 0)) throw new TypeError("`timeoutMs` is a number above 0");
    if (key === "") throw new TypeError("`idempotencyKey` is empty");
    signal?.throwIfAborted();
    const whole = key === undefined ? frame : { ...frame, key };
    const { maxFrameBytes } = this.connection;
    if (byteLength(JSON.stringify(whole)) > maxFrameBytes - ROOM_FOR_ID_BYTES) {
      throw new CallError("too_large", `a frame has at most ${maxFrameBytes} bytes`);
    }
    const begun = key === undefined ? this.send(whole) : this.outbox.add(key, whole);
    return this.within(begun, timeoutMs, signal);
  }

  private send(frame: Frame): Begun {
    if (this.pending >= MAX_PENDING) {
      throw new CallError("outbox_full", "too many calls wait for their answer", { retry: true });
    }
    let id: number | undefined;
    let waits = true;
    const over = () => {
      if (waits) this.pending -= 1;
      waits = false;
    };
    const promise = new Promise<unknown>((resolve, reject) => {
      id = this.connection.request(frame, (outcome) => {
        over();
        if (outcome === "lost") {
          const message = "the connection ended before the answer";
          reject(new CallError("connection_lost", message, { retry: true, sent: true }));
        } else if (outcome.answer.type === "error") {
          reject(CallError.of(outcome.answer as never));
        } else {
          const { answer } = outcome;
          resolve(answer.type === "ack" ? answer.result : answer);
        }
      });
    });
    if (id === undefined) {
      throw new CallError("offline", "there is no connection at this moment", { retry: true });
    }
    this.pending += 1;
    const giveUp = () => {
      if (id !== undefined) this.connection.exchanges.forget(id);
      over();
      return true;
    };
    return { promise, giveUp };
  }

  /** The first of: the answer, the end of the time, the caller's change of mind. */
  private within(begun: Begun, timeoutMs: number, signal?: AbortSignal): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const abort = () => {
        begun.giveUp();
        finish();
        reject(signal?.reason);
      };
      const timer = this.environment.setTimer(() => {
        const sent = begun.giveUp();
        finish();
        reject(new CallError("timeout", "no answer came in time", { retry: true, sent }));
      }, timeoutMs);
      const finish = () => {
        this.environment.clearTimer(timer);
        signal?.removeEventListener("abort", abort);
      };
      signal?.addEventListener("abort", abort);
      begun.promise.then(resolve, reject).finally(finish);
    });
  }
}

function frameOf(verb: string, params: object): Frame {
  if (typeof verb !== "string" || verb === "") throw new TypeError("a verb is a text");
  const reserved = RESERVED.find((name) => name in params);
  if (reserved !== undefined) {
    throw new TypeError(`\`${reserved}\` is the frame's own; the verb's fields have other names`);
  }
  return { type: verb, ...params };
}

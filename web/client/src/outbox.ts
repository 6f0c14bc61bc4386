import { Backoff } from "./backoff.js";
import type { Connection } from "./connection.js";
import type { Environment, Timer } from "./environment.js";
import { CallError } from "./errors.js";
import { byteLength, type Frame } from "./frame.js";

/** Calls that may wait. */
const MAX_CALLS = 100;
/** Bytes that they may take together. */
const MAX_BYTES = 256 * 1024;

/** A call that is under way. */
export interface Begun {
  promise: Promise<unknown>;
  /** Its caller waits no more. Returns whether it had been sent. */
  giveUp(): boolean;
}

interface Entry {
  key: string;
  /** The frame as text: what the key promises to say again. */
  text: string;
  frame: Frame;
  promise: Promise<unknown>;
  settle: { resolve: (result: unknown) => void; reject: (error: CallError) => void };
  /** It went out at least once. */
  sent: boolean;
  /** Callers who wait for it. */
  waiting: number;
}

/**
 * Calls with a key. They wait while there is no connection, and go out one after another: the next
 * when the one before was answered, because one that has to be tried again would else be overtaken.
 * The server does a key once, so sending again after a lost answer changes nothing.
 */
export class Outbox {
  private readonly entries: Entry[] = [];
  private bytes = 0;
  private inFlight: { entry: Entry; id: number } | undefined;
  private pause: Timer;
  private pausing = false;
  private readonly backoff: Backoff;

  constructor(
    private readonly environment: Environment,
    private readonly connection: Connection,
  ) {
    this.backoff = new Backoff(environment);
  }

  get size(): number {
    return this.entries.length;
  }

  /** Puts a call at the end. The same call under the same key is the one that waits already. */
  add(key: string, frame: Frame): Begun {
    const text = JSON.stringify(frame);
    const same = this.entries.find((entry) => entry.key === key);
    if (same?.text === text) return this.share(same);
    if (same !== undefined) {
      throw new CallError("key_reused", "another call with this idempotency key waits already");
    }
    const bytes = byteLength(text);
    if (this.entries.length >= MAX_CALLS || this.bytes + bytes > MAX_BYTES) {
      throw new CallError("outbox_full", "too many calls wait for the connection", { retry: true });
    }
    let settle: Entry["settle"] | undefined;
    const promise = new Promise<unknown>((resolve, reject) => {
      settle = { resolve, reject };
    });
    if (settle === undefined) throw new Error("a promise runs its function at once");
    this.bytes += bytes;
    const entry: Entry = { key, text, frame, promise, settle, sent: false, waiting: 0 };
    this.entries.push(entry);
    this.pump();
    return this.share(entry);
  }

  /** One more caller. The call is taken out when none of them waits any more. */
  private share(entry: Entry): Begun {
    entry.waiting += 1;
    const giveUp = () => {
      entry.waiting -= 1;
      if (entry.waiting === 0) {
        this.take(entry);
        this.pump();
      }
      return entry.sent;
    };
    return { promise: entry.promise, giveUp };
  }

  /** Sends the first, if nothing is under way. */
  pump(): void {
    const [entry] = this.entries;
    if (entry === undefined || this.inFlight !== undefined || this.pausing) return;
    const id = this.connection.request(entry.frame, (outcome) => {
      this.inFlight = undefined;
      if (outcome === "lost") return;
      this.answered(entry, outcome.answer);
    });
    if (id === undefined) return;
    entry.sent = true;
    this.inFlight = { entry, id };
  }

  /** A connection is open. */
  opened(): void {
    this.resume();
  }

  /** None of them will be done. */
  rejectAll(code: string, message: string): void {
    for (const entry of [...this.entries]) {
      this.take(entry);
      entry.settle.reject(new CallError(code, message, { sent: entry.sent }));
    }
  }

  private answered(entry: Entry, answer: Frame): void {
    if (answer.type === "error" && answer.retry === true) {
      const told = typeof answer.retry_after_ms === "number" ? answer.retry_after_ms : 0;
      this.pausing = true;
      this.pause = this.environment.setTimer(
        () => this.resume(),
        Math.max(told, this.backoff.next()),
      );
      return;
    }
    this.backoff.reset();
    this.take(entry);
    if (answer.type === "error") entry.settle.reject(CallError.of(answer as never));
    else entry.settle.resolve(answer.type === "ack" ? answer.result : answer);
    this.pump();
  }

  private resume(): void {
    this.environment.clearTimer(this.pause);
    this.pausing = false;
    this.pump();
  }

  private take(entry: Entry): void {
    const place = this.entries.indexOf(entry);
    if (place < 0) return;
    this.entries.splice(place, 1);
    this.bytes -= byteLength(entry.text);
    if (this.inFlight?.entry === entry) {
      this.connection.exchanges.forget(this.inFlight.id);
      this.inFlight = undefined;
    }
  }
}

import type { Closing } from "./closing.js";
import type { Environment } from "./environment.js";
import { Listeners } from "./listeners.js";

/**
 * How the connection is. `idle`: not asked for yet. `connecting`: under way, topics included.
 * `open`: calls are answered. `waiting`: for the next attempt. `closed`: for good, by `close()` or
 * because the server does not want this client back as it is.
 */
export type ConnectionState = "idle" | "connecting" | "open" | "waiting" | "closed";

/** The connection at one instant. A new object for each change. */
export interface Status {
  readonly state: ConnectionState;
  /** When it came into this state, in Unix milliseconds of this machine. */
  readonly sinceMs: number;
  /** Attempts since the last connection that lasted. */
  readonly attempt: number;
  /** When the next attempt is due, while `waiting`. */
  readonly retryAtMs?: number;
  /** Why the last connection ended, or why there is none. */
  readonly reason?: Closing;
  /** Who is signed in, while `open`; absent for a guest. */
  readonly userId?: string;
}

/** Keeps the status and tells of changes. */
export class StatusBoard {
  private current: Status;
  private readonly listeners: Listeners<[Status]>;

  constructor(private readonly environment: Pick<Environment, "wallMs" | "report">) {
    this.listeners = new Listeners(environment);
    this.current = { state: "idle", sinceMs: environment.wallMs(), attempt: 0 };
  }

  get status(): Status {
    return this.current;
  }

  /** Replaces the status and tells of it. */
  set(next: Omit<Status, "sinceMs">): void {
    this.current = Object.freeze({ ...next, sinceMs: this.environment.wallMs() });
    this.listeners.tell(this.current);
  }

  listen(callback: (status: Status) => void): () => void {
    return this.listeners.add(callback);
  }
}

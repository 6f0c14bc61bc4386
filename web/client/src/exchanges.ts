import type { Frame } from "./frame.js";

/** What came of a frame that was sent with an id. */
export type Outcome =
  /** The frame that bears its id: `ack`, `error`, or one of its own. */
  | { answer: Frame }
  /** The connection ended first. */
  | "lost";

/** Frames that wait for their answer on this connection. */
export class Exchanges {
  private readonly waiting = new Map<number, (outcome: Outcome) => void>();
  private number = 0;

  get size(): number {
    return this.waiting.size;
  }

  /** An id under which the answer is awaited. */
  expect(settle: (outcome: Outcome) => void): number {
    this.number += 1;
    this.waiting.set(this.number, settle);
    return this.number;
  }

  /** Nobody waits any more. */
  forget(id: number): void {
    this.waiting.delete(id);
  }

  /** Gives a frame to whoever waits for it. Returns whether somebody did. */
  settle(frame: Frame): boolean {
    if (typeof frame.id !== "number") return false;
    const settle = this.waiting.get(frame.id);
    this.waiting.delete(frame.id);
    settle?.({ answer: frame });
    return settle !== undefined;
  }

  /** The connection is gone: no answer comes. */
  lose(): void {
    const settles = [...this.waiting.values()];
    this.waiting.clear();
    for (const settle of settles) settle("lost");
  }
}

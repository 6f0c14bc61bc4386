import type { Environment } from "./environment.js";

/** How many measurements are remembered: old ones leave, so that a drifting clock is followed. */
const WINDOW = 8;
/** A wall clock that has moved by more against the steady one was set, or the machine slept. */
const JUMP_MS = 1_000;

interface Sample {
  offsetMs: number;
  roundTripMs: number;
}

/**
 * The server's clock, seen from here. Of the last measurements the fastest counts: the less time an
 * answer took, the less the two ways can differ.
 */
export class ServerClock {
  private samples: Sample[] = [];
  private coarseOffsetMs = 0;
  private distanceMs: number;

  constructor(private readonly environment: Pick<Environment, "wallMs" | "steadyMs">) {
    this.distanceMs = this.distance();
  }

  /** Unix milliseconds on the server, as well as is known. */
  now(): number {
    return this.environment.wallMs() + this.offsetMs;
  }

  /** How far the server's clock is ahead of this one. */
  get offsetMs(): number {
    return this.fastest()?.offsetMs ?? this.coarseOffsetMs;
  }

  /** The fastest of the last answers; `undefined` before the first. */
  get roundTripMs(): number | undefined {
    return this.fastest()?.roundTripMs;
  }

  /** The greeting's clock, which is late by its way here: it counts until something was measured. */
  greet(serverTimeMs: number): void {
    this.coarseOffsetMs = serverTimeMs - this.environment.wallMs();
  }

  /** A ping that left at `sentSteadyMs` was answered with the server's clock. */
  measure(sentSteadyMs: number, serverTimeMs: number): void {
    this.noticeJump();
    const roundTripMs = Math.max(0, this.environment.steadyMs() - sentSteadyMs);
    // The server read its clock half a round trip ago, as far as anybody knows.
    const offsetMs = serverTimeMs + roundTripMs / 2 - this.environment.wallMs();
    this.samples.push({ offsetMs, roundTripMs });
    if (this.samples.length > WINDOW) this.samples.shift();
  }

  /** Whether this machine's clock was set since it was last looked at. Then nothing measured counts. */
  noticeJump(): boolean {
    const distanceMs = this.distance();
    const moved = distanceMs - this.distanceMs;
    this.distanceMs = distanceMs;
    if (Math.abs(moved) <= JUMP_MS) return false;
    this.samples = [];
    this.coarseOffsetMs -= moved;
    return true;
  }

  private distance(): number {
    return this.environment.wallMs() - this.environment.steadyMs();
  }

  private fastest(): Sample | undefined {
    let best: Sample | undefined;
    for (const sample of this.samples) {
      if (best === undefined || sample.roundTripMs <= best.roundTripMs) best = sample;
    }
    return best;
  }
}

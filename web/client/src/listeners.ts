import type { Environment } from "./environment.js";

/** Callbacks that hear the same thing. One that throws is reported and keeps nobody from hearing. */
export class Listeners<Arguments extends unknown[]> {
  private readonly all = new Set<(...heard: Arguments) => void>();

  constructor(private readonly environment: Pick<Environment, "report">) {}

  get size(): number {
    return this.all.size;
  }

  /** Adds a callback. The result takes it away. The same function may be added twice. */
  add(callback: (...heard: Arguments) => void): () => void {
    const own = (...heard: Arguments) => callback(...heard);
    this.all.add(own);
    return () => {
      this.all.delete(own);
    };
  }

  /** Calls them all, those that are there at this moment. */
  tell(...heard: Arguments): void {
    for (const listener of [...this.all]) guarded(this.environment, () => listener(...heard));
  }
}

/** Runs what was handed in from outside. Its errors are its own. */
export function guarded(environment: Pick<Environment, "report">, act: () => void): void {
  try {
    act();
  } catch (error) {
    environment.report(error);
  }
}

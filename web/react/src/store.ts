/**
 * A value outside of React that is kept up to date while somebody looks. React may look, look away
 * and look again at once, as in StrictMode: each time `begin` is called, and its result at the end.
 */
export abstract class Store<V> {
  private readonly listeners = new Set<() => void>();
  private end: (() => void) | undefined;

  constructor(private value: V) {}

  readonly get = (): V => this.value;

  readonly subscribe = (listener: () => void): (() => void) => {
    const own = () => listener();
    this.listeners.add(own);
    this.end ??= this.begin();
    return () => {
      this.listeners.delete(own);
      if (this.listeners.size > 0) return;
      this.end?.();
      this.end = undefined;
    };
  };

  /** Starts to keep the value up to date. The result stops it. */
  protected abstract begin(): () => void;

  protected set(value: V): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const listener of [...this.listeners]) listener();
  }
}

import { useSyncExternalStore } from "react";

/** A value outside of React, and who hears of its changes. */
export interface Cell<V> {
  get(): V;
  set(next: V): void;
  subscribe(listener: () => void): () => void;
}

export function cell<V>(initial: V): Cell<V> {
  let value = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

export function useCell<V>(from: Cell<V>): V {
  return useSyncExternalStore(from.subscribe, from.get, from.get);
}

import { useEffect, useState } from "react";

/** A value once it has rested. */
export function useDebounced<V>(value: V, ms: number): V {
  const [rested, setRested] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setRested(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return rested;
}

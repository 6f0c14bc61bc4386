import { type RefObject, useLayoutEffect, useState } from "react";

/** Rows beyond the edges of the screen that are there all the same. */
const SPARE = 12;

export interface Range {
  first: number;
  /** Behind the last. */
  end: number;
}

/** Which rows of a list of equally high ones are on the screen. */
export function rangeOf(top: number, height: number, rowHeight: number, count: number): Range {
  const first = Math.floor(-top / rowHeight) - SPARE;
  const end = Math.ceil((height - top) / rowHeight) + SPARE;
  const within = (value: number) => Math.min(count, Math.max(0, value));
  return { first: within(first), end: within(end) };
}

/** The same while the page scrolls. `element` is where the rows begin. */
export function useWindow(
  element: RefObject<HTMLElement | null>,
  rowHeight: number,
  count: number,
): Range {
  const [range, setRange] = useState<Range>({ first: 0, end: Math.min(count, 40) });
  useLayoutEffect(() => {
    const look = () => {
      const top = element.current?.getBoundingClientRect().top ?? 0;
      const next = rangeOf(top, window.innerHeight, rowHeight, count);
      setRange((now) => (now.first === next.first && now.end === next.end ? now : next));
    };
    look();
    window.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    return () => {
      window.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, [element, rowHeight, count]);
  return range;
}

import { type RefObject, useEffect, useRef } from "react";

const FLASH_MS = 400;

/** Lets an element light up each time that `number` grows, unless motion is unwelcome. */
export function useFlash(element: RefObject<HTMLElement | null>, number: number | undefined): void {
  const seen = useRef(number);
  useEffect(() => {
    if (number === undefined || number === seen.current) return;
    seen.current = number;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const accent = getComputedStyle(document.documentElement).getPropertyValue("--accent");
    element.current?.animate(
      [{ backgroundColor: `color-mix(in oklch, ${accent} 30%, transparent)` }, {}],
      { duration: FLASH_MS, easing: "ease-out" },
    );
  }, [element, number]);
}

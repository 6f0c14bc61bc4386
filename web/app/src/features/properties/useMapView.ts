import { type PointerEvent, type RefObject, useEffect, useRef, useState } from "react";
import { MAP_WIDTH } from "./map";
import { moved, type Viewport, zoomed } from "./viewport";

/** So far a pointer may tremble while it clicks. */
const CLICK_PX = 4;

/**
 * What of the map is seen. It begins at `home` and goes back there when that is another part; it
 * is dragged, and comes nearer with the wheel and Ctrl, as it does under two fingers on a pad.
 */
export function useMapView(svg: RefObject<SVGSVGElement | null>, home: Viewport, homeKey: string) {
  const [state, setState] = useState<{ key: string; view: Viewport }>({ key: homeKey, view: home });
  const isHome = state.key !== homeKey || state.view === home;
  const view = isHome ? home : state.view;
  const change = (edit: (view: Viewport) => Viewport) =>
    setState((now) => ({ key: homeKey, view: edit(now.key === homeKey ? now.view : home) }));
  const latest = useRef(change);
  useEffect(() => {
    latest.current = change;
  });

  const [pixels, setPixels] = useState(MAP_WIDTH);
  useEffect(() => {
    const { current } = svg;
    if (current === null) return;
    const watcher = new ResizeObserver(() => setPixels(current.clientWidth || MAP_WIDTH));
    watcher.observe(current);
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top, width } = current.getBoundingClientRect();
      latest.current((now) => {
        const unit = now.width / width;
        const at = [
          now.x + (event.clientX - left) * unit,
          now.y + (event.clientY - top) * unit,
        ] as const;
        return zoomed(now, Math.exp(-event.deltaY / 200), at);
      });
    };
    // React's own listeners cannot keep the page from being scrolled or enlarged.
    current.addEventListener("wheel", onWheel, { passive: false });
    return () => {
      watcher.disconnect();
      current.removeEventListener("wheel", onWheel);
    };
  }, [svg]);

  const unit = view.width / pixels;
  const drag = useRef<{ x: number; y: number; far: boolean }>(undefined);
  const wasDragged = useRef(false);
  const dragging = {
    onPointerDown: (event: PointerEvent) => {
      wasDragged.current = false;
      if (event.button === 0) drag.current = { x: event.clientX, y: event.clientY, far: false };
    },
    onPointerMove: (event: PointerEvent<SVGSVGElement>) => {
      const { current } = drag;
      if (current === undefined) return;
      const [dx, dy] = [event.clientX - current.x, event.clientY - current.y];
      if (!current.far && Math.hypot(dx, dy) < CLICK_PX) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      drag.current = { x: event.clientX, y: event.clientY, far: true };
      wasDragged.current = true;
      change((now) => moved(now, -dx * unit, -dy * unit));
    },
    onPointerUp: () => {
      drag.current = undefined;
    },
    onPointerCancel: () => {
      drag.current = undefined;
    },
    onClickCapture: (event: { stopPropagation: () => void }) => {
      if (wasDragged.current) event.stopPropagation();
    },
  };
  return { view, isHome, unit, change, reset: () => change(() => home), dragging };
}

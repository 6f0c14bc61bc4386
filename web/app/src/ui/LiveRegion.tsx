import { announcement } from "~/lib/announce";
import { useCell } from "~/lib/store";

/** The page's one live region. */
export function LiveRegion() {
  const text = useCell(announcement);
  return (
    <div role="status" aria-live="polite" className="sr-only">
      {text}
    </div>
  );
}

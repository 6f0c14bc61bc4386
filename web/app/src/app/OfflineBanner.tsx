import { useClient, useConnection } from "@openbell/react";
import { WifiOff } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { announce } from "~/lib/announce";
import { connectionWords, isSentAway } from "~/lib/connection";
import { timeOfDay } from "~/lib/format";
import { useSession } from "~/lib/session";
import { buttonClass } from "~/ui/Button";

const PATIENCE_MS = 5_000;
const LATE = "What you see was true then; it catches up by itself.";

/** Since when there has been no connection; `undefined` while there is one, and for 5 s after. */
function useOfflineSince(patience: number): number | undefined {
  const { state } = useConnection();
  const lostAt = useRef<number>(undefined);
  const [since, setSince] = useState<number>();
  const isOpen = state === "open";
  useEffect(() => {
    if (isOpen) {
      lostAt.current = undefined;
      setSince(undefined);
      return;
    }
    // Attempts come and go; what counts is when it was last open.
    lostAt.current ??= Date.now();
    const lost = lostAt.current;
    const timer = setTimeout(() => setSince(lost), patience);
    return () => clearTimeout(timer);
  }, [isOpen, patience]);
  return since;
}

export function OfflineBanner() {
  // The app was opened without the server: that is known already.
  const neverHere = useSession().status === "offline";
  const status = useConnection();
  const sentAway = isSentAway(status);
  const since = useOfflineSince(neverHere || sentAway ? 0 : PATIENCE_MS);
  const farewell = sentAway ? connectionWords(status).detail : undefined;
  const client = useClient();
  const wasOffline = useRef(false);
  useEffect(() => {
    const lost = farewell ?? "The connection is lost. What is shown may be out of date.";
    if (since !== undefined) announce(lost);
    else if (wasOffline.current) announce("The connection is back.");
    wasOffline.current = since !== undefined;
  }, [since, farewell]);
  if (since === undefined) return null;
  const again = () => (client.status.state === "closed" ? client.connect() : client.reconnectNow());
  return (
    <section aria-label="Connection" className="border-b bg-sunken">
      <div className="mx-auto flex max-w-[1440px] flex-wrap items-center gap-x-3 gap-y-1 px-4 py-2 md:px-6">
        <WifiOff size={16} className="shrink-0 text-down" aria-hidden />
        <span className="min-w-0 flex-1">
          {farewell ??
            (neverHere
              ? "No connection to the server. Pages are filled by themselves once it is back."
              : `No connection since ${timeOfDay(since)}. ${LATE}`)}
        </span>
        <button type="button" onClick={again} className={buttonClass("plain", true)}>
          {sentAway ? "Connect anew" : "Try now"}
        </button>
      </div>
    </section>
  );
}

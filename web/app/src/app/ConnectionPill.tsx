import { useClient, useConnection } from "@openbell/react";
import { RefreshCw, Wifi, WifiOff } from "lucide-react";
import { connectionWords } from "~/lib/connection";

const tones = { up: "text-up", warn: "text-warn", down: "text-down" };

/** How the connection is, in a word. A click on it when it is lost tries at once. */
export function ConnectionPill() {
  const status = useConnection();
  const client = useClient();
  const { label, tone, detail } = connectionWords(status);
  const Icon = tone === "up" ? Wifi : tone === "warn" ? RefreshCw : WifiOff;
  const look = "inline-flex h-7 items-center gap-1.5 rounded-full border px-2 text-xs font-medium";
  const inside = (
    <>
      <Icon size={13} aria-hidden />
      {label}
    </>
  );
  if (tone !== "down") {
    return (
      <span title={detail} className={`${look} ${tones[tone]}`}>
        <span className="sr-only">Connection: </span>
        {inside}
      </span>
    );
  }
  const again = () => (status.state === "closed" ? client.connect() : client.reconnectNow());
  return (
    <button
      type="button"
      onClick={again}
      title={`${detail} Click to try now.`}
      className={`${look} ${tones[tone]} hover:bg-sunken`}
    >
      {inside}
      <span className="sr-only">, try to connect now</span>
    </button>
  );
}

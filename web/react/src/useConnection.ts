import type { Status } from "@openbell/client";
import { useSyncExternalStore } from "react";
import { useClient } from "./context.js";

/** How the connection is. */
export function useConnection(): Status {
  const client = useClient();
  const status = () => client.status;
  return useSyncExternalStore(client.onStatus, status, status);
}

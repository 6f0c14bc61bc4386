import type { ConnectionState, Status } from "@openbell/client";

export interface ConnectionWords {
  label: string;
  tone: "up" | "warn" | "down";
  detail: string;
}

const WORDS: Record<ConnectionState, ConnectionWords> = {
  open: { label: "Live", tone: "up", detail: "Changes appear as they happen." },
  idle: { label: "Connecting", tone: "warn", detail: "The connection is being opened." },
  connecting: { label: "Connecting", tone: "warn", detail: "The connection is being opened." },
  waiting: { label: "Offline", tone: "down", detail: "The connection is lost; it is tried again." },
  closed: { label: "Closed", tone: "down", detail: "The connection has ended." },
};

/** How the connection is, in words. */
export const connectionWords = ({ state }: Pick<Status, "state">): ConnectionWords => WORDS[state];

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

const CLOSED_BY_ADMIN = 4013;

const SENT_AWAY: ConnectionWords = {
  label: "Closed",
  tone: "down",
  detail: "An administrator has closed this connection. It does not come back by itself.",
};

type Now = Pick<Status, "state" | "reason">;

/** Whether somebody has closed it, and not the line or this page. */
export const isSentAway = ({ state, reason }: Now): boolean =>
  state === "closed" && reason?.code === CLOSED_BY_ADMIN;

/** How the connection is, in words. */
export const connectionWords = (status: Now): ConnectionWords =>
  isSentAway(status) ? SENT_AWAY : WORDS[status.state];

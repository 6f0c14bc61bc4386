import type { Notification } from "@openbell/react";
import { localDay } from "~/lib/format";

/** Where a notification leads within this app. */
export function actionOf({ action_url: url }: Notification): string | undefined {
  return url && /^\/(?![/\\])/.test(url) ? url : undefined;
}

export const isUrgent = ({ priority }: Notification): boolean =>
  priority === "high" || priority === "critical";

export interface Day {
  day: string;
  items: Notification[];
}

/** By the reader's day, in the order that they come in. */
export function byDay(items: readonly Notification[]): Day[] {
  const days: Day[] = [];
  for (const item of items) {
    const day = localDay(item.created_at);
    const last = days.at(-1);
    if (last?.day === day) last.items.push(item);
    else days.push({ day, items: [item] });
  }
  return days;
}

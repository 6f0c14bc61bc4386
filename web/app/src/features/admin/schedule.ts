import { civilTime } from "~/lib/format";
import type { TaskSchedule } from "~/lib/types";

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const SHORT = DAYS.map((day) => day.slice(0, 3).toUpperCase());
const PACES: [seconds: number, name: string][] = [
  [86_400, "day"],
  [3_600, "hour"],
  [60, "minute"],
  [1, "second"],
];

function pace(seconds: number): string {
  const [length, name] = PACES.find(([unit]) => seconds % unit === 0) ?? [1, "second"];
  const number = seconds / length;
  return number === 1 ? `Every ${name}` : `Every ${number} ${name}s`;
}

const isNumber = (text: string) => /^\d+$/.test(text);

/** A day of the week by its number or its three letters; Sunday is 0 and 7. */
function dayOf(text: string): string | undefined {
  if (isNumber(text)) return DAYS[Number(text) % 7];
  return DAYS[SHORT.indexOf(text.toUpperCase())];
}

function daysOf(text: string): string | undefined {
  const [from = "", to] = text.split("-");
  if (to !== undefined) {
    const [first, last] = [dayOf(from), dayOf(to)];
    return first && last && `${first} to ${last}`;
  }
  const days = text.split(",").map(dayOf);
  return days.every((day) => day !== undefined) ? `Every ${days.join(" and ")}` : undefined;
}

/** The usual patterns; others are shown as they are. */
function pattern(cron: string): string {
  const fallback = `By the pattern ${cron}`;
  const [minute = "", hour = "", day = "", month = "", weekday = ""] = cron.trim().split(/\s+/);
  if (month !== "*") return fallback;
  const daily = day === "*" && weekday === "*";
  const step = /^\*\/(\d+)$/.exec(minute)?.[1];
  if (daily && hour === "*" && minute === "*") return "Every minute";
  if (daily && hour === "*" && step) return `Every ${step} minutes`;
  if (!isNumber(minute)) return fallback;
  if (daily && hour === "*") {
    return minute === "0" ? "Every hour" : `Every hour at minute ${minute}`;
  }
  if (!isNumber(hour)) return fallback;
  const at = civilTime(`${hour.padStart(2, "0")}:${minute.padStart(2, "0")}`);
  if (daily) return `Every day at ${at}`;
  if (day === "*") {
    const days = daysOf(weekday);
    return days ? `${days} at ${at}` : fallback;
  }
  if (weekday === "*" && isNumber(day)) return `On day ${day} of every month at ${at}`;
  return fallback;
}

type When = Pick<TaskSchedule, "every_seconds" | "cron" | "time_zone">;

/** When a schedule comes, in words. */
export function scheduleWords({ every_seconds: seconds, cron, time_zone: zone }: When): string {
  if (seconds) return pace(seconds);
  if (!cron) return "Never";
  return `${pattern(cron)}${zone ? ` (${zone.replaceAll("_", " ")})` : ""}`;
}

// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { pieces, rate, type Sample, withRates, withSample } from "../src/features/admin/rates.js";
import {
  bodyOf,
  changedIn,
  differences,
  EMPTY_RECORD,
  errorsOf,
  FIELDS,
  formOf,
} from "../src/features/admin/record.js";
import { sameRoles, withRole } from "../src/features/admin/roles.js";
import { scheduleWords } from "../src/features/admin/schedule.js";
import { searchOf } from "../src/features/admin/search.js";
import { bytes, lasted, perSecond } from "../src/features/admin/words.js";
import { permitted } from "../src/lib/roles.js";
import type { LiveTopic, Overview, Property } from "../src/lib/types.js";

const T0 = Date.parse("2026-03-01T12:00:00.000Z");
const at = (seconds: number) => new Date(T0 + seconds * 1_000).toISOString();

describe("rates", () => {
  it("are what came between two looks", () => {
    expect(rate({ frames: 100, at: at(0) }, { frames: 130, at: at(2) })).toBe(15);
    expect(rate({ frames: 100, at: at(0) }, { frames: 100, at: at(3) })).toBe(0);
  });

  it("are unknown at the first look, when a counter begins anew, and in no time", () => {
    expect(rate(undefined, { frames: 5, at: at(0) })).toBeUndefined();
    expect(rate({ frames: 100, at: at(0) }, { frames: 5, at: at(2) })).toBeUndefined();
    expect(rate({ frames: 1, at: at(0) }, { frames: 5, at: at(0) })).toBeUndefined();
  });

  const topic = (name: string, frames: number, seconds: number, tenant = "a"): LiveTopic => ({
    topic: name,
    tenant_id: tenant,
    subscriptions: 1,
    frames,
    at: at(seconds),
  });

  it("go by topic and tenant", () => {
    const before = [topic("user:1", 10, 0), topic("user:1", 100, 0, "b")];
    const now = [topic("user:1", 20, 5), topic("user:1", 101, 5, "b"), topic("user:2", 7, 5)];
    expect(withRates(before, now).map((row) => row.rate)).toEqual([2, 0.2, undefined]);
  });
});

const overview = (seconds: number, frames: number, node = "n1"): Overview => ({
  node,
  version: "0.1.0",
  started_at: at(-100),
  now: at(seconds),
  health: { status: "ok", reasons: [] },
  database: "sqlite",
  broker: "none",
  all_tenants: false,
  sockets: { connections: 2, users: 1, topics: 1, subscriptions: 3, queue_bytes: 0, frames },
  tasks: { running: 0, due: 0, waiting: 0, retrying: 0, dead: 0 },
});

const looks = (...all: Overview[]) =>
  all.reduce<Sample[]>((before, look) => withSample(before, look), []);

describe("samples of the overview", () => {
  it("carry the rate of frames since the one before", () => {
    const samples = looks(overview(0, 10), overview(3, 40), overview(6, 40));
    expect(samples.map(({ framesRate }) => framesRate)).toEqual([undefined, 10, 0]);
  });

  it("are kept for five minutes, and begin anew with another node", () => {
    const samples = looks(overview(0, 0), overview(200, 0), overview(301, 0));
    expect(samples.map((sample) => sample.at)).toEqual([T0 + 200_000, T0 + 301_000]);
    const next = withSample(samples, overview(304, 0, "n2"));
    expect(next.map(({ node }) => node)).toEqual(["n2"]);
  });

  it("hold a look once, however often it is told", () => {
    expect(looks(overview(0, 1), overview(0, 1))).toHaveLength(1);
  });

  it("are drawn in pieces where nobody looked, without what is unknown", () => {
    const samples = looks(overview(0, 0), overview(3, 3), overview(60, 3), overview(63, 9));
    const lines = pieces(samples, ({ framesRate }) => framesRate, 12_000);
    expect(lines.map((line) => line.map(({ value }) => value))).toEqual([[1], [0, 2]]);
    expect(pieces(samples, ({ memory }) => memory, 12_000)).toEqual([]);
  });
});

describe("words", () => {
  it("say how long something has lasted by its two greatest units", () => {
    expect(lasted(-5)).toBe("0 s");
    expect(lasted(59_999)).toBe("59 s");
    expect(lasted(3_600_000)).toBe("1 h");
    expect(lasted(90_061_000)).toBe("1 d 1 h");
    expect(lasted(250_000)).toBe("4 min 10 s");
  });

  it("say sizes by the unit that suits them", () => {
    expect(bytes(null)).toBe("–");
    expect(bytes(0)).toBe("0 B");
    expect(bytes(999)).toBe("999 B");
    expect(bytes(1_540)).toBe("1.5 kB");
    expect(bytes(999_600)).toBe("1 MB");
    expect(bytes(132_734_976)).toBe("133 MB");
  });

  it("say rates, and that there is none yet", () => {
    expect(perSecond(undefined)).toBe("–");
    expect(perSecond(0.26)).toBe("0.3/s");
    expect(perSecond(1234.4)).toBe("1,234/s");
  });
});

describe("schedules in words", () => {
  const every = (every_seconds: number) => scheduleWords({ every_seconds });
  const cron = (pattern: string, time_zone?: string) =>
    scheduleWords({ cron: pattern, ...(time_zone && { time_zone }) });

  it("say a steady pace", () => {
    expect(every(60)).toBe("Every minute");
    expect(every(7_200)).toBe("Every 2 hours");
    expect(every(86_400)).toBe("Every day");
    expect(every(90)).toBe("Every 90 seconds");
  });

  it("say the usual patterns", () => {
    expect(cron("* * * * *")).toBe("Every minute");
    expect(cron("*/15 * * * *")).toBe("Every 15 minutes");
    expect(cron("0 * * * *")).toBe("Every hour");
    expect(cron("20 * * * *")).toBe("Every hour at minute 20");
    expect(cron("30 2 * * *")).toBe("Every day at 2:30 AM");
    expect(cron("0 9 * * 1-5")).toBe("Monday to Friday at 9:00 AM");
    expect(cron("0 9 * * mon,thu")).toBe("Every Monday and Thursday at 9:00 AM");
    expect(cron("0 9 * * 7")).toBe("Every Sunday at 9:00 AM");
    expect(cron("0 0 1 * *")).toBe("On day 1 of every month at 12:00 AM");
  });

  it("say whose clocks are meant", () => {
    expect(cron("0 6 * * *", "America/New_York")).toBe("Every day at 6:00 AM (America/New York)");
  });

  it("show what they cannot say", () => {
    expect(cron("0 6 1 1 *")).toBe("By the pattern 0 6 1 1 *");
    expect(cron("0 6 * * 1#2")).toBe("By the pattern 0 6 * * 1#2");
    expect(scheduleWords({})).toBe("Never");
  });
});

describe("roles", () => {
  it("open what the server would", () => {
    expect(permitted(["user"], undefined)).toBe(true);
    expect(permitted(undefined, ["operator"])).toBe(false);
    expect(permitted(["user", "operator"], ["operator"])).toBe(true);
    expect(permitted(["operator"], ["admin", "root"])).toBe(false);
    expect(permitted(["admin"], ["operator"])).toBe(true);
    expect(permitted(["root"], ["admin", "root"])).toBe(true);
    expect(permitted(["root"], ["admin"])).toBe(false);
    expect(permitted(["admin"], ["root"])).toBe(false);
  });

  it("are given and taken one by one, in their usual order", () => {
    expect(withRole(["user"], "operator", true)).toEqual(["operator", "user"]);
    expect(withRole(["operator", "user"], "operator", false)).toEqual(["user"]);
    expect(sameRoles(["user", "agent"], ["agent", "user"])).toBe(true);
    expect(sameRoles(["user"], ["agent"])).toBe(false);
    expect(sameRoles(["user"], ["agent", "user"])).toBe(false);
  });
});

describe("an address", () => {
  const read = searchOf({ q: 5, name: 10 });
  it("keeps what the page knows, and texts alone", () => {
    expect(read({ q: " ab ", other: "x", name: "" })).toEqual({ q: "ab" });
    expect(read({ q: "toolong", name: 7 })).toEqual({});
  });
});

const property: Property = {
  id: "p1",
  version: 3,
  street: "12 Quarry Road",
  city: "Reno",
  state: "NV",
  time_zone: "America/Los_Angeles",
  status: "auction",
  currency: "USD",
  created_at: at(0),
  updated_at: at(0),
  opening_bid: 100_000.5,
  bedrooms: 3,
  latitude: 39.5,
  longitude: -119.8,
};
const form = formOf(property);
const fields = (...names: string[]) => FIELDS.filter(({ name }) => names.includes(name));

describe("the form of a property", () => {
  it("has a text for every field", () => {
    expect(form.opening_bid).toBe("100000.5");
    expect(form.county).toBe("");
    expect(Object.keys(form).sort()).toEqual(Object.keys(EMPTY_RECORD).sort());
    expect(errorsOf(form)).toEqual({});
  });

  it("says what is wrong with which field", () => {
    const wrong = {
      ...form,
      street: " ",
      opening_bid: "12.345",
      bedrooms: "two",
      latitude: "91",
      year_built: "1999.5",
    };
    expect(Object.keys(errorsOf(wrong)).sort()).toEqual([
      "bedrooms",
      "latitude",
      "opening_bid",
      "street",
      "year_built",
    ]);
    expect(errorsOf({ ...form, longitude: "" })).toEqual({ longitude: "A place has both." });
    expect(Object.keys(errorsOf(EMPTY_RECORD))).toEqual(["street", "city", "state"]);
  });

  it("sends what was changed, and unknown for what was emptied", () => {
    const mine = {
      ...form,
      opening_bid: "$90,000.50",
      bedrooms: "",
      county: " Washoe ",
      city: "Reno ",
    };
    const changed = changedIn(form, mine);
    expect(changed.map(({ name }) => name)).toEqual(["county", "opening_bid", "bedrooms"]);
    expect(bodyOf(mine, changed)).toEqual({
      county: "Washoe",
      opening_bid: "90000.50",
      bedrooms: null,
    });
    expect(bodyOf(form, fields("latitude", "bedrooms"))).toEqual({ latitude: 39.5, bedrooms: 3 });
  });

  it("says what somebody else changed, and where both did", () => {
    const mine = { ...form, opening_bid: "90000", venue: "Court" };
    const theirs = { ...form, opening_bid: "95000", status: "sold" };
    const found = differences(form, mine, theirs);
    expect(found.map(({ field, was, now, mine: own }) => [field.name, was, now, own])).toEqual([
      ["status", "auction", "sold", undefined],
      ["opening_bid", "100000.5", "95000", "90000"],
    ]);
  });
});

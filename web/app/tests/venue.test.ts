import { describe, expect, test } from "vitest";
import { venueHour, venueTitle } from "../src/features/properties/venue";

const NY = "America/New_York";
const winter = { date: "2020-01-14", time: "10:00", zone: NY, at: "2020-01-14T15:00:00Z" };

describe("when a property's auction is", () => {
  test("goes by the venue's clock, with the short name of its zone", () => {
    expect(venueHour(winter)).toBe("10:00 AM EST");
    const summer = { ...winter, date: "2020-07-14", at: "2020-07-14T14:00:00Z" };
    expect(venueHour(summer)).toBe("10:00 AM EDT");
    // An hour that has just changed, before its instant has been read.
    expect(venueHour({ ...winter, time: "2:30 PM", at: null })).toBe("2:30 PM EST");
  });

  test("is said without a zone where none is known, and not at all without an hour", () => {
    expect(venueHour({ date: "2020-01-14", time: "10:00 AM" })).toBe("10:00 AM");
    expect(venueHour({ date: "2020-01-14", time: null, zone: NY })).toBeUndefined();
    expect(venueTitle({ date: "2020-01-14" })).toBe(
      "Tuesday, January 14, 2020, local time at the venue",
    );
  });

  test("tells the reader's own time where their clock shows another", () => {
    expect(venueTitle(winter, "America/Los_Angeles")).toBe(
      "Tuesday, January 14, 2020, 10:00 AM EST, at the venue (America/New York)\n" +
        "Your time: Tuesday, January 14, 2020 at 7:00:00 AM PST",
    );
    expect(venueTitle(winter, "America/Detroit")).not.toContain("Your time");
  });
});

import { describe, expect, test } from "vitest";
import { cityAround, cityIn, cityMiddle, coordinates, nearOf, placeIn } from "../src/lib/place";
import type { Property } from "../src/lib/types";

const house = (city: string, state: string, latitude?: number, longitude?: number) =>
  ({ city, state, latitude, longitude }) as unknown as Property;

describe("a place", () => {
  test("is typed as a city, with a state or without, or as two numbers", () => {
    expect(cityIn("Austin, tx")).toEqual({ city: "Austin", state: "TX" });
    expect(cityIn(" Colorado Springs ")).toEqual({ city: "Colorado Springs" });
    expect(cityIn("La Jolla")).toEqual({ city: "La Jolla" });
    expect(placeIn(" 36.7 , -119.8")).toEqual({ latitude: 36.7, longitude: -119.8 });
  });

  test("is where a city's properties are, in the state that has most of them", () => {
    const at = (state: string, latitude?: number, longitude?: number) =>
      house("Aurora", state, latitude, longitude);
    const found = cityMiddle([
      at("IL", 41, -88),
      at("CO", 39, -104),
      at("CO", 40.00004, -105.1),
      at("CO"),
    ]);
    expect(found).toEqual({ latitude: 39.5, longitude: -104.55, name: "Aurora, CO" });
    expect(cityMiddle([at("CO")])).toBeUndefined();
  });

  test("is called by the city whose middle is nearest, not by the nearest property", () => {
    const place = { latitude: 39.53, longitude: -119.81 };
    const known = [
      house("Sparks", "NV", 39.54, -119.81),
      house("Reno", "NV", 39.5, -119.81),
      house("reno", "NV", 39.57, -119.81),
      house("Sparks", "NV", 39.54, -119.7),
      house("Reno", "NV"),
    ];
    expect(cityAround(place, known)).toBe("Reno, NV");
    expect(cityAround(place, [house("Reno", "NV")])).toBeUndefined();
  });

  test("is as far to the east as the degrees are there", () => {
    const place = { latitude: 60, longitude: -150 };
    const known = [house("East", "AK", 60, -149.4), house("North", "AK", 60.4, -150)];
    expect(cityAround(place, known)).toBe("East, AK");
  });

  test("is read as it is typed", () => {
    const place = { latitude: 36.7, longitude: -119.84 };
    expect(nearOf(place)).toBe("36.7000,-119.8400");
    expect(placeIn(coordinates(place))).toEqual(place);
  });
});

import { LocateFixed } from "lucide-react";
import { useState } from "react";
import { explain } from "~/lib/errors";
import { whereIAm } from "~/lib/geolocation";
import {
  cityIn,
  cityMiddle,
  coordinates,
  type NamedPlace,
  placeIn,
  RADII,
  rounded,
} from "~/lib/place";
import { client } from "~/lib/session";
import type { Property } from "~/lib/types";
import { Button } from "./Button";
import { Dialog } from "./Dialog";
import { Input, Select } from "./Field";

/**
 * The place that somebody means: coordinates, or a city, which lies where its properties are. No
 * other server is asked.
 */
async function findPlace(text: string): Promise<NamedPlace | undefined> {
  const point = placeIn(text);
  if (point) return point;
  const query = { ...cityIn(text), limit: 200 };
  const { items } = (await client.api.get("/api/v1/properties", { query })) as {
    items: Property[];
  };
  return cityMiddle(items);
}

/** Asks for a place and how far around it. */
export function PlaceDialog(props: {
  place: NamedPlace | undefined;
  radius: string;
  action: string;
  onChoose: (place: NamedPlace, radius: string) => void;
  onClose: () => void;
}) {
  const { place, action, onChoose, onClose } = props;
  const before = place && (place.name ?? coordinates(place));
  const [text, setText] = useState(before ?? "");
  const [radius, setRadius] = useState(props.radius);
  const [complaint, setComplaint] = useState<string>();
  const [pending, setPending] = useState(false);

  const use = (found: NamedPlace) => {
    onChoose(found, radius);
    onClose();
  };
  const look = async (find: () => Promise<NamedPlace | undefined>, otherwise: string) => {
    setPending(true);
    setComplaint(undefined);
    try {
      const found = await find();
      if (found) return use(found);
      setComplaint(otherwise);
    } catch (error) {
      setComplaint(explain(error));
    }
    setPending(false);
  };
  const submit = () => {
    const typed = text.trim();
    if (typed === "") return setComplaint("A city, or two numbers.");
    // Another distance does not move the place, and some names are not those of cities.
    if (place && typed === before) return use(place);
    return look(
      () => findPlace(typed),
      `No property is known in “${typed}”. Try a city nearby, or latitude, longitude.`,
    );
  };
  const locate = () =>
    look(async () => {
      const here = await whereIAm();
      return here && { ...rounded(here), name: "where I am" };
    }, "This browser does not say where you are.");

  const other = RADII.includes(radius) ? [] : [radius];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Near a place">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          // The form that this dialog belongs to would be sent as well.
          event.stopPropagation();
          void submit();
        }}
      >
        <Input
          label="Place"
          value={text}
          maxLength={80}
          autoComplete="off"
          placeholder="Austin, TX"
          hint="A city, or latitude, longitude."
          error={complaint}
          onChange={(event) => setText(event.target.value)}
        />
        <Select
          label="At most so far away"
          value={radius}
          onChange={(event) => setRadius(event.target.value)}
          options={[...RADII, ...other].map((value) => ({ value, label: `${value} miles` }))}
        />
        <div className="flex flex-wrap justify-between gap-2">
          <Button disabled={pending} onClick={() => void locate()}>
            <LocateFixed size={14} aria-hidden />
            Where I am
          </Button>
          <Button type="submit" look="primary" pending={pending}>
            {pending ? "Looking…" : action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

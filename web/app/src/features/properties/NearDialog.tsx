import { LocateFixed } from "lucide-react";
import { useState } from "react";
import { explain } from "~/lib/errors";
import { whereIAm } from "~/lib/geolocation";
import { client } from "~/lib/session";
import type { Property } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { Input, Select } from "~/ui/Field";
import { type Filters, nearOf, placeIn, RADII, radiusOf } from "./filters";
import { cityIn, cityMiddle, type Found } from "./near";

/**
 * The place that somebody means: coordinates, or a city, which lies where its properties are. No
 * other server is asked.
 */
async function findPlace(text: string): Promise<Found | undefined> {
  const point = placeIn(text);
  if (point) return { near: nearOf(point) };
  const query = { ...cityIn(text), limit: 200 };
  const { items } = (await client.api.get("/api/v1/properties", { query })) as {
    items: Property[];
  };
  return cityMiddle(items);
}

/** Asks for a place and how far around it. */
export function NearDialog(props: {
  filters: Filters;
  onChange: (edit: Partial<Record<keyof Filters, string>>) => void;
  onClose: () => void;
}) {
  const { filters, onChange, onClose } = props;
  const [text, setText] = useState(filters.place ?? filters.near?.replace(",", ", ") ?? "");
  const [radius, setRadius] = useState(radiusOf(filters));
  const [complaint, setComplaint] = useState<string>();
  const [pending, setPending] = useState(false);

  const use = ({ near, place = "" }: Found) => {
    onChange({ near, place, radius_miles: radius, bbox: "" });
    onClose();
  };
  const look = async (find: () => Promise<Found | undefined>, otherwise: string) => {
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
    return look(
      () => findPlace(typed),
      `No property is known in “${typed}”. Try a city nearby, or latitude, longitude.`,
    );
  };
  const locate = () =>
    look(async () => {
      const here = await whereIAm();
      return here && { near: nearOf(here), place: "where I am" };
    }, "This browser does not say where you are.");

  const other = RADII.includes(radius) ? [] : [radius];
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title="Near a place">
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
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
            {pending ? "Looking…" : "Show what is near"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

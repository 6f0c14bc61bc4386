import { useQuery } from "@tanstack/react-query";
import { MapPin, X } from "lucide-react";
import { useId, useRef, useState } from "react";
import { coordinates, USUAL_RADIUS } from "~/lib/place";
import { Button, IconButton } from "~/ui/Button";
import { PlaceDialog } from "~/ui/PlaceDialog";
import type { Around } from "./form";
import { cityAroundQuery } from "./queries";

/** A place and how far around it, named as in the filters of the properties. */
export function PlaceField(props: {
  value: Around | undefined;
  error: string | undefined;
  onChange: (value: Around | undefined) => void;
}) {
  const { value, error, onChange } = props;
  const [asking, setAsking] = useState(false);
  // An alert keeps coordinates alone: its name is that of the city which is there.
  const { data: city } = useQuery(cityAroundQuery(value?.place.name ? undefined : value?.place));
  const name = value?.place.name ?? city;
  const button = useRef<HTMLButtonElement>(null);
  const told = useId();
  return (
    <div>
      <div className="flex flex-wrap items-center gap-2">
        {value && (
          <p id={told} className="min-w-0 flex-1 basis-48">
            <span className="block break-words">
              Within {value.radius_miles} mi of {name ?? coordinates(value.place)}
            </span>
            {name && <span className="block text-xs text-muted">{coordinates(value.place)}</span>}
          </p>
        )}
        <Button
          ref={button}
          small
          aria-haspopup="dialog"
          aria-describedby={value && told}
          onClick={() => setAsking(true)}
        >
          <MapPin size={14} aria-hidden />
          {value ? "Change the place" : "Near a place"}
        </Button>
        {value && (
          <IconButton
            label="No place"
            onClick={() => {
              onChange(undefined);
              button.current?.focus();
            }}
          >
            <X size={16} aria-hidden />
          </IconButton>
        )}
      </div>
      {error && <p className="mt-1 text-xs text-down">{error}</p>}
      {asking && (
        <PlaceDialog
          place={value && { ...value.place, ...(name && { name }) }}
          radius={String(value?.radius_miles ?? USUAL_RADIUS)}
          action="Use this place"
          onChoose={(place, radius) => onChange({ place, radius_miles: Number(radius) })}
          onClose={() => setAsking(false)}
        />
      )}
    </div>
  );
}

import { PencilRuler } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { Button } from "~/ui/Button";
import { Textarea } from "~/ui/Field";
import { Skeleton } from "~/ui/states";
import { cornersIn, cornersText } from "./form";

const AreaMap = lazy(() => import("./AreaMap"));

/** An area by its corners: drawn on the map, or typed. */
export function AreaField(props: {
  value: string;
  error: string | undefined;
  onChange: (value: string) => void;
}) {
  const { value, error, onChange } = props;
  const [open, setOpen] = useState(value !== "");
  const corners = cornersIn(value) ?? [];
  if (!open) {
    return (
      <Button small onClick={() => setOpen(true)}>
        <PencilRuler size={14} aria-hidden />
        Draw an area
      </Button>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      <Suspense fallback={<Skeleton className="aspect-[975/610] w-full" />}>
        <AreaMap corners={corners} onChange={(next) => onChange(cornersText(next))} />
      </Suspense>
      <Textarea
        label="Corners of the area"
        rows={4}
        value={value}
        error={error}
        hint="Latitude, longitude, a line for each. The last is joined to the first."
        placeholder={"36.9, -119.9\n36.9, -119.6\n36.6, -119.7"}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
      />
      <div className="flex flex-wrap gap-2">
        <Button
          small
          disabled={corners.length === 0}
          onClick={() => onChange(cornersText(corners.slice(0, -1)))}
        >
          Take the last back
        </Button>
        <Button small disabled={value === ""} onClick={() => onChange("")}>
          No area
        </Button>
      </div>
    </div>
  );
}

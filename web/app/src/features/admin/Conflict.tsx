import { useEffect, useRef } from "react";
import { Button } from "~/ui/Button";
import { Panel } from "~/ui/layout";

interface Difference {
  field: { name: string; label: string };
  was: string;
  now: string;
  mine: string | undefined;
}

const shown = (value: string) => value || "unknown";

/** Somebody else has saved the same thing meanwhile: what they changed, and what shall hold. */
export function Conflict(props: {
  differences: Difference[];
  pending: boolean;
  onKeepMine: () => void;
  onTakeTheirs: () => void;
}) {
  const { differences, pending, onKeepMine, onTakeTheirs } = props;
  const head = useRef<HTMLDivElement>(null);
  useEffect(() => {
    head.current?.scrollIntoView({ block: "center" });
    head.current?.focus();
  }, []);
  return (
    <div ref={head} tabIndex={-1} role="alert" className="mb-4 outline-none">
      <Panel title="Somebody changed it meanwhile" className="border-warn">
        <p className="mb-3">Your changes are not saved yet. Since you opened this page:</p>
        <ul className="mb-4 flex flex-col gap-2">
          {differences.map(({ field, was, now, mine }) => (
            <li key={field.name} className="break-words">
              <span className="font-medium">{field.label}</span> was {shown(was)}, and is now{" "}
              <strong>{shown(now)}</strong>.
              {mine !== undefined && <span className="text-warn"> You wrote {shown(mine)}.</span>}
            </li>
          ))}
          {differences.length === 0 && <li>Nothing that stands in this form.</li>}
        </ul>
        <div className="flex flex-wrap gap-2">
          <Button look="primary" pending={pending} onClick={onKeepMine}>
            Save my changes on top
          </Button>
          <Button onClick={onTakeTheirs}>Drop mine, show what is there</Button>
        </div>
      </Panel>
    </div>
  );
}

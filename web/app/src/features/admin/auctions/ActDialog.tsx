import { useState } from "react";
import { explain, fieldErrors } from "~/lib/errors";
import { zone } from "~/lib/format";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { Input, Textarea } from "~/ui/Field";
import { Complaint } from "~/ui/states";
import { bare } from "../record";
import { useAct } from "../useAct";
import { useIntent } from "../useIntent";
import { instantOf, localInput } from "./form";

/** What was filled in; empty where it was not asked for. */
export interface Given {
  reason: string | null;
  end: string;
  limit: string | null;
}

/** Asks before something is done to an auction, for all that the server wants to know. */
export function ActDialog<R>(props: {
  title: string;
  says: string;
  action: string;
  danger?: boolean;
  /** Whether the server wants to know why. */
  why?: boolean;
  /** The end that stands, where a later one is asked for. */
  end?: string;
  /** Whether a limit may be set. */
  limit?: boolean;
  /** What has to be typed. */
  word?: string;
  run: (given: Given, idempotencyKey: string) => Promise<R>;
  done: (answer: R) => string;
  touches: readonly (readonly unknown[])[];
  onClose: () => void;
}) {
  const { title, says, action, danger, why, end, limit, word, run, done, touches, onClose } = props;
  const [reason, setReason] = useState("");
  const [until, setUntil] = useState(localInput(end));
  const [most, setMost] = useState("");
  const [typed, setTyped] = useState("");
  const intent = useIntent();
  const act = useAct({
    run: (given: Given) => intent(given, (key) => run(given, key)),
    done: (answer: R) => done(answer),
    touches,
    after: onClose,
  });
  const fits = word === undefined || typed.trim().toLowerCase() === word;
  const told = fieldErrors(act.error);
  const isPlaced = told.reason || told.ends_at || told.limit;
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={title} description={says}>
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!fits) return;
          act.mutate({
            reason: reason.trim() || null,
            end: end === undefined ? "" : instantOf(until),
            limit: bare(most) || null,
          });
        }}
      >
        {end !== undefined && (
          <Input
            label="Ends"
            type="datetime-local"
            required
            value={until}
            error={told.ends_at}
            hint={`In the zone ${zone()}`}
            onChange={(event) => setUntil(event.target.value)}
          />
        )}
        {limit && (
          <Input
            label="Up to what they may bid"
            inputMode="decimal"
            autoComplete="off"
            value={most}
            error={told.limit}
            hint="As high as they like when it is empty."
            onChange={(event) => setMost(event.target.value)}
          />
        )}
        {why && (
          <Textarea
            label="Reason"
            required
            rows={2}
            maxLength={500}
            value={reason}
            error={told.reason}
            hint="It stands in the log, which its seller reads as well."
            onChange={(event) => setReason(event.target.value)}
          />
        )}
        {word !== undefined && (
          <Input
            label={`Type “${word}” to confirm`}
            value={typed}
            autoComplete="off"
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        {act.error !== null && !isPlaced && <Complaint>{explain(act.error)}</Complaint>}
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Back</Button>
          <Button
            type="submit"
            look={danger ? "danger" : "primary"}
            disabled={!fits}
            pending={act.isPending}
          >
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

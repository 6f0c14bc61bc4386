import { useInfiniteQuery } from "@tanstack/react-query";
import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { count } from "~/lib/format";
import { client } from "~/lib/session";
import type { DeadTask } from "~/lib/types";
import { Button } from "~/ui/Button";
import { ConfirmTyped } from "~/ui/Dialog";
import { Empty } from "~/ui/states";
import { Time } from "~/ui/Time";
import { AsOf, Fold, More, Verbatim, Waiting } from "./parts";
import { deadLettersQuery } from "./queries";
import { Tenant } from "./Tenant";
import { useAct } from "./useAct";

/** Tasks that were given up. */
export function DeadLetters({ name }: { name: string | undefined }) {
  const list = useInfiniteQuery(deadLettersQuery(name));
  const rows = list.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <AsOf look={list} />
      {rows === undefined ? (
        <Waiting look={list} what="The dead letters" />
      ) : rows.length === 0 ? (
        <Empty title={name ? `No ${name} was given up` : "Nothing was given up"}>
          A task that failed at every attempt comes here, with what it was to do and why it failed.
        </Empty>
      ) : (
        <>
          <ul aria-label="Dead letters" className="flex flex-col gap-4">
            {rows.map((letter) => (
              <Letter key={letter.id} letter={letter} />
            ))}
          </ul>
          <More list={list} />
        </>
      )}
    </>
  );
}

const TOUCHES = [
  ["admin", "dead-letters"],
  ["admin", "tasks"],
  ["admin", "queues"],
  ["admin", "overview"],
];

function Letter({ letter }: { letter: DeadTask }) {
  const { id, name, payload, error, attempt, created_at: created, at } = letter;
  const [discarding, setDiscarding] = useState(false);
  const path = { id };
  const redrive = useAct({
    run: () => client.api.post("/api/v1/admin/dead-letters/{id}/redrive", { path }),
    done: () => `${name} goes round again.`,
    failed: "The dead letter stays.",
    touches: TOUCHES,
  });
  const discard = useAct({
    run: () => client.api.delete("/api/v1/admin/dead-letters/{id}", { path }),
    done: () => `The dead letter of ${name} is thrown away.`,
    failed: "The dead letter stays.",
    touches: TOUCHES,
    after: () => setDiscarding(false),
  });
  return (
    <li className="rounded-md border bg-surface p-4">
      <div className="mb-2 flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
        <div className="min-w-0">
          <h2 className="font-semibold break-all">{name}</h2>
          <p className="text-muted">
            Given up <Time at={at} relative />, after {count(attempt)}{" "}
            {attempt === 1 ? "attempt" : "attempts"}; enqueued <Time at={created} />
          </p>
          <Tenant id={letter.tenant_id} />
        </div>
        <div className="flex flex-wrap gap-2">
          <Button small pending={redrive.isPending} onClick={() => redrive.mutate(undefined)}>
            <RotateCcw size={14} aria-hidden />
            Send round again
          </Button>
          <Button small look="danger" onClick={() => setDiscarding(true)}>
            <Trash2 size={14} aria-hidden />
            Discard
          </Button>
        </div>
      </div>
      <p className="mb-2 break-words text-down">{error}</p>
      <Fold title="What it was to do">
        <Verbatim label={`What ${name} was to do`}>{JSON.stringify(payload, null, 2)}</Verbatim>
      </Fold>
      <ConfirmTyped
        open={discarding}
        onOpenChange={setDiscarding}
        title="Discard this dead letter?"
        description={`What this ${name} was to do is never done, and cannot be looked up again.`}
        word="discard"
        action="Discard it"
        pending={discard.isPending}
        onConfirm={() => discard.mutate(undefined)}
      />
    </li>
  );
}

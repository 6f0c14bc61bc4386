import { ApiError } from "@openbell/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { NotFound } from "~/app/root";
import { PagePending } from "~/app/states";
import { placeOf } from "~/features/properties/parts";
import { isNotFound } from "~/lib/errors";
import { client } from "~/lib/session";
import type { Property } from "~/lib/types";
import { Button, buttonClass } from "~/ui/Button";
import { ConfirmTyped } from "~/ui/Dialog";
import { PageHeader } from "~/ui/layout";
import { Failed } from "~/ui/states";
import { Time } from "~/ui/Time";
import { toast, toastError } from "~/ui/toasts";
import { Conflict } from "./Conflict";
import { BackToRecords } from "./NewRecordPage";
import { recordQuery } from "./queries";
import { RecordForm } from "./RecordForm";
import { RecordSources } from "./RecordSources";
import { bodyOf, changedIn, differences, type RecordForm as Form, formOf } from "./record";

export function RecordPage() {
  const { id } = useParams({ from: "/shell/admin/properties/$id" });
  const { data, error, refetch } = useQuery(recordQuery(id));
  if (data === undefined) {
    if (error === null) return <PagePending />;
    if (isNotFound(error)) return <NotFound />;
    return <Failed error={error} what="The property" onRetry={() => void refetch()} />;
  }
  return <Edit key={data.property.version} property={data.property} etag={data.etag} />;
}

const hasChangedMeanwhile = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 412;

interface Seen {
  property: Property;
  etag: string | undefined;
}

function Edit({ property, etag }: Seen) {
  const { id, street } = property;
  const cache = useQueryClient();
  const navigate = useNavigate();
  const [removing, setRemoving] = useState(false);
  /** What it is now, and what was to be made of it, when somebody else was faster. */
  const [clash, setClash] = useState<{ mine: Form; now: Seen }>();
  const before = formOf(property);
  const { queryKey } = recordQuery(id);

  const put = (next: Seen) => {
    cache.setQueryData(queryKey, next);
    for (const key of [["property", id], ["properties"]]) {
      void cache.invalidateQueries({ queryKey: key });
    }
  };

  const save = useMutation({
    mutationFn: ({ form, seen = etag }: { form: Form; seen?: string | undefined }) =>
      client.api.send("patch", "/api/v1/properties/{id}", {
        path: { id },
        body: bodyOf(form, changedIn(before, form)),
        ifMatch: seen,
      }),
    onSuccess: (answer) => {
      toast(`${answer.data.street} is saved.`);
      setClash(undefined);
      put({ property: answer.data, etag: answer.etag });
    },
    onError: async (error, { form }) => {
      if (!hasChangedMeanwhile(error)) return;
      const answer = await client.api
        .send("get", "/api/v1/properties/{id}", { path: { id } })
        .catch((cause: unknown) => toastError("What it is now could not be read.", cause));
      if (answer) setClash({ mine: form, now: { property: answer.data, etag: answer.etag } });
    },
  });

  const remove = useMutation({
    mutationFn: () => client.api.delete("/api/v1/properties/{id}", { path: { id }, ifMatch: etag }),
    onSuccess: () => {
      toast(`${street} is removed.`);
      void cache.invalidateQueries({ queryKey: ["properties"] });
      void navigate({ to: "/admin/properties" });
    },
    onError: (error) => {
      setRemoving(false);
      if (!hasChangedMeanwhile(error)) return toastError("It was not removed.", error);
      toast("It was changed meanwhile, and not removed; this is how it is now.", { tone: "bad" });
      void cache.invalidateQueries({ queryKey });
    },
  });

  return (
    <>
      <BackToRecords />
      <PageHeader
        title={street}
        sub={
          <>
            {placeOf(property)}. Version {property.version}, changed{" "}
            <Time at={property.updated_at} relative />.
          </>
        }
        actions={
          <>
            <Link to="/properties/$id" params={{ id }} className={buttonClass()}>
              As users see it
            </Link>
            <Button look="danger" onClick={() => setRemoving(true)}>
              <Trash2 size={14} aria-hidden />
              Remove
            </Button>
          </>
        }
      />
      {clash && (
        <Conflict
          differences={differences(before, clash.mine, formOf(clash.now.property))}
          pending={save.isPending}
          onKeepMine={() => save.mutate({ form: clash.mine, seen: clash.now.etag })}
          onTakeTheirs={() => put(clash.now)}
        />
      )}
      <RecordForm
        initial={before}
        action="Save the changes"
        pending={save.isPending}
        error={hasChangedMeanwhile(save.error) ? null : save.error}
        isDone={(form) => changedIn(before, form).length === 0}
        onSubmit={(form) => save.mutate({ form })}
      />
      <RecordSources id={id} />
      <ConfirmTyped
        open={removing}
        onOpenChange={setRemoving}
        title="Remove this property?"
        description={`${street} leaves every list, watchlist and calendar, with its history. A source that still has it brings it back as a new one.`}
        word="remove"
        action="Remove the property"
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}

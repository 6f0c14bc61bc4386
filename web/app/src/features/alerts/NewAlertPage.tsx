import { newIdempotencyKey, OpenbellError } from "@openbell/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { client } from "~/lib/session";
import type { AlertBody } from "~/lib/types";
import { PageHeader } from "~/ui/layout";
import { toast } from "~/ui/toasts";
import { AlertEditor } from "./AlertEditor";
import { EMPTY_FORM } from "./form";
import { alertsQuery } from "./queries";

export function NewAlertPage() {
  const navigate = useNavigate();
  const cache = useQueryClient();
  // A second click, or a second try after a lost answer, makes no second alert.
  const [idempotencyKey, setKey] = useState(newIdempotencyKey);
  const create = useMutation({
    mutationFn: (body: AlertBody) => client.api.post("/api/v1/alerts", { body, idempotencyKey }),
    onSuccess: () => {
      toast("The alert is on. What fits it comes to your notifications.");
      void cache.invalidateQueries({ queryKey: alertsQuery.queryKey });
      void navigate({ to: "/alerts" });
    },
    // What was refused was not done, and the next try is another request.
    onError: (error) => {
      if (!(error instanceof OpenbellError) || !error.retry) setKey(newIdempotencyKey());
    },
  });
  return (
    <>
      <PageHeader title="New alert" />
      <AlertEditor
        initial={EMPTY_FORM}
        action="Create the alert"
        pending={create.isPending}
        error={create.error}
        onSubmit={(body) => create.mutate(body)}
      />
    </>
  );
}

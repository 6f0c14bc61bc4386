import { ApiError } from "@openbell/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft, Send, Trash2 } from "lucide-react";
import { useState } from "react";
import { NotFound } from "~/app/root";
import { PagePending } from "~/app/states";
import { isNotFound } from "~/lib/errors";
import { client } from "~/lib/session";
import type { Alert, AlertBody } from "~/lib/types";
import { Button } from "~/ui/Button";
import { ConfirmTyped } from "~/ui/Dialog";
import { PageHeader } from "~/ui/layout";
import { Failed } from "~/ui/states";
import { toast, toastError } from "~/ui/toasts";
import { AlertEditor } from "./AlertEditor";
import { formOf, nameOf } from "./form";
import { alertQuery, alertsQuery } from "./queries";

export function AlertPage() {
  const { id } = useParams({ from: "/shell/alerts/$id" });
  const { data, error, refetch } = useQuery(alertQuery(id));
  if (data === undefined) {
    if (error === null) return <PagePending />;
    if (isNotFound(error)) return <NotFound />;
    return <Failed error={error} what="The alert" onRetry={() => void refetch()} />;
  }
  return <Edit key={data.alert.version} alert={data.alert} etag={data.etag} />;
}

function Edit({ alert, etag }: { alert: Alert; etag: string | undefined }) {
  const { id } = alert;
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [deleting, setDeleting] = useState(false);
  const leave = () => {
    void cache.invalidateQueries({ queryKey: alertsQuery.queryKey });
    void navigate({ to: "/alerts" });
  };

  const save = useMutation({
    mutationFn: (body: AlertBody) =>
      client.api.put("/api/v1/alerts/{id}", {
        path: { id },
        body,
        ifMatch: etag,
      }),
    onSuccess: () => {
      toast("The alert is saved.");
      void cache.invalidateQueries({ queryKey: ["alert", id] });
      leave();
    },
    onError: (error) => {
      if (error instanceof ApiError && error.status === 412) {
        toast("It was changed elsewhere meanwhile; this is how it is now.", { tone: "bad" });
        void cache.invalidateQueries({ queryKey: ["alert", id] });
      }
    },
  });

  const test = useMutation({
    mutationFn: () => client.api.post("/api/v1/alerts/{id}/test", { path: { id } }),
    onSuccess: () => toast("A test is on its way to your notifications."),
    onError: (error) => toastError("There was no test.", error),
  });

  const remove = useMutation({
    mutationFn: () => client.api.delete("/api/v1/alerts/{id}", { path: { id } }),
    onSuccess: () => {
      toast(`${nameOf(alert)} is deleted.`);
      leave();
      cache.removeQueries({ queryKey: ["alert", id] });
    },
    onError: (error) => toastError("The alert is still there.", error),
  });

  return (
    <>
      <Link to="/alerts" className="mb-2 inline-flex items-center gap-1 text-muted hover:text-text">
        <ArrowLeft size={14} aria-hidden />
        Alerts
      </Link>
      <PageHeader
        title={nameOf(alert)}
        actions={
          <>
            <Button pending={test.isPending} onClick={() => test.mutate()}>
              <Send size={14} aria-hidden />
              Send a test
            </Button>
            <Button look="danger" onClick={() => setDeleting(true)}>
              <Trash2 size={14} aria-hidden />
              Delete
            </Button>
          </>
        }
      />
      <AlertEditor
        initial={formOf(alert)}
        action="Save the changes"
        pending={save.isPending}
        error={save.error}
        onSubmit={(body) => save.mutate(body)}
      />
      <ConfirmTyped
        open={deleting}
        onOpenChange={setDeleting}
        title="Delete this alert?"
        description={`You are no longer told of what fits “${nameOf(alert)}”. This cannot be undone.`}
        word="delete"
        action="Delete the alert"
        pending={remove.isPending}
        onConfirm={() => remove.mutate()}
      />
    </>
  );
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Plus } from "lucide-react";
import { client } from "~/lib/session";
import type { Alert } from "~/lib/types";
import { buttonClass } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Switch } from "~/ui/Switch";
import { Empty, Failed, SkeletonRows } from "~/ui/states";
import { toastError } from "~/ui/toasts";
import { nameOf, summary } from "./form";
import { alertsQuery } from "./queries";

/** Turns an alert on or off: shown at once, and taken back when the server refuses. */
function useSetActive() {
  const cache = useQueryClient();
  const put = (id: string, is_active: boolean) =>
    cache.setQueryData(alertsQuery.queryKey, (alerts) =>
      alerts?.map((one) => (one.id === id ? { ...one, is_active } : one)),
    );
  return useMutation({
    mutationFn: ({ id, is_active }: { id: string; is_active: boolean }) =>
      client.api.patch("/api/v1/alerts/{id}", { path: { id }, body: { is_active } }),
    onMutate: ({ id, is_active }) => put(id, is_active),
    onSuccess: (_, { id }) => cache.invalidateQueries({ queryKey: ["alert", id] }),
    onError: (error, { id, is_active }) => {
      put(id, !is_active);
      toastError("The alert is as it was.", error);
    },
  });
}

const newLink = (
  <Link to="/alerts/new" className={buttonClass("primary")}>
    <Plus size={14} aria-hidden />
    New alert
  </Link>
);

export function AlertsPage() {
  const { data, error, refetch } = useQuery(alertsQuery);
  return (
    <>
      <PageHeader
        title="Alerts"
        sub="Say once what you look for, and be told when it appears or changes."
        actions={data && data.length > 0 && newLink}
      />
      {data === undefined ? (
        error === null ? (
          <SkeletonRows rows={4} rowClass="h-16" />
        ) : (
          <Failed error={error} what="The alerts" onRetry={() => void refetch()} />
        )
      ) : data.length === 0 ? (
        <Empty title="You have no alerts" action={newLink}>
          An alert watches all properties that fit it, those that come later as well: by state or
          city, around a place, by price and kind.
        </Empty>
      ) : (
        <ul className="rounded-md border bg-surface">
          {data.map((alert) => (
            <AlertRow key={alert.id} alert={alert} />
          ))}
        </ul>
      )}
    </>
  );
}

function AlertRow({ alert }: { alert: Alert }) {
  const setActive = useSetActive();
  const { id, is_active } = alert;
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 border-b px-4 py-3 last:border-0">
      <Link to="/alerts/$id" params={{ id }} className="min-w-0 flex-1 basis-40 hover:underline">
        <span className="block font-medium break-words">{nameOf(alert)}</span>
        <span className="block break-words text-muted">{summary(alert)}</span>
      </Link>
      <Switch
        label={<span className="sr-only">{nameOf(alert)}:</span>}
        checked={is_active}
        onChange={(next) => setActive.mutate({ id, is_active: next })}
      />
    </li>
  );
}

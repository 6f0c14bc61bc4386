import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { client } from "~/lib/session";
import { PageHeader } from "~/ui/layout";
import { toast } from "~/ui/toasts";
import { RecordForm } from "./RecordForm";
import { bodyOf, changedIn, EMPTY_RECORD, type RecordForm as Form } from "./record";

export function NewRecordPage() {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const create = useMutation({
    mutationFn: (form: Form) =>
      client.api.post("/api/v1/properties", {
        body: bodyOf(form, changedIn(EMPTY_RECORD, form)),
      }),
    onSuccess: ({ id, street }) => {
      toast(`${street} is a property now.`);
      void cache.invalidateQueries({ queryKey: ["properties"] });
      void navigate({ to: "/admin/properties/$id", params: { id } });
    },
  });
  return (
    <>
      <BackToRecords />
      <PageHeader title="New property" sub="What is left empty is unknown." />
      <RecordForm
        initial={EMPTY_RECORD}
        action="Make the property"
        pending={create.isPending}
        error={create.error}
        onSubmit={(form) => create.mutate(form)}
      />
    </>
  );
}

export function BackToRecords() {
  return (
    <Link
      to="/admin/properties"
      className="mb-2 inline-flex items-center gap-1 text-muted hover:text-text"
    >
      <ArrowLeft size={14} aria-hidden />
      Edit properties
    </Link>
  );
}

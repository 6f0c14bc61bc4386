import { ApiError } from "@openbell/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { NotFound } from "~/app/root";
import { PagePending } from "~/app/states";
import { isNotFound } from "~/lib/errors";
import { client } from "~/lib/session";
import type { Auction } from "~/lib/types";
import { PageHeader } from "~/ui/layout";
import { Failed } from "~/ui/states";
import { toast, toastError } from "~/ui/toasts";
import { Conflict } from "../Conflict";
import { AuctionForm } from "./AuctionForm";
import {
  bodyOf,
  changedIn,
  differences,
  type FieldName,
  type AuctionForm as Form,
  formOf,
  WHILE_LIVE,
} from "./form";
import { useNames } from "./names";
import { editedQuery, touchesOf } from "./queries";

export function EditAuctionPage() {
  const { id } = useParams({ from: "/shell/admin/auctions/$id/edit" });
  const { data, error, refetch } = useQuery(editedQuery(id));
  if (data === undefined) {
    if (error === null) return <PagePending />;
    if (isNotFound(error)) return <NotFound />;
    return <Failed error={error} what="The auction" onRetry={() => void refetch()} />;
  }
  return <Edit key={data.auction.log_seq} auction={data.auction} etag={data.etag} />;
}

const hasChangedMeanwhile = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 412;

interface Seen {
  auction: Auction;
  etag: string | undefined;
}

/** What is settled once and for all. */
const FIXED: readonly FieldName[] = ["currency", "seller_id"];

function Edit({ auction, etag }: Seen) {
  const { id, status, title, seller_id: seller } = auction;
  const cache = useQueryClient();
  const navigate = useNavigate();
  const nameOf = useNames();
  /** What it is now, and what was to be made of it, when somebody else was faster. */
  const [clash, setClash] = useState<{ mine: Form; now: Seen }>();
  const before = formOf(auction);
  const { queryKey } = editedQuery(id);
  const isBefore = status === "draft" || status === "scheduled";
  const isLive = status === "live" || status === "paused";
  const open = (name: FieldName) =>
    isBefore ? !FIXED.includes(name) : isLive && WHILE_LIVE.includes(name);

  const save = useMutation({
    mutationFn: ({ form, seen = etag }: { form: Form; seen?: string | undefined }) =>
      client.api.send("patch", "/api/v1/auctions/{id}", {
        path: { id },
        body: bodyOf(form, changedIn(before, form)),
        ifMatch: seen,
      }),
    onSuccess: ({ data }) => {
      toast(`${data.title} is saved.`);
      for (const key of touchesOf(id)) void cache.invalidateQueries({ queryKey: key });
      void navigate({ to: "/admin/auctions/$id", params: { id } });
    },
    onError: async (error, { form }) => {
      if (!hasChangedMeanwhile(error)) return;
      const answer = await client.api
        .send("get", "/api/v1/auctions/{id}", { path: { id } })
        .catch((cause: unknown) => toastError("What it is now could not be read.", cause));
      if (answer) setClash({ mine: form, now: { auction: answer.data, etag: answer.etag } });
    },
  });

  return (
    <>
      <Link
        to="/admin/auctions/$id"
        params={{ id }}
        className="mb-2 inline-flex items-center gap-1 text-muted hover:text-text"
      >
        <ArrowLeft size={14} aria-hidden />
        {title}
      </Link>
      <PageHeader
        title={`Edit ${title}`}
        sub={
          isBefore
            ? "Until it begins, everything but currency and seller can be changed."
            : isLive
              ? "Bids are taken: the reserve can be lowered until it is met, and the words changed."
              : "It is over: nothing of it can be changed."
        }
      />
      {clash && (
        <Conflict
          differences={differences(before, clash.mine, formOf(clash.now.auction))}
          pending={save.isPending}
          onKeepMine={() => save.mutate({ form: clash.mine, seen: clash.now.etag })}
          onTakeTheirs={() => cache.setQueryData(queryKey, clash.now)}
        />
      )}
      <AuctionForm
        initial={before}
        action="Save the changes"
        pending={save.isPending}
        error={hasChangedMeanwhile(save.error) ? null : save.error}
        open={open}
        seller={seller ? nameOf(seller) : ""}
        isDone={(form) => changedIn(before, form).length === 0}
        onSubmit={(form) => save.mutate({ form })}
      />
    </>
  );
}

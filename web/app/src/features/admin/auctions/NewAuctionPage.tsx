import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowLeft } from "lucide-react";
import { client } from "~/lib/session";
import type { AuctionBody } from "~/lib/types";
import { PageHeader } from "~/ui/layout";
import { toast } from "~/ui/toasts";
import { useIntent } from "../useIntent";
import { AuctionForm } from "./AuctionForm";
import { bodyOf, changedIn, EMPTY_AUCTION, type AuctionForm as Form } from "./form";

const isOpen = () => true;

export function NewAuctionPage() {
  const navigate = useNavigate();
  const cache = useQueryClient();
  const intent = useIntent();
  const create = useMutation({
    mutationFn: (form: Form) => {
      const written: AuctionBody = bodyOf(form, changedIn(EMPTY_AUCTION, form));
      const { title = null, start_price = null, ends_at = null } = written;
      const body = { ...written, title, start_price, ends_at };
      return intent(body, (idempotencyKey) =>
        client.api.post("/api/v1/auctions", { body, idempotencyKey }),
      );
    },
    onSuccess: ({ id, title }) => {
      toast(`${title} is a draft now: publish it when it is right.`);
      void cache.invalidateQueries({ queryKey: ["admin", "auctions"] });
      void navigate({ to: "/admin/auctions/$id", params: { id } });
    },
  });
  return (
    <>
      <BackToAuctions />
      <PageHeader title="New auction" sub="It is a draft, which others do not see, at first." />
      <AuctionForm
        initial={EMPTY_AUCTION}
        action="Make the draft"
        pending={create.isPending}
        error={create.error}
        open={isOpen}
        onSubmit={(form) => create.mutate(form)}
      />
    </>
  );
}

export function BackToAuctions() {
  return (
    <Link
      to="/admin/auctions"
      className="mb-2 inline-flex items-center gap-1 text-muted hover:text-text"
    >
      <ArrowLeft size={14} aria-hidden />
      Manage auctions
    </Link>
  );
}

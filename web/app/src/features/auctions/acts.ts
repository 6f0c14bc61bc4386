import { newIdempotencyKey } from "@openbell/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { client } from "~/lib/session";
import type { Auction } from "~/lib/types";
import { toast, toastError } from "~/ui/toasts";
import { ownPartChanged } from "./LiveBids";
import { bidsQuery } from "./queries";

/** What people do in a room beside bidding. `counter` says an amount. */
export type Act = "accept" | "reject" | "counter" | "buy-now" | "register";

function send(id: string, act: Act, amount: number, idempotencyKey: string): Promise<unknown> {
  const request = { path: { id }, body: {}, idempotencyKey };
  switch (act) {
    case "accept":
      return client.api.post("/api/v1/auctions/{id}/accept", request);
    case "reject":
      return client.api.post("/api/v1/auctions/{id}/reject", request);
    case "counter":
      return client.api.post("/api/v1/auctions/{id}/counter", { ...request, body: { amount } });
    case "buy-now":
      return client.api.post("/api/v1/auctions/{id}/buy-now", { path: { id }, idempotencyKey });
    case "register":
      return client.api.post("/api/v1/auctions/{id}/registrations", { path: { id } });
  }
}

const DONE: Record<Act, string> = {
  accept: "Accepted.",
  reject: "Turned down.",
  counter: "The highest bidder is asked.",
  "buy-now": "It is yours.",
  register: "Registered.",
};

/** Does it once, however often it is asked for before there is an answer. */
export function useAuctionAct({ id }: Auction) {
  const cache = useQueryClient();
  const intent = useRef<{ what: string; key: string }>(undefined);
  return useMutation({
    mutationFn: ({ act, amount = 0 }: { act: Act; amount?: number }) => {
      const what = `${act} ${amount}`;
      const known = intent.current?.what === what ? intent.current : undefined;
      intent.current = known ?? { what, key: newIdempotencyKey() };
      return send(id, act, amount, intent.current.key);
    },
    onSuccess: (_, { act }) => {
      intent.current = undefined;
      toast(DONE[act]);
    },
    onError: (error) => toastError("That was not done.", error),
    onSettled: () => {
      void ownPartChanged(cache, id);
      void cache.invalidateQueries({ queryKey: bidsQuery(id).queryKey });
    },
  });
}

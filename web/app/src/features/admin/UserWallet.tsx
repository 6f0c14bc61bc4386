import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { PurseFigures } from "~/features/wallet/parts";
import { CURRENCIES } from "~/features/wallet/words";
import { explain, fieldErrors } from "~/lib/errors";
import { money } from "~/lib/format";
import { client } from "~/lib/session";
import type { Account } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { Input, Select } from "~/ui/Field";
import { Complaint } from "~/ui/states";
import { Waiting } from "./parts";
import { walletOfQuery } from "./queries";
import { bare } from "./record";
import { useAct } from "./useAct";
import { useIntent } from "./useIntent";

/** What a user has. */
export function UserWallet({ account, onGrant }: { account: Account; onGrant: () => void }) {
  const wallet = useQuery(walletOfQuery(account.id));
  return (
    <section aria-label="Wallet" className="flex flex-col gap-2">
      <div className="flex items-center justify-between gap-2">
        <h3 className="text-xs font-medium text-muted">Wallet</h3>
        <Button small onClick={onGrant}>
          Grant…
        </Button>
      </div>
      {wallet.data === undefined ? (
        <Waiting look={wallet} what="The wallet" rows={1} />
      ) : (
        wallet.data.purses.map((purse) => <PurseFigures key={purse.currency} purse={purse} />)
      )}
    </section>
  );
}

/** Gives a user something, out of nothing. */
export function GrantDialog(props: {
  account: Account;
  onBack: () => void;
  onGranted: () => void;
}) {
  const { account, onBack, onGranted } = props;
  const { id, email } = account;
  const [amount, setAmount] = useState("");
  const [currency, setCurrency] = useState("COIN");
  const [reason, setReason] = useState("");
  const intent = useIntent();
  const grant = useAct({
    run: (body: { amount: string; currency: string; reason: string }) =>
      intent(body, (idempotencyKey) =>
        client.api.post("/api/v1/wallets/{user_id}/grant", {
          path: { user_id: id },
          body,
          idempotencyKey,
        }),
      ),
    done: (_, body) => `${email} has got ${money(Number(body.amount), body.currency)}.`,
    touches: [walletOfQuery(id).queryKey, ["wallet"]],
    after: onGranted,
  });
  const told = fieldErrors(grant.error);
  const elsewhere = grant.error !== null && !told.amount && !told.reason;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onBack()}
      title={`Grant to ${email}`}
      description="It comes out of nothing, and stands in the user’s transfers with your reason."
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          grant.mutate({ amount: bare(amount), currency, reason: reason.trim() });
        }}
      >
        <div className="grid grid-cols-2 gap-4">
          <Input
            label="Amount"
            inputMode="decimal"
            required
            autoComplete="off"
            value={amount}
            error={told.amount}
            onChange={(event) => setAmount(event.target.value)}
          />
          <Select
            label="Currency"
            value={currency}
            options={CURRENCIES}
            onChange={(event) => setCurrency(event.target.value)}
          />
        </div>
        <Input
          label="Reason"
          required
          maxLength={500}
          autoComplete="off"
          value={reason}
          error={told.reason}
          onChange={(event) => setReason(event.target.value)}
        />
        {elsewhere && <Complaint>{explain(grant.error)}</Complaint>}
        <div className="flex justify-end gap-2">
          <Button onClick={onBack}>Back</Button>
          <Button type="submit" look="primary" pending={grant.isPending}>
            Grant it
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

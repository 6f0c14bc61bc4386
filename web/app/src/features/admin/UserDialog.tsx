import { ApiError } from "@openbell/client";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { explain } from "~/lib/errors";
import { permitted } from "~/lib/roles";
import { askSession, client, useUser } from "~/lib/session";
import type { Account } from "~/lib/types";
import { Button } from "~/ui/Button";
import { ConfirmTyped, Dialog } from "~/ui/Dialog";
import { Checkbox } from "~/ui/Field";
import { Complaint } from "~/ui/states";
import { toast } from "~/ui/toasts";
import { ROLES, sameRoles, withRole } from "./roles";
import { GrantDialog, UserWallet } from "./UserWallet";

const WORDS: Record<string, string> = {
  last_admin:
    "This is the last admin who may sign in: without one nobody could give roles any more.",
  forbidden: "Only root may give or take the role Root, or switch such an account on or off.",
  not_found: "There is no such account any more.",
};

const refusal = (error: unknown): string =>
  (error instanceof ApiError && WORDS[error.code]) || explain(error);

type Change = Partial<Pick<Account, "roles" | "active">>;

/** What somebody may do, and whether they may sign in. Nothing is shown as done before it is. */
export function UserDialog(props: { account: Account; isOwn: boolean; onClose: () => void }) {
  const { account, isOwn, onClose } = props;
  const { id, email, name, active } = account;
  const [roles, setRoles] = useState(account.roles);
  const [switching, setSwitching] = useState(false);
  const [granting, setGranting] = useState(false);
  const isRoot = permitted(useUser()?.roles, ["root"]);
  const cache = useQueryClient();
  const change = useMutation({
    mutationFn: (body: Change) => client.api.patch("/api/v1/users/{id}", { path: { id }, body }),
    onSuccess: (_, { active: now }) => {
      const what =
        now === undefined ? "has new roles" : now ? "may sign in again" : "is switched off";
      toast(`${email} ${what}.`);
      onClose();
      if (isOwn) askSession().catch(() => undefined);
    },
    onError: () => setSwitching(false),
    onSettled: () => cache.invalidateQueries({ queryKey: ["admin", "users"] }),
  });
  const about = (
    <>
      {name && <span className="block">{name}</span>}
      <Link
        to="/admin/connections"
        search={{ user: id }}
        className="inline-flex items-center text-accent hover:underline pointer-coarse:min-h-11"
      >
        Open connections of this user
      </Link>
    </>
  );
  const isSame = sameRoles(roles, account.roles);
  if (granting) {
    return <GrantDialog account={account} onBack={() => setGranting(false)} onGranted={onClose} />;
  }
  if (switching) {
    return (
      <ConfirmTyped
        open
        onOpenChange={setSwitching}
        title={`Switch ${email} off?`}
        description="Their sessions end at once, on every device, and they cannot sign in until the account is switched on again. What belongs to them stays."
        word="switch off"
        action="Switch the account off"
        pending={change.isPending}
        onConfirm={() => change.mutate({ active: false })}
      />
    );
  }
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={email} description={about}>
      <UserWallet account={account} onGrant={() => setGranting(true)} />
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ roles });
        }}
      >
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 text-xs font-medium text-muted">Roles</legend>
          {ROLES.map(({ role, name: title, means }) => (
            <Checkbox
              key={role}
              className="items-start py-1 *:first:mt-0.5"
              checked={roles.includes(role)}
              disabled={role === "root" && !isRoot}
              onChange={(event) => setRoles(withRole(roles, role, event.target.checked))}
              label={
                <>
                  <span className="block">{title}</span>
                  <span className="block text-xs text-muted">{means}</span>
                </>
              }
            />
          ))}
        </fieldset>
        {roles.length === 0 && <p className="text-xs text-down">At least one role is needed.</p>}
        {isOwn && !isSame && (
          <p className="text-xs text-warn">
            These are your own roles: what you take away, somebody else has to give back.
          </p>
        )}
        {change.error && <Complaint>{refusal(change.error)}</Complaint>}
        <div className="flex flex-wrap justify-between gap-2">
          {active ? (
            <Button look="danger" onClick={() => setSwitching(true)}>
              Switch off…
            </Button>
          ) : (
            <Button pending={change.isPending} onClick={() => change.mutate({ active: true })}>
              Switch on
            </Button>
          )}
          <Button
            type="submit"
            look="primary"
            pending={change.isPending}
            disabled={isSame || roles.length === 0}
          >
            Save the roles
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

import { useMutation } from "@tanstack/react-query";
import { LogOut } from "lucide-react";
import { CalendarFeed } from "~/features/properties/CalendarFeed";
import { signOut, useUser } from "~/lib/session";
import { Button } from "~/ui/Button";
import { Panel } from "~/ui/layout";
import { toastError } from "~/ui/toasts";

/** What opens the user's data, and how it is closed. */
export function SecurityPage() {
  const user = useUser();
  const leave = useMutation({
    mutationFn: signOut,
    onError: (error) => toastError("You are still signed in.", error),
  });
  return (
    <>
      <Panel title="This browser">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="min-w-0 flex-1 basis-64 break-words text-muted">
            {user ? `You are signed in as ${user.email}. ` : ""}Signing out ends the session of this
            browser, in all of its tabs; other browsers stay signed in.
          </p>
          <Button pending={leave.isPending} onClick={() => leave.mutate()}>
            <LogOut size={14} aria-hidden />
            Sign out
          </Button>
        </div>
      </Panel>
      <Panel title="Calendar address">
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="min-w-0 flex-1 basis-64 text-muted">
            Whoever has the address that calendar programs are given can read the auctions of your
            watchlist. End it when it has come into the wrong hands.
          </p>
          <CalendarFeed label="Calendar address" />
        </div>
      </Panel>
    </>
  );
}

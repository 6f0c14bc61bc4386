import { Link, Outlet, useMatches } from "@tanstack/react-router";
import { Lock } from "lucide-react";
import { PagePending } from "~/app/states";
import { permitted } from "~/lib/roles";
import { useSession } from "~/lib/session";
import { buttonClass } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { nameOfRole } from "./roles";

/** What only some roles open. The server decides as well; this says it before anything is asked. */
export function AdminFrame() {
  const session = useSession();
  const needs = useMatches({ select: (matches) => matches.at(-1)?.staticData.needs });
  if (session.status !== "user") return <PagePending />;
  if (permitted(session.user.roles, needs)) return <Outlet />;
  return (
    <>
      <PageHeader title="You may not open this page" />
      <div className="flex flex-col items-start gap-3">
        <p className="flex gap-2">
          <Lock size={16} className="mt-0.5 shrink-0 text-muted" aria-hidden />
          <span>
            It needs the role {(needs ?? []).map(nameOfRole).join(" or ")}; you have{" "}
            {session.user.roles.map(nameOfRole).join(", ")}.
          </span>
        </p>
        <p className="text-muted">
          An administrator gives roles. This page opens by itself when you have been given it.
        </p>
        <Link to="/" className={buttonClass()}>
          Go to the home page
        </Link>
      </div>
    </>
  );
}

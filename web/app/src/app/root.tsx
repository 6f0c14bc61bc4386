import {
  createRootRouteWithContext,
  createRoute,
  Link,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import { lazy, Suspense, useEffect, useState } from "react";
import type { Role } from "~/lib/roles";
import { type currentSession, type knownSession, useSession } from "~/lib/session";
import { buttonClass } from "~/ui/Button";
import { LiveRegion } from "~/ui/LiveRegion";
import { Toasts } from "~/ui/toasts";
import { PagePending } from "./states";

const Shell = lazy(() => import("./Shell").then((module) => ({ default: module.Shell })));

/** What routes know before they show anything. */
export interface RouterContext {
  session: typeof currentSession;
  askSession: typeof knownSession;
}

/** A page's place in the navigation. */
export interface NavEntry {
  label: string;
  icon: LucideIcon;
  /** Lower comes first; those below 50 are in the bar of narrow screens, too. */
  order: number;
  /** Pages that stand together, apart from those of everybody. */
  group?: string;
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    nav?: NavEntry;
    /** One of these roles opens the page; everybody's when nothing is said. */
    needs?: readonly Role[];
  }
}

export const rootRoute = createRootRouteWithContext<RouterContext>()({
  component: () => (
    <>
      <Outlet />
      <Toasts />
      <LiveRegion />
    </>
  ),
  notFoundComponent: Nowhere,
});

/** An address that no page has. Users keep their navigation. */
function Nowhere() {
  const { askSession } = rootRoute.useRouteContext();
  const [isAsked, setIsAsked] = useState(false);
  const { status } = useSession();
  useEffect(() => {
    askSession()
      .catch(() => undefined)
      .finally(() => setIsAsked(true));
  }, [askSession]);
  if (status === "user" || status === "offline") {
    return (
      <Suspense fallback={<PagePending />}>
        <Shell>
          <NotFound />
        </Shell>
      </Suspense>
    );
  }
  return <main>{isAsked ? <NotFound /> : <PagePending />}</main>;
}

export function NotFound() {
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-12 text-center">
      <h1 className="text-base font-medium">There is nothing at this address</h1>
      <p className="text-muted">It may have been removed, or the link is incomplete.</p>
      <Link to="/" className={buttonClass()}>
        Go to the home page
      </Link>
    </div>
  );
}

/** Everything that only users see, inside of the layout. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    const session = await context.askSession();
    if (session.status === "user" || session.status === "offline") return;
    const next = location.href === "/" ? undefined : location.href;
    throw redirect({ to: "/login", search: { next }, replace: true });
  },
  component: lazyRouteComponent(() => import("./Shell"), "Shell"),
});

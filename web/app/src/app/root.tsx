import {
  createRootRouteWithContext,
  createRoute,
  Link,
  lazyRouteComponent,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import type { LucideIcon } from "lucide-react";
import type { currentSession, knownSession } from "~/lib/session";
import { buttonClass } from "~/ui/Button";
import { LiveRegion } from "~/ui/LiveRegion";
import { Empty } from "~/ui/states";
import { Toasts } from "~/ui/toasts";

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
}

declare module "@tanstack/react-router" {
  interface StaticDataRouteOption {
    nav?: NavEntry;
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
  notFoundComponent: () => <NotFound />,
});

export function NotFound() {
  return (
    <Empty
      title="There is nothing at this address"
      action={
        <Link to="/" className={buttonClass()}>
          Go to the home page
        </Link>
      }
    >
      It may have been removed, or the link is incomplete.
    </Empty>
  );
}

/** Everything that only users see, inside of the layout. */
export const shellRoute = createRoute({
  getParentRoute: () => rootRoute,
  id: "shell",
  beforeLoad: async ({ context, location }) => {
    const session = await context.askSession();
    if (session.status === "user") return;
    const next = location.href === "/" ? undefined : location.href;
    throw redirect({ to: "/login", search: { next }, replace: true });
  },
  component: lazyRouteComponent(() => import("./Shell"), "Shell"),
});

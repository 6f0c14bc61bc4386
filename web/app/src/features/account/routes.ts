import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { type RouterContext, rootRoute } from "~/app/root";
import { safeNext } from "~/lib/url";

interface Search {
  /** Where to go afterwards. */
  next?: string | undefined;
}

const validateSearch = ({ next }: Record<string, unknown>): Search =>
  typeof next === "string" ? { next } : {};

/** Whoever is signed in already has nothing to do here. */
async function beforeLoad({ context, search }: { context: RouterContext; search: Search }) {
  const session = await context.askSession();
  if (session.status === "user") throw redirect({ href: safeNext(search.next), replace: true });
}

const loginRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/login",
  validateSearch,
  beforeLoad,
  component: lazyRouteComponent(() => import("./LoginPage"), "LoginPage"),
});

const registerRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: "/register",
  validateSearch,
  beforeLoad,
  component: lazyRouteComponent(() => import("./RegisterPage"), "RegisterPage"),
});

export const accountRoutes = [loginRoute, registerRoute] as const;

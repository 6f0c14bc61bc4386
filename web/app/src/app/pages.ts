import { useRouter, useRouterState } from "@tanstack/react-router";
import { permitted } from "~/lib/roles";
import { useUser } from "~/lib/session";
import type { NavEntry } from "./root";

export interface PageLink extends NavEntry {
  to: string;
}

/** The page of the navigation that an address belongs to: the nearest of those around it. */
export function pageAt(paths: readonly string[], pathname: string): string | undefined {
  const around = paths.filter((to) => pathname === to || pathname.startsWith(`${to}/`));
  return around.sort((a, b) => b.length - a.length)[0];
}

/** The same of where one is. */
export function useCurrentPage(): string | undefined {
  const paths = usePages().map(({ to }) => to);
  return useRouterState({ select: ({ location }) => pageAt(paths, location.pathname) });
}

/** The pages that have a place in the navigation of whoever is signed in, in its order. */
export function usePages(): PageLink[] {
  const router = useRouter();
  const roles = useUser()?.roles;
  return Object.values(router.routesById)
    .flatMap((route) => {
      const { nav, needs } = route.options.staticData ?? {};
      const isShown = nav !== undefined && permitted(roles, needs);
      return isShown ? [{ ...nav, to: route.fullPath as string }] : [];
    })
    .sort((a, b) => a.order - b.order);
}

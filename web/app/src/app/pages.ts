import { useRouter } from "@tanstack/react-router";
import { permitted } from "~/lib/roles";
import { useUser } from "~/lib/session";
import type { NavEntry } from "./root";

export interface PageLink extends NavEntry {
  to: string;
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

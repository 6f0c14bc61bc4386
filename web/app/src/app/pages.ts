import { useRouter } from "@tanstack/react-router";
import type { NavEntry } from "./root";

export interface PageLink extends NavEntry {
  to: string;
}

/** The pages that have a place in the navigation, in its order. */
export function usePages(): PageLink[] {
  const router = useRouter();
  return Object.values(router.routesById)
    .flatMap((route) => {
      const { nav } = route.options.staticData ?? {};
      return nav === undefined ? [] : [{ ...nav, to: route.fullPath as string }];
    })
    .sort((a, b) => a.order - b.order);
}

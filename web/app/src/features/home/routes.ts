import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { House } from "lucide-react";
import { shellRoute } from "~/app/root";

const pageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./HomePage"), "HomePage"),
  staticData: { nav: { label: "Home", icon: House, order: 0 } },
});

export const homeRoutes = [pageRoute] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { BellRing } from "lucide-react";
import { shellRoute } from "~/app/root";

const pageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/alerts",
  component: lazyRouteComponent(() => import("./AlertsPage"), "AlertsPage"),
  staticData: { nav: { label: "Alerts", icon: BellRing, order: 30 } },
});

export const alertRoutes = [pageRoute] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { BellRing } from "lucide-react";
import { shellRoute } from "~/app/root";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/alerts",
  component: lazyRouteComponent(() => import("./AlertsPage"), "AlertsPage"),
  staticData: { nav: { label: "Alerts", icon: BellRing, order: 30 } },
});

const newRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/alerts/new",
  component: lazyRouteComponent(() => import("./NewAlertPage"), "NewAlertPage"),
});

const editRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/alerts/$id",
  component: lazyRouteComponent(() => import("./AlertPage"), "AlertPage"),
});

export const alertRoutes = [listRoute, newRoute, editRoute] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ChartColumn } from "lucide-react";
import { shellRoute } from "~/app/root";

const pageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/analytics",
  component: lazyRouteComponent(() => import("./AnalyticsPage"), "AnalyticsPage"),
  staticData: { nav: { label: "Analytics", icon: ChartColumn, order: 60 } },
});

export const analyticsRoutes = [pageRoute] as const;

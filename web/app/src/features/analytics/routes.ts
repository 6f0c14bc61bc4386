import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { ChartColumn } from "lucide-react";
import { shellRoute } from "~/app/root";
import { readAnalyticsSearch } from "./search";

const pageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/analytics",
  validateSearch: readAnalyticsSearch,
  component: lazyRouteComponent(() => import("./AnalyticsPage"), "AnalyticsPage"),
  staticData: { nav: { label: "Analytics", icon: ChartColumn, order: 60 } },
});

export const analyticsRoutes = [pageRoute] as const;

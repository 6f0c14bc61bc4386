import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Building2 } from "lucide-react";
import { shellRoute } from "~/app/root";
import { readFilters } from "./filters";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/properties",
  validateSearch: readFilters,
  component: lazyRouteComponent(() => import("./PropertiesPage"), "PropertiesPage"),
  staticData: { nav: { label: "Properties", icon: Building2, order: 10 } },
});

const detailRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/properties/$id",
  component: lazyRouteComponent(() => import("./PropertyPage"), "PropertyPage"),
});

export const propertyRoutes = [listRoute, detailRoute] as const;

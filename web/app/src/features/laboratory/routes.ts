import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Cable } from "lucide-react";
import { shellRoute } from "~/app/root";

const pageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/dev/socket",
  component: lazyRouteComponent(() => import("./LaboratoryPage"), "LaboratoryPage"),
  staticData: { nav: { label: "Socket laboratory", icon: Cable, order: 80 } },
});

export const laboratoryRoutes = [pageRoute] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Gavel } from "lucide-react";
import { shellRoute } from "~/app/root";

const ownBidsRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/my/bids",
  component: lazyRouteComponent(() => import("./OwnBidsPage"), "OwnBidsPage"),
  staticData: { nav: { label: "My bids", icon: Gavel, order: 52 } },
});

export const walletRoutes = [ownBidsRoute] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Gavel } from "lucide-react";
import { shellRoute } from "~/app/root";
import { readAsked } from "./asked";

const listRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/auctions",
  validateSearch: readAsked,
  component: lazyRouteComponent(() => import("./AuctionsPage"), "AuctionsPage"),
  staticData: { nav: { label: "Auctions", icon: Gavel, order: 15 } },
});

const roomRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/auctions/$id",
  component: lazyRouteComponent(() => import("./AuctionPage"), "AuctionPage"),
});

export const auctionRoutes = [listRoute, roomRoute] as const;

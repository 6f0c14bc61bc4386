import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Star } from "lucide-react";
import { shellRoute } from "~/app/root";

const pageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/watchlist",
  component: lazyRouteComponent(() => import("./WatchlistPage"), "WatchlistPage"),
  staticData: { nav: { label: "Watchlist", icon: Star, order: 20 } },
});

export const watchlistRoutes = [pageRoute] as const;

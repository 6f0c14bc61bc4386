import { createRouter } from "@tanstack/react-router";
import { accountRoutes } from "~/features/account/routes";
import { adminRoutes } from "~/features/admin/routes";
import { alertRoutes } from "~/features/alerts/routes";
import { analyticsRoutes } from "~/features/analytics/routes";
import { auctionRoutes } from "~/features/auctions/routes";
import { homeRoutes } from "~/features/home/routes";
import { laboratoryRoutes } from "~/features/laboratory/routes";
import { notificationRoutes } from "~/features/notifications/routes";
import { propertyRoutes } from "~/features/properties/routes";
import { settingsRoutes } from "~/features/settings/routes";
import { walletRoutes } from "~/features/wallet/routes";
import { watchlistRoutes } from "~/features/watchlist/routes";
import { currentSession, knownSession } from "~/lib/session";
import { parseSearch, stringifySearch } from "~/lib/url";
import { NotFound, rootRoute, shellRoute } from "./root";
import { PageError, PagePending } from "./states";

const routeTree = rootRoute.addChildren([
  ...accountRoutes,
  shellRoute.addChildren([
    ...homeRoutes,
    ...propertyRoutes,
    ...auctionRoutes,
    ...watchlistRoutes,
    ...alertRoutes,
    ...notificationRoutes,
    ...analyticsRoutes,
    ...settingsRoutes,
    ...walletRoutes,
    ...laboratoryRoutes,
    ...adminRoutes,
  ]),
]);

export const router = createRouter({
  routeTree,
  context: { session: currentSession, askSession: knownSession },
  parseSearch,
  stringifySearch,
  // What a page does not know of the part behind `?` reaches neither it nor the server.
  search: { strict: true },
  defaultPreload: "intent",
  defaultPendingMs: 200,
  defaultPendingComponent: PagePending,
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFound,
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Inbox } from "lucide-react";
import { shellRoute } from "~/app/root";

const pageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/notifications",
  validateSearch: ({ show }: Record<string, unknown>): { show?: "unread" } =>
    show === "unread" ? { show } : {},
  component: lazyRouteComponent(() => import("./NotificationsPage"), "NotificationsPage"),
  staticData: { nav: { label: "Notifications", icon: Inbox, order: 50 } },
});

export const notificationRoutes = [pageRoute] as const;

import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import { Settings } from "lucide-react";
import { shellRoute } from "~/app/root";

const pageRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./SettingsPage"), "SettingsPage"),
  staticData: { nav: { label: "Settings", icon: Settings, order: 70 } },
});

export const settingsRoutes = [pageRoute] as const;

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import { Settings, Wallet } from "lucide-react";
import { shellRoute } from "~/app/root";

const layoutRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/settings",
  component: lazyRouteComponent(() => import("./SettingsLayout"), "SettingsLayout"),
  staticData: { nav: { label: "Settings", icon: Settings, order: 70 } },
});

const indexRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/profile", replace: true });
  },
});

const profileRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "profile",
  component: lazyRouteComponent(() => import("./ProfilePage"), "ProfilePage"),
});

const notificationsRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "notifications",
  component: lazyRouteComponent(() => import("./PreferencesPage"), "PreferencesPage"),
});

const appearanceRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "appearance",
  component: lazyRouteComponent(() => import("./AppearancePage"), "AppearancePage"),
});

const securityRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "security",
  component: lazyRouteComponent(() => import("./SecurityPage"), "SecurityPage"),
});

const walletRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "wallet",
  component: lazyRouteComponent(() => import("~/features/wallet/WalletPage"), "WalletPage"),
  staticData: { nav: { label: "Wallet", icon: Wallet, order: 54 } },
});

export const settingsRoutes = [
  layoutRoute.addChildren([
    indexRoute,
    profileRoute,
    notificationsRoute,
    appearanceRoute,
    securityRoute,
    walletRoute,
  ]),
] as const;

import { createRoute, lazyRouteComponent, redirect } from "@tanstack/react-router";
import {
  Activity,
  Database,
  Gauge,
  Gavel,
  ListChecks,
  type LucideIcon,
  PlugZap,
  Rss,
  Upload,
  Users,
} from "lucide-react";
import { shellRoute } from "~/app/root";
import { permitted, type Role } from "~/lib/roles";
import { searchOf } from "./search";

const WATCHERS: Role[] = ["admin", "root"];
const ADMINS: Role[] = ["admin"];
const OPERATORS: Role[] = ["operator"];

/** What a page says of itself: its place in the navigation, and who may open it. */
const about = (label: string, icon: LucideIcon, order: number, needs: Role[]) => ({
  nav: { label, icon, order, group: "Administration" },
  needs,
});

const layoutRoute = createRoute({
  getParentRoute: () => shellRoute,
  path: "/admin",
  component: lazyRouteComponent(() => import("./AdminFrame"), "AdminFrame"),
});

const indexRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "/",
  beforeLoad: ({ context }) => {
    const session = context.session();
    const roles = session.status === "user" ? session.user.roles : undefined;
    const isOperator = permitted(roles, OPERATORS) && !permitted(roles, WATCHERS);
    throw redirect({ to: isOperator ? "/admin/sources" : "/admin/overview", replace: true });
  },
});

const overviewRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "overview",
  component: lazyRouteComponent(() => import("./OverviewPage"), "OverviewPage"),
  staticData: about("Overview", Gauge, 100, WATCHERS),
});

const connectionsRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "connections",
  validateSearch: searchOf({ q: 100, user: 40, topic: 128 }),
  component: lazyRouteComponent(() => import("./ConnectionsPage"), "ConnectionsPage"),
  staticData: about("Connections", PlugZap, 101, WATCHERS),
});

const connectionRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "connections/$id",
  component: lazyRouteComponent(() => import("./ConnectionPage"), "ConnectionPage"),
  staticData: { needs: WATCHERS },
});

const topicsRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "topics",
  validateSearch: searchOf({ prefix: 128, topic: 128 }),
  component: lazyRouteComponent(() => import("./TopicsPage"), "TopicsPage"),
  staticData: about("Topics", Activity, 102, WATCHERS),
});

const tasksRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "tasks",
  validateSearch: searchOf({ tab: 20, name: 100 }),
  component: lazyRouteComponent(() => import("./TasksPage"), "TasksPage"),
  staticData: about("Tasks", ListChecks, 103, WATCHERS),
});

const usersRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "users",
  validateSearch: searchOf({ q: 100 }),
  component: lazyRouteComponent(() => import("./UsersPage"), "UsersPage"),
  staticData: about("Users", Users, 104, ADMINS),
});

const sourcesRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "sources",
  component: lazyRouteComponent(() => import("./SourcesPage"), "SourcesPage"),
  staticData: about("Sources", Rss, 105, OPERATORS),
});

const importRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "import",
  validateSearch: searchOf({ source: 64 }),
  component: lazyRouteComponent(() => import("./ImportPage"), "ImportPage"),
  staticData: about("Import", Upload, 106, OPERATORS),
});

const recordsRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "properties",
  validateSearch: searchOf({ q: 200 }),
  component: lazyRouteComponent(() => import("./RecordsPage"), "RecordsPage"),
  staticData: about("Edit properties", Database, 107, OPERATORS),
});

const newRecordRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "properties/new",
  component: lazyRouteComponent(() => import("./NewRecordPage"), "NewRecordPage"),
  staticData: { needs: OPERATORS },
});

const recordRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "properties/$id",
  component: lazyRouteComponent(() => import("./RecordPage"), "RecordPage"),
  staticData: { needs: OPERATORS },
});

const auctionsRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "auctions",
  validateSearch: searchOf({ q: 100, status: 20 }),
  component: lazyRouteComponent(() => import("./auctions/AuctionsPage"), "AuctionsPage"),
  staticData: about("Manage auctions", Gavel, 108, OPERATORS),
});

const newAuctionRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "auctions/new",
  component: lazyRouteComponent(() => import("./auctions/NewAuctionPage"), "NewAuctionPage"),
  staticData: { needs: OPERATORS },
});

const auctionRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "auctions/$id",
  validateSearch: searchOf({ state: 20 }),
  component: lazyRouteComponent(() => import("./auctions/AuctionPage"), "AuctionPage"),
  staticData: { needs: OPERATORS },
});

const editAuctionRoute = createRoute({
  getParentRoute: () => layoutRoute,
  path: "auctions/$id/edit",
  component: lazyRouteComponent(() => import("./auctions/EditAuctionPage"), "EditAuctionPage"),
  staticData: { needs: OPERATORS },
});

export const adminRoutes = [
  layoutRoute.addChildren([
    indexRoute,
    overviewRoute,
    connectionsRoute,
    connectionRoute,
    topicsRoute,
    tasksRoute,
    usersRoute,
    sourcesRoute,
    importRoute,
    recordsRoute,
    newRecordRoute,
    recordRoute,
    auctionsRoute,
    newAuctionRoute,
    auctionRoute,
    editAuctionRoute,
  ]),
] as const;

import type { Page } from "playwright-core";

/** What addresses are made with. */
export interface Sample {
  property: string;
  alert: string;
  auction: string;
  connection: string;
}

export type Visitor = "guest" | "user" | "admin";

export interface AppPage {
  /** As the router has it. */
  route: string;
  /** Its address, where that is another than the route. */
  at?: string | ((sample: Sample) => string);
  /** The words of its first heading. */
  heading: string | RegExp;
  /** The words of its second, where the first is that of a frame around several pages. */
  part?: string;
  /** Who looks at it: a user unless told. */
  as?: Visitor;
}

/** Every page of the app. A route of the app that is not in here fails the tests. */
export const PAGES: readonly AppPage[] = [
  { route: "/login", heading: "Sign in", as: "guest" },
  { route: "/register", heading: "Create an account", as: "guest" },
  { route: "/", heading: "Home" },
  { route: "/properties", heading: "Properties" },
  { route: "/properties", at: "/properties?view=map", heading: "Properties" },
  { route: "/properties", at: "/properties?view=calendar", heading: "Properties" },
  { route: "/properties", at: "/properties?q=nothingfitsthis", heading: "Properties" },
  { route: "/properties/$id", at: ({ property }) => `/properties/${property}`, heading: /\d/ },
  { route: "/auctions", heading: "Auctions" },
  { route: "/auctions", at: "/auctions?show=over&q=nothing", heading: "Auctions" },
  {
    route: "/auctions/$id",
    at: ({ auction }) => `/auctions/${auction}`,
    heading: "A bell of bronze",
  },
  { route: "/watchlist", heading: "Watchlist" },
  { route: "/alerts", heading: "Alerts" },
  { route: "/alerts/new", heading: "New alert" },
  { route: "/alerts/$id", at: ({ alert }) => `/alerts/${alert}`, heading: "Around Reno" },
  { route: "/notifications", heading: "Notifications" },
  { route: "/analytics", heading: "Analytics" },
  { route: "/settings", heading: "Settings", part: "Profile" },
  { route: "/settings/profile", heading: "Settings", part: "Profile" },
  { route: "/settings/notifications", heading: "Settings", part: "Quiet hours" },
  { route: "/settings/appearance", heading: "Settings", part: "Appearance" },
  { route: "/settings/security", heading: "Settings", part: "This browser" },
  { route: "/settings/wallet", heading: "Settings", part: "Balances" },
  { route: "/my/bids", heading: "My bids" },
  { route: "/dev/socket", heading: "Socket laboratory" },
  { route: "/admin", heading: "You may not open this page" },
  { route: "/admin/overview", heading: "Overview", as: "admin" },
  { route: "/admin/connections", heading: "Connections", as: "admin" },
  {
    route: "/admin/connections/$id",
    at: ({ connection }) => `/admin/connections/${connection}`,
    heading: /^investor@/,
    as: "admin",
  },
  {
    route: "/admin/topics",
    at: ({ property }) => `/admin/topics?topic=property:${property}`,
    heading: "Topics",
    as: "admin",
  },
  { route: "/admin/tasks", heading: "Tasks", as: "admin" },
  { route: "/admin/tasks", at: "/admin/tasks?tab=open", heading: "Tasks", as: "admin" },
  { route: "/admin/tasks", at: "/admin/tasks?tab=dead", heading: "Tasks", as: "admin" },
  { route: "/admin/tasks", at: "/admin/tasks?tab=schedules", heading: "Tasks", as: "admin" },
  { route: "/admin/tasks", at: "/admin/tasks?tab=reactions", heading: "Tasks", as: "admin" },
  { route: "/admin/users", heading: "Users", as: "admin" },
  { route: "/admin/sources", heading: "Sources", as: "admin" },
  { route: "/admin/import", heading: "Import", as: "admin" },
  { route: "/admin/properties", heading: "Edit properties", as: "admin" },
  { route: "/admin/properties/new", heading: "New property", as: "admin" },
  {
    route: "/admin/properties/$id",
    at: ({ property }) => `/admin/properties/${property}`,
    heading: /\d/,
    as: "admin",
  },
  { route: "/admin/auctions", heading: "Manage auctions", as: "admin" },
  { route: "/admin/auctions/new", heading: "New auction", as: "admin" },
  {
    route: "/admin/auctions/$id",
    at: ({ auction }) => `/admin/auctions/${auction}`,
    heading: "A bell of bronze",
    as: "admin",
  },
  {
    route: "/admin/auctions/$id/edit",
    at: ({ auction }) => `/admin/auctions/${auction}/edit`,
    heading: "Edit A bell of bronze",
    as: "admin",
  },
  // No route leads there.
  { route: "", at: "/nowhere", heading: "There is nothing at this address", as: "guest" },
];

export const addressOf = ({ route, at = route }: AppPage, sample: Sample): string =>
  typeof at === "string" ? at : at(sample);

/** Waits until a page shows what it has to show, and nothing moves on it any more. */
export async function isThere(page: Page, one: Pick<AppPage, "heading" | "part">): Promise<void> {
  await page.getByRole("heading", { level: 1, name: one.heading }).waitFor();
  if (one.part) await page.getByRole("heading", { level: 2, name: one.part }).waitFor();
  await isLoaded(page);
  await isAtRest(page);
}

/** Waits until there is nothing on a page that is still to come. */
export async function isLoaded(page: Page): Promise<void> {
  const unfinished = '[aria-label="Loading"], [aria-busy="true"], .animate-pulse';
  await page.waitForFunction((what) => document.querySelector(what) === null, unfinished);
}

/** Waits until colours and places have arrived where they go; one move may begin another. */
export async function isAtRest(page: Page): Promise<void> {
  await page.waitForFunction(() => document.getAnimations().length === 0);
}

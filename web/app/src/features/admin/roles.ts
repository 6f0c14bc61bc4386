import type { Role } from "~/lib/roles";

/** Every role, the most powerful first, and what it means. */
export const ROLES: readonly { role: Role; name: string; means: string }[] = [
  { role: "root", name: "Root", means: "Sees connections, topics and tasks of every tenant." },
  { role: "admin", name: "Admin", means: "May do everything within this tenant, roles included." },
  { role: "manager", name: "Manager", means: "Sees the leads of all agents." },
  {
    role: "operator",
    name: "Operator",
    means: "Writes properties, sources, auctions and notices.",
  },
  { role: "agent", name: "Agent", means: "Looks after leads of their own." },
  { role: "provider", name: "Provider", means: "Offers services on jobs." },
  { role: "user", name: "User", means: "Has an account, a watchlist and alerts." },
];

export const nameOfRole = (role: Role): string =>
  ROLES.find((one) => one.role === role)?.name ?? role;

/** The roles with one given or taken, in their usual order. */
export function withRole(roles: readonly Role[], role: Role, has: boolean): Role[] {
  return ROLES.map((one) => one.role).filter((one) => (one === role ? has : roles.includes(one)));
}

export const sameRoles = (some: readonly Role[], others: readonly Role[]): boolean =>
  some.length === others.length && some.every((role) => others.includes(role));

import type { Me } from "./types";

export type Role = Me["roles"][number];

/** Whether these roles open what needs one of `needs`, as the server has it: see `Roles::permit`. */
export function permitted(roles: readonly Role[] | undefined, needs?: readonly Role[]): boolean {
  if (needs === undefined) return true;
  if (roles === undefined) return false;
  const isAdmin = roles.includes("admin");
  return needs.some((role) => roles.includes(role) || (isAdmin && role !== "root"));
}

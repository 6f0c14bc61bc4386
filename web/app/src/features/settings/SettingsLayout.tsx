import { Link, Outlet, useRouterState } from "@tanstack/react-router";
import { PageHeader } from "~/ui/layout";

const PARTS = [
  { to: "/settings/profile", label: "Profile" },
  { to: "/settings/notifications", label: "Notifications" },
  { to: "/settings/appearance", label: "Appearance" },
  { to: "/settings/security", label: "Security" },
  { to: "/settings/wallet", label: "Wallet" },
] as const;

/** The settings, a page for each part of them. */
export function SettingsLayout() {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const part = PARTS.find(({ to }) => pathname.startsWith(to))?.label;
  return (
    <div className="mx-auto max-w-4xl">
      <PageHeader title="Settings" {...(part && { part })} />
      <div className="grid items-start gap-4 md:grid-cols-[10rem_minmax(0,1fr)] md:gap-6">
        <nav aria-label="Settings" className="grid grid-cols-2 gap-1 sm:grid-cols-5 md:grid-cols-1">
          {PARTS.map(({ to, label }) => (
            <Link
              key={to}
              to={to}
              activeProps={{
                className: "bg-sunken font-medium !text-text",
                "aria-current": "page",
              }}
              className="flex h-9 items-center rounded-md border px-3 text-muted hover:bg-sunken hover:text-text md:border-transparent pointer-coarse:h-11"
            >
              {label}
            </Link>
          ))}
        </nav>
        <div className="flex min-w-0 flex-col gap-4">
          <Outlet />
        </div>
      </div>
    </div>
  );
}

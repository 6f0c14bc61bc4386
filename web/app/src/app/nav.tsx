import { Link } from "@tanstack/react-router";
import { Menu } from "lucide-react";
import { Fragment } from "react";
import { useInbox } from "~/features/notifications/inbox";
import { capped } from "~/lib/format";
import { Dialog } from "~/ui/Dialog";
import { type PageLink, useCurrentPage, usePages } from "./pages";

const active = { className: "bg-sunken text-text font-medium", "aria-current": "page" } as const;
const row =
  "flex h-9 shrink-0 items-center gap-3 rounded-md px-3 text-muted hover:bg-sunken hover:text-text pointer-coarse:h-11";

function Row(props: { page: PageLink; isCurrent: boolean; onClick?: () => void }) {
  const { page, isCurrent, onClick } = props;
  const { unread } = useInbox();
  const Icon = page.icon;
  return (
    <Link
      to={page.to}
      // A page around the one that is open is no second place where one is.
      activeOptions={{ exact: !isCurrent, includeSearch: false }}
      activeProps={active}
      className={row}
      {...(onClick ? { onClick } : {})}
    >
      <Icon size={16} aria-hidden />
      <span className="flex-1">{page.label}</span>
      {page.to === "/notifications" && unread > 0 && (
        <span className="text-xs">
          {capped(unread)}
          <span className="sr-only"> unread</span>
        </span>
      )}
    </Link>
  );
}

/** All pages, group by group. */
function Rows({ onClick }: { onClick?: () => void }) {
  const pages = usePages();
  const current = useCurrentPage();
  return pages.map((page, index) => {
    const { group } = page;
    const begins = group !== undefined && group !== pages[index - 1]?.group;
    return (
      <Fragment key={page.to}>
        {begins && (
          <h2 className="mt-2 shrink-0 border-t px-3 pt-3 text-xs font-medium text-muted">
            {group}
          </h2>
        )}
        <Row page={page} isCurrent={page.to === current} {...(onClick ? { onClick } : {})} />
      </Fragment>
    );
  });
}

/** The navigation of wide screens. */
export function SideNav() {
  return (
    <nav
      aria-label="Pages"
      className="sticky top-12 hidden h-[calc(100dvh-48px)] w-52 shrink-0 flex-col gap-1 overflow-y-auto border-r p-3 md:flex"
    >
      <Rows />
    </nav>
  );
}

/** The navigation of narrow screens: the first pages, and a way to the others. */
export function BottomBar({ onMore }: { onMore: () => void }) {
  const pages = usePages().filter(({ order }) => order < 50);
  const cell =
    "flex min-w-0 flex-1 flex-col items-center justify-center gap-1 text-[11px] leading-3 text-muted";
  return (
    <nav
      aria-label="Main pages"
      className="fixed inset-x-0 bottom-0 z-30 flex h-[calc(56px+env(safe-area-inset-bottom))] border-t bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      {pages.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          activeOptions={{ exact: to === "/", includeSearch: false }}
          activeProps={{ className: "!text-accent font-medium", "aria-current": "page" }}
          className={cell}
        >
          <Icon size={18} aria-hidden />
          <span className="max-w-full truncate">{label}</span>
        </Link>
      ))}
      <button type="button" onClick={onMore} className={cell}>
        <Menu size={18} aria-hidden />
        More
      </button>
    </nav>
  );
}

export function MoreDrawer(props: { open: boolean; onOpenChange: (open: boolean) => void }) {
  return (
    <Dialog {...props} title="All pages" drawer>
      <nav aria-label="All pages" className="flex flex-col gap-1">
        <Rows onClick={() => props.onOpenChange(false)} />
      </nav>
    </Dialog>
  );
}

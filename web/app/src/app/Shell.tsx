import { Outlet, useRouterState } from "@tanstack/react-router";
import { lazy, type ReactNode, Suspense, useEffect, useRef, useState } from "react";
import { LiveBids } from "~/features/auctions/LiveBids";
import { InboxProvider } from "~/features/notifications/inbox";
import { LiveData } from "~/features/watchlist/LiveData";
import { announce } from "~/lib/announce";
import { Header } from "./Header";
import { BottomBar, MoreDrawer, SideNav } from "./nav";
import { OfflineBanner } from "./OfflineBanner";

const CommandMenu = lazy(() => import("./CommandMenu"));

/** The layout around every page of a user; `children` where no page has the address. */
export function Shell({ children = <Outlet /> }: { children?: ReactNode }) {
  const [commands, setCommands] = useState(false);
  const [more, setMore] = useState(false);
  const main = useRef<HTMLElement>(null);
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const before = useRef(pathname);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      setCommands((open) => !open);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, []);

  // A new page is read from its beginning, and told to those who do not see it.
  useEffect(() => {
    if (before.current === pathname) return;
    before.current = pathname;
    main.current?.focus({ preventScroll: true });
    const timer = setTimeout(() => announce(document.title), 100);
    return () => clearTimeout(timer);
  }, [pathname]);

  return (
    <InboxProvider>
      <LiveData />
      <LiveBids />
      <a
        href="#main"
        className="fixed top-1 left-1 z-60 -translate-y-16 rounded-md border bg-surface px-3 py-2 focus:translate-y-0"
      >
        Skip to the content
      </a>
      <Header onCommands={() => setCommands(true)} />
      <OfflineBanner />
      <div className="mx-auto flex max-w-[1440px]">
        <SideNav />
        <main
          id="main"
          ref={main}
          tabIndex={-1}
          className="min-w-0 flex-1 px-4 pt-4 pb-24 outline-none md:px-6 md:pb-8"
        >
          {children}
        </main>
      </div>
      <BottomBar onMore={() => setMore(true)} />
      <MoreDrawer open={more} onOpenChange={setMore} />
      {commands && (
        <Suspense>
          <CommandMenu onClose={() => setCommands(false)} />
        </Suspense>
      )}
    </InboxProvider>
  );
}

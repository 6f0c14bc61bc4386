import { Link, useNavigate } from "@tanstack/react-router";
import {
  Bell,
  Check,
  CircleUser,
  LogOut,
  Monitor,
  Moon,
  Search,
  Settings,
  Sun,
} from "lucide-react";
import { DropdownMenu as Menu } from "radix-ui";
import { useInbox } from "~/features/notifications/inbox";
import { setAppearance, type Theme, useAppearance } from "~/lib/appearance";
import { capped } from "~/lib/format";
import { signOut, useUser } from "~/lib/session";
import { IconButton } from "~/ui/Button";
import { Mark } from "~/ui/Mark";
import { toastError } from "~/ui/toasts";
import { ConnectionPill } from "./ConnectionPill";

export function Header({ onCommands }: { onCommands: () => void }) {
  return (
    <header className="sticky top-0 z-30 border-b bg-surface">
      <div className="mx-auto flex h-12 max-w-[1440px] items-center gap-1 px-3 md:px-5">
        <Link to="/" className="mr-auto flex items-center gap-2 rounded-md pr-2 font-semibold">
          <Mark />
          Openbell
        </Link>
        <button
          type="button"
          onClick={onCommands}
          className="mr-1 hidden h-8 w-64 items-center gap-2 rounded-md border bg-bg px-2 text-muted hover:text-text lg:flex"
        >
          <Search size={14} aria-hidden />
          Search or go to…
          <kbd className="ml-auto rounded border bg-surface px-1 font-sans text-xs">Ctrl K</kbd>
        </button>
        <IconButton label="Search or go to" onClick={onCommands} className="lg:hidden">
          <Search size={18} aria-hidden />
        </IconButton>
        <ConnectionPill />
        <BellLink />
        <UserMenu />
      </div>
    </header>
  );
}

function BellLink() {
  const { unread, unseen } = useInbox();
  const label = unread === 0 ? "Notifications" : `Notifications, ${capped(unread)} unread`;
  return (
    <Link
      to="/notifications"
      aria-label={label}
      title={label}
      className="relative mr-2 inline-flex size-9 items-center justify-center rounded-md text-muted hover:bg-sunken hover:text-text pointer-coarse:size-11"
    >
      <Bell size={18} aria-hidden />
      {unread > 0 && (
        <span
          aria-hidden
          className={`absolute top-0 left-[55%] rounded-full px-1 text-[11px] leading-4 font-medium ${
            unseen > 0 ? "bg-accent text-on-accent" : "border bg-surface text-text"
          }`}
        >
          {capped(unread)}
        </span>
      )}
    </Link>
  );
}

const item =
  "flex h-9 cursor-pointer items-center gap-3 rounded-md px-2 outline-none data-[highlighted]:bg-sunken pointer-coarse:h-11";

const THEMES: { value: Theme; label: string; icon: typeof Sun }[] = [
  { value: "system", label: "As the system", icon: Monitor },
  { value: "light", label: "Light", icon: Sun },
  { value: "dark", label: "Dark", icon: Moon },
];

function UserMenu() {
  const user = useUser();
  const navigate = useNavigate();
  const { theme } = useAppearance();
  const leave = () => signOut().catch((error) => toastError("You are still signed in.", error));
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger asChild>
        <IconButton label="Your account">
          <CircleUser size={18} aria-hidden />
        </IconButton>
      </Menu.Trigger>
      <Menu.Content
        align="end"
        sideOffset={6}
        className="z-50 w-60 rounded-md border bg-surface p-1 shadow-lg"
      >
        <Menu.Label className="px-2 py-2">
          <span className="block truncate font-medium">{user?.name || user?.email}</span>
          <span className="block truncate text-xs text-muted">{user?.email}</span>
        </Menu.Label>
        <Menu.Separator className="my-1 h-px bg-line" />
        <Menu.RadioGroup
          value={theme}
          onValueChange={(value) => setAppearance({ theme: value as Theme })}
        >
          {THEMES.map(({ value, label, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value} className={item}>
              <Icon size={16} className="text-muted" aria-hidden />
              <span className="flex-1">{label}</span>
              <Menu.ItemIndicator>
                <Check size={16} className="text-accent" aria-hidden />
              </Menu.ItemIndicator>
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Separator className="my-1 h-px bg-line" />
        <Menu.Item className={item} onSelect={() => void navigate({ to: "/settings" })}>
          <Settings size={16} className="text-muted" aria-hidden />
          Settings
        </Menu.Item>
        <Menu.Item className={item} onSelect={() => void leave()}>
          <LogOut size={16} className="text-muted" aria-hidden />
          Sign out
        </Menu.Item>
      </Menu.Content>
    </Menu.Root>
  );
}

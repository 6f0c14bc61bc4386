import type { Notification } from "@openbell/react";
import { Link } from "@tanstack/react-router";
import { Check, X } from "lucide-react";
import { fullInstant, timeOfDay, words } from "~/lib/format";
import { IconButton } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { toastError } from "~/ui/toasts";
import { useInbox } from "./inbox";
import { actionOf, isUrgent } from "./model";

/** A notification; `brief` where it is one of many things on a page. */
export function NotificationRow({ item, brief }: { item: Notification; brief?: boolean }) {
  const { markRead, dismiss } = useInbox();
  const unread = !item.read_at;
  const action = actionOf(item);
  const read = () => {
    if (unread) markRead([item.id]).catch((error) => toastError("It is still unread.", error));
  };
  const title = (
    <>
      {unread && <span className="sr-only">Unread: </span>}
      {item.title}
    </>
  );
  const look = cx("break-words", unread ? "font-semibold" : "font-medium");
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-3 border-b py-2 pr-1 pl-3 last:border-0 md:pl-4">
      <span
        aria-hidden
        className={cx("mt-1.5 size-2 rounded-full", unread ? "bg-accent" : "border border-muted")}
      />
      <div className="col-span-2 min-w-0 pr-2 md:col-span-1 md:pr-0">
        {action ? (
          <Link to={action} onClick={read} className={cx(look, "hover:underline")}>
            {title}
          </Link>
        ) : (
          <p className={look}>{title}</p>
        )}
        {item.body && !brief && (
          <p className="break-words whitespace-pre-line text-muted">{item.body}</p>
        )}
      </div>
      <p className="col-start-2 self-center text-xs text-muted">
        <time dateTime={item.created_at} title={fullInstant(item.created_at)}>
          {timeOfDay(item.created_at)}
        </time>
        {" · "}
        {words(item.category)}
        {isUrgent(item) && <span className="text-warn"> · {words(item.priority)} priority</span>}
      </p>
      <div className="flex items-start md:col-start-3 md:row-span-2 md:row-start-1">
        <IconButton label={`Mark read: ${item.title}`} disabled={!unread} onClick={read}>
          <Check size={16} aria-hidden />
        </IconButton>
        <IconButton
          label={`Dismiss: ${item.title}`}
          onClick={() =>
            dismiss([item.id]).catch((error) => toastError("It could not be dismissed.", error))
          }
        >
          <X size={16} aria-hidden />
        </IconButton>
      </div>
    </li>
  );
}

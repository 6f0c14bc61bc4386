import { money } from "~/lib/format";
import { cx } from "~/ui/cx";
import { Panel } from "~/ui/layout";
import { SkeletonRows } from "~/ui/states";
import type { Room } from "./useRoom";

/** Who stands where. For who has a place the price is shown, for others their maximum. */
export function Board({ room: { auction, board } }: { room: Room }) {
  const { currency, places, me, status } = auction;
  const entries = board.data?.entries;
  return (
    <Panel title="Leaderboard" flush>
      {entries === undefined ? (
        board.error || status === "draft" ? (
          <p className="p-4 text-muted">There is none before it is published.</p>
        ) : (
          <SkeletonRows rows={2} />
        )
      ) : entries.length === 0 ? (
        <p className="p-4 text-muted">Nobody has bid yet.</p>
      ) : (
        <ol aria-label="Leaderboard">
          {entries.map(({ rank, alias, amount }) => {
            const isMe = alias === me?.alias;
            const hasPlace = rank <= places;
            return (
              <li
                key={alias}
                aria-current={isMe || undefined}
                className={cx(
                  "flex min-h-9 items-center gap-3 border-b px-4 last:border-0",
                  isMe && "bg-sunken font-medium",
                )}
              >
                <span className="w-6 text-muted">{rank}</span>
                <span className="min-w-0 flex-1 truncate">
                  {alias}
                  {isMe && " (you)"}
                </span>
                {places > 1 && hasPlace && <span className="text-xs text-up">has a place</span>}
                <span>{money(amount, currency)}</span>
              </li>
            );
          })}
        </ol>
      )}
    </Panel>
  );
}

import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { money } from "~/lib/format";
import { client } from "~/lib/session";
import type { Auction, Registration } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Select } from "~/ui/Field";
import { Time } from "~/ui/Time";
import { type Column, More, Rows, State, Waiting } from "../parts";
import { ActDialog } from "./ActDialog";
import { useNames } from "./names";
import { registrationsQuery, touchesOf } from "./queries";

const STATES = {
  pending: { word: "Not decided", tone: "warn" },
  approved: { word: "Approved", tone: "up" },
  rejected: { word: "Rejected", tone: "down" },
} as const;

const OPTIONS = [
  { value: "", label: "All" },
  ...Object.entries(STATES).map(([value, { word }]) => ({ value, label: word })),
];

const stateOf = (state: string) =>
  state in STATES
    ? STATES[state as keyof typeof STATES]
    : ({ word: state, tone: "plain" } as const);

const OPEN = ["draft", "scheduled", "live", "paused"];

/** Who has registered or bid, and who of them may. */
export function Registrations({ auction }: { auction: Auction }) {
  const { id, currency, status } = auction;
  const { state } = useSearch({ from: "/shell/admin/auctions/$id" });
  const chosen = state !== undefined && state in STATES ? state : undefined;
  const navigate = useNavigate({ from: "/admin/auctions/$id" });
  const list = useInfiniteQuery(registrationsQuery(id, chosen));
  const rows = list.data?.pages.flatMap((page) => page.items);
  const nameOf = useNames();
  const [asking, setAsking] = useState<{ what: "approve" | "reject"; row: Registration }>();
  const isOpen = OPEN.includes(status);

  const columns: Column<Registration>[] = [
    {
      name: "Bidder",
      cell: ({ user_id: user, alias }) => (
        <>
          <span className="block break-all">{nameOf(user)}</span>
          <span className="block text-xs font-normal text-muted">{alias}</span>
        </>
      ),
    },
    {
      name: "State",
      cell: (row) => {
        const { word, tone } = stateOf(row.state);
        return <State tone={tone}>{word}</State>;
      },
    },
    { name: "Limit", cell: ({ limit }) => money(limit, currency), right: true },
    { name: "Since", cell: ({ joined_at: at }) => <Time at={at} />, right: true },
    {
      name: "",
      cell: (row) => {
        if (!isOpen) return null;
        const word = row.state === "approved" ? "Limit" : "Approve";
        return (
          <span className="inline-flex flex-wrap justify-end gap-2">
            <Button
              small
              aria-label={`${word} ${row.alias ?? "them"}`}
              onClick={() => setAsking({ what: "approve", row })}
            >
              {word}
            </Button>
            {row.state !== "rejected" && (
              <Button
                small
                look="danger"
                aria-label={`Reject ${row.alias ?? "them"}`}
                onClick={() => setAsking({ what: "reject", row })}
              >
                Reject
              </Button>
            )}
          </span>
        );
      },
    },
  ];

  return (
    <section aria-label="Registrations">
      <div className="mb-2 flex flex-wrap items-center justify-between gap-2">
        <h2 className="font-semibold">Registrations</h2>
        <Select
          label="State of the registrations"
          bare
          className="w-36"
          value={chosen ?? ""}
          options={OPTIONS}
          onChange={({ target: { value } }) =>
            void navigate({
              search: value ? { state: value } : {},
              replace: true,
              resetScroll: false,
            })
          }
        />
      </div>
      {rows === undefined ? (
        <Waiting look={list} what="The registrations" rows={2} />
      ) : rows.length === 0 ? (
        <p className="text-muted">{chosen ? "None is in this state." : "Nobody has registered."}</p>
      ) : (
        <>
          <Rows
            label="Registrations"
            rows={rows}
            keyOf={({ user_id: user }) => user}
            columns={columns}
          />
          <More list={list} />
        </>
      )}
      {asking && <Decide auction={auction} {...asking} onClose={() => setAsking(undefined)} />}
    </section>
  );
}

function Decide(props: {
  auction: Auction;
  what: "approve" | "reject";
  row: Registration;
  onClose: () => void;
}) {
  const { auction, what, row, onClose } = props;
  const { id, entry } = auction;
  const isApproval = what === "approve";
  const path = { id, user_id: row.user_id };
  const who = row.alias ?? "them";
  const back = entry === "deposit" ? " The deposit is given back." : "";
  const again =
    entry === "deposit" && row.state === "rejected" ? " The deposit is held again." : "";
  return (
    <ActDialog
      title={isApproval ? `Let ${who} bid?` : `Let ${who} bid no more?`}
      says={isApproval ? `They may bid from now on.${again}` : `Bids that were taken stand.${back}`}
      action={isApproval ? "Approve" : "Reject"}
      danger={!isApproval}
      limit={isApproval}
      run={({ limit }, idempotencyKey) =>
        isApproval
          ? client.api.post("/api/v1/auctions/{id}/registrations/{user_id}/approve", {
              path,
              body: { limit },
              idempotencyKey,
            })
          : client.api.post("/api/v1/auctions/{id}/registrations/{user_id}/reject", {
              path,
              idempotencyKey,
            })
      }
      done={({ alias }) => `${alias} ${isApproval ? "may bid" : "may not bid"}.`}
      touches={touchesOf(id)}
      onClose={onClose}
    />
  );
}

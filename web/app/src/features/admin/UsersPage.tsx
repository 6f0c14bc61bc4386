import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useUser } from "~/lib/session";
import type { Account } from "~/lib/types";
import { Button } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Empty } from "~/ui/states";
import { Time } from "~/ui/Time";
import { AsOf, type Column, HowMany, More, Rows, State, Waiting } from "./parts";
import { usersQuery } from "./queries";
import { nameOfRole } from "./roles";
import { SearchField } from "./SearchField";
import { UserDialog } from "./UserDialog";

export function UsersPage() {
  const { q } = useSearch({ from: "/shell/admin/users" });
  const navigate = useNavigate({ from: "/admin/users" });
  const own = useUser()?.id;
  const list = useInfiniteQuery(usersQuery(q));
  const rows = list.data?.pages.flatMap((page) => page.items);
  const [editing, setEditing] = useState<string>();
  const edited = rows?.find(({ id }) => id === editing);
  const columns: Column<Account>[] = [
    {
      name: "User",
      cell: ({ id, email, name }) => (
        <>
          <span className="block break-all">
            {email}
            {id === own && <span className="ml-2 text-xs font-normal text-muted">you</span>}
          </span>
          {name && <span className="block text-xs font-normal break-words text-muted">{name}</span>}
        </>
      ),
    },
    { name: "Roles", cell: ({ roles }) => roles.map(nameOfRole).join(", ") },
    {
      name: "State",
      cell: ({ active }) =>
        active ? <State tone="up">May sign in</State> : <State tone="down">Switched off</State>,
    },
    { name: "Account since", cell: ({ created_at: at }) => <Time at={at} />, right: true },
    {
      name: "",
      cell: ({ id, email }) => (
        <Button small aria-label={`Change ${email}`} onClick={() => setEditing(id)}>
          Change
        </Button>
      ),
    },
  ];
  return (
    <>
      <PageHeader title="Users" sub="Everybody with an account in this tenant, the oldest first." />
      <div className="mb-4 flex flex-wrap items-end gap-3">
        <SearchField
          label="E-mail or name"
          value={q}
          onChange={(text) =>
            void navigate({ search: text ? { q: text } : {}, replace: true, resetScroll: false })
          }
          maxLength={100}
          className="min-w-48 flex-1 sm:max-w-80"
        />
      </div>
      <AsOf look={list} />
      {rows === undefined ? (
        <Waiting look={list} what="The users" />
      ) : rows.length === 0 ? (
        <Empty
          title="Nobody has this in their e-mail or name"
          action={
            <Button onClick={() => void navigate({ search: {}, replace: true })}>
              Show everybody
            </Button>
          }
        />
      ) : (
        <>
          <HowMany shown={rows.length} list={list} />
          <Rows label="Users" rows={rows} keyOf={({ id }) => id} columns={columns} />
          <More list={list} />
        </>
      )}
      {edited && (
        <UserDialog
          key={`${edited.id} ${edited.version}`}
          account={edited}
          isOwn={edited.id === own}
          onClose={() => setEditing(undefined)}
        />
      )}
    </>
  );
}

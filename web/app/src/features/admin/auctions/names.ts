import { useQuery } from "@tanstack/react-query";
import { permitted } from "~/lib/roles";
import { useUser } from "~/lib/session";
import { peopleQuery } from "./queries";

/** What people are called whose ids one has. Who may not look them up sees the end of the id. */
export function useNames(): (id: string) => string {
  const user = useUser();
  const mayAsk = permitted(user?.roles, ["admin"]);
  const { data } = useQuery({ ...peopleQuery, enabled: mayAsk });
  return (id) => {
    if (id === user?.id) return `${user.email} (you)`;
    return data?.find((one) => one.id === id)?.email ?? `user …${id.slice(-8)}`;
  };
}

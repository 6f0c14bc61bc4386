import { useUser } from "~/lib/session";

/** Whether something belongs to another tenant than one's own, as only root sees. */
export const useIsForeign = (id: string): boolean => useUser()?.tenant_id !== id;

/** Which tenant something belongs to, where that is not one's own. */
export function Tenant({ id }: { id: string }) {
  if (!useIsForeign(id)) return null;
  return (
    <span title={id} className="block text-xs font-normal text-muted">
      tenant {id.slice(-8)}
    </span>
  );
}

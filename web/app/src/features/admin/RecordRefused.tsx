import { ApiError } from "@openbell/client";
import { Link } from "@tanstack/react-router";
import { explain } from "~/lib/errors";
import { Complaint } from "~/ui/states";

/** Why a property was not written, and which other one stands in the way. */
export function RecordRefused({ error }: { error: unknown }) {
  if (!(error instanceof ApiError && error.code === "property_exists")) {
    return <Complaint>{explain(error)}</Complaint>;
  }
  const id = (error.details as { property_id?: unknown } | undefined)?.property_id;
  return (
    <Complaint>
      Another property has this address or parcel number.{" "}
      {typeof id === "string" && (
        <Link to="/admin/properties/$id" params={{ id }} className="underline underline-offset-2">
          Open that one
        </Link>
      )}
    </Complaint>
  );
}

import { useMutation } from "@tanstack/react-query";
import { Copy } from "lucide-react";
import { useState } from "react";
import { explain } from "~/lib/errors";
import { client } from "~/lib/session";
import { Button } from "~/ui/Button";
import { ConfirmTyped, Dialog } from "~/ui/Dialog";
import { Input } from "~/ui/Field";
import { Complaint } from "~/ui/states";
import { toast, toastError } from "~/ui/toasts";

/** The address under which calendar programs read the auctions of the watchlist. */
export function CalendarFeed({ label = "Subscribe" }: { label?: string }) {
  const [open, setOpen] = useState(false);
  const [ending, setEnding] = useState(false);
  const make = useMutation({ mutationFn: () => client.api.post("/api/v1/calendar/token") });
  const end = useMutation({
    mutationFn: () => client.api.delete("/api/v1/calendar/token"),
    onSuccess: () => {
      make.reset();
      setEnding(false);
      toast("The address has ended.");
    },
    onError: (error) => toastError("The address still holds.", error),
  });
  const copy = (url: string) =>
    navigator.clipboard.writeText(url).then(
      () => toast("The address is copied."),
      () => toast("Copy it from the field: this browser does not allow more.", { tone: "bad" }),
    );

  return (
    <>
      <Button small onClick={() => setOpen(true)} aria-haspopup="dialog">
        {label}
      </Button>
      <Dialog
        open={open && !ending}
        onOpenChange={setOpen}
        title="Subscribe in a calendar program"
        description="A calendar program that is given this address shows the auctions of your watchlist and follows their changes. Whoever has the address can read them."
      >
        {make.error && <Complaint>{explain(make.error)}</Complaint>}
        {make.data ? (
          <>
            <Input
              label="Address"
              readOnly
              value={make.data.url}
              onFocus={(e) => e.target.select()}
            />
            <div className="flex flex-wrap justify-end gap-2">
              <Button look="danger" onClick={() => setEnding(true)}>
                End the address
              </Button>
              <Button look="primary" onClick={() => void copy(make.data.url)}>
                <Copy size={14} aria-hidden />
                Copy
              </Button>
            </div>
          </>
        ) : (
          <div className="flex flex-wrap items-center justify-between gap-2">
            <Button look="quiet" onClick={() => setEnding(true)}>
              End an earlier address
            </Button>
            <Button look="primary" pending={make.isPending} onClick={() => make.mutate()}>
              Make an address
            </Button>
          </div>
        )}
        <p className="text-xs text-muted">A new address ends the one before.</p>
      </Dialog>
      <ConfirmTyped
        open={ending}
        onOpenChange={setEnding}
        title="End the address?"
        description="Calendar programs that have it no longer get anything."
        word="end"
        action="End the address"
        pending={end.isPending}
        onConfirm={() => end.mutate()}
      />
    </>
  );
}

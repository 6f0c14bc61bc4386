import { useId, useState } from "react";
import { money } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Dialog } from "~/ui/Dialog";
import { useAuctionAct } from "./acts";

/** Takes it at once, at a fixed price, after a question. */
export function BuyNow(props: { auction: Auction; obstacle: string | undefined }) {
  const { auction, obstacle } = props;
  const [open, setOpen] = useState(false);
  const why = useId();
  const act = useAuctionAct(auction);
  const price = money(auction.buy_now, auction.currency);
  return (
    <div className="border-t pt-4">
      <Button
        disabled={obstacle !== undefined}
        aria-describedby={why}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        Buy it now for {price}
      </Button>
      <p id={why} className="mt-1 text-xs text-muted">
        {obstacle ?? "That ends the auction at once."}
      </p>
      <Dialog
        open={open}
        onOpenChange={setOpen}
        title={`Buy it for ${price}?`}
        description={`${price} are taken from your account at once, and the auction is over.`}
      >
        <div className="flex justify-end gap-2">
          <Button onClick={() => setOpen(false)}>Cancel</Button>
          <Button
            look="primary"
            pending={act.isPending}
            onClick={() => act.mutate({ act: "buy-now" }, { onSettled: () => setOpen(false) })}
          >
            Buy it
          </Button>
        </div>
      </Dialog>
    </div>
  );
}

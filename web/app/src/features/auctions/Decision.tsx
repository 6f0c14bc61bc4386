import { useState } from "react";
import { money } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { Button } from "~/ui/Button";
import { Input } from "~/ui/Field";
import { Panel } from "~/ui/layout";
import { useAuctionAct } from "./acts";
import { above, amountIn, typedAmount } from "./amounts";
import type { Room } from "./useRoom";

/** Below the reserve: what the two whom it concerns may do, and what others wait for. */
export function Decision({ room: { auction, standing } }: { room: Room }) {
  const { status, me, price, counter, currency } = auction;
  const own = money(price, currency);
  const ofSeller = status === "awaiting_seller";
  return (
    <Panel title={ofSeller ? "The seller decides" : "The highest bidder decides"}>
      <div className="flex flex-col gap-3">
        <p>
          The bidding is over at {own}, below the reserve.{" "}
          {ofSeller
            ? "The seller may accept it, ask for more, or turn it down."
            : "The seller has asked the highest bidder for more."}
        </p>
        {ofSeller && me?.selling && <SellerChoice auction={auction} />}
        {ofSeller && standing.leads && (
          <p className="font-medium">
            You are the highest bidder. Your maximum stays held until then.
          </p>
        )}
        {!ofSeller && standing.leads && counter != null && (
          <LeaderChoice auction={auction} asked={money(counter, currency)} />
        )}
        {!ofSeller && me?.selling && counter != null && (
          <p className="text-muted">You asked for {money(counter, currency)}.</p>
        )}
      </div>
    </Panel>
  );
}

function SellerChoice({ auction }: { auction: Auction }) {
  const { price, currency } = auction;
  const [text, setText] = useState(() => typedAmount(above(auction, price, 1), currency));
  const act = useAuctionAct(auction);
  const amount = amountIn(text, currency);
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          disabled={act.isPending}
          onClick={() => act.mutate({ act: "accept" })}
        >
          Accept {money(price, currency)}
        </Button>
        <Button
          look="danger"
          disabled={act.isPending}
          onClick={() => act.mutate({ act: "reject" })}
        >
          Turn it down
        </Button>
      </div>
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (amount !== undefined) act.mutate({ act: "counter", amount });
        }}
      >
        <Input
          label="Or ask for"
          className="w-40"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" disabled={act.isPending || amount === undefined || amount <= price}>
          Ask for {money(amount, currency)}
        </Button>
      </form>
    </div>
  );
}

function LeaderChoice({ auction, asked }: { auction: Auction; asked: string }) {
  const act = useAuctionAct(auction);
  return (
    <div className="flex flex-col gap-3">
      <p className="font-medium">It is yours for {asked}, if you accept.</p>
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          disabled={act.isPending}
          onClick={() => act.mutate({ act: "accept" })}
        >
          Accept and pay {asked}
        </Button>
        <Button disabled={act.isPending} onClick={() => act.mutate({ act: "reject" })}>
          Turn it down
        </Button>
      </div>
    </div>
  );
}

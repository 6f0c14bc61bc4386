import { type Bid, useConnection } from "@openbell/react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type MouseEvent, useEffect, useId, useState } from "react";
import { walletQuery } from "~/features/wallet/queries";
import { announce } from "~/lib/announce";
import { COIN, money } from "~/lib/format";
import { useUser } from "~/lib/session";
import { Button } from "~/ui/Button";
import { cx } from "~/ui/cx";
import { Checkbox, Input } from "~/ui/Field";
import { Panel } from "~/ui/layout";
import { Complaint } from "~/ui/states";
import { useAuctionAct } from "./acts";
import { above, amountIn, difference, nextOffer, noAmount, typedAmount } from "./amounts";
import { BuyNow } from "./BuyNow";
import { useSecondsLeft } from "./clock";
import { availableIn, fundsFor, obstacleTo, tooLow } from "./obstacle";
import { isBuyable } from "./standing";
import type { Room } from "./useRoom";
import { detailsOf, isUnanswered, leadWords, refusalWords, standingWords } from "./words";

const STEPS = [1, 2, 5];

/** Of several clicks in one go the first counts: what follows it is about something else by then. */
const onlyFirst = (event: MouseEvent) => event.detail > 1 && event.preventDefault();
/** A key that stays down says nothing new. */
const notHeld = (event: KeyboardEvent) =>
  event.key === "Enter" && event.repeat && event.preventDefault();

export function BidPanel({ room }: { room: Room }) {
  const { auction, standing, live } = room;
  const { currency } = auction;
  const { state: link } = useConnection();
  const isClosing = useSecondsLeft(auction) === 0;
  const isSignedIn = useUser() !== undefined;
  const { data: wallet } = useQuery({ ...walletQuery, enabled: isSignedIn });
  const obstacle = obstacleTo({ auction, isSignedIn, link, isClosing });
  const words = standingWords(auction, standing);
  const { taken } = live.bidding;
  const isBehind = taken && !taken.leading && !standing.leads;

  return (
    <Panel
      title="Your bid"
      actions={
        wallet && (
          <span className="text-muted">
            {money(availableIn(wallet, currency), currency)} available
          </span>
        )
      }
    >
      <div className="flex flex-col gap-4">
        {words && (
          <p className={cx("text-base font-semibold", standing.leads ? "text-up" : "text-down")}>
            {words}
          </p>
        )}
        {isBehind && <p>Your bid was taken, but somebody’s maximum is at least as high.</p>}
        <Form
          room={room}
          obstacle={obstacle?.words}
          funds={(amount) => fundsFor(amount, auction, wallet)?.words}
        />
        {obstacle?.register && link === "open" && <Register auction={auction} />}
        {isBuyable(auction) && (
          <BuyNow
            auction={auction}
            obstacle={obstacle?.words ?? fundsFor(auction.buy_now ?? 0, auction, wallet)?.words}
          />
        )}
      </div>
    </Panel>
  );
}

function Form(props: {
  room: Room;
  obstacle: string | undefined;
  funds: (amount: number) => string | undefined;
}) {
  const { room, obstacle, funds } = props;
  const { auction, standing, live } = room;
  const { currency } = auction;
  const { pending, refusal } = live.bidding;
  // While nobody types, the amount is the next that would be taken.
  const [typed, setTyped] = useState<string>();
  const [exact, setExact] = useState(false);
  const [sent, setSent] = useState<Bid>();
  // What has been sent is not looked at again before it is answered.
  const [isSent, setIsSent] = useState(false);
  const [heard, setHeard] = useState<unknown>();
  const why = useId();

  const { min_next: told = 0, log_seq: toldAt = 0 } = detailsOf(refusal);
  const offered = nextOffer(auction, standing);
  const next = toldAt >= auction.log_seq ? Math.max(offered, told) : offered;
  const text = typed ?? typedAmount(next, currency);
  const amount = amountIn(text, currency);
  const off =
    obstacle ??
    (amount === undefined
      ? noAmount(text, currency, next)
      : ((isSent ? undefined : tooLow(amount, auction, standing, next)?.words) ?? funds(amount)));
  // What it was about is no longer in the field; what nobody knows yet stays true.
  const isOld = refusal === heard && !(refusal && isUnanswered(refusal));
  const complaint = refusal && !isOld ? refusalWords(refusal, currency) : undefined;
  useEffect(() => {
    if (complaint) announce(complaint);
  }, [complaint]);

  const type = (value: string | undefined) => {
    setTyped(value);
    setIsSent(false);
    setHeard(refusal);
  };
  const submit = () => {
    if (off !== undefined || amount === undefined || pending) return;
    // A screen that is behind never bids more than it showed.
    const maxAccept = typed === undefined && !standing.leads ? amount : undefined;
    void place({ amount, maxAccept, exact: exact && auction.exact_bids });
  };
  const place = async (bid: Bid) => {
    setSent(bid);
    setIsSent(true);
    const taken = await live.placeBid(bid).catch(() => undefined);
    setIsSent(false);
    if (taken === undefined) return;
    setTyped((now) => (now === typed ? undefined : now));
    setExact(false);
    const own = money(taken.amount, currency);
    announce(
      taken.leading
        ? `${leadWords(auction)}, up to ${own}.`
        : "Your bid was taken. You do not lead.",
    );
  };

  return (
    <form
      className="flex flex-col gap-3"
      onKeyDown={notHeld}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="flex flex-wrap items-end gap-2">
        <Input
          label={currency === COIN ? "Your maximum, in coins" : `Your maximum, in ${currency}`}
          className="w-44"
          inputMode="decimal"
          autoComplete="off"
          value={text}
          onChange={(event) => type(event.target.value)}
        />
        {/* Stays where the focus is while the bid is on its way. */}
        <Button
          type="submit"
          look="primary"
          disabled={off !== undefined}
          aria-disabled={pending || undefined}
          aria-busy={pending || undefined}
          aria-describedby={why}
          onClick={onlyFirst}
        >
          {pending ? "Bidding…" : standing.leads ? "Raise my maximum to " : "Bid "}
          {!pending && money(amount ?? next, currency)}
        </Button>
      </div>
      <p id={why} className={cx(off ? "text-warn" : "sr-only")}>
        {off}
      </p>
      <div className="flex flex-wrap gap-2">
        {typed !== undefined && text !== typedAmount(next, currency) && (
          <Button small onClick={() => type(undefined)}>
            Next bid: {money(next, currency)}
          </Button>
        )}
        {STEPS.map((steps) => {
          const base = amount ?? next;
          const raised = above(auction, base, steps);
          return (
            <Button
              key={steps}
              small
              title={`Raise it to ${money(raised, currency)}`}
              onClick={() => type(typedAmount(raised, currency))}
            >
              +{money(difference(raised, base, currency), currency)}
            </Button>
          );
        })}
      </div>
      {auction.exact_bids && (
        <Checkbox
          label="Bid exactly this: the price goes there at once"
          checked={exact}
          onChange={(event) => setExact(event.target.checked)}
        />
      )}
      {complaint && !pending && <Complaint>{complaint}</Complaint>}
      {refusal && isUnanswered(refusal) && sent && !pending && (
        <Button
          className="self-start"
          disabled={obstacle !== undefined}
          onClick={() => place(sent)}
        >
          Send the bid of {money(sent.amount, currency)} again
        </Button>
      )}
      <p className="text-muted">
        {exact
          ? "You pay what you bid here."
          : "A bid is a maximum: you pay only what is needed to be above the others."}
      </p>
    </form>
  );
}

function Register({ auction }: { auction: Room["auction"] }) {
  const { entry, deposit, currency } = auction;
  const act = useAuctionAct(auction);
  return (
    <div>
      <Button
        look="primary"
        disabled={act.isPending}
        onClick={() => act.mutate({ act: "register" })}
      >
        {entry === "deposit" && deposit != null
          ? `Register with a deposit of ${money(deposit, currency)}`
          : "Register"}
      </Button>
    </div>
  );
}

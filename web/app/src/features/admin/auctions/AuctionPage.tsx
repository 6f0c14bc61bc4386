import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { Pencil } from "lucide-react";
import { useState } from "react";
import { NotFound } from "~/app/root";
import { PagePending } from "~/app/states";
import { AuctionStatus } from "~/features/auctions/parts";
import { AuctionLink, TimeLeft } from "~/features/wallet/parts";
import { isNotFound } from "~/lib/errors";
import { count, money } from "~/lib/format";
import type { Auction } from "~/lib/types";
import { Button, buttonClass } from "~/ui/Button";
import { PageHeader } from "~/ui/layout";
import { Failed } from "~/ui/states";
import { AsOf, Figure, Figures } from "../parts";
import { ActDialog } from "./ActDialog";
import { ACTS, type Act, send } from "./acts";
import { Bids } from "./Bids";
import { Log } from "./Log";
import { BackToAuctions } from "./NewAuctionPage";
import { auctionQuery, touchesOf } from "./queries";
import { Registrations } from "./Registrations";
import { Terms } from "./Terms";

const EDITABLE = ["draft", "scheduled", "live", "paused"];

export function AuctionPage() {
  const { id } = useParams({ from: "/shell/admin/auctions/$id" });
  const look = useQuery(auctionQuery(id));
  const { data, error, refetch } = look;
  if (data === undefined) {
    if (error === null) return <PagePending />;
    if (isNotFound(error)) return <NotFound />;
    return <Failed error={error} what="The auction" onRetry={() => void refetch()} />;
  }
  return (
    <>
      <BackToAuctions />
      <Head auction={data} />
      <AsOf look={look} />
      <Figures className="mb-4 sm:grid-cols-4">
        <Figure name="Status">
          <AuctionStatus status={data.status} />
        </Figure>
        <Figure name="Time">
          <TimeLeft auction={data} />
        </Figure>
        <Figure name="Price" note={data.leader_alias && `${data.leader_alias} leads`}>
          {money(data.price, data.currency)}
        </Figure>
        <Figure name="Bids" note={`${count(data.bidder_count)} registered`}>
          {count(data.bid_count)}
        </Figure>
      </Figures>
      <div className="flex flex-col gap-4">
        <Terms auction={data} />
        <Registrations auction={data} />
        <Bids auction={data} />
        <Log auction={data} />
      </div>
    </>
  );
}

/** Its name, and what can be done with it as it is. */
function Head({ auction }: { auction: Auction }) {
  const { id, title, status } = auction;
  const [act, setAct] = useState<Act>();
  const acts = ACTS.filter(({ from }) => from.includes(status));
  return (
    <>
      <PageHeader
        title={title}
        actions={
          <>
            <AuctionLink id={id} className={buttonClass()}>
              As users see it
            </AuctionLink>
            {EDITABLE.includes(status) && (
              <Link to="/admin/auctions/$id/edit" params={{ id }} className={buttonClass()}>
                <Pencil size={14} aria-hidden />
                Edit
              </Link>
            )}
            {acts.map((one) => (
              <Button
                key={one.name}
                look={one.word ? "danger" : "plain"}
                aria-haspopup="dialog"
                onClick={() => setAct(one)}
              >
                {one.label}
              </Button>
            ))}
          </>
        }
      />
      {act && (
        <ActDialog
          title={`${act.label}: ${title}`}
          says={act.says}
          action={act.label}
          danger={act.word !== undefined}
          why={act.why}
          {...(act.name === "extend" && { end: auction.ends_at })}
          {...(act.word && { word: act.word })}
          run={(given, key) => send(id, act.name, given, key)}
          done={() => `${title} ${act.done}.`}
          touches={touchesOf(id)}
          onClose={() => setAct(undefined)}
        />
      )}
    </>
  );
}

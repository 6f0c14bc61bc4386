import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ExternalLink, Eye, EyeOff, Gavel } from "lucide-react";
import { State } from "~/features/admin/parts";
import { client } from "~/lib/session";
import type { Auction } from "~/lib/types";
import { Button } from "~/ui/Button";
import { toastError } from "~/ui/toasts";
import { auctionQuery } from "./queries";
import { leadWords, statusOf } from "./words";

/** An auction's status, in a word. */
export function AuctionStatus({ status }: { status: string }) {
  const { word, tone } = statusOf(status);
  return <State tone={tone}>{word}</State>;
}

/** How one stands in an auction that is open, in two words. */
export function OwnMark({ auction }: { auction: Auction }) {
  const { status, me } = auction;
  if (me?.selling) return <span className="text-muted">You sell it</span>;
  if (!me || me.max == null || !["live", "paused"].includes(status)) return null;
  return me.leading ? (
    <span className="font-medium text-up">{leadWords(auction)}</span>
  ) : (
    <span className="font-medium text-down">Outbid</span>
  );
}

/**
 * An auction's picture. Those of other sites are not loaded into these pages, whose policy forbids
 * it: they would learn who looks.
 */
function pictureOf({ image_url: url }: Auction): { url: URL; isOwn: boolean } | undefined {
  if (!url || !URL.canParse(url)) return undefined;
  const parsed = new URL(url);
  return { url: parsed, isOwn: parsed.origin === location.origin };
}

export function Thumbnail({ auction }: { auction: Auction }) {
  const picture = pictureOf(auction);
  if (!picture?.isOwn) return <Gavel size={18} aria-hidden className="text-muted" />;
  return (
    <img src={picture.url.href} alt="" loading="lazy" className="size-10 rounded-md object-cover" />
  );
}

export function Picture({ auction }: { auction: Auction }) {
  const picture = pictureOf(auction);
  if (picture === undefined) return null;
  const { url, isOwn } = picture;
  if (isOwn) {
    return <img src={url.href} alt={auction.title} className="max-h-80 w-full object-contain" />;
  }
  return (
    <a
      href={url.href}
      target="_blank"
      rel="noreferrer"
      className="inline-flex flex-wrap items-center gap-x-2 text-accent hover:underline pointer-coarse:min-h-11"
    >
      <ExternalLink size={14} aria-hidden />
      Look at its picture
      <span className="text-muted">({url.host}, in a new tab)</span>
    </a>
  );
}

/** Watches an auction, or no longer: shown at once, taken back when the server refuses. */
export function WatchToggle({ auction: { id, me } }: { auction: Auction }) {
  const cache = useQueryClient();
  const watching = me?.watching ?? false;
  const key = auctionQuery(id).queryKey;
  const show = (watches: boolean) =>
    cache.setQueryData(key, (known) =>
      known?.me ? { ...known, me: { ...known.me, watching: watches } } : known,
    );
  const toggle = useMutation({
    mutationFn: (watches: boolean) => {
      const request = { path: { id } };
      return watches
        ? client.api.post("/api/v1/auctions/{id}/watch", request)
        : client.api.delete("/api/v1/auctions/{id}/watch", request);
    },
    onMutate: async (watches) => {
      await cache.cancelQueries({ queryKey: key });
      show(watches);
    },
    onError: (error, watches) => {
      show(!watches);
      toastError(watches ? "You do not watch it." : "You still watch it.", error);
    },
    onSettled: () => cache.invalidateQueries({ queryKey: key, exact: true }),
  });
  const Icon = watching ? EyeOff : Eye;
  return (
    <Button
      aria-pressed={watching}
      disabled={!me}
      title="You are told before it ends, and how it came out"
      onClick={() => toggle.mutate(!watching)}
    >
      <Icon size={16} aria-hidden />
      {watching ? "Watching" : "Watch"}
    </Button>
  );
}

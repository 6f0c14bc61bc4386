//! Tells those who watch: complete states, the newest only, at most one in [`PACE`].

use std::{
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::{Id, TenantId, Topic, UserId};
use kit::{Ctx, LatestValue, Result};
use store::{Tx, args};
use tokio::sync::Notify;

use crate::{
    frames::{AuctionFrame, Headline, Leaderboard, Outbid},
    model::LogKind,
    rows::{Lot, Participant},
    sql,
};

/// Those who watch one auction see it change at most once in this time.
const PACE: Duration = Duration::from_millis(50);
/// Its leaderboard, and its line among all auctions, follow more slowly.
const SLOW_PACE: u32 = 5;
/// Lines of a leaderboard that is sent around.
pub(crate) const BOARD: i64 = 50;

/// What has happened, in the words of the sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Started,
    Bid,
    Extended,
    Paused,
    Resumed,
    Cancelled,
    Ended,
    Settled,
    Edited,
}

impl Kind {
    /// What an entry of the log is for those who watch.
    pub(crate) const fn of(kind: LogKind) -> Self {
        match kind {
            LogKind::Edited | LogKind::Published | LogKind::Correction => Self::Edited,
            LogKind::Started => Self::Started,
            LogKind::Bid => Self::Bid,
            LogKind::Paused => Self::Paused,
            LogKind::Resumed => Self::Resumed,
            LogKind::Extended => Self::Extended,
            LogKind::Cancelled => Self::Cancelled,
            LogKind::BuyNow
            | LogKind::Closed
            | LogKind::Accepted
            | LogKind::Countered
            | LogKind::Rejected
            | LogKind::Expired => Self::Ended,
            LogKind::Settled | LogKind::Defaulted => Self::Settled,
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Started => "auction_started",
            Self::Bid => "bid_placed",
            Self::Extended => "auction_extended",
            Self::Paused => "auction_paused",
            Self::Resumed => "auction_resumed",
            Self::Cancelled => "auction_cancelled",
            Self::Ended => "auction_ended",
            Self::Settled => "auction_settled",
            Self::Edited => "auction_edited",
        }
    }
}

/// The topic of an auction's state.
pub(crate) fn room(auction: Id) -> Topic {
    Topic::entity("auction", auction)
}

/// The topic of an auction's leaderboard.
pub(crate) fn board_of(auction: Id) -> Result<Topic> {
    format!("auction:{auction}:leaderboard").parse().map_err(kit::Error::internal)
}

/// The topic of all auctions.
pub(crate) fn all() -> Result<Topic> {
    "auctions".parse().map_err(kit::Error::internal)
}

#[derive(Default)]
struct State {
    newest: Option<(Lot, Kind)>,
    is_running: bool,
}

/// Sends what is new in one auction.
#[derive(Default)]
pub(crate) struct Publisher {
    state: Mutex<State>,
    /// What happened is no bid, and does not wait.
    at_once: Notify,
}

impl Publisher {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sends it, at once or when its turn comes, unless something newer does.
    pub(crate) fn publish(self: &Arc<Self>, ctx: &Ctx, lot: Lot, kind: Kind) {
        // Nobody but its seller knows of it.
        if !lot.auction.is_public() {
            return;
        }
        let mut state = self.lock();
        let kind = match state.newest.take() {
            // A bid behind it does not make it unsaid that the end was moved.
            Some((_, Kind::Extended)) if kind == Kind::Bid => Kind::Extended,
            _ => kind,
        };
        state.newest = Some((lot, kind));
        if kind != Kind::Bid {
            self.at_once.notify_one();
        }
        if !mem::replace(&mut state.is_running, true) {
            ctx.spawn(self.clone().run(ctx.clone()));
        }
    }

    fn next(&self) -> Option<(Lot, Kind)> {
        let mut state = self.lock();
        let next = state.newest.take();
        state.is_running = next.is_some();
        next
    }

    async fn run(self: Arc<Self>, ctx: Ctx) {
        let mut unsaid: Option<Lot> = None;
        let mut round = 0_u32;
        while let Some((lot, kind)) = self.next() {
            if let Err(error) = say(&ctx, &lot, kind) {
                tracing::error!(auction = %lot.id, ?error, "a state could not be sent");
            }
            if kind != Kind::Bid || round.is_multiple_of(SLOW_PACE) {
                say_slowly(&ctx, &lot).await;
                unsaid = None;
            } else {
                unsaid = Some(lot);
            }
            round = round.wrapping_add(1);
            tokio::select! {
                () = ctx.clock().sleep(PACE) => {}
                () = self.at_once.notified() => {}
                () = ctx.stopping().cancelled() => {}
            }
        }
        if let Some(lot) = unsaid {
            say_slowly(&ctx, &lot).await;
        }
    }
}

fn say(ctx: &Ctx, lot: &Lot, kind: Kind) -> Result<()> {
    let frame = AuctionFrame::of(kind.word(), lot, ctx.now());
    let value = LatestValue::new(lot.auction.log_seq, &frame)?.at(lot.updated_at);
    ctx.live_latest(lot.tenant, room(lot.id), value);
    Ok(())
}

async fn say_slowly(ctx: &Ctx, lot: &Lot) {
    let said = async {
        let frame = Headline::frame(lot, ctx.now());
        let value = LatestValue::new(lot.auction.log_seq, &frame)?.at(lot.updated_at);
        ctx.live_latest(lot.tenant, all()?, value.key(lot.id.to_string()));
        let id = lot.id;
        let read = async move |tx: &Tx| board(tx, id).await;
        let Some((lot, ranked)) = ctx.store().read(read).await? else { return Ok(()) };
        let value = board_value(&lot, &ranked)?;
        ctx.live_latest(lot.tenant, board_of(lot.id)?, value);
        Ok::<_, kit::Error>(())
    };
    if let Err(error) = said.await {
        // Whoever follows it finds out by the comparison of versions.
        tracing::warn!(auction = %lot.id, ?error, "a leaderboard could not be sent");
    }
}

/// The leaderboard as many see it.
pub(crate) fn board_value(lot: &Lot, ranked: &[Participant]) -> Result<LatestValue> {
    let frame = Leaderboard::of(lot, ranked, None);
    Ok(LatestValue::new(lot.auction.log_seq, &frame)?.at(lot.updated_at))
}

/// An auction with its best bidders, as of one moment.
pub(crate) async fn board(tx: &Tx, auction: Id) -> store::Result<Option<(Lot, Vec<Participant>)>> {
    let Some(lot) = tx.maybe::<Lot>(&sql::LOT, &args![auction]).await? else { return Ok(None) };
    let ranked = tx.all(&sql::LEADERBOARD, &args![auction, BOARD]).await?;
    Ok(Some((lot, ranked)))
}

/// Tells those who have lost their place, at once and once: what has to be known later is told by
/// the notification centre.
pub(crate) fn tell_outbid(ctx: &Ctx, lot: &Lot, outbid: &[UserId]) {
    let tenant: TenantId = lot.tenant;
    for user in outbid {
        if let Err(error) = ctx.live(tenant, Topic::user(*user), &Outbid::of(lot)) {
            tracing::error!(auction = %lot.id, ?error, "nobody was told of being outbid");
        }
    }
}

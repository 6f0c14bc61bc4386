//! Looks after the auctions every second, on every node: what is due is asked of the lanes, who was
//! outbid is noted for the notification centre, and that somebody has looked is written down. What
//! it asks for twice is refused by the state, so that nothing depends on who asks first.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::Duration,
};

use domain::{Id, TenantId, Timestamp, UserId};
use futures_util::{StreamExt as _, stream};
use kit::{Ctx, Result};
use store::{Class, Dialect, Tx, args};
use tasks::enqueue_many;

use crate::{
    act::{Asked, act},
    codes::{WRONG_STATUS, WRONG_TIME},
    model::Act,
    sql,
    tasks::TellOutbid,
};

/// How often it looks.
pub(crate) const PERIOD: Duration = Duration::from_secs(1);
/// What is due within this time is waited for, so that it is done on the dot.
const AHEAD: Duration = Duration::from_millis(1_200);
/// Where several nodes may take bids, what one of them got in time has so long to be committed.
const GRACE: Duration = Duration::from_millis(250);
/// Auctions of one kind in one look.
const MANY: i64 = 1_000;
/// Asked for at the same time.
const AT_ONCE: usize = 64;
/// How often somebody writes down that they have looked.
const BEAT: Duration = Duration::from_secs(5);
/// Nobody has looked for longer than this: it was an outage.
const OUTAGE: Duration = Duration::from_secs(30);
/// An outage within this time of an end pauses the auction.
const LAST_MINUTES: Duration = Duration::from_secs(300);

/// What this node remembers between two looks: when something was done last.
#[derive(Default)]
pub(crate) struct Sweep {
    /// Everything that was due was seen to. A look that fails, because the database is away, is
    /// none: nobody could bid either.
    looked: Last,
    told: Last,
    beat: Last,
}

/// A moment in Unix milliseconds; 0 before the first.
#[derive(Default)]
struct Last(AtomicI64);

impl Last {
    /// Whether it is longer ago than that.
    fn is_before(&self, now: Timestamp, period: Duration) -> bool {
        let last = Timestamp::from_millis(self.0.load(Ordering::Relaxed));
        now.since(last) >= period
    }

    fn is(&self, now: Timestamp) {
        self.0.store(now.as_millis(), Ordering::Relaxed);
    }
}

/// One look; after what time to look next.
pub(crate) async fn look(ctx: Ctx) -> Duration {
    let began = ctx.now();
    let result = async {
        let sweep: &Sweep = &*ctx.state::<Sweep>()?;
        // The first look, or the database was away, or the machine has slept.
        if sweep.looked.is_before(began, OUTAGE) {
            after_outage(&ctx, began).await?;
        }
        beat(&ctx, sweep).await?;
        let next = start_and_close(&ctx, sweep).await?;
        sweep.looked.is(ctx.now());
        if sweep.told.is_before(ctx.now(), PERIOD) {
            sweep.told.is(ctx.now());
            tell_outbid(&ctx).await?;
        }
        Ok::<_, kit::Error>(next)
    };
    result.await.unwrap_or_else(|error| {
        tracing::warn!(?error, "the auctions could not be looked after");
        PERIOD
    })
}

type Due = (Id, TenantId, Timestamp);

/// Asks for what is due. After what time something else will be.
async fn start_and_close(ctx: &Ctx, sweep: &Sweep) -> Result<Duration> {
    let now = ctx.now();
    let grace = match ctx.store().dialect() {
        Dialect::Sqlite => Duration::ZERO,
        Dialect::Postgres => GRACE,
    };
    let (mut due, mut next) = (Vec::new(), PERIOD);
    for (statement, act, grace) in [
        (&sql::DUE_START, Act::Start, Duration::ZERO),
        (&sql::DUE_CLOSE, Act::Close, grace),
        (&sql::DUE_DECISION, Act::Expire, Duration::ZERO),
    ] {
        let found: Vec<Due> = ctx.store().all(statement, &args![now.plus(AHEAD), MANY]).await?;
        let is_all = (found.len() as i64) < MANY;
        let before = due.len();
        for (auction, tenant, at) in found {
            let wait = at.plus(grace).since(now);
            if wait.is_zero() {
                due.push((auction, tenant, act));
            } else {
                next = next.min(wait);
            }
        }
        // The rest is due as well.
        if !is_all && due.len() > before {
            next = Duration::from_millis(50);
        }
    }
    // Every node finds the same: each begins somewhere else, so that they do not stand in each
    // other's way.
    if !due.is_empty() {
        let beginning = ctx.new_id().as_uuid().as_u128() % due.len() as u128;
        due.rotate_left(usize::try_from(beginning).unwrap_or(0));
    }
    let ask = |(auction, tenant, what): (Id, TenantId, Act)| async move {
        if let Err(error) = act(ctx, Asked::by_timer(tenant, auction), what).await
            // Another node was there before, or a late bid has moved the end.
            && !error.is(&WRONG_STATUS)
            && !error.is(&WRONG_TIME)
        {
            tracing::warn!(%auction, ?what, ?error, "what was due could not be done");
        }
        // To end thousands takes its time, and is no outage to a node that comes meanwhile.
        if let Err(error) = beat(ctx, sweep).await {
            tracing::debug!(?error, "the next look says it");
        }
    };
    stream::iter(due).for_each_concurrent(AT_ONCE, ask).await;
    Ok(next)
}

/// Has those who were outbid told, a moment later, unless they lead again by then.
async fn tell_outbid(ctx: &Ctx) -> Result<()> {
    let found: Vec<(Id,)> = ctx.store().all(&sql::UNTOLD, &args![MANY]).await?;
    for (auction,) in found {
        let lost = ctx.store().read(async move |tx: &Tx| lost_places(tx, auction).await).await?;
        let Some(lost) = lost else { continue };
        let write = async move |tx: &Tx| note_outbid(tx, auction, &lost).await;
        ctx.store().write(Class::Bulk, write).await?;
    }
    Ok(())
}

/// Who has lost their place between two entries of a log, and when last.
struct Lost {
    after: i64,
    until: i64,
    places: Vec<(UserId, Timestamp)>,
}

/// Read beside the bids: a hot auction has thousands of entries a second, and its bidders would
/// wait until they are read.
async fn lost_places(tx: &Tx, auction: Id) -> store::Result<Option<Lost>> {
    let told: Option<(i64,)> = tx.maybe(&sql::TOLD, &args![auction]).await?;
    let after = told.map_or(0, |(log_seq,)| log_seq);
    let now: Option<(i64,)> = tx.maybe(&sql::LOG_END, &args![auction]).await?;
    let Some((until,)) = now else { return Ok(None) };
    let places = tx.all(&sql::LOST_PLACES, &args![auction, after, until]).await?;
    Ok(Some(Lost { after, until, places }))
}

async fn note_outbid(tx: &Tx, auction: Id, lost: &Lost) -> store::Result<()> {
    let Some(lot) = tx.maybe::<crate::rows::Lot>(&sql::LOT, &args![auction]).await? else {
        return Ok(());
    };
    // Whoever moves it tells; the other one finds nothing left.
    if tx.exec(&sql::TELL, &args![auction, lost.after, lost.until]).await? == 0 {
        return Ok(());
    }
    let outbid = lost.places.iter().filter(|(user, _)| lot.auction.place_of(*user).is_none());
    let told: Vec<_> = outbid
        .map(|(user, at)| {
            let task = TellOutbid { auction, user: *user };
            let options = task.options(*at);
            (lot.tenant, task, options)
        })
        .collect();
    if !told.is_empty() {
        enqueue_many(tx, &told).await?;
    }
    Ok(())
}

/// Writes down now and then that somebody looks after the auctions, while there are any.
async fn beat(ctx: &Ctx, sweep: &Sweep) -> Result<()> {
    if !sweep.beat.is_before(ctx.now(), BEAT) {
        return Ok(());
    }
    let live: Option<(i64,)> = ctx.store().maybe(&sql::ANY_LIVE, &[]).await?;
    if live.is_some() {
        ctx.store().execute(&sql::BEAT, args![ctx.now()].to_vec()).await?;
    }
    sweep.beat.is(ctx.now());
    Ok(())
}

/// Pauses what ended, or was in its last minutes, while nobody looked: bidders get back the time
/// that the outage took from them, once an operator resumes it.
///
/// `now` is when the look began: somebody looks from then on, however long that takes.
async fn after_outage(ctx: &Ctx, now: Timestamp) -> Result<()> {
    let last: Option<(Timestamp,)> = ctx.store().maybe(&sql::LAST_BEAT, &[]).await?;
    let Some((last,)) = last.filter(|(last,)| now.since(*last) > OUTAGE) else {
        return Ok(());
    };
    let until = now.plus(LAST_MINUTES);
    // All of them before the first is touched: what goes on ends later, and would be found again.
    let mut missed: Vec<Due> = Vec::new();
    let mut after = (last, Id::from_uuid(uuid::Uuid::max()));
    loop {
        let asked = args![after.0, after.1, until, MANY];
        let found: Vec<Due> = ctx.store().all(&sql::MISSED, &asked).await?;
        let Some((auction, _, ends_at)) = found.last() else { break };
        after = (*ends_at, *auction);
        missed.extend(found);
    }
    give_back(ctx, last, missed).await
}

/// Pauses auctions as of then, and lets them go on where that is the policy.
///
/// # Errors
/// One of them could not be paused: none may be closed before it is tried again.
async fn give_back(ctx: &Ctx, last: Timestamp, missed: Vec<Due>) -> Result<()> {
    let mut failed = None;
    for (auction, tenant, _) in missed {
        let asked = Asked {
            reason: Some("the server was down in its last minutes".to_owned()),
            ..Asked::by_timer(tenant, auction)
        };
        let mut done = act(ctx, asked.clone(), Act::Pause { as_of: Some(last) }).await;
        if done.is_ok() && ctx.config().auctions_resume {
            done = act(ctx, asked, Act::Resume).await;
        }
        match done {
            Ok(lot) => {
                let status = lot.auction.status;
                tracing::warn!(%auction, %last, %status, "given back the time of an outage");
            }
            // It has ended by itself, or another node was there before.
            Err(error) if error.code().status < 500 => {
                tracing::info!(%auction, ?error, "was not paused");
            }
            Err(error) => {
                tracing::warn!(%auction, ?error, "could not be paused");
                failed = Some(error);
            }
        }
    }
    failed.map_or(Ok(()), Err)
}

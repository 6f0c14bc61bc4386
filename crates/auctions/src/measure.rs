//! What one hot auction bears, for `openbell bench bids`: people with coins bid on it as fast as
//! they are answered, then at a rate of their own.

use std::{
    sync::{Arc, mpsc::RecvTimeoutError},
    time::Duration,
};

use domain::{Currency, Id, Role, Roles, Scope, TenantId, Timestamp, UserId};
use futures_util::future::join_all;
use kit::{Call, Ctx, Error, Result, Run};
use ledger::{Party, Transfer, transfer_id};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{Class, Tx};

use crate::{
    act::{Asked, act, moved},
    forms::AuctionBody,
    lanes, lots,
    model::{Act, Authority, Bid, Order},
    sql,
};

/// What everybody has: enough for any number of bids.
pub(crate) const COINS: i64 = 1 << 45;
/// The highest amount that a bid of the measurement comes to.
const MOST: i64 = 1 << 40;

/// What is to be measured.
#[derive(Debug, Clone, Deserialize)]
struct Wanted {
    /// Who bids; nothing is measured here when `seconds` is 0, so that others can.
    bidders: Vec<UserId>,
    seconds: f64,
    /// Bids a second; as many as are answered when it is 0.
    rate: u32,
}

/// What was measured.
#[derive(Debug, Serialize)]
struct Measured {
    auction: Id,
    bids: usize,
    seconds: f64,
    /// From a bid to its answer, in microseconds, sorted.
    times_us: Vec<u32>,
}

/// Makes a hot auction, and bids on it.
pub(crate) async fn run(run: Run) -> Result<()> {
    let wanted: Wanted = run.args()?;
    let auction = arena(&run.ctx, &wanted.bidders).await?;
    let began = run.ctx.clock().monotonic();
    let mut times_us = match wanted.rate {
        _ if wanted.seconds <= 0.0 => Vec::new(),
        0 => as_fast_as_answered(&run.ctx, auction, &wanted).await?,
        rate => at_a_rate(&run.ctx, auction, &wanted, rate).await?,
    };
    let seconds = (run.ctx.clock().monotonic() - began).as_secs_f64();
    times_us.sort_unstable();
    let measured = Measured { auction, bids: times_us.len(), seconds, times_us };
    check(&run.ctx, &measured).await?;
    run.report.result(&measured).await;
    Ok(())
}

/// Every bid that was answered is in the log: a figure of anything else is worth nothing.
async fn check(ctx: &Ctx, measured: &Measured) -> Result<()> {
    let lot: crate::rows::Lot = ctx.store().one(&sql::LOT, &store::args![measured.auction]).await?;
    let there = usize::try_from(lot.auction.bid_count).unwrap_or(0);
    if there == measured.bids {
        return Ok(());
    }
    Err(Error::internal(format!("{} bids were answered, {there} are there", measured.bids)))
}

/// An auction whose increment is one coin, and coins for everybody.
async fn arena(ctx: &Ctx, bidders: &[UserId]) -> Result<Id> {
    let tenant = TenantId::DEFAULT;
    let seller = ctx.ids().next_user_id();
    let scope = Scope::user(tenant, seller, Roles::NONE.with(Role::User));
    let auction = begun(ctx, scope, ctx.now().plus(DAY)).await?;
    for bidder in bidders {
        give_coins(ctx, *bidder).await?;
    }
    Ok(auction)
}

/// An auction that has begun, until then.
pub(crate) async fn begun(ctx: &Ctx, seller: Scope, ends_at: Timestamp) -> Result<Id> {
    let body = json!({
        "title": "A hot auction", "start_price": 1, "ends_at": ends_at,
        // Begun by hand, before the sweep does it.
        "starts_at": Timestamp::from_millis(ends_at.as_millis() - 1_000),
        "increments": [{ "from": 0, "by": 1 }],
    });
    let body: AuctionBody = serde_json::from_str(&body.to_string()).map_err(Error::internal)?;
    let call = Call::of_scope(seller);
    let by = Authority::User(call.user()?);
    let lot = lots::create(ctx, &call, body).await?;
    for what in [Act::Publish, Act::Start] {
        act(ctx, Asked { by, ..Asked::by_timer(seller.tenant, lot.id) }, what).await?;
    }
    Ok(lot.id)
}

/// Gives somebody [`COINS`], once.
pub(crate) async fn give_coins(ctx: &Ctx, who: UserId) -> Result<()> {
    let write = async move |tx: &Tx| {
        let grant = Transfer {
            id: transfer_id("auctions.measure", Id::from_uuid(who.as_uuid()), 0),
            tenant: TenantId::DEFAULT,
            currency: Currency::Coin,
            debtor: Party::Issuer,
            creditor: Party::User(who),
            amount: COINS,
            kind: "grant",
            object: None,
            actor: None,
            reason: None,
        };
        moved(ledger::transfer(tx, &grant).await)
    };
    ctx.store().write(Class::Interactive, write).await?;
    Ok(())
}

pub(crate) const DAY: Duration = Duration::from_secs(24 * 3_600);

/// One bid, whatever the price is by then; how long it took since `began`.
pub(crate) async fn bid(ctx: &Ctx, auction: Id, bidder: UserId, began: Duration) -> Result<u32> {
    // A bid above the price but below the own maximum would be refused: everybody raises.
    let key = ctx.new_id().to_string();
    let order = move |at| Order {
        bidder,
        bid: Bid { max: 1, exact: false, if_log_seq: None, max_accept: Some(MOST) },
        at,
        key,
        fingerprint: 0,
    };
    lanes::bid(ctx, (TenantId::DEFAULT, auction), order).await?;
    let took = ctx.clock().monotonic().saturating_sub(began).as_micros();
    Ok(u32::try_from(took).unwrap_or(u32::MAX))
}

/// Everybody bids again as soon as they are answered. Who leads waits for others to bid: their own
/// quick bid would be refused.
async fn as_fast_as_answered(ctx: &Ctx, auction: Id, wanted: &Wanted) -> Result<Vec<u32>> {
    let until = ctx.clock().monotonic() + Duration::from_secs_f64(wanted.seconds);
    let bidding = wanted.bidders.iter().map(|bidder| async move {
        let mut times = Vec::new();
        loop {
            let began = ctx.clock().monotonic();
            if began >= until {
                return Ok::<_, Error>(times);
            }
            match bid(ctx, auction, *bidder, began).await {
                Ok(took) => times.push(took),
                Err(error) if error.code().status == 409 => {}
                Err(error) => return Err(error),
            }
        }
    });
    let mut all = Vec::new();
    for times in join_all(bidding).await {
        all.extend(times?);
    }
    Ok(all)
}

/// So many bids a second, whether the ones before were answered or not; a time is since the moment
/// at which the bid was due.
async fn at_a_rate(ctx: &Ctx, auction: Id, wanted: &Wanted, rate: u32) -> Result<Vec<u32>> {
    let began = ctx.clock().monotonic();
    let count = (f64::from(rate) * wanted.seconds) as u32;
    let times = Arc::new(std::sync::Mutex::new(Vec::new()));
    let (sender, mut done) = tokio::sync::mpsc::unbounded_channel();
    let (house, bidders, noted) = (ctx.clone(), wanted.bidders.clone(), times.clone());
    let (_goes_on, given_up) = std::sync::mpsc::channel::<()>();
    // A thread of its own keeps the beat: the runtime's timer has steps of a millisecond.
    let beat = tokio::task::spawn_blocking(move || {
        for number in 0..count {
            let due = began + Duration::from_secs_f64(f64::from(number) / f64::from(rate));
            let wait = due.saturating_sub(house.clock().monotonic());
            if given_up.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let bidder = bidders[number as usize % bidders.len()];
            let (ctx, times, sender) = (house.clone(), noted.clone(), sender.clone());
            house.spawn(async move {
                let result = bid(&ctx, auction, bidder, due).await;
                if let Ok(took) = &result {
                    times.lock().unwrap_or_else(std::sync::PoisonError::into_inner).push(*took);
                }
                let _ = sender.send(result.map(drop));
            });
        }
    });
    beat.await.map_err(Error::internal)?;
    while let Some(result) = done.recv().await {
        match result {
            Err(error) if error.code().status != 409 => return Err(error),
            _ => {}
        }
    }
    let mut times = times.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    Ok(std::mem::take(&mut *times))
}

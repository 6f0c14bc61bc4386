//! Many auctions that end in one moment, for `openbell bench ends`.

use std::time::Duration;

use domain::{Currency, Role, Roles, Scope, TenantId, Timestamp, UserId};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use kit::{Ctx, Error, Result, Run};
use serde::{Deserialize, Serialize};
use store::{Tx, args};

use crate::{
    measure::{COINS, DAY, begun, bid, give_coins},
    sql,
};

/// Made at the same time.
const AT_ONCE: usize = 32;
/// So many are made beforehand, to see how long the others take.
const TRIED: u32 = 200;

#[derive(Debug, Clone, Copy, Deserialize)]
struct Wanted {
    auctions: u32,
    bidder: UserId,
}

/// What was made.
#[derive(Debug, Serialize, Deserialize)]
struct Made {
    seller: UserId,
    bidder: UserId,
    /// When all of them end.
    ends_at: Timestamp,
    /// Others with a bid of the same bidder, which do not end.
    others: u32,
}

/// Makes auctions that end in one moment, each with one bid.
pub(crate) async fn make(run: Run) -> Result<()> {
    let wanted: Wanted = run.args()?;
    give_coins(&run.ctx, wanted.bidder).await?;
    let clock = run.ctx.clock();
    let began = clock.monotonic();
    many(&run.ctx, TRIED, wanted.bidder, run.ctx.now().plus(DAY)).await?;
    let tried = clock.monotonic().saturating_sub(began);
    // Twice as long as they should take: they are there when they end.
    let enough = tried * 2 * wanted.auctions / TRIED + Duration::from_secs(10);
    let ends_at = run.ctx.now().plus(enough);
    let seller = many(&run.ctx, wanted.auctions, wanted.bidder, ends_at).await?;
    if run.ctx.now() >= ends_at {
        return Err(Error::internal("some had ended before all were made"));
    }
    run.report.result(&Made { seller, bidder: wanted.bidder, ends_at, others: TRIED }).await;
    Ok(())
}

/// Their seller.
async fn many(ctx: &Ctx, count: u32, bidder: UserId, ends_at: Timestamp) -> Result<UserId> {
    let seller = ctx.ids().next_user_id();
    // Who else may have so many open?
    let roles = Roles::NONE.with(Role::Operator);
    let scope = Scope::user(TenantId::DEFAULT, seller, roles);
    stream::iter(0..count)
        .map(|_| async move {
            let auction = begun(ctx, scope, ends_at).await?;
            bid(ctx, auction, bidder, ctx.clock().monotonic()).await.map(drop)
        })
        .buffer_unordered(AT_ONCE)
        .try_collect::<()>()
        .await?;
    Ok(seller)
}

/// What has become of them.
#[derive(Debug, Serialize)]
struct Counted {
    sold: i64,
    /// Entries in logs that say so: one each, if each was closed once.
    closings: i64,
    winners: i64,
    /// What the bidder has paid, and what is still held of theirs, in minor units.
    paid: i64,
    held: i64,
}

/// Counts what has become of what [`make`] has made.
pub(crate) async fn count(run: Run) -> Result<()> {
    let Made { seller, bidder, .. } = run.args()?;
    let read = async move |tx: &Tx| {
        let asked = args![TenantId::DEFAULT, seller];
        let (sold,) = tx.one::<(i64,)>(&sql::SOLD_OF, &asked).await?;
        let (closings,) = tx.one::<(i64,)>(&sql::CLOSINGS_OF, &asked).await?;
        let (winners,) = tx.one::<(i64,)>(&sql::WINNERS_OF, &asked).await?;
        let wallets = ledger::wallets(tx, TenantId::DEFAULT, bidder).await?;
        let coins = wallets.into_iter().find(|(currency, _)| *currency == Currency::Coin);
        let coins = coins.map(|(_, balance)| balance).unwrap_or_default();
        let (paid, held) = (COINS - coins.balance, coins.held);
        Ok::<_, store::Error>(Counted { sold, closings, winners, paid, held })
    };
    run.report.result(&run.ctx.store().read(read).await?).await;
    Ok(())
}

//! What people and timers do to an auction: one transaction with everything that follows from it.

use std::{collections::BTreeSet, sync::Arc};

use domain::{Id, Role, TenantId, Timestamp, UserId};
use kit::{Call, Ctx, Error, Result, codes as common};
use ledger::{Ended, Party, Transfer, transfer_id};
use store::{Class, Tx, args};

use crate::{
    codes::{INSUFFICIENT, refused},
    lanes::{self, Changed},
    model::{Act, Auction, Authority, Bidder, LogEntry, Refusal, Sale, Standard, Status},
    place_bid::shift,
    publish::Kind,
    rows::{Logged, Lot, bidder_args, bidders, log_args},
    sql, tasks,
};

/// Of which auction, on whose word, and why.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) tenant: TenantId,
    pub(crate) auction: Id,
    pub(crate) by: Authority,
    pub(crate) reason: Option<String>,
    /// The actor's own name for the request, with a fingerprint of it.
    pub(crate) key: Option<(String, i64)>,
}

impl Asked {
    /// By a timer.
    pub(crate) const fn by_timer(tenant: TenantId, auction: Id) -> Self {
        Self { tenant, auction, by: Authority::Timer, reason: None, key: None }
    }
}

/// On whose word a caller acts.
///
/// # Errors
/// `unauthorized` when nobody is signed in.
pub(crate) fn authority(call: &Call) -> Result<Authority> {
    let user = call.user()?;
    let is_operator = call.scope().permits(Role::Operator);
    Ok(if is_operator { Authority::Operator(user) } else { Authority::User(user) })
}

/// Whether somebody may see an auction: others know nothing of one that was never published.
pub(crate) fn may_see(lot: &Lot, tenant: TenantId, by: Option<Authority>) -> bool {
    let is_own = match by {
        Some(Authority::Timer | Authority::Operator(_)) => true,
        Some(Authority::User(user)) => user == lot.auction.terms.seller,
        None => false,
    };
    lot.tenant == tenant && (lot.auction.is_public() || is_own)
}

/// Does it when its turn comes. The auction behind it; the same request again, under its key,
/// changes nothing.
///
/// # Errors
/// The refusal, `not_found`, `forbidden`, `key_reused`, `busy`, the database's.
pub(crate) async fn act(ctx: &Ctx, asked: Asked, act: Act) -> Result<Lot> {
    lanes::alone(ctx, asked.auction, async move |ctx: Ctx, at: Timestamp| {
        let work = Arc::new((asked, at));
        let attempt = async || {
            let work = work.clone();
            let write = async move |tx: &Tx| perform(tx, &work.0, act, work.1).await;
            ctx.store().write(Class::Interactive, write).await
        };
        let done = match attempt().await {
            // The key says whether it was done.
            Err(error) if error.is(&common::UNKNOWN_OUTCOME) && work.0.key.is_some() => {
                attempt().await
            }
            done => done,
        };
        let (lot, is_news): (Lot, bool) = done?;
        let changed = is_news.then(|| Changed { lot: lot.clone(), kind: Kind::of(act.kind()) });
        Ok((lot, changed))
    })
    .await
}

/// The auction that is asked for, locked; and whether the request was done before.
///
/// # Errors
/// `not_found`, `key_reused`.
pub(crate) async fn open(tx: &Tx, asked: &Asked) -> Result<(Lot, bool)> {
    let lot: Option<Lot> = tx.one_for_update(&sql::LOT, &args![asked.auction]).await?;
    let lot = lot.filter(|lot| may_see(lot, asked.tenant, Some(asked.by)));
    let lot = lot.ok_or_else(Error::not_found)?;
    let (Some(user), Some((key, fingerprint))) = (asked.by.user(), &asked.key) else {
        return Ok((lot, false));
    };
    let before: Option<Logged> = tx.maybe(&sql::OF_KEY, &args![user, key.as_str()]).await?;
    match before {
        None => Ok((lot, false)),
        Some(before)
            if before.auction == lot.id && before.entry.fingerprint == Some(*fingerprint) =>
        {
            Ok((lot, true))
        }
        Some(_) => Err(Error::of(&common::KEY_REUSED)),
    }
}

/// The entry for what was done.
pub(crate) fn entry(
    asked: &Asked,
    auction: &Auction,
    kind: crate::model::LogKind,
    at: Timestamp,
) -> LogEntry {
    let (key, fingerprint) = asked.key.clone().unzip();
    LogEntry {
        reason: asked.reason.clone(),
        key,
        fingerprint,
        ..LogEntry::of(auction, kind, asked.by.user(), at)
    }
}

/// Writes the auction, compared with how it was, and the entry.
pub(crate) async fn save(tx: &Tx, before: &Lot, after: &Lot, entry: &LogEntry) -> Result<()> {
    if tx.exec(&sql::UPDATE, &after.update_args(before)).await? != 1 {
        return Err(Error::internal("a locked auction has changed"));
    }
    tx.exec(&sql::LOG, &log_args(after.id, entry)).await?;
    let held = before.auction.board.iter().chain(&after.auction.board);
    let concerned: BTreeSet<UserId> = held.map(|top| top.bidder).collect();
    let delta = |who: &UserId| after.auction.held_of(*who) - before.auction.held_of(*who);
    let deltas = concerned.iter().map(|who| (*who, delta(who))).collect();
    Ok(shift(tx, after, &deltas).await?)
}

async fn perform(tx: &Tx, asked: &Asked, act: Act, at: Timestamp) -> Result<(Lot, bool)> {
    let (before, was_done) = open(tx, asked).await?;
    if was_done {
        return Ok((before, false));
    }
    // An outage is given back once, whoever has found it.
    if let Act::Pause { as_of: Some(since) } = act
        && tx.maybe::<(i64,)>(&sql::RESUMED, &args![before.id, since]).await?.is_some()
    {
        let status = before.auction.status;
        return Err(refused(Refusal::WrongStatus(status), &before.auction));
    }
    let actor = asked.by.user();
    let known = bidders(tx, before.id, actor).await?;
    let bidder = actor.and_then(|actor| known.get(&actor));
    let funds = lock_funds(tx, &before, actor).await?;
    let available =
        || actor.and_then(|actor| funds.get(&actor)).map_or(0, ledger::Balance::available);
    let mut after = before.clone();
    let sales = after
        .auction
        .act::<Standard>(at, (asked.by, bidder), act, available)
        .map_err(|refusal| refused(refusal, &before.auction))?;
    after.updated_at = before.updated_at.max(tx.now());
    if let (Act::BuyNow, Some(actor)) = (act, actor) {
        let buyer = bidder.copied().unwrap_or_else(|| after.auction.newcomer());
        after.top_alias = Some(buyer.alias);
        let best = Some(after.auction.price);
        let buyer =
            Bidder { best, best_seq: Some(after.auction.log_seq), best_at: Some(at), ..buyer };
        tx.exec(&sql::PUT_BIDDER, &bidder_args(&before, actor, &buyer, tx.now())).await?;
    }
    let mut entry = entry(asked, &after.auction, act.kind(), at);
    entry.amount = match act {
        Act::Counter { amount } => Some(amount),
        Act::BuyNow => Some(after.auction.price),
        _ => None,
    };
    save(tx, &before, &after, &entry).await?;
    pay(tx, asked, &after, &sales).await?;
    if act == Act::Default {
        pay_back(tx, asked, &after).await?;
    }
    release_deposits(tx, asked, &after).await?;
    tasks::follow_up(tx, &after, act, asked.by).await?;
    Ok((after, true))
}

/// Locks every account that the act may touch, in one go: who leads, who has a deposit, the seller
/// and the actor.
async fn lock_funds(
    tx: &Tx,
    lot: &Lot,
    actor: Option<UserId>,
) -> Result<std::collections::BTreeMap<UserId, ledger::Balance>> {
    let (tenant, terms) = (lot.tenant, &lot.auction.terms);
    let deposits = ledger::holds_pending(tx, tenant, terms.currency, lot.id).await?;
    let winners = winners(tx, lot.id).await?;
    let concerned: BTreeSet<UserId> = lot
        .auction
        .board
        .iter()
        .map(|top| top.bidder)
        .chain(deposits.into_keys())
        .chain(winners.into_iter().map(|sale| sale.bidder))
        .chain([terms.seller])
        .chain(actor)
        .collect();
    Ok(ledger::lock(tx, tenant, terms.currency, concerned).await?)
}

/// Who has won what.
pub(crate) async fn winners(tx: &Tx, auction: Id) -> Result<Vec<Sale>> {
    let rows: Vec<(i64, UserId, i64, Timestamp)> = tx.all(&sql::WINNERS, &args![auction]).await?;
    let sale = |(rank, bidder, amount, _)| Sale {
        rank: u32::try_from(rank).unwrap_or(u32::MAX),
        bidder,
        amount,
    };
    Ok(rows.into_iter().map(sale).collect())
}

/// Takes the price of the winners, each once, and gives it to the seller.
async fn pay(tx: &Tx, asked: &Asked, lot: &Lot, sales: &[Sale]) -> Result<()> {
    let terms = &lot.auction.terms;
    for sale in sales {
        let id = transfer_id("auctions.sale", lot.id, u64::from(sale.rank));
        let transfer = Transfer {
            id,
            tenant: lot.tenant,
            currency: terms.currency,
            debtor: Party::User(sale.bidder),
            creditor: Party::User(terms.seller),
            amount: sale.amount,
            kind: "sale",
            object: Some(lot.id),
            actor: asked.by.user(),
            reason: Some(&lot.title),
        };
        moved(ledger::transfer(tx, &transfer).await)?;
        let row = args![lot.id, sale.rank, lot.tenant, sale.bidder, sale.amount, id, tx.now()];
        tx.exec(&sql::WINNER, &row).await?;
    }
    Ok(())
}

/// Gives the price back, and the deposit to the seller.
async fn pay_back(tx: &Tx, asked: &Asked, lot: &Lot) -> Result<()> {
    let terms = &lot.auction.terms;
    for sale in winners(tx, lot.id).await? {
        let (seller, buyer) = (Party::User(terms.seller), Party::User(sale.bidder));
        let back = Transfer {
            id: transfer_id("auctions.refund", lot.id, u64::from(sale.rank)),
            tenant: lot.tenant,
            currency: terms.currency,
            debtor: seller,
            creditor: buyer,
            amount: sale.amount,
            kind: "refund",
            object: Some(lot.id),
            actor: asked.by.user(),
            // Why it came to nothing stands in the log, for those whom it concerns.
            reason: Some(&lot.title),
        };
        moved(ledger::transfer(tx, &back).await)?;
        let which = (lot.id, |owner| owner == sale.bidder);
        let posted = ledger::end_holds(tx, lot.tenant, terms.currency, which, Ended::Posted).await;
        if let Some(amount) = moved(posted)?.get(&sale.bidder) {
            let forfeit = Transfer {
                id: transfer_id("auctions.deposit", lot.id, u64::from(sale.rank)),
                debtor: buyer,
                creditor: seller,
                amount: *amount,
                kind: "deposit",
                ..back
            };
            moved(ledger::transfer(tx, &forfeit).await)?;
        }
    }
    Ok(())
}

/// Gives deposits back once they are of no use: those of winners when it has been handed over.
async fn release_deposits(tx: &Tx, asked: &Asked, lot: &Lot) -> Result<()> {
    let winners: BTreeSet<UserId> = match lot.auction.status {
        Status::Sold => lot.auction.board.iter().map(|top| top.bidder).collect(),
        Status::Unsold | Status::Settled | Status::Defaulted | Status::Cancelled => BTreeSet::new(),
        _ => return Ok(()),
    };
    let which = (asked.auction, |owner| !winners.contains(&owner));
    let currency = lot.auction.terms.currency;
    moved(ledger::end_holds(tx, lot.tenant, currency, which, Ended::Voided).await).map(drop)
}

/// What the ledger's errors are to a caller.
pub(crate) fn moved<T>(result: ledger::Result<T>) -> Result<T> {
    result.map_err(|error| match error {
        ledger::Error::Insufficient => Error::of(&INSUFFICIENT),
        ledger::Error::Amount(_) => Error::invalid("amount", "out_of_range", error.to_string()),
        ledger::Error::Mismatch => Error::internal(error),
        ledger::Error::Store(error) => error.into(),
    })
}

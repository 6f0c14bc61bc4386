//! Taking a bid back: the log is replayed without it, and says so.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};

use domain::{Timestamp, UserId};
use kit::{Ctx, Error, Result};
use store::{Class, Tx, args};

use crate::{
    act::{Asked, entry, open, save},
    codes::refused,
    lanes::{self, Changed},
    model::{
        Auction, Authority, Bidder, LogEntry, LogKind, Refusal, Replay, Retraction, Standard,
        Status,
    },
    publish::Kind,
    rows::{Logged, Lot, Participant, bidder_args, log_args},
    sql,
};

/// A slip of the finger is noticed within this time.
const TYPO: Duration = Duration::from_secs(300);
/// Entries of the log in one page.
const PAGE: i64 = 1_000;

/// Takes the bid `log_seq` back: an operator's may be any, with a reason; a bidder's own where the
/// auction permits it, once, soon after the bid and before the last minutes.
///
/// # Errors
/// The refusal, `not_found`, `forbidden`, `no_such_bid`.
pub(crate) async fn take_back(ctx: &Ctx, asked: Asked, log_seq: i64) -> Result<Lot> {
    lanes::alone(ctx, asked.auction, async move |ctx: Ctx, at: Timestamp| {
        let asked = Arc::new(asked);
        let write = async move |tx: &Tx| without(tx, &asked, log_seq, at).await;
        let (lot, is_news): (Lot, bool) = ctx.store().write(Class::Interactive, write).await?;
        let changed = is_news.then(|| Changed { lot: lot.clone(), kind: Kind::Edited });
        Ok((lot, changed))
    })
    .await
}

async fn without(tx: &Tx, asked: &Asked, log_seq: i64, at: Timestamp) -> Result<(Lot, bool)> {
    let (before, was_done) = open(tx, asked).await?;
    if was_done {
        return Ok((before, false));
    }
    let refuse = |refusal| refused(refusal, &before.auction);
    if !matches!(before.auction.status, Status::Live | Status::Paused) {
        return Err(refuse(Refusal::WrongStatus(before.auction.status)));
    }
    let gone: Vec<(Option<i64>, Option<UserId>)> =
        tx.all(&sql::CORRECTIONS, &args![before.id]).await?;
    let has_before = gone.iter().any(|(_, actor)| *actor == asked.by.user());
    let mut retracted: BTreeSet<i64> = gone.into_iter().filter_map(|(seq, _)| seq).collect();
    let found: Option<Logged> =
        tx.maybe(&sql::LOG_AFTER, &args![before.id, log_seq - 1, 1]).await?;
    let bid = found.map(|logged| logged.entry).filter(|entry| {
        entry.log_seq == log_seq && entry.kind == LogKind::Bid && !retracted.contains(&log_seq)
    });
    let bid = bid.ok_or_else(|| refuse(Refusal::NoSuchBid))?;
    may_take_back(&before.auction, asked.by, (&bid, has_before), at).map_err(refuse)?;
    retracted.insert(log_seq);
    // A long log is read for nobody who may not.
    let bids = bids(tx, &before).await?;

    let people: Vec<Participant> = tx.all(&sql::BIDDERS, &args![before.id]).await?;
    let currency = before.auction.terms.currency;
    let everybody: Vec<UserId> = people.iter().map(|person| person.user).collect();
    let funds = ledger::lock(tx, before.tenant, currency, everybody).await?;
    let available = |who| funds.get(&who).map_or(0, ledger::Balance::available);
    let times: BTreeMap<i64, Timestamp> = bids.iter().map(|bid| (bid.log_seq, bid.at)).collect();
    let replay = Replay { bids, retracted };
    let replayed = replay.run::<Standard>(&before.auction, available);

    let mut after = before.clone();
    after.auction = replayed.auction;
    after.updated_at = before.updated_at.max(tx.now());
    let aliases: BTreeMap<UserId, i64> =
        people.iter().map(|person| (person.user, person.bidder.alias)).collect();
    after.top_alias = after.auction.leader().and_then(|leader| aliases.get(&leader).copied());
    // What cannot be paid for any more is taken back as well, each by an entry of its own.
    let first = after.auction.log_seq;
    after.auction.log_seq += i64::try_from(replayed.uncovered.len()).unwrap_or(0);
    let correction = |log_seq: i64, bid: i64| LogEntry {
        log_seq,
        amount: Some(bid),
        ..entry(asked, &after.auction, LogKind::Correction, at)
    };
    save(tx, &before, &after, &correction(first, log_seq)).await?;
    for (nth, bid) in (first + 1..).zip(&replayed.uncovered) {
        let reason = Some("its bidder can no longer pay for it".to_owned());
        let entry = LogEntry { key: None, fingerprint: None, reason, ..correction(nth, *bid) };
        tx.exec(&sql::LOG, &log_args(after.id, &entry)).await?;
    }
    let bests = replayed.bests;
    let mut changed = Vec::new();
    for person in &people {
        let (best, best_seq) = bests.get(&person.user).copied().unzip();
        let best_at = best_seq.and_then(|seq| times.get(&seq)).copied();
        let now = Bidder { best, best_seq, best_at, ..person.bidder };
        if now != person.bidder {
            changed.push(bidder_args(&before, person.user, &now, person.joined_at));
        }
    }
    tx.exec_many(&sql::PUT_BIDDER, &changed).await?;
    Ok((after, true))
}

fn may_take_back(
    auction: &Auction,
    by: Authority,
    (bid, has_before): (&LogEntry, bool),
    at: Timestamp,
) -> Result<(), Refusal> {
    let user = match by {
        Authority::Timer | Authority::Operator(_) => return Ok(()),
        Authority::User(user) => user,
    };
    if bid.actor != Some(user) {
        return Err(Refusal::NoSuchBid);
    }
    let last_minutes = Duration::from_millis(auction.terms.soft_close.window_ms);
    let is_early = at.plus(last_minutes) < auction.ends_at;
    // Once: whoever bids high and takes it back learns what others offer.
    if auction.terms.retraction == Retraction::Off || has_before {
        Err(Refusal::NotYours)
    } else if at.since(bid.at) > TYPO || !is_early {
        Err(Refusal::WrongTime)
    } else {
        Ok(())
    }
}

/// All bids of an auction, in the order of the log.
async fn bids(tx: &Tx, lot: &Lot) -> Result<Vec<LogEntry>> {
    let (mut bids, mut after) = (Vec::new(), 0);
    loop {
        let page: Vec<Logged> = tx.all(&sql::LOG_AFTER, &args![lot.id, after, PAGE]).await?;
        let Some(last) = page.last() else { return Ok(bids) };
        after = last.entry.log_seq;
        let entries = page.into_iter().map(|logged| logged.entry);
        bids.extend(entries.filter(|entry| entry.kind == LogKind::Bid));
    }
}

/// That an operator gives a reason, and how long it may be.
///
/// # Errors
/// `invalid`.
pub(crate) fn check_reason(reason: Option<&str>, is_needed: bool) -> Result<Option<String>> {
    let reason = reason.map(str::trim).filter(|reason| !reason.is_empty());
    if is_needed && reason.is_none() {
        return Err(Error::invalid("reason", "required", "is missing"));
    }
    if reason.is_some_and(|reason| reason.chars().count() > 500) {
        return Err(Error::invalid("reason", "too_long", "has at most 500 characters"));
    }
    Ok(reason.map(str::to_owned))
}

//! Bids of one auction, decided one after another and committed together.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use domain::{Id, TenantId, UserId};
use kit::{Ctx, Error, Result, codes as common};
use serde::Serialize;
use store::{Class, Dialect, Tx, args};

use crate::{
    codes::refused,
    model::{Answer, Auction, Bidder, LogKind, Order, Plan, Refusal, Standard, Status, place},
    rows::{Logged, Lot, bidder_args, bidders, board_text, log_args},
    sql,
};

/// Bids of one auction that are decided together.
pub(crate) struct Batch {
    pub(crate) auction: Id,
    pub(crate) orders: Vec<(TenantId, Order)>,
}

/// What a node remembers of an auction between two batches. Each commit compares it with the row,
/// so that nothing depends on its being right.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) lot: Lot,
    /// Everybody who takes part.
    pub(crate) bidders: BTreeMap<UserId, Bidder>,
}

/// What became of a batch.
pub(crate) struct Committed {
    /// The auction behind the batch.
    pub(crate) lot: Lot,
    /// The decisions, in the order of the batch.
    pub(crate) answers: Vec<Decision>,
    /// Bidders who are new or have a new best.
    pub(crate) bidders: BTreeMap<UserId, Bidder>,
    /// Who has lost their place.
    pub(crate) outbid: Vec<UserId>,
    /// Whether something was added to the log, and whether the end was moved by it.
    pub(crate) changed: Option<Moved>,
    /// The end of the log before the batch.
    pub(crate) began_at: i64,
    /// What this node remembered was right.
    pub(crate) was_at_once: bool,
    /// It was not: somebody else had changed the auction.
    pub(crate) was_overtaken: bool,
}

/// What a batch did to the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moved {
    /// Nothing.
    Stays,
    /// It is later.
    Later,
}

/// A decision about one bid.
#[derive(Debug, Clone)]
pub(crate) enum Decision {
    /// It was taken, now or earlier under the same key.
    Taken(Answer),
    /// It was not; the auction was as given.
    Refused(Refusal),
    /// There is no such auction for this bidder.
    Unknown,
    /// Its key came before with another request.
    KeyReused,
}

impl Committed {
    /// The same with what it says of what this node remembered.
    pub(crate) fn after(mut self, seen: Option<&Seen>) -> Self {
        let known = |seen: &Seen| {
            seen.lot.auction.log_seq == self.began_at && seen.lot.entry_seq == self.lot.entry_seq
        };
        self.was_overtaken = seen.is_some_and(|seen| !known(seen));
        self
    }
}

impl Decision {
    /// What the bidder is told.
    pub(crate) fn told(self, lot: &Lot) -> Result<Answer> {
        match self {
            Self::Taken(answer) => Ok(answer),
            Self::Refused(refusal) => Err(refused(refusal, &lot.auction)),
            Self::Unknown => Err(Error::not_found()),
            Self::KeyReused => Err(Error::of(&common::KEY_REUSED)),
        }
    }
}

/// Entries of the log by bidder and key.
type Keys = HashMap<(UserId, String), Logged>;

/// What the first of several orders under one key says, and which orders repeat it.
struct Distinct {
    /// The orders that are to be decided.
    orders: Vec<Order>,
    /// For each order of the batch: the place of its decision, or the decision itself.
    of: Vec<Result<usize, Decision>>,
}

impl Distinct {
    /// `known` are the entries of keys that came earlier.
    fn of(batch: &Batch, lot: &Lot, known: &Keys) -> Self {
        let mut places: HashMap<(UserId, &str), usize> = HashMap::new();
        let mut distinct = Self { orders: Vec::with_capacity(batch.orders.len()), of: Vec::new() };
        for (tenant, order) in &batch.orders {
            // A draft is its seller's affair alone.
            if *tenant != lot.tenant || lot.auction.status == Status::Draft {
                distinct.of.push(Err(Decision::Unknown));
                continue;
            }
            if !known.is_empty()
                && let Some(kept) = known.get(&(order.bidder, order.key.clone()))
            {
                distinct.of.push(Err(repeated(kept, batch.auction, order)));
                continue;
            }
            let name = (order.bidder, order.key.as_str());
            let decided = match places.get(&name) {
                Some(place) if distinct.orders[*place].fingerprint == order.fingerprint => {
                    Ok(*place)
                }
                Some(_) => Err(Decision::KeyReused),
                None => {
                    places.insert(name, distinct.orders.len());
                    distinct.orders.push(order.clone());
                    Ok(distinct.orders.len() - 1)
                }
            };
            distinct.of.push(decided);
        }
        distinct
    }

    /// `kept` are the entries of those keys of refused orders that came earlier.
    fn decisions(
        self,
        answers: &[Result<Answer, Refusal>],
        (auction, kept): (Id, &Keys),
    ) -> Vec<Decision> {
        let orders = &self.orders;
        let decision = |place: usize| match answers[place] {
            Ok(answer) => Decision::Taken(answer),
            Err(refusal) => {
                let order = &orders[place];
                let kept = kept.get(&(order.bidder, order.key.clone()));
                kept.map_or(Decision::Refused(refusal), |kept| repeated(kept, auction, order))
            }
        };
        self.of.into_iter().map(|decided| decided.map_or_else(|known| known, decision)).collect()
    }

    /// The orders that were refused. Any of them may be the repeat of one that was taken: its own
    /// success has made it too low.
    fn refused(&self, answers: &[Result<Answer, Refusal>]) -> Vec<(UserId, String)> {
        let refused = self.orders.iter().zip(answers).filter(|(_, answer)| answer.is_err());
        refused.map(|(order, _)| (order.bidder, order.key.clone())).collect()
    }
}

/// The answer to a request whose key is in the log.
fn repeated(kept: &Logged, auction: Id, order: &Order) -> Decision {
    let same = kept.auction == auction
        && kept.entry.kind == LogKind::Bid
        && kept.entry.fingerprint == Some(order.fingerprint);
    if same { Decision::Taken(Answer::of(&kept.entry)) } else { Decision::KeyReused }
}

/// Decides and commits a batch. `seen` is what this node remembers, when that is worth a try.
///
/// # Errors
/// The database's; nothing was done then, or, with [`store::Error::UnknownOutcome`], perhaps.
pub(crate) async fn commit(
    ctx: &Ctx,
    batch: &Arc<Batch>,
    seen: Option<&Arc<Seen>>,
) -> store::Result<Option<Committed>> {
    if let Some(seen) = seen.filter(|_| ctx.store().dialect() == Dialect::Postgres) {
        match at_once(ctx, batch, seen).await {
            Ok(Some(committed)) => return Ok(Some(Committed { was_at_once: true, ..committed })),
            // Another node was there before, an account is short, or a key came again.
            Ok(None) => {}
            Err(error) => return again(ctx, batch, error).await,
        }
    }
    let done = match locked(ctx, batch, seen, false).await {
        Err(error) => again(ctx, batch, error).await,
        done => done,
    };
    let seen = seen.map(|seen| &**seen);
    done.map(|committed| committed.map(|committed| committed.after(seen)))
}

/// After a key that was there, or an answer that was lost: once more, with a look at the keys.
///
/// # Errors
/// The one given, when a look is of no use; the database's.
pub(crate) async fn again(
    ctx: &Ctx,
    batch: &Arc<Batch>,
    error: store::Error,
) -> store::Result<Option<Committed>> {
    match error {
        store::Error::Unique { .. } | store::Error::UnknownOutcome => {
            let done = locked(ctx, batch, None, true).await?;
            // Who knows what has happened meanwhile: nothing is remembered.
            Ok(done.map(|committed| Committed { was_overtaken: true, ..committed }))
        }
        error => Err(error),
    }
}

/// The batch by one statement, on what this node remembers; nothing when that does not hold.
async fn at_once(ctx: &Ctx, batch: &Batch, seen: &Seen) -> store::Result<Option<Committed>> {
    let lot = &seen.lot;
    let distinct = Distinct::of(batch, lot, &Keys::new());
    // As if everybody could pay: the statement finds who cannot.
    let plan = place::<Standard>(&lot.auction, &seen.bidders, &distinct.orders, |_| i64::MAX / 4);
    let after = after(lot, &plan, &seen.bidders, ctx.now());
    if !plan.entries.is_empty() {
        match ctx.store().execute(&sql::PLACE, statement_args(lot, &after, &plan)).await {
            Ok(_) => {}
            // The statement refuses by an error of its own.
            Err(
                store::Error::Database(_) | store::Error::Unique { .. } | store::Error::Conflict,
            ) => return Ok(None),
            Err(error) => return Err(error),
        }
    }
    let refused = distinct.refused(&plan.answers);
    if refused.is_empty() {
        return Ok(Some(committed(lot, after, plan, (distinct, Keys::new()))));
    }
    let (id, needs_look) = (lot.id, plan.entries.is_empty());
    let read = async move |tx: &Tx| {
        let now: Option<Lot> =
            if needs_look { tx.maybe(&sql::LOT, &args![id]).await? } else { None };
        Ok::<_, store::Error>((now, keys(tx, refused.clone()).await?))
    };
    let (now, kept) = match ctx.store().read(read).await {
        Ok(read) => read,
        // What was taken stands: those who were refused have to be told by a second look.
        Err(_) if !needs_look => return Err(store::Error::UnknownOutcome),
        Err(error) => return Err(error),
    };
    // What was refused must have been refused by the auction as it is.
    let holds = now.is_some_and(|now| {
        now.auction.log_seq == lot.auction.log_seq && now.entry_seq == lot.entry_seq
    });
    let holds = holds || !needs_look;
    Ok(holds.then(|| committed(lot, after, plan, (distinct, kept))))
}

/// The batch in a transaction that holds the auction.
async fn locked(
    ctx: &Ctx,
    batch: &Arc<Batch>,
    seen: Option<&Arc<Seen>>,
    with_keys: bool,
) -> store::Result<Option<Committed>> {
    let (batch, seen) = (batch.clone(), seen.cloned());
    let write = async move |tx: &Tx| write(tx, &batch, seen.as_deref(), with_keys).await;
    ctx.store().write(Class::Interactive, write).await
}

/// Decides and writes a batch. `seen` is what this node remembers; with `with_keys` it is looked
/// first whether keys came before.
///
/// # Errors
/// The database's.
pub(crate) async fn write(
    tx: &Tx,
    batch: &Batch,
    seen: Option<&Seen>,
    with_keys: bool,
) -> store::Result<Option<Committed>> {
    let lot: Option<Lot> = tx.one_for_update(&sql::LOT, &args![batch.auction]).await?;
    let Some(lot) = lot else { return Ok(None) };
    let known = if with_keys {
        let all = batch.orders.iter().map(|(_, order)| (order.bidder, order.key.clone()));
        keys(tx, all.collect()).await?
    } else {
        Keys::new()
    };
    let distinct = Distinct::of(batch, &lot, &known);
    let actors: BTreeSet<UserId> = distinct.orders.iter().map(|order| order.bidder).collect();
    // What is remembered holds when the row says that nothing has happened since.
    let is_as_seen = |seen: &&Seen| {
        seen.lot.auction.log_seq == lot.auction.log_seq && seen.lot.entry_seq == lot.entry_seq
    };
    let bidders = match seen.filter(is_as_seen) {
        Some(seen) => std::borrow::Cow::Borrowed(&seen.bidders),
        None => std::borrow::Cow::Owned(bidders(tx, lot.id, actors.iter().copied()).await?),
    };
    let leaders = lot.auction.board.iter().map(|top| top.bidder);
    let concerned: BTreeSet<UserId> = actors.into_iter().chain(leaders).collect();
    let currency = lot.auction.terms.currency;
    let funds = ledger::lock(tx, lot.tenant, currency, concerned).await?;
    let available = |who| funds.get(&who).map_or(0, ledger::Balance::available);
    let plan = place::<Standard>(&lot.auction, &bidders, &distinct.orders, available);
    let after = after(&lot, &plan, &bidders, tx.now());
    if !plan.entries.is_empty() {
        let moves_end = after.auction.ends_at != lot.auction.ends_at;
        let changed = if moves_end {
            tx.exec(&sql::UPDATE, &after.update_args(&lot)).await?
        } else {
            tx.exec(&sql::BIDS_TAKEN, &after.bids_args(&lot)).await?
        };
        if changed != 1 {
            return Err(store::Error::Misuse("a locked auction has changed".into()));
        }
        let entries: Vec<_> = plan.entries.iter().map(|entry| log_args(lot.id, entry)).collect();
        tx.exec_many(&sql::LOG, &entries).await?;
        put_bidders(tx, &lot, &bidders, &plan.bidders).await?;
        let deltas = plan.needs.iter().map(|(who, need)| (*who, need.delta)).collect();
        shift(tx, &lot, &deltas).await?;
    }
    let kept =
        if with_keys { Keys::new() } else { keys(tx, distinct.refused(&plan.answers)).await? };
    Ok(Some(committed(&lot, after, plan, (distinct, kept))))
}

/// Writes the bidders of a batch. `known` are those who took part before.
async fn put_bidders(
    tx: &Tx,
    lot: &Lot,
    known: &BTreeMap<UserId, Bidder>,
    changed: &BTreeMap<UserId, Bidder>,
) -> store::Result<()> {
    let (old, new): (Vec<_>, Vec<_>) =
        changed.iter().partition(|(user, _)| known.contains_key(user));
    let best = |(user, bidder): &(&UserId, &Bidder)| {
        args![lot.id, **user, bidder.best, bidder.best_seq, bidder.best_at]
    };
    let bests: Vec<_> = old.iter().map(best).collect();
    if tx.exec_many(&sql::BEST, &bests).await? != bests.len() as u64 {
        return Err(store::Error::Misuse("somebody who takes part is not there".into()));
    }
    let now = tx.now();
    let rows = new.into_iter().map(|(user, bidder)| bidder_args(lot, *user, bidder, now));
    tx.exec_many(&sql::PUT_BIDDER, &rows.collect::<Vec<_>>()).await?;
    Ok(())
}

/// Moves what is held; what the plan has found covered is covered.
pub(crate) async fn shift(tx: &Tx, lot: &Lot, deltas: &BTreeMap<UserId, i64>) -> store::Result<()> {
    let moved = ledger::shift(tx, lot.tenant, lot.auction.terms.currency, deltas).await;
    moved.map_err(|error| match error {
        ledger::Error::Store(error) => error,
        other => store::Error::Misuse(format!("what was found covered is not: {other}")),
    })
}

async fn keys(tx: &Tx, named: Vec<(UserId, String)>) -> store::Result<Keys> {
    let asked: Vec<_> = named.iter().map(|(who, key)| args![*who, key.as_str()]).collect();
    let found: Vec<Option<Logged>> = tx.maybe_many(&sql::OF_KEY, &asked).await?;
    let named = named.into_iter().zip(found);
    Ok(named.filter_map(|(name, found)| found.map(|logged| (name, logged))).collect())
}

/// The auction behind a plan.
fn after(
    lot: &Lot,
    plan: &Plan,
    bidders: &BTreeMap<UserId, Bidder>,
    now: domain::Timestamp,
) -> Lot {
    let top_alias = plan.auction.leader().and_then(|leader| {
        let known = plan.bidders.get(&leader).or_else(|| bidders.get(&leader));
        // One who leads already and is not among these has the alias that stands.
        known.map(|bidder| bidder.alias).or(lot.top_alias)
    });
    let updated_at = lot.updated_at.max(now);
    Lot { auction: plan.auction.clone(), top_alias, updated_at, ..lot.clone() }
}

fn committed(before: &Lot, lot: Lot, plan: Plan, (distinct, kept): (Distinct, Keys)) -> Committed {
    let moved =
        if lot.auction.ends_at > before.auction.ends_at { Moved::Later } else { Moved::Stays };
    Committed {
        answers: distinct.decisions(&plan.answers, (lot.id, &kept)),
        bidders: plan.bidders,
        outbid: plan.outbid,
        changed: (!plan.entries.is_empty()).then_some(moved),
        began_at: before.auction.log_seq,
        was_at_once: false,
        was_overtaken: false,
        lot,
    }
}

#[derive(Serialize)]
struct EntryRow<'a> {
    log_seq: i64,
    actor: Option<UserId>,
    amount: Option<i64>,
    exact: bool,
    leads: bool,
    outbid: Option<UserId>,
    price: i64,
    min_next: i64,
    leader: Option<UserId>,
    ends_at: i64,
    key: Option<&'a str>,
    fingerprint: Option<i64>,
    at: i64,
}

#[derive(Serialize)]
struct BidderRow {
    bidder: UserId,
    alias: i64,
    max_allowed: Option<i64>,
    best: Option<i64>,
    best_seq: Option<i64>,
    best_at: Option<i64>,
}

#[derive(Serialize)]
struct NeedRow {
    owner: UserId,
    need: i64,
    delta: i64,
}

/// The rows of a plan, as JSON for the one statement of PostgreSQL.
fn rows<R: Serialize>(rows: impl Iterator<Item = R>) -> String {
    // Plain numbers, words and ids always have a JSON form.
    serde_json::to_string(&rows.collect::<Vec<_>>()).unwrap_or_default()
}

fn statement_args(before: &Lot, after: &Lot, plan: &Plan) -> Vec<store::Value> {
    let now: &Auction = &after.auction;
    let top = now.board.first();
    let entries = plan.entries.iter().map(|entry| EntryRow {
        log_seq: entry.log_seq,
        actor: entry.actor,
        amount: entry.amount,
        exact: entry.exact,
        leads: entry.leads,
        outbid: entry.outbid,
        price: entry.price,
        min_next: entry.min_next,
        leader: entry.leader,
        ends_at: entry.ends_at.as_millis(),
        key: entry.key.as_deref(),
        fingerprint: entry.fingerprint,
        at: entry.at.as_millis(),
    });
    let bidders = plan.bidders.iter().map(|(bidder, row)| BidderRow {
        bidder: *bidder,
        alias: row.alias,
        max_allowed: row.limit,
        best: row.best,
        best_seq: row.best_seq,
        best_at: row.best_at.map(domain::Timestamp::as_millis),
    });
    let needs = plan.needs.iter();
    let needs =
        needs.map(|(owner, need)| NeedRow { owner: *owner, need: need.need, delta: need.delta });
    let count = i64::try_from(plan.needs.len()).unwrap_or(i64::MAX);
    args![
        before.id,
        before.auction.log_seq,
        before.entry_seq,
        now.log_seq,
        now.ends_at,
        now.extensions,
        board_text(&now.board),
        top.map(|top| top.bidder),
        top.map(|top| top.max),
        after.top_alias,
        now.second,
        now.floor,
        now.price,
        now.bid_count,
        now.bidder_count,
        after.updated_at,
        rows(entries),
        rows(bidders),
        rows(needs),
        before.tenant,
        after.auction.terms.currency.code(),
        count,
    ]
    .to_vec()
}

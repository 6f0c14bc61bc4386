//! Auctions as REST shows them.

use domain::{Currency, Id, Money, Timestamp, UserId};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    frames::alias,
    model::{
        Authority, Bidder, BuyNowUntil, Entry, LogEntry, LogKind, Retraction, Sale, SoftClose,
        Status, Terms,
    },
    registrations::may_decide,
    rows::{Lot, Participant},
};

/// A step of the table of increments.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct StepView {
    from: Money,
    by: Money,
}

/// How late bids move the end.
#[derive(Debug, Clone, Serialize, ToSchema)]
struct SoftCloseView {
    /// A bid in the last so many milliseconds moves the end.
    window_ms: u64,
    /// The end is at least so many milliseconds behind that bid.
    extend_ms: u64,
    /// How often it is moved at most.
    max_extensions: u32,
}

impl SoftCloseView {
    const fn of(soft: SoftClose) -> Self {
        let SoftClose { window_ms, extend_ms, max_extensions } = soft;
        Self { window_ms, extend_ms, max_extensions }
    }
}

/// How the one who asks stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct OwnPart {
    /// How others know them here; none before they take part.
    alias: Option<String>,
    /// `pending`, `approved` or `rejected`; none before they have registered or bid.
    #[schema(value_type = Option<String>)]
    registration: Option<&'static str>,
    /// Whether they have a place at this moment.
    leading: bool,
    /// Whether they have won it.
    won: bool,
    /// Their own maximum, which nobody else sees.
    max: Option<Money>,
    /// What is held of them for it.
    held: Option<Money>,
    /// Up to what they may bid.
    limit: Option<Money>,
    watching: bool,
    /// Whether they sell it.
    selling: bool,
}

impl OwnPart {
    pub(crate) fn of(lot: &Lot, user: UserId, bidder: Option<&Bidder>, watching: bool) -> Self {
        let auction = &lot.auction;
        let money = |minor| Money::new(minor, auction.terms.currency);
        let held = auction.held_of(user);
        Self {
            alias: bidder.map(|bidder| alias(bidder.alias)),
            registration: bidder.map(|bidder| bidder.state.as_str()),
            leading: auction.place_of(user).is_some() && auction.status.holds(),
            won: auction.place_of(user).is_some() && auction.status.is_sold(),
            max: bidder.and_then(|bidder| bidder.best).map(money),
            held: (held > 0).then(|| money(held)),
            limit: bidder.and_then(|bidder| bidder.limit).map(money),
            watching,
            selling: user == auction.terms.seller,
        }
    }
}

/// An auction.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub(crate) struct AuctionView {
    id: Id,
    /// The number of the last entry of its log; also its version for `If-Match`.
    log_seq: i64,
    title: String,
    description: String,
    image_url: Option<String>,
    /// Shown to operators and the seller, and to everybody once it is over.
    seller_id: Option<UserId>,
    #[schema(value_type = String, example = "live")]
    status: Status,
    currency: &'static str,
    /// `english`, or `leaderboard` where more than one wins.
    mode: &'static str,
    /// How many win.
    places: u32,
    start_price: Money,
    /// What the leader would pay now; the start before the first bid.
    price: Money,
    /// The least that the next bidder has to offer.
    min_next: Money,
    /// Whether there is a reserve …
    has_reserve: bool,
    /// … and whether the highest maximum meets it.
    reserve_met: bool,
    /// The reserve itself, to operators and the seller.
    reserve: Option<Money>,
    /// For what it can be bought at once, as long as it can.
    buy_now: Option<Money>,
    #[schema(value_type = String, example = "first_bid")]
    buy_now_until: BuyNowUntil,
    increments: Vec<StepView>,
    exact_bids: bool,
    soft_close: SoftCloseView,
    /// `open`, `approval` or `deposit`.
    entry: &'static str,
    /// What is held of everybody who registers.
    deposit: Option<Money>,
    #[schema(value_type = String, example = "off")]
    retraction: Retraction,
    /// How long the seller may think when the reserve was not met, in milliseconds.
    decide_ms: Option<u64>,
    leader_alias: Option<String>,
    bid_count: i64,
    bidder_count: i64,
    starts_at: Timestamp,
    ends_at: Timestamp,
    hard_end: Option<Timestamp>,
    /// How often late bids have moved the end.
    extensions: u32,
    paused_at: Option<Timestamp>,
    /// Until when the seller, or the highest bidder, has to decide.
    decide_by: Option<Timestamp>,
    /// What the seller asks for, to those two and to operators.
    counter: Option<Money>,
    closed_at: Option<Timestamp>,
    created_at: Timestamp,
    updated_at: Timestamp,
    /// How the one who asks stands; none for nobody known.
    me: Option<OwnPart>,
}

impl AuctionView {
    /// As `by` sees it.
    pub(crate) fn of(lot: &Lot, by: Option<Authority>, me: Option<OwnPart>) -> Self {
        let (auction, terms): (_, &Terms) = (&lot.auction, &lot.auction.terms);
        let money = |minor| Money::new(minor, terms.currency);
        let is_insider = by.is_some_and(|by| may_decide(lot, by).is_ok());
        let leads = by.and_then(Authority::user).is_some_and(|user| auction.leader() == Some(user));
        let is_buyable = matches!(auction.status, Status::Scheduled | Status::Live);
        let step =
            |step: &crate::model::Step| StepView { from: money(step.from), by: money(step.by) };
        Self {
            id: lot.id,
            log_seq: auction.log_seq,
            title: lot.title.clone(),
            description: lot.description.clone(),
            image_url: lot.image_url.clone(),
            seller_id: (is_insider || auction.status.is_over()).then_some(terms.seller),
            status: auction.status,
            currency: terms.currency.code(),
            mode: if terms.places > 1 { "leaderboard" } else { "english" },
            places: terms.places,
            start_price: money(terms.start),
            price: money(auction.price),
            min_next: money(auction.min_next()),
            has_reserve: terms.reserve.is_some(),
            reserve_met: auction.reserve_met(),
            reserve: terms.reserve.filter(|_| is_insider).map(money),
            buy_now: terms
                .buy_now
                .filter(|_| is_insider || (is_buyable && auction.is_buyable()))
                .map(money),
            buy_now_until: terms.buy_now_until,
            increments: terms.increments.steps().iter().map(step).collect(),
            exact_bids: terms.exact_bids,
            soft_close: SoftCloseView::of(terms.soft_close),
            entry: match terms.entry {
                Entry::Open => "open",
                Entry::Approval => "approval",
                Entry::Deposit { .. } => "deposit",
            },
            deposit: match terms.entry {
                Entry::Deposit { amount } => Some(money(amount)),
                _ => None,
            },
            retraction: terms.retraction,
            decide_ms: terms.decide_ms,
            leader_alias: lot.top_alias.filter(|_| !auction.board.is_empty()).map(alias),
            bid_count: auction.bid_count,
            bidder_count: auction.bidder_count,
            starts_at: auction.starts_at,
            ends_at: auction.ends_at,
            hard_end: auction.hard_end,
            extensions: auction.extensions,
            paused_at: auction.paused_at,
            decide_by: auction.decide_by,
            counter: auction.counter.filter(|_| is_insider || leads).map(money),
            closed_at: auction.closed_at,
            created_at: lot.created_at,
            updated_at: lot.updated_at,
            me,
        }
    }
}

/// A bid as everybody sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BidView {
    log_seq: i64,
    alias: String,
    /// The price behind it.
    price: Money,
    /// Whether it had a place behind it.
    leading: bool,
    /// The maximum: one's own, or one that was no secret because the bid jumped to it.
    amount: Option<Money>,
    /// Whether it was taken back.
    retracted: bool,
    me: bool,
    at: Timestamp,
}

impl BidView {
    pub(crate) fn of(
        entry: &LogEntry,
        alias_no: Option<i64>,
        (currency, me, retracted): (Currency, Option<UserId>, bool),
    ) -> Self {
        let money = |minor| Money::new(minor, currency);
        let is_mine = me.is_some() && entry.actor == me;
        let is_known = is_mine || entry.exact || entry.kind == LogKind::BuyNow;
        Self {
            log_seq: entry.log_seq,
            alias: alias(alias_no.unwrap_or(0)),
            price: money(entry.price),
            leading: entry.leads,
            amount: entry.amount.filter(|_| is_known).map(money),
            retracted,
            me: is_mine,
            at: entry.at,
        }
    }
}

/// An entry of the log. Who did it, the maximum and the reason are for operators and the seller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LogView {
    log_seq: i64,
    /// `bid`, `started`, `closed` …
    kind: &'static str,
    /// How others know the bidder.
    alias: Option<String>,
    /// Who did it, to operators and the seller; none when it was a timer.
    actor_id: Option<UserId>,
    /// The maximum, or the amount of the act, to those who may know it.
    amount: Option<Money>,
    /// The bid that was taken back by it.
    bid_log_seq: Option<i64>,
    price: Money,
    leader_alias: Option<String>,
    ends_at: Timestamp,
    /// Why, to operators and the seller.
    reason: Option<String>,
    at: Timestamp,
}

impl LogView {
    /// `insider` is whether everything is shown.
    pub(crate) fn of(
        entry: &LogEntry,
        aliases: &std::collections::BTreeMap<UserId, i64>,
        (currency, insider): (Currency, bool),
    ) -> Self {
        let money = |minor| Money::new(minor, currency);
        let named =
            |user: Option<UserId>| user.and_then(|user| aliases.get(&user)).copied().map(alias);
        let is_bidding = matches!(entry.kind, LogKind::Bid | LogKind::BuyNow);
        Self {
            log_seq: entry.log_seq,
            kind: entry.kind.as_str(),
            alias: named(entry.actor.filter(|_| is_bidding)),
            actor_id: entry.actor.filter(|_| insider),
            amount: match entry.kind {
                LogKind::Correction => None,
                LogKind::Bid if !insider && !entry.exact => None,
                LogKind::Countered if !insider => None,
                _ => entry.amount.map(money),
            },
            bid_log_seq: entry.amount.filter(|_| entry.kind == LogKind::Correction),
            price: money(entry.price),
            leader_alias: named(entry.leader),
            ends_at: entry.ends_at,
            reason: entry.reason.clone().filter(|_| insider),
            at: entry.at,
        }
    }
}

/// Somebody who takes part, to operators and the seller.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RegistrationView {
    user_id: UserId,
    /// To themselves and to operators; to the seller once nothing is left to decide.
    alias: Option<String>,
    /// `pending`, `approved` or `rejected`.
    state: &'static str,
    /// Up to what they may bid.
    limit: Option<Money>,
    joined_at: Timestamp,
}

impl RegistrationView {
    pub(crate) fn of(participant: &Participant, (currency, knows): (Currency, bool)) -> Self {
        let Participant { user, bidder, joined_at } = *participant;
        Self {
            user_id: user,
            alias: knows.then(|| alias(bidder.alias)),
            state: bidder.state.as_str(),
            limit: bidder.limit.map(|minor| Money::new(minor, currency)),
            joined_at,
        }
    }
}

/// Somebody who has won.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WinnerView {
    /// From 1.
    rank: u32,
    alias: String,
    /// Who it is, to operators, the seller and the winner.
    user_id: Option<UserId>,
    /// What they pay.
    amount: Money,
    me: bool,
}

impl WinnerView {
    pub(crate) fn of(
        sale: &Sale,
        alias_no: Option<i64>,
        (currency, me, insider): (Currency, Option<UserId>, bool),
    ) -> Self {
        let is_me = me == Some(sale.bidder);
        Self {
            rank: sale.rank,
            alias: alias(alias_no.unwrap_or(0)),
            user_id: (insider || is_me).then_some(sale.bidder),
            amount: Money::new(sale.amount, currency),
            me: is_me,
        }
    }
}

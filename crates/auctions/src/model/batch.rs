//! Bids that are decided one after another and written together.

use std::collections::BTreeMap;

use domain::{Timestamp, UserId};

use super::{Auction, Bid, Refusal, Rules};

/// Whether somebody may bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryState {
    /// They have asked.
    Pending,
    /// They may.
    Approved,
    /// They may not.
    Rejected,
}

impl EntryState {
    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
        }
    }

    /// Reads the word.
    pub fn of(word: &str) -> Option<Self> {
        let all = [Self::Pending, Self::Approved, Self::Rejected];
        all.into_iter().find(|state| state.as_str() == word)
    }
}

/// What an auction knows of somebody who takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bidder {
    /// What others see in place of the name: a number, from 1.
    pub alias: i64,
    /// Whether they may bid.
    pub state: EntryState,
    /// The highest maximum that the operator lets them bid, minor units.
    pub limit: Option<i64>,
    /// Their highest maximum, minor units.
    pub best: Option<i64>,
    /// The bid by which they came to it.
    pub best_seq: Option<i64>,
    /// When.
    pub best_at: Option<Timestamp>,
}

impl Auction {
    /// Somebody who takes part from now on, by the next alias, and may bid whatever they like.
    pub fn newcomer(&mut self) -> Bidder {
        self.bidder_count += 1;
        Bidder {
            alias: self.bidder_count,
            state: EntryState::Approved,
            limit: None,
            best: None,
            best_seq: None,
            best_at: None,
        }
    }
}

/// A bid that waits for its decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    /// Whose.
    pub bidder: UserId,
    /// What.
    pub bid: Bid,
    /// When it was received.
    pub at: Timestamp,
    /// The bidder's own name for it: the same name is the same bid.
    pub key: String,
    /// A fingerprint of the request, to tell a repeat from another request under the same name.
    pub fingerprint: i64,
}

/// What an entry of the log is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the words say it; see `Act`")]
pub enum LogKind {
    Edited,
    Published,
    Started,
    Bid,
    BuyNow,
    Paused,
    Resumed,
    Extended,
    Cancelled,
    Closed,
    Accepted,
    Countered,
    Rejected,
    Expired,
    Settled,
    Defaulted,
    Correction,
}

impl LogKind {
    /// Every kind.
    pub const ALL: [Self; 17] = [
        Self::Edited,
        Self::Published,
        Self::Started,
        Self::Bid,
        Self::BuyNow,
        Self::Paused,
        Self::Resumed,
        Self::Extended,
        Self::Cancelled,
        Self::Closed,
        Self::Accepted,
        Self::Countered,
        Self::Rejected,
        Self::Expired,
        Self::Settled,
        Self::Defaulted,
        Self::Correction,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Edited => "edited",
            Self::Published => "published",
            Self::Started => "started",
            Self::Bid => "bid",
            Self::BuyNow => "buy_now",
            Self::Paused => "paused",
            Self::Resumed => "resumed",
            Self::Extended => "extended",
            Self::Cancelled => "cancelled",
            Self::Closed => "closed",
            Self::Accepted => "accepted",
            Self::Countered => "countered",
            Self::Rejected => "rejected",
            Self::Expired => "expired",
            Self::Settled => "settled",
            Self::Defaulted => "defaulted",
            Self::Correction => "correction",
        }
    }

    /// Reads the word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

/// An entry of an auction's log: what was done, and what the auction was like behind it. Amounts
/// are minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// From 1, without gaps.
    pub log_seq: i64,
    /// What was done.
    pub kind: LogKind,
    /// By whom; none when it was a timer.
    pub actor: Option<UserId>,
    /// A bid's maximum, known to its bidder only; or the amount of the act.
    pub amount: Option<i64>,
    /// A bid that jumped to its amount.
    pub exact: bool,
    /// Whether the bidder had a place behind it.
    pub leads: bool,
    /// Who lost theirs.
    pub outbid: Option<UserId>,
    /// The price behind it.
    pub price: i64,
    /// The least that the next bidder had to offer behind it.
    pub min_next: i64,
    /// Who led behind it.
    pub leader: Option<UserId>,
    /// The end behind it.
    pub ends_at: Timestamp,
    /// The actor's own name for the request.
    pub key: Option<String>,
    /// A fingerprint of the request.
    pub fingerprint: Option<i64>,
    /// Why, in the words of whoever did it.
    pub reason: Option<String>,
    /// When the request was received.
    pub at: Timestamp,
}

impl LogEntry {
    /// The entry for what has just been done to `auction`.
    pub fn of(auction: &Auction, kind: LogKind, actor: Option<UserId>, at: Timestamp) -> Self {
        Self {
            log_seq: auction.log_seq,
            kind,
            actor,
            amount: None,
            exact: false,
            leads: actor.is_some_and(|actor| auction.place_of(actor).is_some()),
            outbid: None,
            price: auction.price,
            min_next: auction.min_next(),
            leader: auction.leader(),
            ends_at: auction.ends_at,
            key: None,
            fingerprint: None,
            reason: None,
            at,
        }
    }
}

/// What a bidder is told of a bid that was taken. It follows from the entry of the log alone, so
/// that a repeat is told the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer {
    /// Its place in the log.
    pub log_seq: i64,
    /// The maximum that counts, minor units.
    pub max: i64,
    /// Whether the bidder had a place behind it.
    pub leads: bool,
    /// The price behind it, minor units.
    pub price: i64,
    /// The least that the next bidder had to offer, minor units.
    pub min_next: i64,
    /// The end behind it.
    pub ends_at: Timestamp,
    /// When it was received.
    pub at: Timestamp,
}

impl Answer {
    /// What the entry says.
    pub fn of(entry: &LogEntry) -> Self {
        Self {
            log_seq: entry.log_seq,
            max: entry.amount.unwrap_or(0),
            leads: entry.leads,
            price: entry.price,
            min_next: entry.min_next,
            ends_at: entry.ends_at,
            at: entry.at,
        }
    }
}

/// What a batch asks of one account, minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Need {
    /// What must be available before the batch, so that each of its bids is covered.
    pub need: i64,
    /// By how much what is held changes over the whole batch.
    pub delta: i64,
}

/// What a batch comes to.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The auction behind it.
    pub auction: Auction,
    /// What is added to its log.
    pub entries: Vec<LogEntry>,
    /// Bidders who are new or have a new best.
    pub bidders: BTreeMap<UserId, Bidder>,
    /// What it asks of accounts.
    pub needs: BTreeMap<UserId, Need>,
    /// The decision about each order, in their order.
    pub answers: Vec<Result<Answer, Refusal>>,
    /// Who had a place before some bid of the batch and has none behind it.
    pub outbid: Vec<UserId>,
}

impl Plan {
    /// What the log will hold of all that is held, by owner.
    fn note_funds(&mut self, before: &Auction) {
        let changed: std::collections::BTreeSet<UserId> = before
            .board
            .iter()
            .chain(&self.auction.board)
            .map(|standing| standing.bidder)
            .collect();
        for who in changed {
            let delta = self.auction.held_of(who) - before.held_of(who);
            if delta != 0 {
                self.needs.entry(who).or_default().delta = delta;
            }
        }
    }
}

/// Decides orders one after another. `available` is what somebody can spend as the batch begins,
/// beside what the auction holds of them then.
pub fn place<R: Rules>(
    auction: &Auction,
    bidders: &BTreeMap<UserId, Bidder>,
    orders: &[Order],
    mut available: impl FnMut(UserId) -> i64,
) -> Plan {
    let mut plan = Plan {
        auction: auction.clone(),
        entries: Vec::with_capacity(orders.len()),
        bidders: BTreeMap::new(),
        needs: BTreeMap::new(),
        answers: Vec::with_capacity(orders.len()),
        outbid: Vec::new(),
    };
    for order in orders {
        let decided = plan.take::<R>((auction, bidders), order, &mut available);
        plan.answers.push(decided);
    }
    plan.note_funds(auction);
    plan.outbid.sort_unstable();
    plan.outbid.dedup();
    plan.outbid.retain(|who| plan.auction.place_of(*who).is_none());
    plan
}

impl Plan {
    fn take<R: Rules>(
        &mut self,
        (before, bidders): (&Auction, &BTreeMap<UserId, Bidder>),
        order: &Order,
        available: &mut impl FnMut(UserId) -> i64,
    ) -> Result<Answer, Refusal> {
        let who = order.bidder;
        let known = self.bidders.get(&who).or_else(|| bidders.get(&who)).copied();
        let held_before = before.held_of(who);
        // What others were outbid of meanwhile has come back to them.
        let held = self.auction.held_of(who);
        let spendable = || available(who).saturating_add(held_before).saturating_sub(held);
        let placed =
            self.auction.bid::<R>(order.at, (who, known.as_ref()), &order.bid, spendable)?;
        let bidder = known.unwrap_or_else(|| {
            self.auction.bidder_count += 1;
            let alias = self.auction.bidder_count;
            let state = EntryState::Approved;
            Bidder { alias, state, limit: None, best: None, best_seq: None, best_at: None }
        });
        let (best, best_seq) = (Some(placed.max), Some(self.auction.log_seq));
        self.bidders.insert(who, Bidder { best, best_seq, best_at: Some(order.at), ..bidder });
        let need = self.needs.entry(who).or_default();
        need.need = need.need.max(R::funds(placed.max, held_before));
        self.outbid.extend(placed.outbid);
        let entry = LogEntry {
            amount: Some(placed.max),
            exact: order.bid.exact,
            outbid: placed.outbid,
            key: Some(order.key.clone()),
            fingerprint: Some(order.fingerprint),
            ..LogEntry::of(&self.auction, LogKind::Bid, Some(who), order.at)
        };
        let answer = Answer::of(&entry);
        self.entries.push(entry);
        Ok(answer)
    }
}

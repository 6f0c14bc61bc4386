//! The state of an auction, and what a bid does to it.

use std::{cmp::Ordering, fmt, str::FromStr, sync::Arc};

use domain::{Timestamp, UserId};
use serde::{Deserialize, Serialize};

use super::{Bidder, EntryState, MAX_AMOUNT, Pricing, Rules, Standard, Terms};

/// Where an auction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Being written.
    Draft,
    /// Will begin.
    Scheduled,
    /// Takes bids.
    Live,
    /// Takes none for the moment.
    Paused,
    /// Over below the reserve: the seller decides.
    AwaitingSeller,
    /// The seller has asked for more: the highest bidder decides.
    AwaitingBidder,
    /// Over and sold.
    Sold,
    /// Over and not sold.
    Unsold,
    /// Sold and handed over.
    Settled,
    /// Sold, and nothing came of it.
    Defaulted,
    /// Called off.
    Cancelled,
}

impl Status {
    /// Every status, in the order of an auction's life.
    pub const ALL: [Self; 11] = [
        Self::Draft,
        Self::Scheduled,
        Self::Live,
        Self::Paused,
        Self::AwaitingSeller,
        Self::AwaitingBidder,
        Self::Sold,
        Self::Unsold,
        Self::Settled,
        Self::Defaulted,
        Self::Cancelled,
    ];

    /// The word on the wire and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Scheduled => "scheduled",
            Self::Live => "live",
            Self::Paused => "paused",
            Self::AwaitingSeller => "awaiting_seller",
            Self::AwaitingBidder => "awaiting_bidder",
            Self::Sold => "sold",
            Self::Unsold => "unsold",
            Self::Settled => "settled",
            Self::Defaulted => "defaulted",
            Self::Cancelled => "cancelled",
        }
    }

    /// Whether the maxima of those who lead are held.
    pub const fn holds(self) -> bool {
        matches!(self, Self::Live | Self::Paused | Self::AwaitingSeller | Self::AwaitingBidder)
    }

    /// Whether somebody has won it.
    pub const fn is_sold(self) -> bool {
        matches!(self, Self::Sold | Self::Settled | Self::Defaulted)
    }

    /// Whether its bidding is over for good.
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Draft | Self::Scheduled | Self::Live | Self::Paused)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// No status has this name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is no status of an auction")]
pub struct UnknownStatus;

impl FromStr for Status {
    type Err = UnknownStatus;

    fn from_str(word: &str) -> Result<Self, UnknownStatus> {
        Self::ALL.into_iter().find(|status| status.as_str() == word).ok_or(UnknownStatus)
    }
}

/// Somebody who has a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Who.
    pub bidder: UserId,
    /// Up to what they go, minor units; held of their account.
    pub max: i64,
    /// The bid by which they came to it.
    pub log_seq: i64,
}

/// An auction at one point of its log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Auction {
    /// What the seller has laid down.
    pub terms: Arc<Terms>,
    /// Where it stands.
    pub status: Status,
    /// The number of the last entry of its log; grows by one with each change.
    pub log_seq: i64,
    /// When it begins, or began.
    pub starts_at: Timestamp,
    /// When it ends; moved by late bids and by pauses.
    pub ends_at: Timestamp,
    /// Late bids do not move the end beyond this.
    pub hard_end: Option<Timestamp>,
    /// How often late bids have moved it.
    pub extensions: u32,
    /// Who has a place: the highest maximum first, of equal ones the earlier.
    pub board: Vec<Standing>,
    /// The highest maximum that has none, minor units.
    pub second: Option<i64>,
    /// What a leader has jumped to, minor units; 0 when nobody has.
    pub floor: i64,
    /// What those who have a place would pay now; the start before the first bid.
    pub price: i64,
    /// How many bids were taken.
    pub bid_count: i64,
    /// How many people may bid or have bid: the number of aliases given out.
    pub bidder_count: i64,
    /// Since when it is paused.
    pub paused_at: Option<Timestamp>,
    /// Until when somebody has to decide.
    pub decide_by: Option<Timestamp>,
    /// What the seller has asked for.
    pub counter: Option<i64>,
    /// When its bidding ended; never, where it was called off as a draft.
    pub closed_at: Option<Timestamp>,
}

impl Auction {
    /// Whether others may know of it: it was published at some time.
    pub const fn is_public(&self) -> bool {
        match self.status {
            Status::Draft => false,
            Status::Cancelled => self.closed_at.is_some(),
            _ => true,
        }
    }
}

/// A bid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bid {
    /// Up to what its bidder goes, minor units.
    pub max: i64,
    /// The price jumps to it at once.
    pub exact: bool,
    /// Only if the log has not gone on.
    pub if_log_seq: Option<i64>,
    /// When the next bid has to be higher meanwhile: that instead, up to this.
    pub max_accept: Option<i64>,
}

/// What became of a bid that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Placed {
    /// The maximum that counts now, minor units.
    pub max: i64,
    /// Whether its bidder has a place now.
    pub leads: bool,
    /// Who has lost theirs.
    pub outbid: Option<UserId>,
    /// Whether the end was moved.
    pub extended: bool,
}

/// Why something was not done. Nothing has changed then.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It takes no bids.
    #[error("the auction takes no bids")]
    NotLive,
    /// Its time is over.
    #[error("the auction is over")]
    Ended,
    /// The next bid has to be higher.
    #[error("the next bid is at least {min_next}")]
    TooLow {
        /// Minor units.
        min_next: i64,
    },
    /// Not above the own maximum.
    #[error("it is not above your own maximum")]
    NotRaised {
        /// The own maximum, minor units.
        own: i64,
    },
    /// There is not enough in the account.
    #[error("there is not enough in your account")]
    Insufficient,
    /// Sellers do not bid on what they sell.
    #[error("sellers do not bid on their own auctions")]
    Seller,
    /// Not registered, not yet approved, or turned down.
    #[error("you are not approved for this auction")]
    NotApproved,
    /// Above the limit that the operator has set for this bidder.
    #[error("it is above your limit")]
    OverLimit {
        /// Minor units.
        limit: i64,
    },
    /// The auction has moved on since the bidder saw it.
    #[error("the auction has moved on")]
    StaleView,
    /// Bids do not jump here.
    #[error("bids do not jump in this auction")]
    NotExact,
    /// It cannot be bought any more.
    #[error("it cannot be bought at a fixed price")]
    NotBuyable,
    /// The state does not permit it.
    #[error("an auction that is {0} does not permit it")]
    WrongStatus(Status),
    /// It is too early, or the instant is not later than the one that stands.
    #[error("the time does not permit it")]
    WrongTime,
    /// Not this person's affair, or no longer.
    #[error("it is not yours to do")]
    NotYours,
    /// The amount is not one that makes sense here.
    #[error("must be a number above zero that the auction can take")]
    WrongAmount,
    /// There is no such bid, or it cannot be taken back.
    #[error("there is no bid that could be taken back")]
    NoSuchBid,
}

impl Auction {
    /// The least that the next bidder has to offer, minor units.
    pub fn min_next(&self) -> i64 {
        self.min_next_by::<Standard>()
    }

    pub(super) fn min_next_by<R: Rules>(&self) -> i64 {
        R::min_next(self.terms.start, self.price, self.is_full(), &self.terms.increments)
    }

    fn is_full(&self) -> bool {
        self.board.len() >= self.terms.places as usize
    }

    /// Whether the highest maximum meets the reserve; also where there is none.
    pub fn reserve_met(&self) -> bool {
        self.is_met_by::<Standard>()
    }

    pub(super) fn is_met_by<R: Rules>(&self) -> bool {
        self.board.first().is_some_and(|top| R::meets(top.max, self.terms.reserve))
    }

    /// Whether it can be bought at the fixed price, as far as the bids are concerned.
    pub fn is_buyable(&self) -> bool {
        self.is_buyable_by::<Standard>()
    }

    pub(super) fn is_buyable_by<R: Rules>(&self) -> bool {
        let (has_bids, is_met) = (!self.board.is_empty(), self.is_met_by::<R>());
        self.terms.buy_now.is_some() && R::is_buyable(self.terms.buy_now_until, has_bids, is_met)
    }

    /// Who leads.
    pub fn leader(&self) -> Option<UserId> {
        self.board.first().map(|top| top.bidder)
    }

    /// Which place somebody has, from 0.
    pub fn place_of(&self, who: UserId) -> Option<usize> {
        self.board.iter().position(|standing| standing.bidder == who)
    }

    /// What is held of somebody for this auction, minor units.
    pub fn held_of(&self, who: UserId) -> i64 {
        let own = self.place_of(who).filter(|_| self.status.holds());
        own.and_then(|place| self.board.get(place)).map_or(0, |standing| standing.max)
    }

    /// That somebody may bid or buy at this moment.
    pub(super) fn admits<R: Rules>(
        &self,
        at: Timestamp,
        who: UserId,
        bidder: Option<&Bidder>,
    ) -> Result<(), Refusal> {
        match self.status {
            Status::Live if R::is_on_time(at, self.ends_at) => {}
            Status::Draft | Status::Scheduled | Status::Paused | Status::Cancelled => {
                return Err(Refusal::NotLive);
            }
            _ => return Err(Refusal::Ended),
        }
        if who == self.terms.seller {
            return Err(Refusal::Seller);
        }
        let state = bidder.map(|bidder| bidder.state);
        let is_open = matches!(self.terms.entry, super::Entry::Open);
        match state {
            Some(EntryState::Approved) => Ok(()),
            None if is_open => Ok(()),
            _ => Err(Refusal::NotApproved),
        }
    }

    /// Takes a bid, or refuses it and stays as it is. `available` is what the bidder can spend
    /// beside what this auction holds of them.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn bid<R: Rules>(
        &mut self,
        at: Timestamp,
        (who, bidder): (UserId, Option<&Bidder>),
        bid: &Bid,
        available: impl FnOnce() -> i64,
    ) -> Result<Placed, Refusal> {
        self.admits::<R>(at, who, bidder)?;
        if bid.if_log_seq.is_some_and(|seen| seen != self.log_seq) {
            return Err(Refusal::StaleView);
        }
        if bid.exact && !self.terms.exact_bids {
            return Err(Refusal::NotExact);
        }
        let own = self.place_of(who);
        let max = self.offered::<R>(own, bid)?;
        if let Some(limit) = bidder.and_then(|bidder| bidder.limit).filter(|limit| max > *limit) {
            return Err(Refusal::OverLimit { limit });
        }
        if available() < R::funds(max, own.map_or(0, |place| self.board[place].max)) {
            return Err(Refusal::Insufficient);
        }
        let before = (self.leaders(), self.price);
        self.log_seq += 1;
        self.bid_count += 1;
        let outbid =
            self.take_place::<R>(own, Standing { bidder: who, max, log_seq: self.log_seq });
        if bid.exact && self.leader() == Some(who) {
            self.floor = self.floor.max(max);
        }
        self.price = self.price_by::<R>();
        let has_new_leader = self.leaders() != before.0;
        let extended = R::is_news(has_new_leader, self.price != before.1) && self.extend::<R>(at);
        Ok(Placed { max, leads: self.place_of(who).is_some(), outbid, extended })
    }

    /// The maximum that a bid comes to.
    fn offered<R: Rules>(&self, own: Option<usize>, bid: &Bid) -> Result<i64, Refusal> {
        if !(1..=MAX_AMOUNT).contains(&bid.max) {
            return Err(Refusal::WrongAmount);
        }
        if let Some(place) = own {
            let own = self.board[place].max;
            return if R::raises(bid.max, own) {
                Ok(bid.max)
            } else {
                Err(Refusal::NotRaised { own })
            };
        }
        let min_next = self.min_next_by::<R>();
        match bid.max_accept {
            _ if min_next > MAX_AMOUNT => Err(Refusal::WrongAmount),
            _ if bid.max >= min_next => Ok(bid.max),
            Some(most) if most >= min_next => Ok(min_next),
            Some(_) => Err(Refusal::StaleView),
            None => Err(Refusal::TooLow { min_next }),
        }
    }

    fn leaders(&self) -> Vec<UserId> {
        self.board.iter().map(|standing| standing.bidder).collect()
    }

    /// Puts a maximum where it belongs: among those who have a place, or among those who have none.
    /// Who has lost theirs by it.
    pub(super) fn take_place<R: Rules>(
        &mut self,
        own: Option<usize>,
        standing: Standing,
    ) -> Option<UserId> {
        let mut outbid = None;
        if let Some(place) = own {
            self.board.remove(place);
        } else if self.is_full()
            && let Some(last) = self.board.last().copied()
        {
            if !R::outbids(standing.max, last.max) {
                self.second = self.second.max(Some(standing.max));
                return None;
            }
            self.second = self.second.max(Some(last.max));
            self.board.pop();
            outbid = Some(last.bidder);
        }
        let behind = |other: &&Standing| R::outbids(standing.max, other.max);
        let place = self.board.iter().position(|other| behind(&other));
        self.board.insert(place.unwrap_or(self.board.len()), standing);
        outbid
    }

    /// The price that follows from the board.
    pub(super) fn price_by<R: Rules>(&self) -> i64 {
        let (Some(top), Some(edge)) = (self.board.first(), self.board.last()) else {
            return self.terms.start;
        };
        R::price(&Pricing {
            start: self.terms.start,
            top: top.max,
            edge: edge.max,
            second: self.second,
            reserve: self.terms.reserve,
            floor: self.floor,
            increments: &self.terms.increments,
        })
    }

    /// Moves the end when a bid came late; whether it did.
    fn extend<R: Rules>(&mut self, at: Timestamp) -> bool {
        let soft = self.terms.soft_close;
        if !R::is_in_window(at, self.ends_at, soft.window_ms)
            || !R::may_extend(self.extensions, soft.max_extensions)
        {
            return false;
        }
        let ends_at = R::extended(at, self.ends_at, soft.extend_ms, self.hard_end);
        let moved = ends_at.cmp(&self.ends_at) != Ordering::Equal;
        self.ends_at = ends_at;
        self.extensions += u32::from(moved);
        moved
    }
}

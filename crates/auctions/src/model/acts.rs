//! What people and timers do to an auction beside bidding.

use std::{sync::Arc, time::Duration};

use domain::{Timestamp, UserId};

use super::{Auction, Bidder, LogKind, MAX_AMOUNT, Refusal, Rules, Standing, Status, Terms};

/// A start that is late by more than this moves the end as well: nobody is to lose time to an
/// outage.
const LATE_START: Duration = Duration::from_secs(5);

/// On whose word something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Authority {
    /// A timer's.
    Timer,
    /// An operator's.
    Operator(UserId),
    /// That of somebody who has signed in.
    User(UserId),
}

impl Authority {
    /// Who, when it is a person.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::Timer => None,
            Self::Operator(user) | Self::User(user) => Some(user),
        }
    }
}

/// What is to be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Others may see it now, and it will begin.
    Publish,
    /// It begins. A person may begin it early.
    Start,
    /// Somebody takes it at the fixed price.
    BuyNow,
    /// It takes no bids until it is resumed.
    Pause {
        /// The pause began earlier: at an outage.
        as_of: Option<Timestamp>,
    },
    /// It goes on, and ends as much later as the pause was long.
    Resume,
    /// It ends later.
    Extend {
        /// Then.
        ends_at: Timestamp,
    },
    /// It is called off.
    Cancel,
    /// Its bidding is over. A person may end it early.
    Close,
    /// The seller takes the highest bid below the reserve; or the bidder what the seller asks for.
    Accept,
    /// The seller asks the highest bidder for more.
    Counter {
        /// Minor units.
        amount: i64,
    },
    /// The seller does not sell for this; or the bidder does not pay that.
    Reject,
    /// Nobody has decided in time.
    Expire,
    /// It was handed over.
    Settle,
    /// Nothing came of it.
    Default,
}

impl Act {
    /// What the log calls it.
    pub const fn kind(self) -> LogKind {
        match self {
            Self::Publish => LogKind::Published,
            Self::Start => LogKind::Started,
            Self::BuyNow => LogKind::BuyNow,
            Self::Pause { .. } => LogKind::Paused,
            Self::Resume => LogKind::Resumed,
            Self::Extend { .. } => LogKind::Extended,
            Self::Cancel => LogKind::Cancelled,
            Self::Close => LogKind::Closed,
            Self::Accept => LogKind::Accepted,
            Self::Counter { .. } => LogKind::Countered,
            Self::Reject => LogKind::Rejected,
            Self::Expire => LogKind::Expired,
            Self::Settle => LogKind::Settled,
            Self::Default => LogKind::Defaulted,
        }
    }
}

/// What the seller lays down anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amended {
    /// All of it.
    pub terms: Terms,
    /// When it begins.
    pub starts_at: Timestamp,
    /// When it ends.
    pub ends_at: Timestamp,
    /// Beyond which late bids do not move the end.
    pub hard_end: Option<Timestamp>,
}

/// Somebody has won.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sale {
    /// From 1.
    pub rank: u32,
    /// Who.
    pub bidder: UserId,
    /// What they pay, minor units.
    pub amount: i64,
}

impl Auction {
    /// Does it, or refuses and stays as it is. What was sold by it. `available` is what the
    /// authority's user can spend beside what this auction holds of them.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn act<R: Rules>(
        &mut self,
        at: Timestamp,
        (by, bidder): (Authority, Option<&Bidder>),
        act: Act,
        available: impl FnOnce() -> i64,
    ) -> Result<Vec<Sale>, Refusal> {
        self.permits(by, act)?;
        let sales = match act {
            Act::Publish => self.publish(at)?,
            Act::Start => self.start(at, by)?,
            Act::BuyNow => self.buy_now::<R>(at, (by, bidder), available)?,
            Act::Pause { as_of } => self.pause::<R>(at, as_of)?,
            Act::Resume => self.resume::<R>(at)?,
            Act::Extend { ends_at } => self.extend_to(at, ends_at)?,
            Act::Cancel => self.cancel(at)?,
            Act::Close => self.close::<R>(at, by)?,
            Act::Accept => self.accept(at, available)?,
            Act::Counter { amount } => self.counter(at, amount)?,
            Act::Reject => self.decline(at)?,
            Act::Expire => self.expire(at)?,
            Act::Settle => self.end_sale(Status::Settled)?,
            Act::Default => self.end_sale(Status::Defaulted)?,
        };
        self.log_seq += 1;
        Ok(sales)
    }

    /// Whether it is this authority's to do: operators and timers always, sellers until somebody
    /// has bid; decisions below the reserve are those of the two whom they concern.
    fn permits(&self, by: Authority, act: Act) -> Result<(), Refusal> {
        // Nobody spends what is somebody else's.
        let is_own =
            act == Act::BuyNow || (act == Act::Accept && self.status == Status::AwaitingBidder);
        let user = match by {
            Authority::Timer => {
                return match act {
                    Act::Start | Act::Pause { .. } | Act::Resume | Act::Close | Act::Expire => {
                        Ok(())
                    }
                    _ => Err(Refusal::NotYours),
                };
            }
            Authority::Operator(_) if !is_own => return Ok(()),
            Authority::Operator(user) | Authority::User(user) => user,
        };
        let is_seller = user == self.terms.seller;
        let allowed = match act {
            Act::BuyNow => true,
            Act::Expire => false,
            Act::Accept | Act::Reject if self.status == Status::AwaitingBidder => {
                self.leader() == Some(user)
            }
            Act::Accept | Act::Counter { .. } | Act::Reject => is_seller,
            _ => is_seller && self.bid_count == 0,
        };
        if allowed { Ok(()) } else { Err(Refusal::NotYours) }
    }

    /// Changes what the seller has laid down: everything before it is live; afterwards the reserve
    /// alone, which may be lowered as long as no bid has met it.
    ///
    /// # Errors
    /// [`Refusal`] says why not.
    pub fn amend<R: Rules>(
        &mut self,
        at: Timestamp,
        by: Authority,
        to: Amended,
    ) -> Result<(), Refusal> {
        let is_seller = by.user() == Some(self.terms.seller);
        if !is_seller && matches!(by, Authority::User(_)) {
            return Err(Refusal::NotYours);
        }
        let Amended { terms, starts_at, ends_at, hard_end } = to;
        if matches!(self.status, Status::Draft | Status::Scheduled) {
            let keeps_entry =
                terms.currency == self.terms.currency && terms.entry == self.terms.entry;
            if self.bidder_count > 0 && !keeps_entry {
                return Err(Refusal::WrongStatus(self.status));
            }
            if self.status == Status::Scheduled && ends_at <= at {
                return Err(Refusal::WrongTime);
            }
            self.price = terms.start;
            (self.starts_at, self.ends_at, self.hard_end) = (starts_at, ends_at, hard_end);
            if self.status == Status::Scheduled {
                self.begins_no_earlier_than(at);
            }
        } else {
            let same = Terms { reserve: self.terms.reserve, ..terms.clone() } == *self.terms
                && (starts_at, ends_at, hard_end) == (self.starts_at, self.ends_at, self.hard_end);
            let lowered = terms.reserve == self.terms.reserve
                || (self
                    .terms
                    .reserve
                    .is_some_and(|old| terms.reserve.is_none_or(|new| new < old))
                    && !self.is_met_by::<R>());
            if !same || !lowered || !matches!(self.status, Status::Live | Status::Paused) {
                return Err(Refusal::WrongStatus(self.status));
            }
        }
        self.terms = Arc::new(terms);
        self.price = self.price_by::<R>();
        self.log_seq += 1;
        Ok(())
    }

    fn is_one_of(&self, statuses: &[Status]) -> Result<(), Refusal> {
        if statuses.contains(&self.status) {
            Ok(())
        } else {
            Err(Refusal::WrongStatus(self.status))
        }
    }

    fn publish(&mut self, at: Timestamp) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::Draft])?;
        if self.ends_at <= at || self.ends_at <= self.starts_at {
            return Err(Refusal::WrongTime);
        }
        self.status = Status::Scheduled;
        self.begins_no_earlier_than(at);
        Ok(Vec::new())
    }

    /// Nobody was kept from bidding before: that it was to begin earlier gives no time back.
    fn begins_no_earlier_than(&mut self, at: Timestamp) {
        self.starts_at = self.starts_at.max(at);
    }

    fn start(&mut self, at: Timestamp, by: Authority) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::Scheduled])?;
        if at < self.starts_at && by == Authority::Timer {
            return Err(Refusal::WrongTime);
        }
        let late = at.since(self.starts_at);
        if late > LATE_START {
            self.ends_at = self.ends_at.plus(late);
            self.hard_end = self.hard_end.map(|end| end.plus(late));
        }
        if late > LATE_START || at < self.starts_at {
            self.starts_at = at;
        }
        self.status = Status::Live;
        Ok(Vec::new())
    }

    fn buy_now<R: Rules>(
        &mut self,
        at: Timestamp,
        (by, bidder): (Authority, Option<&Bidder>),
        available: impl FnOnce() -> i64,
    ) -> Result<Vec<Sale>, Refusal> {
        let who = by.user().ok_or(Refusal::NotYours)?;
        self.admits::<R>(at, who, bidder)?;
        let amount = self.terms.buy_now.filter(|_| self.is_buyable_by::<R>());
        let amount = amount.ok_or(Refusal::NotBuyable)?;
        if let Some(limit) = bidder.and_then(|bidder| bidder.limit).filter(|most| amount > *most) {
            return Err(Refusal::OverLimit { limit });
        }
        if available() < R::funds(amount, self.held_of(who)) {
            return Err(Refusal::Insufficient);
        }
        self.board = vec![Standing { bidder: who, max: amount, log_seq: self.log_seq + 1 }];
        self.price = amount;
        self.bid_count += 1;
        self.end(at, Status::Sold);
        Ok(vec![Sale { rank: 1, bidder: who, amount }])
    }

    fn pause<R: Rules>(
        &mut self,
        at: Timestamp,
        as_of: Option<Timestamp>,
    ) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::Live])?;
        let since = as_of.map_or(at, |as_of| as_of.clamp(self.starts_at.min(at), at));
        if !R::is_on_time(since, self.ends_at) {
            return Err(Refusal::Ended);
        }
        self.status = Status::Paused;
        self.paused_at = Some(since);
        Ok(Vec::new())
    }

    fn resume<R: Rules>(&mut self, at: Timestamp) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::Paused])?;
        let since = self.paused_at.take().unwrap_or(at);
        self.ends_at = R::resumed(self.ends_at, since, at);
        self.hard_end = self.hard_end.map(|end| R::resumed(end, since, at));
        self.status = Status::Live;
        Ok(Vec::new())
    }

    fn extend_to(&mut self, at: Timestamp, ends_at: Timestamp) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::Scheduled, Status::Live, Status::Paused])?;
        if self.status == Status::Live && self.ends_at <= at {
            return Err(Refusal::Ended);
        }
        if ends_at <= self.ends_at || ends_at <= at {
            return Err(Refusal::WrongTime);
        }
        self.ends_at = ends_at;
        self.hard_end = self.hard_end.map(|end| end.max(ends_at));
        Ok(Vec::new())
    }

    fn cancel(&mut self, at: Timestamp) -> Result<Vec<Sale>, Refusal> {
        if !(self.status.holds() || matches!(self.status, Status::Draft | Status::Scheduled)) {
            return Err(Refusal::WrongStatus(self.status));
        }
        let was_public = self.is_public();
        self.paused_at = None;
        self.decide_by = None;
        self.end(at, Status::Cancelled);
        if !was_public {
            self.closed_at = None;
        }
        Ok(Vec::new())
    }

    fn close<R: Rules>(&mut self, at: Timestamp, by: Authority) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::Live])?;
        if R::is_on_time(at, self.ends_at) && by == Authority::Timer {
            return Err(Refusal::WrongTime);
        }
        if self.is_met_by::<R>() {
            let sales = self.sales(self.price);
            self.end(at, Status::Sold);
            return Ok(sales);
        }
        match self.terms.decide_ms.filter(|_| !self.board.is_empty()) {
            Some(_) => {
                self.end(at, Status::AwaitingSeller);
                self.decide_by = self.decision_by(at);
            }
            None => self.end(at, Status::Unsold),
        }
        Ok(Vec::new())
    }

    /// Who wins, at this price.
    fn sales(&self, amount: i64) -> Vec<Sale> {
        let ranked = (1..).zip(&self.board);
        ranked.map(|(rank, top)| Sale { rank, bidder: top.bidder, amount }).collect()
    }

    fn decision_by(&self, at: Timestamp) -> Option<Timestamp> {
        self.terms.decide_ms.map(|ms| at.plus(std::time::Duration::from_millis(ms)))
    }

    fn accept(
        &mut self,
        at: Timestamp,
        available: impl FnOnce() -> i64,
    ) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::AwaitingSeller, Status::AwaitingBidder])?;
        self.in_time_to_decide(at)?;
        let price = match self.counter.filter(|_| self.status == Status::AwaitingBidder) {
            Some(asked) => {
                let held = self.board.first().map_or(0, |top| top.max);
                if available() < asked.saturating_sub(held) {
                    return Err(Refusal::Insufficient);
                }
                asked
            }
            None => self.price,
        };
        let sales = self.sales(price);
        self.price = price;
        self.decide(Status::Sold);
        Ok(sales)
    }

    fn counter(&mut self, at: Timestamp, amount: i64) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::AwaitingSeller])?;
        self.in_time_to_decide(at)?;
        if amount <= self.price || amount > MAX_AMOUNT {
            return Err(Refusal::WrongAmount);
        }
        self.status = Status::AwaitingBidder;
        self.counter = Some(amount);
        self.decide_by = self.decision_by(at);
        Ok(Vec::new())
    }

    fn decline(&mut self, at: Timestamp) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::AwaitingSeller, Status::AwaitingBidder])?;
        self.in_time_to_decide(at)?;
        self.decide(Status::Unsold);
        Ok(Vec::new())
    }

    fn expire(&mut self, at: Timestamp) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::AwaitingSeller, Status::AwaitingBidder])?;
        if self.decide_by.is_some_and(|by| at < by) {
            return Err(Refusal::WrongTime);
        }
        self.decide(Status::Unsold);
        Ok(Vec::new())
    }

    fn in_time_to_decide(&self, at: Timestamp) -> Result<(), Refusal> {
        if self.decide_by.is_some_and(|by| at >= by) { Err(Refusal::Ended) } else { Ok(()) }
    }

    fn end_sale(&mut self, status: Status) -> Result<Vec<Sale>, Refusal> {
        self.is_one_of(&[Status::Sold])?;
        self.status = status;
        Ok(Vec::new())
    }

    fn decide(&mut self, status: Status) {
        self.status = status;
        self.decide_by = None;
    }

    fn end(&mut self, at: Timestamp, status: Status) {
        self.status = status;
        self.closed_at = self.closed_at.or(Some(at));
    }
}

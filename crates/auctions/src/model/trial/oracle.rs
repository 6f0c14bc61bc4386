//! What an auction must be like, worked out from its terms and from everything that was ever done
//! to it. Nothing is carried from one answer to the next: all bids are ranked anew for each.

use std::{cmp::Reverse, sync::Arc};

use domain::UserId;

use crate::model::{Increments, Status, Terms};

/// A start may be late by so much before the end moves with it.
const TOLERATED_MS: i64 = 5_000;

/// An auction as it was laid down. Instants are milliseconds.
#[derive(Debug, Clone)]
pub(super) struct Drafted {
    pub(super) terms: Arc<Terms>,
    pub(super) starts_at: i64,
    pub(super) ends_at: i64,
    pub(super) hard_end: Option<i64>,
}

/// Something that was done, as far as it matters.
#[derive(Debug, Clone, Copy)]
pub(super) enum Deed {
    Amend(Amendment),
    Offer { who: UserId, max: i64, exact: bool },
    Buy { who: UserId },
    Publish,
    Start,
    Pause { as_of: Option<i64> },
    Resume,
    Extend { ends_at: i64 },
    Cancel,
    Close,
    Accept,
    Counter { amount: i64 },
    Reject,
    Expire,
    Settle,
    Default,
}

/// What is laid down anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Amendment {
    pub(super) start: i64,
    pub(super) reserve: Option<i64>,
    pub(super) starts_at: i64,
    pub(super) ends_at: i64,
}

/// A deed, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct Event {
    pub(super) at: i64,
    pub(super) deed: Deed,
}

/// A maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Offer {
    pub(super) who: UserId,
    pub(super) max: i64,
    pub(super) exact: bool,
    /// Which entry of the log it is.
    pub(super) seq: i64,
}

/// What an auction must be like.
#[derive(Debug, Clone)]
pub(super) struct Picture {
    pub(super) status: Status,
    pub(super) start: i64,
    pub(super) reserve: Option<i64>,
    pub(super) starts_at: i64,
    pub(super) ends_at: i64,
    pub(super) hard_end: Option<i64>,
    pub(super) extensions: u32,
    pub(super) price: i64,
    pub(super) min_next: i64,
    /// Who has a place, the best first.
    pub(super) leaders: Vec<Offer>,
    pub(super) reserve_met: bool,
    pub(super) paused_since: Option<i64>,
    pub(super) decide_by: Option<i64>,
    pub(super) counter: Option<i64>,
    /// Who has won, and what they pay.
    pub(super) winners: Vec<(UserId, i64)>,
    /// Every bid.
    pub(super) offers: Vec<Offer>,
}

/// The next price above one.
pub(super) fn above(table: &Increments, price: i64) -> i64 {
    let step = table.steps().iter().rev().find(|step| step.from <= price);
    price + step.map_or(1, |step| step.by)
}

/// Everybody by their best offer, the highest first and of equal ones the earlier.
pub(super) fn ranking(offers: &[Offer]) -> Vec<Offer> {
    let mut bests = Vec::<Offer>::with_capacity(8);
    for offer in offers {
        match bests.iter_mut().find(|best| best.who == offer.who) {
            Some(best) if best.max >= offer.max => {}
            Some(best) => *best = *offer,
            None => bests.push(*offer),
        }
    }
    bests.sort_unstable_by_key(|best| (Reverse(best.max), best.seq));
    bests
}

/// Who would have a place, and what they would pay: the most of all that there is a reason for.
pub(super) fn board(
    terms: &Terms,
    (start, reserve): (i64, Option<i64>),
    offers: &[Offer],
) -> (Vec<Offer>, i64) {
    let mut leaders = ranking(offers);
    let places = terms.places as usize;
    let mut price = start;
    if let (Some(last_in), Some(first_out)) = (leaders.get(places - 1), leaders.get(places)) {
        price = price.max(last_in.max.min(above(&terms.increments, first_out.max)));
    }
    for (earlier, offer) in offers.iter().enumerate().filter(|(_, offer)| offer.exact) {
        // A jump counts when its bidder led by it.
        let mut others = offers[..earlier].iter().filter(|other| other.who != offer.who);
        if others.all(|other| other.max < offer.max) {
            price = price.max(offer.max);
        }
    }
    if let (Some(top), Some(reserve)) = (leaders.first(), reserve)
        && top.max >= reserve
    {
        price = price.max(reserve);
    }
    leaders.truncate(places);
    (leaders, price)
}

/// What an auction is like after all this.
pub(super) fn picture(drafted: &Drafted, events: &[Event]) -> Picture {
    let mut now = Picture {
        status: Status::Draft,
        start: drafted.terms.start,
        reserve: drafted.terms.reserve,
        starts_at: drafted.starts_at,
        ends_at: drafted.ends_at,
        hard_end: drafted.hard_end,
        extensions: 0,
        price: drafted.terms.start,
        min_next: drafted.terms.start,
        leaders: Vec::new(),
        reserve_met: false,
        paused_since: None,
        decide_by: None,
        counter: None,
        winners: Vec::new(),
        offers: Vec::with_capacity(events.len()),
    };
    for (seq, event) in (1..).zip(events) {
        now.after(&drafted.terms, seq, event);
    }
    now.weigh(&drafted.terms, events);
    now
}

impl Picture {
    fn after(&mut self, terms: &Terms, seq: i64, event: &Event) {
        let at = event.at;
        match event.deed {
            Deed::Amend(to) => {
                (self.start, self.reserve) = (to.start, to.reserve);
                (self.starts_at, self.ends_at) = (to.starts_at, to.ends_at);
                if self.status == Status::Scheduled {
                    self.starts_at = self.starts_at.max(at);
                }
            }
            Deed::Offer { who, max, exact } => {
                self.offers.push(Offer { who, max, exact, seq });
                self.late(terms, at);
            }
            Deed::Buy { .. } => self.status = Status::Sold,
            Deed::Publish => {
                self.status = Status::Scheduled;
                self.starts_at = self.starts_at.max(at);
            }
            Deed::Start => {
                let late = at - self.starts_at;
                if late > TOLERATED_MS {
                    self.shift(late);
                    self.starts_at = at;
                }
                self.starts_at = self.starts_at.min(at);
                self.status = Status::Live;
            }
            Deed::Pause { as_of } => {
                self.paused_since = Some(as_of.unwrap_or(at).max(self.starts_at).min(at));
                self.status = Status::Paused;
            }
            Deed::Resume => {
                let since = self.paused_since.take();
                self.shift(since.map_or(0, |since| at - since));
                self.status = Status::Live;
            }
            Deed::Extend { ends_at } => {
                self.ends_at = ends_at;
                self.hard_end = self.hard_end.map(|hard_end| hard_end.max(ends_at));
            }
            Deed::Cancel => self.over(Status::Cancelled),
            Deed::Close => self.close(terms, at),
            Deed::Accept | Deed::Reject | Deed::Expire => {
                let is_sold = matches!(event.deed, Deed::Accept);
                self.over(if is_sold { Status::Sold } else { Status::Unsold });
            }
            Deed::Counter { amount } => {
                self.counter = Some(amount);
                self.decide_by = terms.decide_ms.map(|ms| at + ms.cast_signed());
                self.status = Status::AwaitingBidder;
            }
            Deed::Settle => self.status = Status::Settled,
            Deed::Default => self.status = Status::Defaulted,
        }
    }

    fn over(&mut self, status: Status) {
        self.status = status;
        self.paused_since = None;
        self.decide_by = None;
    }

    fn shift(&mut self, by_ms: i64) {
        self.ends_at += by_ms;
        self.hard_end = self.hard_end.map(|hard_end| hard_end + by_ms);
    }

    /// Moves the end when the last offer came late and is news.
    fn late(&mut self, terms: &Terms, at: i64) {
        let soft = terms.soft_close;
        let is_late = at + soft.window_ms.cast_signed() >= self.ends_at;
        let until = (at + soft.extend_ms.cast_signed()).min(self.hard_end.unwrap_or(i64::MAX));
        if !is_late || until <= self.ends_at || self.extensions >= soft.max_extensions {
            return;
        }
        let asked = (self.start, self.reserve);
        let (before, price_before) = board(terms, asked, &self.offers[..self.offers.len() - 1]);
        let (after, price_after) = board(terms, asked, &self.offers);
        let same = before.iter().map(|it| it.who).eq(after.iter().map(|it| it.who));
        if !same || price_before != price_after {
            self.ends_at = until;
            self.extensions += 1;
        }
    }

    fn close(&mut self, terms: &Terms, at: i64) {
        let top = self.offers.iter().map(|offer| offer.max).max();
        let decide_ms = terms.decide_ms.map(u64::cast_signed);
        match (top, decide_ms) {
            (Some(top), _) if self.reserve.is_none_or(|reserve| top >= reserve) => {
                self.over(Status::Sold);
            }
            (Some(_), Some(decide_ms)) => {
                self.over(Status::AwaitingSeller);
                self.decide_by = Some(at + decide_ms);
            }
            _ => self.over(Status::Unsold),
        }
    }

    /// Fills in what follows from the offers, and who has won.
    fn weigh(&mut self, terms: &Terms, events: &[Event]) {
        (self.leaders, self.price) = board(terms, (self.start, self.reserve), &self.offers);
        for (seq, event) in (1..).zip(events) {
            match event.deed {
                Deed::Buy { who } => {
                    self.price = terms.buy_now.unwrap_or(0);
                    self.leaders = vec![Offer { who, max: self.price, exact: false, seq }];
                }
                Deed::Accept => self.price = self.counter.unwrap_or(self.price),
                _ => {}
            }
        }
        let is_free = self.leaders.len() < terms.places as usize;
        self.min_next = if is_free { self.start } else { above(&terms.increments, self.price) };
        let top = self.leaders.first().map_or(0, |top| top.max);
        self.reserve_met = !self.leaders.is_empty() && top >= self.reserve.unwrap_or(0);
        if matches!(self.status, Status::Sold | Status::Settled | Status::Defaulted) {
            self.winners = self.leaders.iter().map(|leader| (leader.who, self.price)).collect();
        }
    }

    /// Where somebody stands among those who have a place.
    pub(super) fn own(&self, who: UserId) -> Option<&Offer> {
        self.leaders.iter().find(|leader| leader.who == who)
    }
}

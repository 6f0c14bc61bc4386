//! What must be answered, by the spec. There may be several reasons to refuse something; which of
//! them is told is not laid down, but there is one whenever something is refused.

use domain::UserId;

use super::oracle::{Amendment, Picture};
use crate::model::{
    Act, Authority, Bid, Bidder, BuyNowUntil, Entry, EntryState, MAX_AMOUNT, Refusal, Status, Terms,
};

/// Who asks, when, and with how much to spend.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) at: i64,
    pub(super) bidder: Option<&'a Bidder>,
    pub(super) free: i64,
    /// The last entry of the log.
    pub(super) log_seq: i64,
}

/// The maximum that a bid has to come to, or all that speaks against it.
pub(super) fn bid(
    (terms, now): (&Terms, &Picture),
    who: UserId,
    bid: &Bid,
    asked: Asked<'_>,
) -> Result<i64, Vec<Refusal>> {
    let mut reasons = Vec::new();
    admission((terms, now), who, asked, &mut reasons);
    if bid.if_log_seq.is_some() && bid.if_log_seq != Some(asked.log_seq) {
        reasons.push(Refusal::StaleView);
    }
    if bid.exact && !terms.exact_bids {
        reasons.push(Refusal::NotExact);
    }
    let own = now.own(who).map(|own| own.max);
    let max = match own {
        _ if bid.max <= 0 || bid.max > MAX_AMOUNT => Err(Refusal::WrongAmount),
        Some(own) if bid.max <= own => Err(Refusal::NotRaised { own }),
        Some(_) => Ok(bid.max),
        None if bid.max >= now.min_next => Ok(bid.max),
        None if bid.max_accept.is_none() => Err(Refusal::TooLow { min_next: now.min_next }),
        None if bid.max_accept < Some(now.min_next) => Err(Refusal::StaleView),
        None if now.min_next > MAX_AMOUNT => Err(Refusal::WrongAmount),
        None => Ok(now.min_next),
    };
    match max {
        Ok(max) => payment(max, own.unwrap_or(0), asked, &mut reasons),
        Err(reason) => reasons.push(reason),
    }
    if reasons.is_empty() { max.map_err(|reason| vec![reason]) } else { Err(reasons) }
}

fn admission(
    (terms, now): (&Terms, &Picture),
    who: UserId,
    asked: Asked<'_>,
    reasons: &mut Vec<Refusal>,
) {
    let is_to_come = matches!(now.status, Status::Draft | Status::Scheduled | Status::Paused);
    if is_to_come || now.status == Status::Cancelled {
        reasons.push(Refusal::NotLive);
    } else if now.status != Status::Live || asked.at >= now.ends_at {
        reasons.push(Refusal::Ended);
    }
    if who == terms.seller {
        reasons.push(Refusal::Seller);
    }
    let is_approved = match asked.bidder {
        Some(bidder) => bidder.state == EntryState::Approved,
        None => terms.entry == Entry::Open,
    };
    if !is_approved {
        reasons.push(Refusal::NotApproved);
    }
}

/// That an amount is within the limit, and that there is enough for it beside what is held.
fn payment(amount: i64, held: i64, asked: Asked<'_>, reasons: &mut Vec<Refusal>) {
    if let Some(limit) = asked.bidder.and_then(|bidder| bidder.limit)
        && limit < amount
    {
        reasons.push(Refusal::OverLimit { limit });
    }
    if held + asked.free < amount {
        reasons.push(Refusal::Insufficient);
    }
}

/// All that speaks against an act.
pub(super) fn act(
    (terms, now): (&Terms, &Picture),
    by: Authority,
    act: Act,
    asked: Asked<'_>,
) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    if !may((terms, now), by, act) {
        reasons.push(Refusal::NotYours);
    }
    if let (Act::BuyNow, Some(who)) = (act, by.user()) {
        buy_now((terms, now), who, asked, &mut reasons);
        return reasons;
    }
    if !from(act).contains(&now.status) {
        reasons.push(Refusal::WrongStatus(now.status));
    }
    if let Some(reason) = timing(now, by, act, asked.at) {
        reasons.push(reason);
    }
    match (act, now.status, now.counter) {
        (Act::Counter { amount }, ..) if amount <= now.price || amount > MAX_AMOUNT => {
            reasons.push(Refusal::WrongAmount);
        }
        (Act::Accept, Status::AwaitingBidder, Some(asking)) => {
            let held = now.leaders.first().map_or(0, |top| top.max);
            if held + asked.free < asking {
                reasons.push(Refusal::Insufficient);
            }
        }
        _ => {}
    }
    reasons
}

/// All that speaks against an amendment: afterwards the reserve alone is changed, it is lowered
/// only, and not when there is somebody who has met it.
pub(super) fn amendment(
    (terms, now): (&Terms, &Picture),
    by: Authority,
    (at, to): (i64, Amendment),
) -> Vec<Refusal> {
    let mut reasons = Vec::new();
    if matches!(by, Authority::User(user) if user != terms.seller) {
        reasons.push(Refusal::NotYours);
    }
    let stands = Amendment {
        start: now.start,
        reserve: to.reserve,
        starts_at: now.starts_at,
        ends_at: now.ends_at,
    };
    let is_lowered = match (now.reserve, to.reserve) {
        (Some(old), Some(new)) => new < old,
        (old, new) => old.is_some() && new.is_none(),
    };
    let is_right = match now.status {
        Status::Draft | Status::Scheduled => true,
        Status::Live | Status::Paused => {
            to == stands && (now.reserve == to.reserve || (is_lowered && !now.reserve_met))
        }
        _ => false,
    };
    if !is_right {
        reasons.push(Refusal::WrongStatus(now.status));
    }
    if now.status == Status::Scheduled && to.ends_at <= at {
        reasons.push(Refusal::WrongTime);
    }
    reasons
}

fn may((terms, now): (&Terms, &Picture), by: Authority, act: Act) -> bool {
    let is_bidders_turn = now.status == Status::AwaitingBidder;
    let leads = |user| now.leaders.first().is_some_and(|top| top.who == user);
    match (by, act) {
        (
            Authority::Timer,
            Act::Start | Act::Pause { .. } | Act::Resume | Act::Close | Act::Expire,
        ) => true,
        (Authority::Timer, _) => false,
        (_, Act::BuyNow) => true,
        (Authority::Operator(user), Act::Accept) if is_bidders_turn => leads(user),
        (Authority::Operator(_), _) => true,
        (Authority::User(user), Act::Accept | Act::Reject) if is_bidders_turn => leads(user),
        (Authority::User(_), Act::Expire) => false,
        (Authority::User(user), Act::Accept | Act::Reject | Act::Counter { .. }) => {
            user == terms.seller
        }
        (Authority::User(user), _) => user == terms.seller && now.leaders.is_empty(),
    }
}

/// The states in which something can be done at all.
fn from(act: Act) -> &'static [Status] {
    use Status::{AwaitingBidder, AwaitingSeller, Draft, Live, Paused, Scheduled, Sold};
    match act {
        Act::Publish => &[Draft],
        Act::Start => &[Scheduled],
        Act::BuyNow | Act::Pause { .. } | Act::Close => &[Live],
        Act::Resume => &[Paused],
        Act::Extend { .. } => &[Scheduled, Live, Paused],
        Act::Cancel => &[Draft, Scheduled, Live, Paused, AwaitingSeller, AwaitingBidder],
        Act::Counter { .. } => &[AwaitingSeller],
        Act::Accept | Act::Reject | Act::Expire => &[AwaitingSeller, AwaitingBidder],
        Act::Settle | Act::Default => &[Sold],
    }
}

fn timing(now: &Picture, by: Authority, act: Act, at: i64) -> Option<Refusal> {
    let is_undecided = now.decide_by.is_some_and(|decide_by| at < decide_by);
    let is_by_timer = by == Authority::Timer;
    match act {
        Act::Publish if now.ends_at <= at.max(now.starts_at) => Some(Refusal::WrongTime),
        Act::Start if is_by_timer && at < now.starts_at => Some(Refusal::WrongTime),
        Act::Close if is_by_timer && at < now.ends_at => Some(Refusal::WrongTime),
        Act::Pause { as_of } => {
            let since = as_of.map_or(at, |as_of| as_of.as_millis().max(now.starts_at).min(at));
            (since >= now.ends_at).then_some(Refusal::Ended)
        }
        Act::Extend { .. } if now.status == Status::Live && at >= now.ends_at => {
            Some(Refusal::Ended)
        }
        Act::Extend { ends_at } if ends_at.as_millis() <= now.ends_at.max(at) => {
            Some(Refusal::WrongTime)
        }
        Act::Accept | Act::Reject | Act::Counter { .. } if !is_undecided => Some(Refusal::Ended),
        Act::Expire if is_undecided => Some(Refusal::WrongTime),
        _ => None,
    }
}

fn buy_now(
    (terms, now): (&Terms, &Picture),
    who: UserId,
    asked: Asked<'_>,
    reasons: &mut Vec<Refusal>,
) {
    admission((terms, now), who, asked, reasons);
    let is_open = match terms.buy_now_until {
        BuyNowUntil::FirstBid => now.leaders.is_empty(),
        BuyNowUntil::ReserveMet => !now.reserve_met,
    };
    match terms.buy_now.filter(|_| is_open) {
        Some(amount) => {
            let held = now.own(who).map_or(0, |own| own.max);
            payment(amount, held, asked, reasons);
        }
        None => reasons.push(Refusal::NotBuyable),
    }
}

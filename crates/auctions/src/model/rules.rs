//! The rules, one function each, so that each can be shown to matter.

use domain::Timestamp;

use super::{BuyNowUntil, Increments};

/// What the price follows from.
#[derive(Debug, Clone, Copy)]
pub struct Pricing<'a> {
    /// The lowest first bid.
    pub start: i64,
    /// The highest maximum.
    pub top: i64,
    /// The lowest maximum that still has a place; the highest where there is one place.
    pub edge: i64,
    /// The highest maximum that has none.
    pub second: Option<i64>,
    /// What the highest maximum has to reach.
    pub reserve: Option<i64>,
    /// What the leader has jumped to.
    pub floor: i64,
    /// The step table.
    pub increments: &'a Increments,
}

/// How an auction decides. The methods are the rules; [`Standard`] changes none of them. A test
/// changes one at a time and has to notice.
pub trait Rules {
    /// Whether a maximum takes a place from another one: a tie is the earlier's.
    fn outbids(new: i64, standing: i64) -> bool {
        new > standing
    }

    /// Whether an own maximum is raised.
    fn raises(new: i64, own: i64) -> bool {
        new > own
    }

    /// What has to be available for a maximum of which `held` is set aside already.
    fn funds(max: i64, held: i64) -> i64 {
        max.saturating_sub(held)
    }

    /// What those who have a place would pay: enough to be above everybody who has none, but no
    /// more than the least of them offers; the start when all have one. Once the reserve is met, at
    /// least the reserve.
    fn price(pricing: &Pricing<'_>) -> i64 {
        let Pricing { start, top, edge, second, reserve, floor, increments } = *pricing;
        let price = second.map_or(start, |second| edge.min(increments.next(second)));
        let price = price.max(floor);
        if Self::meets(top, reserve) { price.max(reserve.unwrap_or(0)) } else { price }
    }

    /// The least that the next bidder has to offer: the start while a place is free.
    fn min_next(start: i64, price: i64, is_full: bool, increments: &Increments) -> i64 {
        if is_full { increments.next(price) } else { start }
    }

    /// Whether a maximum meets the reserve.
    fn meets(top: i64, reserve: Option<i64>) -> bool {
        reserve.is_none_or(|reserve| top >= reserve)
    }

    /// Whether a bid that was received at `at` is in time.
    fn is_on_time(at: Timestamp, ends_at: Timestamp) -> bool {
        at < ends_at
    }

    /// Whether a bid is late enough to move the end.
    fn is_in_window(at: Timestamp, ends_at: Timestamp, window_ms: u64) -> bool {
        at.as_millis() >= ends_at.as_millis().saturating_sub(millis(window_ms))
    }

    /// Whether a bid has changed anything that others would want to answer.
    fn is_news(has_new_leader: bool, has_new_price: bool) -> bool {
        has_new_leader || has_new_price
    }

    /// Whether the end may be moved once more.
    fn may_extend(extensions: u32, most: u32) -> bool {
        extensions < most
    }

    /// The end after a bid that moves it.
    fn extended(
        at: Timestamp,
        ends_at: Timestamp,
        extend_ms: u64,
        hard_end: Option<Timestamp>,
    ) -> Timestamp {
        let wanted = Timestamp::from_millis(at.as_millis().saturating_add(millis(extend_ms)));
        ends_at.max(hard_end.map_or(wanted, |hard_end| wanted.min(hard_end)))
    }

    /// An end, moved by the pause.
    fn resumed(end: Timestamp, paused_at: Timestamp, at: Timestamp) -> Timestamp {
        end.plus(at.since(paused_at))
    }

    /// Whether it can still be bought at the fixed price.
    fn is_buyable(until: BuyNowUntil, has_bids: bool, is_met: bool) -> bool {
        match until {
            BuyNowUntil::FirstBid => !has_bids,
            BuyNowUntil::ReserveMet => !has_bids || !is_met,
        }
    }
}

fn millis(ms: u64) -> i64 {
    i64::try_from(ms).unwrap_or(i64::MAX)
}

/// The rules as they are.
#[derive(Debug, Clone, Copy)]
pub struct Standard;

impl Rules for Standard {}

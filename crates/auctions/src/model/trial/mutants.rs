//! Wrong rules, each wrong in one thing only. The trial has to find every one of them guilty, or
//! it is no trial.

use domain::Timestamp;

use super::world::{Watch, World};
use crate::model::{BuyNowUntil, Increments, Pricing, Rules, Standard, Step};

/// How many worlds a wrong rule may survive.
const WORLDS: u64 = 400;

/// Rules that differ from [`Standard`] in one method.
macro_rules! wrong {
    ($($(#[$what:meta])* $name:ident: $method:item)+) => {
        $(
            $(#[$what])*
            struct $name;

            impl Rules for $name {
                $method
            }
        )+
    };
}

wrong! {
    /// A tie goes to the later.
    LaterWinsTies: fn outbids(new: i64, standing: i64) -> bool {
        new >= standing
    }
    /// The own maximum again is a raise.
    SameIsRaise: fn raises(new: i64, own: i64) -> bool {
        new >= own
    }
    /// What is held already has to be there once more.
    PaysTwice: fn funds(max: i64, _held: i64) -> i64 {
        max
    }
    /// Half of it will do.
    PaysHalf: fn funds(max: i64, held: i64) -> i64 {
        max / 2 - held
    }
    /// The price is the second maximum, without an increment.
    NoIncrement: fn price(pricing: &Pricing<'_>) -> i64 {
        let ones = Increments::new(vec![Step { from: 0, by: 1 }]).unwrap();
        let second = pricing.second.map(|second| second - 1);
        Standard::price(&Pricing { increments: &ones, second, ..*pricing })
    }
    /// The price goes above what the last of the winners offers.
    Uncapped: fn price(pricing: &Pricing<'_>) -> i64 {
        Standard::price(&Pricing { edge: i64::MAX, ..*pricing })
    }
    /// The price is capped by the first of the winners in place of the last.
    CappedByTop: fn price(pricing: &Pricing<'_>) -> i64 {
        Standard::price(&Pricing { edge: pricing.top, ..*pricing })
    }
    /// The reserve does not lift the price.
    ReserveLiftsNothing: fn price(pricing: &Pricing<'_>) -> i64 {
        Standard::price(&Pricing { reserve: None, ..*pricing })
    }
    /// The reserve lifts the price before it is met.
    ReserveLiftsAlways: fn price(pricing: &Pricing<'_>) -> i64 {
        Standard::price(pricing).max(pricing.reserve.unwrap_or(0).min(pricing.top))
    }
    /// Nobody jumps.
    NoJumps: fn price(pricing: &Pricing<'_>) -> i64 {
        Standard::price(&Pricing { floor: 0, ..*pricing })
    }
    /// The price itself is enough.
    NextIsPrice: fn min_next(start: i64, price: i64, is_full: bool, _: &Increments) -> i64 {
        if is_full { price } else { start }
    }
    /// The first bid has to be above the start.
    FirstAboveStart: fn min_next(_: i64, price: i64, _: bool, table: &Increments) -> i64 {
        table.next(price)
    }
    /// The reserve is met above it only.
    MetAbove: fn meets(top: i64, reserve: Option<i64>) -> bool {
        reserve.is_none_or(|reserve| top > reserve)
    }
    /// The reserve is met by nobody.
    MetNever: fn meets(_: i64, reserve: Option<i64>) -> bool {
        reserve.is_none()
    }
    /// The reserve is always met.
    MetAlways: fn meets(_: i64, _: Option<i64>) -> bool {
        true
    }
    /// At the end is in time.
    EndIsInTime: fn is_on_time(at: Timestamp, ends_at: Timestamp) -> bool {
        at <= ends_at
    }
    /// The last millisecond is too late.
    EndsEarly: fn is_on_time(at: Timestamp, ends_at: Timestamp) -> bool {
        at.as_millis() + 1 < ends_at.as_millis()
    }
    /// The window is open at its edge.
    WindowOpens: fn is_in_window(at: Timestamp, ends_at: Timestamp, window_ms: u64) -> bool {
        at.as_millis() > ends_at.as_millis() - window_ms.cast_signed()
    }
    /// The window is what comes before it.
    WindowBefore: fn is_in_window(at: Timestamp, ends_at: Timestamp, window_ms: u64) -> bool {
        at.as_millis() < ends_at.as_millis() - window_ms.cast_signed()
    }
    /// The window is twice as long.
    WindowTwice: fn is_in_window(at: Timestamp, ends_at: Timestamp, window_ms: u64) -> bool {
        at.as_millis() >= ends_at.as_millis() - 2 * window_ms.cast_signed()
    }
    /// Every bid is news.
    AllIsNews: fn is_news(_: bool, _: bool) -> bool {
        true
    }
    /// A new price is no news.
    PriceIsNoNews: fn is_news(has_new_leader: bool, _: bool) -> bool {
        has_new_leader
    }
    /// A new leader is no news.
    LeaderIsNoNews: fn is_news(_: bool, has_new_price: bool) -> bool {
        has_new_price
    }
    /// Extensions without end.
    Unlimited: fn may_extend(_: u32, _: u32) -> bool {
        true
    }
    /// One extension more.
    OneMore: fn may_extend(extensions: u32, most: u32) -> bool {
        extensions <= most
    }
    /// There is no hard end.
    NoHardEnd: fn extended(
        at: Timestamp,
        ends_at: Timestamp,
        extend_ms: u64,
        _: Option<Timestamp>,
    ) -> Timestamp {
        Standard::extended(at, ends_at, extend_ms, None)
    }
    /// An extension that is shorter than what is left shortens it.
    Shortened: fn extended(
        at: Timestamp,
        _: Timestamp,
        extend_ms: u64,
        hard_end: Option<Timestamp>,
    ) -> Timestamp {
        Standard::extended(at, at, extend_ms, hard_end)
    }
    /// It is extended from the end, not from the bid.
    FromTheEnd: fn extended(
        _: Timestamp,
        ends_at: Timestamp,
        extend_ms: u64,
        hard_end: Option<Timestamp>,
    ) -> Timestamp {
        Standard::extended(ends_at, ends_at, extend_ms, hard_end)
    }
    /// The pause is lost.
    PauseIsLost: fn resumed(end: Timestamp, _: Timestamp, _: Timestamp) -> Timestamp {
        end
    }
    /// It can be bought at any time.
    AlwaysBuyable: fn is_buyable(_: BuyNowUntil, _: bool, _: bool) -> bool {
        true
    }
    /// The first bid ends it, whatever the seller chose.
    BuyableUntilBid: fn is_buyable(_: BuyNowUntil, has_bids: bool, _: bool) -> bool {
        !has_bids
    }
}

/// What rules were found guilty of.
fn guilt<R: Rules>(watch: Watch) -> Option<String> {
    (0..WORLDS).find_map(|seed| World::<R>::new(seed, watch).run().err())
}

/// By what wrong rules have to be found out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// By the laws and by the oracle, each alone.
    Both,
    /// By the oracle: they are wrong, but may be consistent.
    Oracle,
}

fn is_guilty<R: Rules>(by: By) -> bool {
    let by_laws = || by == By::Oracle || guilt::<R>(Watch::Laws).is_some();
    guilt::<R>(Watch::Everything).is_some() && guilt::<R>(Watch::Oracle).is_some() && by_laws()
}

/// That each is found out by what it says.
macro_rules! guilty {
    ($($name:ident: $by:ident,)+) => {
        $(assert!(is_guilty::<$name>(By::$by), stringify!($name));)+
    };
}

#[test]
fn the_rules_are_not_guilty() {
    for watch in [Watch::Everything, Watch::Laws, Watch::Oracle] {
        assert_eq!(guilt::<Standard>(watch), None);
    }
}

#[test]
fn wrong_prices_and_ranks_are_found_out() {
    guilty! {
        LaterWinsTies: Both,
        SameIsRaise: Both,
        PaysTwice: Both,
        PaysHalf: Both,
        NoIncrement: Oracle,
        Uncapped: Both,
        CappedByTop: Both,
        ReserveLiftsNothing: Oracle,
        ReserveLiftsAlways: Both,
        NoJumps: Oracle,
        NextIsPrice: Both,
        FirstAboveStart: Oracle,
        MetAbove: Oracle,
        MetNever: Oracle,
        MetAlways: Both,
        AlwaysBuyable: Both,
        BuyableUntilBid: Oracle,
    }
}

#[test]
fn wrong_times_are_found_out() {
    guilty! {
        EndIsInTime: Both,
        EndsEarly: Oracle,
        WindowOpens: Oracle,
        WindowBefore: Both,
        WindowTwice: Both,
        AllIsNews: Both,
        PriceIsNoNews: Oracle,
        LeaderIsNoNews: Oracle,
        Unlimited: Both,
        OneMore: Both,
        NoHardEnd: Both,
        Shortened: Both,
        FromTheEnd: Both,
        PauseIsLost: Both,
    }
}

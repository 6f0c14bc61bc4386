//! What people and timers try: mostly what makes sense, and at the edges of what does.

use domain::{Timestamp, UserId};

use super::{
    dice::Dice,
    drafts::{BIDDERS, Lot, OPERATOR, SELLER},
    ms,
    oracle::Amendment,
    user,
};
use crate::model::{Act, Auction, Authority, Bid, MAX_AMOUNT, Status};

/// Something to try.
#[derive(Debug, Clone)]
pub(super) enum Command {
    Bid(UserId, Bid),
    Act(Authority, Act),
    Amend(Authority, Amendment),
    /// Bids that are decided together, each so many milliseconds behind the one before.
    Batch(Vec<(i64, UserId, Bid)>),
}

/// The instant of the next command: soon, or where something changes.
pub(super) fn instant(dice: &mut Dice, lot: &Lot, now: i64) -> i64 {
    let auction = &lot.auction;
    let (starts_at, ends_at) = (auction.starts_at.as_millis(), auction.ends_at.as_millis());
    let window_ms = auction.terms.soft_close.window_ms.cast_signed();
    let rarity = if auction.status == Status::Scheduled { 2 } else { 6 };
    let edge = match auction.status {
        _ if !dice.one_in(rarity) => now + dice.below(1_500),
        Status::Scheduled => {
            dice.pick(&[starts_at - 1, starts_at, starts_at + 5_000, starts_at + 5_001])
        }
        Status::Live => {
            let edge = if dice.one_in(8) { ends_at } else { ends_at - window_ms };
            edge + dice.pick(&[-1, 0])
        }
        Status::AwaitingSeller | Status::AwaitingBidder => {
            auction.decide_by.map_or(now, |at| at.as_millis() - dice.below(2))
        }
        _ => now,
    };
    if edge < now { now + dice.below(1_500) } else { edge }
}

/// The next command.
pub(super) fn command(dice: &mut Dice, lot: &Lot, now: i64) -> Command {
    let auction = &lot.auction;
    let act = match auction.status {
        _ if dice.one_in(if auction.terms.reserve.is_some() { 16 } else { 50 }) => {
            let by = authority(dice, auction, Act::Reject);
            return Command::Amend(by, amendment(dice, auction));
        }
        _ if dice.one_in(32) => any_act(dice, auction, now),
        Status::Live => match live_act(dice, lot, now) {
            Some(act) => act,
            None if dice.one_in(16) => return batch(dice, auction),
            None => return bid(dice, auction),
        },
        _ if dice.one_in(10) => return bid(dice, auction),
        Status::Draft if now >= auction.ends_at.as_millis() => Act::Cancel,
        Status::Draft => Act::Publish,
        Status::Scheduled => Act::Start,
        Status::Paused => dice.pick(&[Act::Resume, Act::Resume, Act::Resume, Act::Close]),
        Status::AwaitingSeller => {
            let asked = auction.price + dice.below(300);
            let counter = Act::Counter { amount: asked };
            dice.pick(&[counter, counter, Act::Accept, Act::Reject, Act::Expire])
        }
        Status::AwaitingBidder => dice.pick(&[Act::Accept, Act::Accept, Act::Reject, Act::Expire]),
        Status::Sold => dice.pick(&[Act::Settle, Act::Default]),
        _ => any_act(dice, auction, now),
    };
    Command::Act(authority(dice, auction, act), act)
}

fn live_act(dice: &mut Dice, lot: &Lot, now: i64) -> Option<Act> {
    let auction = &lot.auction;
    if now >= auction.ends_at.as_millis() && !dice.one_in(4) {
        return Some(Act::Close);
    }
    if auction.terms.buy_now.is_some() && dice.one_in(10) {
        return Some(Act::BuyNow);
    }
    match dice.below(100) {
        0 => Some(pause(dice, now)),
        1 => Some(extend(dice, auction)),
        2 => Some(Act::Close),
        3 if dice.one_in(3) => Some(Act::Cancel),
        _ => None,
    }
}

fn pause(dice: &mut Dice, now: i64) -> Act {
    let earlier = now - dice.below(9_000);
    let as_of = dice.pick(&[None, None, Some(earlier), Some(now + 1_000)]);
    Act::Pause { as_of: as_of.map(ms) }
}

fn extend(dice: &mut Dice, auction: &Auction) -> Act {
    Act::Extend { ends_at: ms(auction.ends_at.as_millis() + dice.below(20_000) - 500) }
}

fn any_act(dice: &mut Dice, auction: &Auction, now: i64) -> Act {
    let amount = dice.pick(&[auction.price, auction.price + 1, MAX_AMOUNT + 1]);
    let (pause, extend) = (pause(dice, now), extend(dice, auction));
    dice.pick(&[
        Act::Publish,
        Act::Start,
        Act::BuyNow,
        pause,
        Act::Resume,
        extend,
        Act::Cancel,
        Act::Close,
        Act::Accept,
        Act::Counter { amount },
        Act::Reject,
        Act::Expire,
        Act::Settle,
        Act::Default,
    ])
}

/// Mostly a lower reserve, which is all that is permitted once it is live. What has to be so before
/// anybody bids stays so: nothing is sold at once for less than the reserve or the start.
fn amendment(dice: &mut Dice, auction: &Auction) -> Amendment {
    let terms = &auction.terms;
    let reserve = match (terms.reserve, dice.below(6)) {
        (Some(_), 0) => None,
        (Some(reserve), 1) => Some(reserve + 1),
        (Some(reserve), 2) => Some((reserve - 1).max(terms.start)),
        (Some(reserve), 3) => {
            let top = auction.board.first().map_or(reserve, |top| top.max);
            Some(reserve.min(terms.start.max(top)))
        }
        (Some(reserve), 4) => Some(terms.start + dice.below(reserve - terms.start + 1)),
        (reserve, _) => reserve,
    };
    let reserve = reserve.map(|reserve| reserve.min(terms.buy_now.unwrap_or(MAX_AMOUNT)));
    let (starts_at, ends_at) = (auction.starts_at.as_millis(), auction.ends_at.as_millis());
    if !dice.one_in(4) {
        return Amendment { start: terms.start, reserve, starts_at, ends_at };
    }
    let (earlier, later) = (dice.below(3_000), dice.below(3_000));
    let last = auction.hard_end.map_or(i64::MAX, Timestamp::as_millis);
    let start = 1 + dice.below(terms.start);
    Amendment {
        start,
        reserve,
        starts_at: starts_at - earlier,
        ends_at: (ends_at + later).min(last),
    }
}

/// Mostly somebody whose business it is.
fn authority(dice: &mut Dice, auction: &Auction, act: Act) -> Authority {
    let somebody = somebody(dice);
    let leader = auction.leader().unwrap_or(somebody);
    let seller = Authority::User(auction.terms.seller);
    let anybody = dice.pick(&[
        Authority::Timer,
        Authority::Operator(OPERATOR),
        Authority::Operator(OPERATOR),
        Authority::Operator(somebody),
        Authority::User(somebody),
        seller,
    ]);
    let is_bidders_turn = auction.status == Status::AwaitingBidder;
    match act {
        Act::BuyNow if !dice.one_in(8) => Authority::User(somebody),
        Act::Accept | Act::Reject if is_bidders_turn && !dice.one_in(4) => Authority::User(leader),
        Act::Accept | Act::Reject | Act::Counter { .. } if !dice.one_in(3) => seller,
        Act::Start | Act::Close | Act::Expire if dice.one_in(3) => Authority::Timer,
        _ => anybody,
    }
}

fn somebody(dice: &mut Dice) -> UserId {
    if dice.one_in(16) {
        return SELLER;
    }
    user(1 + u128::from(dice.below(BIDDERS as i64).unsigned_abs()))
}

fn batch(dice: &mut Dice, auction: &Auction) -> Command {
    let mut bids = Vec::new();
    for _ in 0..2 + dice.below(5) {
        let gap_ms = dice.pick(&[0, 1, 40, 2_000]);
        let who = somebody(dice);
        bids.push((gap_ms, who, offer(dice, auction, who)));
    }
    Command::Batch(bids)
}

fn bid(dice: &mut Dice, auction: &Auction) -> Command {
    // Those who lead raise now and then.
    let who = match auction.board.as_slice() {
        [] => somebody(dice),
        board if dice.one_in(8) => dice.pick(board).bidder,
        _ => somebody(dice),
    };
    Command::Bid(who, offer(dice, auction, who))
}

fn offer(dice: &mut Dice, auction: &Auction, who: UserId) -> Bid {
    let max = amount(dice, auction, who);
    let exact = dice.one_in(if auction.terms.exact_bids { 4 } else { 50 });
    let if_log_seq = match dice.below(24) {
        0 | 1 => Some(auction.log_seq),
        2 => Some(auction.log_seq - 1),
        _ => None,
    };
    let max_accept = dice.one_in(8).then(|| auction.min_next() + dice.below(40) - 10);
    Bid { max, exact, if_log_seq, max_accept }
}

/// Around each amount from which on something else holds.
fn amount(dice: &mut Dice, auction: &Auction, who: UserId) -> i64 {
    let next = auction.min_next();
    let max_at = |place: Option<usize>| place.and_then(|place| auction.board.get(place));
    let of = |place| max_at(place).map_or(next, |standing| standing.max);
    let (top, own) = (of(Some(0)), of(auction.place_of(who)));
    let last = of(auction.board.len().checked_sub(1));
    let reserve = auction.terms.reserve.unwrap_or(next);
    match dice.below(20) {
        0..=9 if own > next && dice.one_in(2) => own + 1 + dice.below(30),
        0..=4 => next + dice.below(60),
        5 | 6 => next,
        7 => next - 1,
        8 | 9 => top,
        10 => top + 1 + dice.below(100),
        11 => own,
        12 | 13 => own + 1 + dice.below(50),
        14 => reserve,
        15 => reserve - 1,
        16 => last,
        17 => next + dice.below(3_000),
        18 => auction.terms.start + dice.below(5) - 1,
        _ if dice.one_in(4) => dice.pick(&[0, -5, MAX_AMOUNT, MAX_AMOUNT + 1]),
        _ => next + dice.below(200),
    }
}

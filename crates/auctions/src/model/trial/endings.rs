//! The rules by example: beginnings, pauses, decisions, and bids that are taken back.

use std::collections::BTreeSet;

use domain::UserId;

use super::{
    drafts::{SELLER, plain},
    ms,
    stories::{ANN, BEN, CAT, TIMER, act, bid, live, up_to},
};
use crate::model::{
    Act, Amended, Auction, Authority, LogEntry, LogKind, Refusal, Replay, Sale, SoftClose,
    Standard, Status, Terms,
};

#[test]
fn a_start_that_is_really_late_moves_the_end() {
    for (late_ms, shift_ms) in [(0, 0), (5_000, 0), (5_001, 5_001), (3_600_000, 3_600_000)] {
        let mut auction = live(plain());
        auction.status = Status::Scheduled;
        auction.hard_end = Some(ms(500_000));
        act(&mut auction, late_ms, TIMER, Act::Start).unwrap();
        assert_eq!(auction.ends_at, ms(100_000 + shift_ms), "{late_ms}");
        assert_eq!(auction.hard_end, Some(ms(500_000 + shift_ms)));
        assert_eq!(auction.starts_at, ms(shift_ms));
    }
}

#[test]
fn only_people_begin_and_end_it_early() {
    let mut auction = live(plain());
    (auction.status, auction.starts_at) = (Status::Scheduled, ms(50_000));
    assert_eq!(act(&mut auction, 49_999, TIMER, Act::Start), Err(Refusal::WrongTime));
    act(&mut auction, 20_000, Authority::User(SELLER), Act::Start).unwrap();
    assert_eq!((auction.starts_at, auction.ends_at), (ms(20_000), ms(100_000)));
    assert_eq!(act(&mut auction, 99_999, TIMER, Act::Close), Err(Refusal::WrongTime));
    act(&mut auction, 99_999, Authority::User(SELLER), Act::Close).unwrap();
    assert_eq!(auction.status, Status::Unsold);
}

#[test]
fn a_pause_takes_no_time_from_anybody() {
    // When it is paused, as of when, when it is resumed, and when it ends then.
    for (at, as_of, resumed, ends_at) in [
        (40_000, None, 70_000, 130_000),
        (40_000, Some(25_000), 70_000, 145_000),
        // It was down at its end, and comes back afterwards.
        (160_000, Some(90_000), 200_000, 210_000),
        // It does not begin before the auction, nor later than it is asked for.
        (40_000, Some(-9_000_000), 70_000, 170_000),
        (40_000, Some(60_000), 70_000, 130_000),
    ] {
        let mut auction = live(plain());
        auction.hard_end = Some(ms(300_000));
        let as_of = as_of.map(ms);
        act(&mut auction, at, TIMER, Act::Pause { as_of }).unwrap();
        assert_eq!(bid(&mut auction, at, ANN, up_to(50)), Err(Refusal::NotLive));
        act(&mut auction, resumed, TIMER, Act::Resume).unwrap();
        assert_eq!(auction.ends_at, ms(ends_at), "{at} {as_of:?}");
        assert_eq!(auction.hard_end, Some(ms(200_000 + ends_at)));
    }
    let over = Act::Pause { as_of: Some(ms(100_000)) };
    assert_eq!(act(&mut live(plain()), 160_000, TIMER, over), Err(Refusal::Ended));
}

/// Closed below the reserve of 70: Ann leads up to 60 and would pay 41.
fn undecided() -> Auction {
    let terms = Terms { reserve: Some(70), decide_ms: Some(10_000), ..plain() };
    let mut auction = live(terms);
    bid(&mut auction, 1, ANN, up_to(60)).unwrap();
    bid(&mut auction, 2, BEN, up_to(40)).unwrap();
    assert_eq!(act(&mut auction, 100_000, TIMER, Act::Close), Ok(Vec::new()));
    assert_eq!(auction.status, Status::AwaitingSeller);
    auction
}

#[test]
fn below_the_reserve_the_seller_decides_in_time() {
    let seller = Authority::User(SELLER);
    let asks = Act::Counter { amount: 66 };
    for (at, by, what, status) in [
        (100_001, seller, Act::Accept, Ok(Status::Sold)),
        (109_999, seller, Act::Reject, Ok(Status::Unsold)),
        (109_999, seller, asks, Ok(Status::AwaitingBidder)),
        (110_000, seller, Act::Accept, Err(Refusal::Ended)),
        (110_000, seller, Act::Reject, Err(Refusal::Ended)),
        (110_000, seller, asks, Err(Refusal::Ended)),
        (109_999, TIMER, Act::Expire, Err(Refusal::WrongTime)),
        (110_000, TIMER, Act::Expire, Ok(Status::Unsold)),
        (100_001, Authority::User(ANN), Act::Accept, Err(Refusal::NotYours)),
        // It is more than they would pay anyway.
        (100_001, seller, Act::Counter { amount: 41 }, Err(Refusal::WrongAmount)),
    ] {
        let mut auction = undecided();
        let done = act(&mut auction, at, by, what).map(|_| auction.status);
        assert_eq!(done, status, "{at} {what:?}");
        assert_eq!(auction.held_of(ANN), if auction.status.holds() { 60 } else { 0 });
    }
    let sales = act(&mut undecided(), 100_001, seller, Act::Accept);
    assert_eq!(sales, Ok(vec![Sale { rank: 1, bidder: ANN, amount: 41 }]));
}

#[test]
fn a_counter_offer_is_accepted_by_who_can_pay_it() {
    let mut auction = undecided();
    act(&mut auction, 105_000, Authority::User(SELLER), Act::Counter { amount: 66 }).unwrap();
    assert_eq!(auction.decide_by, Some(ms(115_000)));
    let accept = |who, available| {
        let by = (Authority::User(who), None);
        auction.clone().act::<Standard>(ms(106_000), by, Act::Accept, || available)
    };
    // 60 are held of Ann.
    assert_eq!(accept(ANN, 5), Err(Refusal::Insufficient));
    assert_eq!(accept(ANN, 6), Ok(vec![Sale { rank: 1, bidder: ANN, amount: 66 }]));
    assert_eq!(accept(BEN, 1_000), Err(Refusal::NotYours));
    assert_eq!(accept(SELLER, 1_000), Err(Refusal::NotYours));
}

#[test]
fn the_reserve_is_lowered_until_somebody_has_met_it() {
    // What Ann has bid, what the reserve of 70 becomes, and the price then.
    for (max, reserve, price) in [
        (60, Some(65), Ok(10)),
        (60, Some(60), Ok(60)),
        (60, Some(20), Ok(20)),
        (60, None, Ok(10)),
        (60, Some(70), Ok(10)),
        (60, Some(71), Err(Refusal::WrongStatus(Status::Live))),
        (70, Some(60), Err(Refusal::WrongStatus(Status::Live))),
    ] {
        let mut auction = live(Terms { reserve: Some(70), ..plain() });
        bid(&mut auction, 1, ANN, up_to(max)).unwrap();
        let terms = Terms { reserve, ..(*auction.terms).clone() };
        let Auction { starts_at, ends_at, hard_end, .. } = auction;
        let to = Amended { terms, starts_at, ends_at, hard_end };
        let stranger = auction.amend::<Standard>(ms(2), Authority::User(BEN), to.clone());
        assert_eq!(stranger, Err(Refusal::NotYours));
        let amended = auction.amend::<Standard>(ms(2), Authority::User(SELLER), to);
        assert_eq!(amended.map(|()| auction.price), price, "{max} {reserve:?}");
    }
}

/// An auction after these bids, and what its log says of them.
fn logged(terms: Terms, bids: &[(UserId, i64)]) -> (Auction, Replay) {
    let mut auction = live(terms);
    let mut replay = Replay::default();
    for (who, max) in bids {
        bid(&mut auction, 99_000, *who, up_to(*max)).unwrap();
        let entry = LogEntry::of(&auction, LogKind::Bid, Some(*who), ms(99_000));
        replay.bids.push(LogEntry { amount: Some(*max), ..entry });
    }
    (auction, replay)
}

#[test]
fn without_a_slip_of_the_finger_the_price_falls_and_the_end_stays() {
    let soft_close = SoftClose { window_ms: 20_000, extend_ms: 30_000, max_extensions: 9 };
    let (auction, mut replay) =
        logged(Terms { soft_close, ..plain() }, &[(ANN, 50), (BEN, 30), (CAT, 5_000), (ANN, 600)]);
    assert_eq!((auction.leader(), auction.price), (Some(CAT), 610));
    replay.retracted = BTreeSet::from([auction.log_seq - 1]);
    let without = replay.run::<Standard>(&auction, |_| 600);
    let then = &without.auction;
    assert_eq!((then.leader(), then.price, then.held_of(CAT)), (Some(ANN), 31, 0));
    assert_eq!(then.log_seq, auction.log_seq + 1);
    assert_eq!((then.ends_at, then.extensions), (auction.ends_at, auction.extensions));
    assert_eq!(without.bests.get(&ANN), Some(&(600, auction.log_seq)));
    assert!(without.uncovered.is_empty());
}

#[test]
fn who_can_no_longer_pay_does_not_get_the_place_back() {
    let (auction, mut replay) = logged(plain(), &[(ANN, 50), (BEN, 80), (ANN, 90), (CAT, 99)]);
    let seq = |bid: i64| auction.log_seq - 4 + bid;
    replay.retracted = BTreeSet::from([seq(4)]);
    // What Ann and Ben have left, who leads then at what price, and which bids are left out.
    for (ann, ben, leader, price, uncovered) in [
        (90, 0, Some(ANN), 81, &[][..]),
        (89, 80, Some(BEN), 51, &[3]),
        // Ann's earlier bid counts again.
        (50, 79, Some(ANN), 10, &[2, 3]),
        (0, 0, None, 10, &[1, 2, 3]),
    ] {
        let available = |who| if who == ANN { ann } else { ben };
        let replayed = replay.run::<Standard>(&auction, available);
        let then = &replayed.auction;
        assert_eq!((then.leader(), then.price), (leader, price), "{ann} {ben}");
        let left_out = uncovered.iter().map(|bid| seq(*bid)).collect::<BTreeSet<_>>();
        assert_eq!(replayed.uncovered, left_out);
    }
}

//! The rules by example: bids, prices and the end.

use std::sync::Arc;

use domain::UserId;

use super::{
    drafts::{self, OPERATOR, plain},
    ms,
    oracle::Drafted,
    user,
};
use crate::model::{
    Act, Auction, Authority, Bid, BuyNowUntil, MAX_AMOUNT, Placed, Refusal, Sale, SoftClose,
    Standard, Status, Terms,
};

pub(super) const ANN: UserId = user(1);
pub(super) const BEN: UserId = user(2);
pub(super) const CAT: UserId = user(3);
pub(super) const DAN: UserId = user(4);
pub(super) const TIMER: Authority = Authority::Timer;
const OPERATOR_SAYS: Authority = Authority::Operator(OPERATOR);

/// When auctions end here, in milliseconds; they begin at 0.
const END: i64 = 100_000;

/// A bid of this maximum and nothing else.
pub(super) const fn up_to(max: i64) -> Bid {
    Bid { max, exact: false, if_log_seq: None, max_accept: None }
}

/// An auction with these terms that has begun.
pub(super) fn live(terms: Terms) -> Auction {
    let terms = Arc::new(terms);
    let drafted = Drafted { terms, starts_at: 0, ends_at: END, hard_end: None };
    let mut auction = drafts::auction(&drafted);
    act(&mut auction, 0, OPERATOR_SAYS, Act::Publish).unwrap();
    act(&mut auction, 0, TIMER, Act::Start).unwrap();
    auction
}

/// A bid of somebody who has enough.
pub(super) fn bid(
    auction: &mut Auction,
    at: i64,
    who: UserId,
    bid: Bid,
) -> Result<Placed, Refusal> {
    auction.bid::<Standard>(ms(at), (who, None), &bid, || MAX_AMOUNT)
}

/// An act on the word of somebody who has enough.
pub(super) fn act(
    auction: &mut Auction,
    at: i64,
    by: Authority,
    act: Act,
) -> Result<Vec<Sale>, Refusal> {
    auction.act::<Standard>(ms(at), (by, None), act, || MAX_AMOUNT)
}

/// Bids one after another: who offers how much, who leads then, at what price.
fn plays(terms: Terms, bids: &[(UserId, i64, UserId, i64)]) -> Auction {
    let mut auction = live(terms);
    for (who, max, leader, price) in bids {
        bid(&mut auction, 1, *who, up_to(*max)).unwrap();
        assert_eq!((auction.leader(), auction.price), (Some(*leader), *price), "{who} {max}");
    }
    auction
}

#[test]
fn a_tie_is_the_earliers() {
    let auction = plays(plain(), &[(ANN, 80, ANN, 10), (BEN, 80, ANN, 80)]);
    assert_eq!((auction.held_of(ANN), auction.held_of(BEN)), (80, 0));
    // Who raises to a maximum that stands already comes behind it.
    let two = Terms { places: 2, ..plain() };
    plays(two, &[(ANN, 50, ANN, 10), (BEN, 80, BEN, 10), (ANN, 80, BEN, 10)]);
}

#[test]
fn a_duel_of_maxima_costs_one_step_above_the_second() {
    plays(
        plain(),
        &[
            (ANN, 90, ANN, 10),
            (BEN, 50, ANN, 51),
            (BEN, 89, ANN, 90),
            (BEN, 120, BEN, 91),
            // The step at 100 is 5, but nobody pays more than they have offered.
            (ANN, 118, BEN, 120),
            (CAT, 125, CAT, 125),
            (ANN, 500, ANN, 130),
        ],
    );
}

#[test]
fn an_own_raise_is_above_the_own_maximum_and_costs_the_difference() {
    let mut auction = plays(plain(), &[(ANN, 80, ANN, 10), (BEN, 40, ANN, 41)]);
    let mut raise =
        |max, available| auction.bid::<Standard>(ms(1), (ANN, None), &up_to(max), || available);
    assert_eq!(raise(80, 1_000), Err(Refusal::NotRaised { own: 80 }));
    assert_eq!(raise(50, 1_000), Err(Refusal::NotRaised { own: 80 }));
    assert_eq!(raise(100, 19), Err(Refusal::Insufficient));
    assert_eq!(raise(100, 20).map(|placed| (placed.max, placed.leads)), Ok((100, true)));
    assert_eq!((auction.price, auction.held_of(ANN)), (41, 100));
}

#[test]
fn the_reserve_lifts_the_price_once_it_is_met() {
    let terms = Terms { reserve: Some(70), ..plain() };
    let auction = plays(terms.clone(), &[(ANN, 69, ANN, 10), (BEN, 60, ANN, 61)]);
    assert!(!auction.reserve_met());
    let auction = plays(terms.clone(), &[(ANN, 40, ANN, 10), (BEN, 70, BEN, 70)]);
    assert!(auction.reserve_met());
    // An own raise meets it as well, and what is above it already stays.
    plays(terms, &[(ANN, 69, ANN, 10), (ANN, 200, ANN, 70), (BEN, 90, ANN, 91)]);
}

#[test]
fn an_exact_bid_jumps_when_its_bidder_leads_by_it() {
    let exact = |max| Bid { exact: true, ..up_to(max) };
    let mut auction = live(Terms { exact_bids: true, ..plain() });
    for (who, offer, leader, price) in [
        (ANN, exact(30), ANN, 30),
        (BEN, up_to(80), BEN, 31),
        (CAT, exact(60), BEN, 61),
        (CAT, exact(80), BEN, 80),
        (ANN, up_to(99), ANN, 81),
        (ANN, exact(100), ANN, 100),
        (BEN, exact(105), BEN, 105),
    ] {
        bid(&mut auction, 1, who, offer).unwrap();
        assert_eq!((auction.leader(), auction.price), (Some(leader), price), "{offer:?}");
    }
    assert_eq!(bid(&mut live(plain()), 1, ANN, exact(30)), Err(Refusal::NotExact));
}

#[test]
fn a_quick_bid_never_offers_more_than_was_shown() {
    let showed = |max, most| Bid { max_accept: Some(most), ..up_to(max) };
    let after = |offer| {
        let mut auction = plays(plain(), &[(ANN, 90, ANN, 10), (BEN, 50, ANN, 51)]);
        bid(&mut auction, 1, CAT, offer).map(|placed| placed.max)
    };
    // The next bid is 52 now.
    for (offer, max) in [
        (up_to(51), Err(Refusal::TooLow { min_next: 52 })),
        (up_to(52), Ok(52)),
        (showed(51, 51), Err(Refusal::StaleView)),
        (showed(51, 52), Ok(52)),
        (showed(11, 80), Ok(52)),
        (showed(60, 80), Ok(60)),
        (Bid { if_log_seq: Some(3), ..up_to(60) }, Err(Refusal::StaleView)),
        (Bid { if_log_seq: Some(4), ..up_to(60) }, Ok(60)),
    ] {
        assert_eq!(after(offer), max, "{offer:?}");
    }
}

#[test]
fn a_bid_at_the_edge_of_the_window_moves_the_end() {
    let soft_close = SoftClose { window_ms: 20_000, extend_ms: 30_000, max_extensions: 2 };
    let terms = Terms { soft_close, ..plain() };
    for (at, ends_at) in [(79_999, END), (80_000, 110_000), (99_999, 129_999)] {
        let mut auction = live(terms.clone());
        let placed = bid(&mut auction, at, ANN, up_to(50)).unwrap();
        assert_eq!(auction.ends_at, ms(ends_at), "{at}");
        assert_eq!(placed.extended, ends_at > END);
    }
    let mut auction = live(terms);
    for (at, who, max, ends_at) in [
        (80_000, ANN, 50, 110_000),
        // Neither price nor leader changes.
        (95_000, ANN, 60, 110_000),
        (96_000, BEN, 55, 126_000),
        // It has been extended twice.
        (120_000, BEN, 70, 126_000),
    ] {
        bid(&mut auction, at, who, up_to(max)).unwrap();
        assert_eq!(auction.ends_at, ms(ends_at), "{at}");
    }
    assert_eq!(auction.extensions, 2);
    assert_eq!(bid(&mut auction, 126_000, ANN, up_to(200)), Err(Refusal::Ended));
}

#[test]
fn the_end_is_never_moved_beyond_the_hard_end_and_never_back() {
    let soft = |window_ms, extend_ms| SoftClose { window_ms, extend_ms, max_extensions: 1_000 };
    for (soft_close, hard_end, at, ends_at, extensions) in [
        (soft(20_000, 30_000), Some(105_000), 90_000, 105_000, 1),
        (soft(20_000, 30_000), Some(END), 90_000, END, 0),
        (soft(20_000, 30_000), None, 90_000, 120_000, 1),
        // Ten seconds are left, which is more than it would be extended to.
        (soft(20_000, 5_000), None, 90_000, END, 0),
        (soft(0, 30_000), None, 99_999, END, 0),
    ] {
        let mut auction = live(Terms { soft_close, ..plain() });
        auction.hard_end = hard_end.map(ms);
        bid(&mut auction, at, ANN, up_to(50)).unwrap();
        assert_eq!(
            (auction.ends_at, auction.extensions),
            (ms(ends_at), extensions),
            "{soft_close:?}"
        );
    }
}

#[test]
fn it_can_be_bought_until_somebody_bids_or_until_the_reserve_is_met() {
    use BuyNowUntil::{FirstBid, ReserveMet};
    let terms =
        |buy_now_until, reserve| Terms { buy_now: Some(100), buy_now_until, reserve, ..plain() };
    for (until, reserve, max, is_buyable) in [
        (FirstBid, Some(80), 0, true),
        (FirstBid, Some(80), 50, false),
        (ReserveMet, Some(80), 50, true),
        (ReserveMet, Some(80), 80, false),
        // Without a reserve the first bid meets it.
        (ReserveMet, None, 0, true),
        (ReserveMet, None, 50, false),
    ] {
        let mut auction = live(terms(until, reserve));
        if max > 0 {
            bid(&mut auction, 1, ANN, up_to(max)).unwrap();
        }
        let bought = act(&mut auction, 2, Authority::User(BEN), Act::BuyNow);
        if is_buyable {
            assert_eq!(bought, Ok(vec![Sale { rank: 1, bidder: BEN, amount: 100 }]));
            assert_eq!((auction.status, auction.price), (Status::Sold, 100));
            assert_eq!((auction.held_of(ANN), auction.held_of(BEN)), (0, 0));
        } else {
            assert_eq!(bought, Err(Refusal::NotBuyable), "{until:?} {reserve:?} {max}");
        }
    }
}

#[test]
fn who_buys_needs_the_whole_of_it_beside_what_is_held() {
    let terms = Terms {
        buy_now: Some(100),
        buy_now_until: BuyNowUntil::ReserveMet,
        reserve: Some(80),
        ..plain()
    };
    let mut auction = live(terms);
    bid(&mut auction, 1, ANN, up_to(30)).unwrap();
    let buy = |who, available| {
        let by = (Authority::User(who), None);
        auction.clone().act::<Standard>(ms(2), by, Act::BuyNow, || available).map(|_| ())
    };
    assert_eq!(buy(BEN, 99), Err(Refusal::Insufficient));
    assert_eq!(buy(BEN, 100), Ok(()));
    assert_eq!(buy(ANN, 69), Err(Refusal::Insufficient));
    assert_eq!(buy(ANN, 70), Ok(()));
}

#[test]
fn a_leaderboard_sells_to_the_best_at_the_price_of_the_last() {
    let mut auction = live(Terms { places: 3, ..plain() });
    for (who, max, board, price) in [
        (ANN, 30, &[(ANN, 30)][..], 10),
        (BEN, 50, &[(BEN, 50), (ANN, 30)], 10),
        // A place is free: the start is enough, and a tie comes behind.
        (CAT, 30, &[(BEN, 50), (ANN, 30), (CAT, 30)], 10),
        (DAN, 20, &[(BEN, 50), (ANN, 30), (CAT, 30)], 21),
        // An equal offer gets no place.
        (DAN, 30, &[(BEN, 50), (ANN, 30), (CAT, 30)], 30),
        (DAN, 31, &[(BEN, 50), (DAN, 31), (ANN, 30)], 30),
        (CAT, 50, &[(BEN, 50), (CAT, 50), (DAN, 31)], 31),
        (DAN, 60, &[(DAN, 60), (BEN, 50), (CAT, 50)], 31),
    ] {
        bid(&mut auction, 1, who, up_to(max)).unwrap();
        let places = auction.board.iter().map(|it| (it.bidder, it.max)).collect::<Vec<_>>();
        assert_eq!((places.as_slice(), auction.price), (board, price), "{who} {max}");
    }
    assert_eq!(bid(&mut auction, 1, ANN, up_to(31)), Err(Refusal::TooLow { min_next: 32 }));
    let sales = act(&mut auction, END, TIMER, Act::Close).unwrap();
    let sale = |rank, bidder| Sale { rank, bidder, amount: 31 };
    assert_eq!(sales, [sale(1, DAN), sale(2, BEN), sale(3, CAT)]);
}

//! Who may do what in which state, and what it becomes by it; everything else is refused.

use domain::UserId;

use super::{
    drafts::{OPERATOR, SELLER, plain},
    ms,
    stories::{ANN, BEN, bid, live, up_to},
};
use crate::model::{
    Act, Auction, Authority, BuyNowUntil, MAX_AMOUNT, Refusal, Standard, Status, Terms,
};

const COUNTER: Act = Act::Counter { amount: 75 };
const PAUSE: Act = Act::Pause { as_of: None };
const EXTEND: Act = Act::Extend { ends_at: ms(900_000) };

const ACTS: [Act; 14] = [
    Act::Publish,
    Act::Start,
    Act::BuyNow,
    PAUSE,
    Act::Resume,
    EXTEND,
    Act::Cancel,
    Act::Close,
    Act::Accept,
    COUNTER,
    Act::Reject,
    Act::Expire,
    Act::Settle,
    Act::Default,
];

/// Those who ask: a timer, an operator, the seller before there is a bid and behind it, the leader
/// and somebody else.
const WHO: [(char, Authority); 6] = [
    ('t', Authority::Timer),
    ('o', Authority::Operator(OPERATOR)),
    ('f', Authority::User(SELLER)),
    ('s', Authority::User(SELLER)),
    ('l', Authority::User(ANN)),
    ('x', Authority::User(BEN)),
];

/// What is permitted: the act, the state, to whom, and what it becomes.
const PERMITTED: [(Act, Status, &str, Status); 24] = {
    use Status::{
        AwaitingBidder, AwaitingSeller, Cancelled, Defaulted, Draft, Live, Paused, Scheduled,
        Settled, Sold, Unsold,
    };
    [
        (Act::Publish, Draft, "of", Scheduled),
        (Act::Start, Scheduled, "tof", Live),
        (Act::BuyNow, Live, "olx", Sold),
        (PAUSE, Live, "tof", Paused),
        (Act::Resume, Paused, "tof", Live),
        (EXTEND, Scheduled, "of", Scheduled),
        (EXTEND, Live, "of", Live),
        (EXTEND, Paused, "of", Paused),
        (Act::Cancel, Draft, "of", Cancelled),
        (Act::Cancel, Scheduled, "of", Cancelled),
        (Act::Cancel, Live, "of", Cancelled),
        (Act::Cancel, Paused, "of", Cancelled),
        (Act::Cancel, AwaitingSeller, "o", Cancelled),
        (Act::Cancel, AwaitingBidder, "o", Cancelled),
        (Act::Close, Live, "tof", AwaitingSeller),
        (Act::Accept, AwaitingSeller, "os", Sold),
        (Act::Accept, AwaitingBidder, "l", Sold),
        (COUNTER, AwaitingSeller, "os", AwaitingBidder),
        (Act::Reject, AwaitingSeller, "os", Unsold),
        (Act::Reject, AwaitingBidder, "ol", Unsold),
        (Act::Expire, AwaitingSeller, "to", Unsold),
        (Act::Expire, AwaitingBidder, "to", Unsold),
        (Act::Settle, Sold, "o", Settled),
        (Act::Default, Sold, "o", Defaulted),
    ]
};

/// An auction in this state at an instant when the act is due.
fn auction(status: Status, act: Act, has_bid: bool) -> (Auction, i64) {
    let terms = Terms {
        reserve: Some(80),
        buy_now: Some(100),
        buy_now_until: BuyNowUntil::ReserveMet,
        decide_ms: Some(10_000),
        ..plain()
    };
    let mut auction = live(terms);
    if has_bid {
        bid(&mut auction, 1, ANN, up_to(60)).unwrap();
    }
    let is_waiting = matches!(status, Status::AwaitingSeller | Status::AwaitingBidder);
    auction.status = status;
    auction.paused_at = (status == Status::Paused).then_some(ms(2));
    auction.decide_by = is_waiting.then_some(ms(110_000));
    auction.counter = (status == Status::AwaitingBidder).then_some(75);
    auction.closed_at = status.is_over().then_some(ms(100_000));
    let at = match (act, is_waiting) {
        (Act::Expire, _) => 110_000,
        (Act::Close, _) | (_, true) => 100_000,
        _ => 50_000,
    };
    (auction, at)
}

fn leads_to(act: Act, status: Status, letter: char) -> Option<Status> {
    let mut permitted = PERMITTED.iter().filter(|it| (it.0, it.1) == (act, status));
    permitted.find(|it| it.2.contains(letter)).map(|it| it.3)
}

#[test]
fn everything_else_is_refused_and_changes_nothing() {
    for (status, act) in Status::ALL.into_iter().flat_map(|it| ACTS.map(|act| (it, act))) {
        for (letter, by) in WHO {
            let has_bid = letter != 'f';
            let is_behind_bids = status.is_over() && status != Status::Cancelled;
            if !has_bid && is_behind_bids && status != Status::Unsold {
                continue;
            }
            let (before, at) = auction(status, act, has_bid);
            let mut after = before.clone();
            let done = after.act::<Standard>(ms(at), (by, None), act, || MAX_AMOUNT);
            let what = format!("{act:?} by {letter} when {status}");
            match leads_to(act, status, letter) {
                Some(next) => {
                    assert!(done.is_ok(), "{what}: {done:?}");
                    let next = if next == Status::AwaitingSeller && !has_bid {
                        Status::Unsold
                    } else {
                        next
                    };
                    assert_eq!((after.status, after.log_seq), (next, before.log_seq + 1), "{what}");
                }
                None => {
                    let refusal = done.expect_err(&what);
                    let is_late = matches!(refusal, Refusal::Ended | Refusal::NotLive);
                    let is_told = act == Act::BuyNow && (is_late || refusal == Refusal::Seller)
                        || refusal == Refusal::NotYours
                        || refusal == Refusal::WrongStatus(status);
                    assert!(is_told, "{what}: {refusal:?}");
                    assert_eq!(after, before, "{what}");
                }
            }
        }
    }
}

#[test]
fn bids_are_taken_when_it_is_live() {
    let try_bid = |status, who: UserId| {
        let (before, at) = auction(status, Act::Publish, true);
        let mut after = before.clone();
        let placed = bid(&mut after, at, who, up_to(70));
        assert!(placed.is_ok() || after == before, "{status}");
        placed.map(|placed| placed.leads)
    };
    for status in Status::ALL {
        let expected = match status {
            Status::Live => Ok(true),
            Status::Draft | Status::Scheduled | Status::Paused | Status::Cancelled => {
                Err(Refusal::NotLive)
            }
            _ => Err(Refusal::Ended),
        };
        assert_eq!(try_bid(status, BEN), expected, "{status}");
    }
    assert_eq!(try_bid(Status::Live, SELLER), Err(Refusal::Seller));
    assert_eq!(try_bid(Status::Live, OPERATOR), Ok(true));
}

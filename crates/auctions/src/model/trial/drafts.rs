//! Auctions to try.

use std::{collections::BTreeMap, sync::Arc};

use domain::{Currency, UserId};

use super::{
    dice::Dice,
    ms,
    oracle::{Drafted, Event, Picture, picture},
    user,
};
use crate::model::{
    Auction, Bidder, BuyNowUntil, Entry, EntryState, Increments, Retraction, SoftClose, Status,
    Step, Terms,
};

/// Who bids; the first of them sells now and then.
pub(super) const BIDDERS: u128 = 6;
/// Who sells, and bids on what others sell.
pub(super) const SELLER: UserId = user(7);
/// Who does what operators do.
pub(super) const OPERATOR: UserId = user(8);
/// When every world begins.
pub(super) const DAWN_MS: i64 = 1_000_000;

/// An auction, and all that is known of it.
#[derive(Debug, Clone)]
pub(super) struct Lot {
    pub(super) drafted: Drafted,
    pub(super) auction: Auction,
    pub(super) bidders: BTreeMap<UserId, Bidder>,
    pub(super) events: Vec<Event>,
    /// What it must be like now.
    pub(super) picture: Picture,
}

impl Lot {
    pub(super) fn new(dice: &mut Dice) -> Self {
        let terms = Arc::new(terms(dice));
        let starts_at = DAWN_MS + dice.below(20_000);
        let ends_at = starts_at + 20_000 + dice.below(100_000);
        let hard_end = match dice.below(3) {
            0 => None,
            1 => Some(ends_at + dice.below(30_000)),
            _ => Some(ends_at + 100_000_000),
        };
        let bidders = bidders(dice, terms.entry);
        let drafted = Drafted { terms, starts_at, ends_at, hard_end };
        let mut auction = auction(&drafted);
        auction.bidder_count = bidders.len() as i64;
        let picture = picture(&drafted, &[]);
        Self { drafted, auction, bidders, events: Vec::new(), picture }
    }

    /// Whether nothing more can become of it.
    pub(super) fn is_done(&self) -> bool {
        let ends = [Status::Unsold, Status::Settled, Status::Defaulted, Status::Cancelled];
        ends.contains(&self.auction.status)
    }
}

/// An auction that nothing has been done to.
pub(super) fn auction(drafted: &Drafted) -> Auction {
    Auction {
        terms: Arc::clone(&drafted.terms),
        status: Status::Draft,
        log_seq: 0,
        starts_at: ms(drafted.starts_at),
        ends_at: ms(drafted.ends_at),
        hard_end: drafted.hard_end.map(ms),
        extensions: 0,
        board: Vec::new(),
        second: None,
        floor: 0,
        price: drafted.terms.start,
        bid_count: 0,
        bidder_count: 0,
        paused_at: None,
        decide_by: None,
        counter: None,
        closed_at: None,
    }
}

/// The simplest terms: one place, from 10 coins, nothing else.
pub(super) fn plain() -> Terms {
    Terms {
        currency: Currency::Coin,
        seller: SELLER,
        start: 10,
        reserve: None,
        buy_now: None,
        buy_now_until: BuyNowUntil::FirstBid,
        increments: Increments::standard(Currency::Coin),
        places: 1,
        exact_bids: false,
        soft_close: SoftClose { window_ms: 0, extend_ms: 0, max_extensions: 0 },
        decide_ms: None,
        entry: Entry::Open,
        retraction: Retraction::Off,
    }
}

fn terms(dice: &mut Dice) -> Terms {
    let start = 1 + dice.below(200);
    let places = if dice.one_in(3) { 2 + dice.below(4) } else { 1 };
    let is_english = places == 1;
    let reserve = (is_english && dice.one_in(2)).then(|| start + dice.below(900));
    let price = reserve.unwrap_or(start) + dice.below(200);
    Terms {
        seller: if dice.one_in(4) { user(1) } else { SELLER },
        start,
        reserve,
        buy_now: (is_english && dice.one_in(3)).then_some(price),
        buy_now_until: dice.pick(&[BuyNowUntil::FirstBid, BuyNowUntil::ReserveMet]),
        increments: increments(dice),
        places: u32::try_from(places).unwrap(),
        exact_bids: is_english && dice.one_in(2),
        soft_close: soft_close(dice),
        decide_ms: (!dice.one_in(4)).then(|| 5_000 + dice.below(20_000).unsigned_abs()),
        entry: dice.pick(&[
            Entry::Open,
            Entry::Open,
            Entry::Open,
            Entry::Approval,
            Entry::Deposit { amount: 5 },
        ]),
        ..plain()
    }
}

fn increments(dice: &mut Dice) -> Increments {
    if !dice.one_in(4) {
        return Increments::standard(Currency::Coin);
    }
    // Steps that go down as well, to see that nothing rests on their going up.
    let steps = [(0, 1), (50, 7), (120, 10), (400, 3), (1_000, 500)];
    Increments::new(steps.into_iter().map(|(from, by)| Step { from, by }).collect()).unwrap()
}

fn soft_close(dice: &mut Dice) -> SoftClose {
    if dice.one_in(5) {
        return plain().soft_close;
    }
    SoftClose {
        window_ms: 4_000 + dice.below(16_000).unsigned_abs(),
        extend_ms: 2_000 + dice.below(20_000).unsigned_abs(),
        max_extensions: dice.pick(&[1, 2, 1_000]),
    }
}

/// Some have registered; a few of them may not bid, or not much.
fn bidders(dice: &mut Dice, entry: Entry) -> BTreeMap<UserId, Bidder> {
    let mut bidders = BTreeMap::new();
    for number in 1..=BIDDERS + 1 {
        let is_known = entry != Entry::Open || dice.one_in(5);
        if !is_known || dice.one_in(10) {
            continue;
        }
        let state = match dice.below(12) {
            0 => EntryState::Pending,
            1 => EntryState::Rejected,
            _ => EntryState::Approved,
        };
        let limit = dice.one_in(6).then(|| 50 + dice.below(2_000));
        let alias = bidders.len() as i64 + 1;
        let bidder = Bidder { alias, state, limit, best: None, best_seq: None, best_at: None };
        bidders.insert(user(number), bidder);
    }
    bidders
}

//! What has happened in a trial: one in which nothing happens proves nothing.

use domain::UserId;

use crate::model::{Act, Auction, Bid, Placed, Refusal, Status};

/// How often what has happened.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) operations: u64,
    pub(super) bids: u64,
    pub(super) acts: u64,
    pub(super) batches: u64,
    pub(super) retractions: u64,
    pub(super) uncovered: u64,
    amended: u64,
    lowered_to_price: u64,
    own_raises: u64,
    ties: u64,
    jumps: u64,
    crossings: u64,
    lifted: u64,
    returns: u64,
    extensions: u64,
    at_hard_end: u64,
    late_starts: u64,
    resumed: u64,
    bought: u64,
    bought_after_bids: u64,
    sold: u64,
    sold_to_several: u64,
    accepted: u64,
    accepted_counters: u64,
    unsold: u64,
    expired: u64,
    cancelled: u64,
    refused: [u64; CAUSES.len()],
}

/// Why something can be refused here.
const CAUSES: [&str; 15] = [
    "not live",
    "ended",
    "too low",
    "not raised",
    "insufficient",
    "seller",
    "not approved",
    "over limit",
    "stale view",
    "not exact",
    "not buyable",
    "wrong status",
    "wrong time",
    "not yours",
    "wrong amount",
];

fn cause(refusal: &Refusal) -> usize {
    match refusal {
        Refusal::NotLive => 0,
        Refusal::Ended => 1,
        Refusal::TooLow { .. } => 2,
        Refusal::NotRaised { .. } => 3,
        Refusal::Insufficient => 4,
        Refusal::Seller => 5,
        Refusal::NotApproved => 6,
        Refusal::OverLimit { .. } => 7,
        Refusal::StaleView => 8,
        Refusal::NotExact => 9,
        Refusal::NotBuyable => 10,
        Refusal::WrongStatus(_) => 11,
        Refusal::WrongTime => 12,
        Refusal::NotYours => 13,
        Refusal::WrongAmount => 14,
        Refusal::NoSuchBid => unreachable!("nothing is taken back by a command"),
    }
}

impl Tally {
    pub(super) fn refused(&mut self, refusal: &Refusal) {
        self.refused[cause(refusal)] += 1;
    }

    /// A bid was taken.
    pub(super) fn bid(
        &mut self,
        before: &Auction,
        after: &Auction,
        (who, bid): (UserId, &Bid),
        placed: Placed,
    ) {
        self.bids += 1;
        let is_own = before.place_of(who).is_some();
        self.own_raises += u64::from(is_own);
        let mut others = before.board.iter().filter(|other| other.bidder != who);
        self.ties += u64::from(others.any(|other| other.max == placed.max));
        self.jumps += u64::from(bid.exact && after.price == placed.max && placed.leads);
        self.lifted += u64::from(bid.max < placed.max);
        let has_crossed = before.terms.reserve.is_some() && !before.reserve_met();
        self.crossings += u64::from(has_crossed && after.reserve_met());
        self.returns += u64::from(placed.leads && before.second.is_some() && !is_own);
        self.extensions += u64::from(placed.extended);
        let is_last = after.hard_end == Some(after.ends_at);
        self.at_hard_end += u64::from(placed.extended && is_last);
    }

    /// Something was done.
    pub(super) fn act(&mut self, before: &Auction, after: &Auction, act: Act) {
        self.acts += 1;
        let had_bids = before.bid_count > 0;
        match (act, before.status, after.status) {
            (Act::Start, ..) => self.late_starts += u64::from(after.ends_at > before.ends_at),
            (Act::Resume, ..) => self.resumed += 1,
            (Act::BuyNow, ..) => {
                self.bought += 1;
                self.bought_after_bids += u64::from(had_bids);
            }
            (Act::Accept, Status::AwaitingSeller, _) => self.accepted += 1,
            (Act::Accept, ..) => self.accepted_counters += 1,
            (Act::Expire, ..) => self.expired += 1,
            (Act::Cancel, ..) => self.cancelled += 1,
            (Act::Close, _, Status::Sold) => {
                self.sold += 1;
                self.sold_to_several += u64::from(after.board.len() > 1);
            }
            (Act::Close, _, Status::Unsold) => self.unsold += 1,
            _ => {}
        }
    }

    /// Something was laid down anew.
    pub(super) fn amendment(&mut self, before: &Auction, after: &Auction) {
        self.amended += 1;
        let is_live = before.status == Status::Live;
        self.lowered_to_price += u64::from(is_live && after.price > before.price);
    }

    fn counts(&mut self) -> Vec<(&'static str, &mut u64)> {
        let mut counts = vec![
            ("operations", &mut self.operations),
            ("bids", &mut self.bids),
            ("acts", &mut self.acts),
            ("batches", &mut self.batches),
            ("retractions", &mut self.retractions),
            ("uncovered", &mut self.uncovered),
            ("amended", &mut self.amended),
            ("lowered reserves that lift the price", &mut self.lowered_to_price),
            ("own raises", &mut self.own_raises),
            ("ties", &mut self.ties),
            ("jumps", &mut self.jumps),
            ("crossings of the reserve", &mut self.crossings),
            ("lifted bids", &mut self.lifted),
            ("places taken", &mut self.returns),
            ("extensions", &mut self.extensions),
            ("extensions to the hard end", &mut self.at_hard_end),
            ("late starts", &mut self.late_starts),
            ("resumed", &mut self.resumed),
            ("bought", &mut self.bought),
            ("bought after bids", &mut self.bought_after_bids),
            ("sold", &mut self.sold),
            ("sold to several", &mut self.sold_to_several),
            ("accepted", &mut self.accepted),
            ("accepted counter offers", &mut self.accepted_counters),
            ("unsold", &mut self.unsold),
            ("expired", &mut self.expired),
            ("cancelled", &mut self.cancelled),
        ];
        counts.extend(CAUSES.into_iter().zip(&mut self.refused));
        counts
    }

    pub(super) fn add(&mut self, other: &Self) {
        let mut other = other.clone();
        for ((_, sum), (_, more)) in self.counts().into_iter().zip(other.counts()) {
            *sum += *more;
        }
    }

    /// What has happened too seldom to have been tried.
    pub(super) fn rarities(&self) -> Vec<String> {
        let mut counts = self.clone();
        let counts = counts.counts().into_iter().map(|(what, count)| (what, *count));
        counts.filter(|(_, count)| *count < 200).map(|(what, n)| format!("{what}: {n}")).collect()
    }
}

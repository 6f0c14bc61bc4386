//! Taking a bid back: the auction as it would be without it.

use std::collections::{BTreeMap, BTreeSet};

use domain::UserId;

use super::{Auction, LogEntry, LogKind, Rules, Standing};

/// The bids of an auction, those that were taken back included.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// Every bid, in the order of the log.
    pub bids: Vec<LogEntry>,
    /// Those that do not count any more.
    pub retracted: BTreeSet<i64>,
}

/// What an auction is like without some of its bids.
#[derive(Debug, Clone)]
pub struct Replayed {
    /// The auction; its log has grown by one.
    pub auction: Auction,
    /// Everybody's best, of those that count.
    pub bests: BTreeMap<UserId, (i64, i64)>,
    /// Bids that do not count because their bidders can no longer pay for the place that they would
    /// have got.
    pub uncovered: BTreeSet<i64>,
}

impl Replay {
    /// The auction without the bids that were taken back. The end and its extensions stay; the
    /// price may fall. Somebody may get a place back that they had lost, for which `available` must
    /// cover their maximum; a bid that is not covered does not count either.
    pub fn run<R: Rules>(
        &self,
        now: &Auction,
        mut available: impl FnMut(UserId) -> i64,
    ) -> Replayed {
        let mut uncovered = BTreeSet::new();
        loop {
            let (auction, bests) = self.without::<R>(now, &uncovered);
            let short = auction.board.iter().find(|standing| {
                let held = now.held_of(standing.bidder);
                standing.max > held && available(standing.bidder) < standing.max - held
            });
            match short {
                Some(standing) => {
                    uncovered.insert(standing.log_seq);
                }
                None => return Replayed { auction, bests, uncovered },
            }
        }
    }

    fn without<R: Rules>(
        &self,
        now: &Auction,
        uncovered: &BTreeSet<i64>,
    ) -> (Auction, BTreeMap<UserId, (i64, i64)>) {
        let mut auction = Auction {
            board: Vec::new(),
            second: None,
            floor: 0,
            log_seq: now.log_seq + 1,
            ..now.clone()
        };
        let mut bests = BTreeMap::<UserId, (i64, i64)>::new();
        for bid in &self.bids {
            let counts = bid.kind == LogKind::Bid
                && !self.retracted.contains(&bid.log_seq)
                && !uncovered.contains(&bid.log_seq);
            let (Some(bidder), Some(max), true) = (bid.actor, bid.amount, counts) else { continue };
            let best = bests.get(&bidder).map_or(0, |best| best.0);
            if max <= best {
                // Without a bid in between it raises nothing.
                continue;
            }
            bests.insert(bidder, (max, bid.log_seq));
            let own = auction.place_of(bidder);
            auction.take_place::<R>(own, Standing { bidder, max, log_seq: bid.log_seq });
            if bid.exact && auction.leader() == Some(bidder) {
                auction.floor = auction.floor.max(max);
            }
        }
        auction.price = auction.price_by::<R>();
        (auction, bests)
    }
}

//! An auction without some of its bids is what those that are left make of it.

use std::collections::{BTreeMap, BTreeSet};

use domain::UserId;

use super::{
    drafts::Lot,
    ms,
    oracle::{Deed, Offer, board, ranking},
    world::World,
};
use crate::model::{Auction, LogEntry, LogKind, Replay, Replayed, Rules, Status};

impl<R: Rules> World<R> {
    /// Takes bids back in each auction in which there are some, only to look what would follow.
    pub(super) fn retract(&mut self) -> Result<(), String> {
        for lot in 0..self.lots.len() {
            if !self.judges() || self.lots[lot].picture.offers.is_empty() {
                continue;
            }
            let offers = self.lots[lot].picture.offers.clone();
            let retracted = offers.iter().map(|offer| offer.seq).filter(|_| self.dice.one_in(4));
            let retracted = retracted.collect::<BTreeSet<_>>();
            let lot = &self.lots[lot];
            let mut replay = Replay { bids: bids(lot), retracted: BTreeSet::new() };
            let whole = replay.run::<R>(&lot.auction, |_| i64::MAX);
            unchanged(&lot.auction, &whole)?;
            replay.retracted = retracted;
            let rich = replay.run::<R>(&lot.auction, |_| i64::MAX);
            ensure!(rich.uncovered.is_empty(), "replay: not covered by all there is");
            compare(lot, &replay.retracted, &rich)?;
            let covered = replay.run::<R>(&lot.auction, |who| self.free(who));
            let all = replay.retracted.union(&covered.uncovered).copied().collect();
            compare(lot, &all, &covered)?;
            self.covered(lot, &covered)?;
            self.tally.retractions += 1;
            self.tally.uncovered += covered.uncovered.len() as u64;
        }
        Ok(())
    }

    /// Everybody can pay for the place they would have, and only what cannot be paid is left out.
    fn covered(&self, lot: &Lot, replayed: &Replayed) -> Result<(), String> {
        let can = |who: UserId, max: i64| lot.auction.held_of(who) + self.free(who) >= max;
        for standing in &replayed.auction.board {
            ensure!(can(standing.bidder, standing.max), "replay: {standing:?} is not covered");
        }
        for offer in &lot.picture.offers {
            let is_left_out = replayed.uncovered.contains(&offer.seq);
            ensure!(!is_left_out || !can(offer.who, offer.max), "replay: {offer:?} is covered");
        }
        Ok(())
    }
}

fn bids(lot: &Lot) -> Vec<LogEntry> {
    let mut bids = Vec::new();
    for (seq, event) in (1..).zip(&lot.events) {
        if let Deed::Offer { who, max, exact } = event.deed {
            let entry = LogEntry::of(&lot.auction, LogKind::Bid, Some(who), ms(event.at));
            bids.push(LogEntry { log_seq: seq, amount: Some(max), exact, ..entry });
        }
    }
    bids
}

fn unchanged(now: &Auction, replayed: &Replayed) -> Result<(), String> {
    // What was settled at another price than that of the bids cannot be told from them.
    if now.status.is_over() && now.status != Status::Unsold {
        return Ok(());
    }
    let expected = Auction { log_seq: now.log_seq + 1, ..now.clone() };
    ensure!(replayed.auction == expected, "replay of everything: {:?}", replayed.auction);
    Ok(())
}

fn compare(lot: &Lot, without: &BTreeSet<i64>, replayed: &Replayed) -> Result<(), String> {
    let offers = lot.picture.offers.iter().filter(|offer| !without.contains(&offer.seq));
    let offers = offers.copied().collect::<Vec<Offer>>();
    let asked = (lot.picture.start, lot.picture.reserve);
    let (leaders, price) = board(&lot.drafted.terms, asked, &offers);
    ensure!(replayed.auction.price == price, "replay: price {price}, {:?}", replayed.auction);
    let leaders = leaders.iter().map(|leader| (leader.who, leader.max, leader.seq));
    let places = replayed.auction.board.iter().map(|it| (it.bidder, it.max, it.log_seq));
    ensure!(leaders.eq(places), "replay: leaders, {:?}", replayed.auction);
    let bests = ranking(&offers).iter().map(|it| (it.who, (it.max, it.seq))).collect();
    let is_best = replayed.bests == BTreeMap::<UserId, (i64, i64)>::clone(&bests);
    ensure!(is_best, "replay: bests {bests:?}");
    let (now, then) = (&lot.auction, &replayed.auction);
    let stays = then.log_seq == now.log_seq + 1
        && then.ends_at == now.ends_at
        && then.extensions == now.extensions
        && then.status == now.status;
    ensure!(stays, "replay: {then:?}");
    Ok(())
}

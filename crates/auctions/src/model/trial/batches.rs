//! Bids that are decided together have to come to what they come to one after another.

use std::collections::{BTreeMap, BTreeSet};

use domain::UserId;

use super::{drafts::Lot, ms, world::World};
use crate::model::{Answer, Auction, Bid, LogKind, Order, Placed, Plan, Refusal, Rules, place};

/// What is seen of one bid after another.
#[derive(Default)]
struct Seen {
    answers: Vec<Result<Answer, Refusal>>,
    /// What has to be available to each for all that was taken of them.
    needs: BTreeMap<UserId, i64>,
    outbid: BTreeSet<UserId>,
    leaders: Vec<Option<UserId>>,
}

impl<R: Rules> World<R> {
    /// Decides them together, then one by one, and compares.
    pub(super) fn batch(&mut self, lot: usize, bids: &[(i64, UserId, Bid)]) -> Result<(), String> {
        let orders = self.orders(bids);
        let Lot { auction, bidders, .. } = &self.lots[lot];
        let before = auction.clone();
        let plan = place::<R>(&before, bidders, &orders, |who| self.free(who));
        let mut free = BTreeMap::new();
        let mut seen = Seen::default();
        for order in &orders {
            free.entry(order.bidder).or_insert_with(|| self.free(order.bidder));
        }
        for order in &orders {
            let answer = self.bid(lot, order.at.as_millis(), order.bidder, &order.bid)?;
            seen.note(&before, &self.lots[lot].auction, order, answer);
        }
        self.tally.batches += 1;
        compare(&plan, &before, &self.lots[lot], &seen)?;
        funds(&plan, &before, &seen.needs, &free)?;
        entries(&plan, &orders, &before, &seen)
    }

    fn orders(&mut self, bids: &[(i64, UserId, Bid)]) -> Vec<Order> {
        let mut orders = Vec::with_capacity(bids.len());
        for (gap_ms, bidder, bid) in bids {
            self.at += gap_ms;
            let (bidder, bid, at) = (*bidder, *bid, ms(self.at));
            orders.push(Order { bidder, bid, at, key: String::new(), fingerprint: bid.max });
        }
        orders
    }
}

impl Seen {
    fn note(
        &mut self,
        before: &Auction,
        after: &Auction,
        order: &Order,
        answer: Result<Placed, Refusal>,
    ) {
        let answer = answer.map(|placed| {
            let need = placed.max - before.held_of(order.bidder);
            let most = self.needs.entry(order.bidder).or_insert(0);
            *most = need.max(*most);
            self.outbid.extend(placed.outbid);
            self.leaders.push(after.leader());
            Answer {
                log_seq: after.log_seq,
                max: placed.max,
                leads: placed.leads,
                price: after.price,
                min_next: after.min_next(),
                ends_at: after.ends_at,
                at: order.at,
            }
        });
        self.answers.push(answer);
    }
}

fn compare(plan: &Plan, before: &Auction, lot: &Lot, seen: &Seen) -> Result<(), String> {
    ensure!(plan.auction == lot.auction, "batch: {:?}\nis not {:?}", plan.auction, lot.auction);
    ensure!(plan.answers == seen.answers, "batch: {:?}\nis not {:?}", plan.answers, seen.answers);
    for (who, bidder) in &plan.bidders {
        ensure!(lot.bidders.get(who) == Some(bidder), "batch: {bidder:?}");
        ensure!(bidder.best_seq > Some(before.log_seq), "batch: {bidder:?} has nothing new");
    }
    let newer = lot.bidders.iter().filter(|(_, bidder)| bidder.best_seq > Some(before.log_seq));
    ensure!(newer.count() == plan.bidders.len(), "batch: somebody's best is missing");
    let has_none = |who: &&UserId| lot.auction.place_of(**who).is_none();
    let outbid = seen.outbid.iter().filter(has_none).copied().collect::<Vec<_>>();
    ensure!(plan.outbid == outbid, "batch: outbid {outbid:?}");
    Ok(())
}

fn funds(
    plan: &Plan,
    before: &Auction,
    needs: &BTreeMap<UserId, i64>,
    free: &BTreeMap<UserId, i64>,
) -> Result<(), String> {
    let boards = before.board.iter().chain(&plan.auction.board);
    let mut concerned = boards.map(|standing| standing.bidder).collect::<BTreeSet<_>>();
    concerned.extend(needs.keys());
    ensure!(plan.needs.keys().all(|who| concerned.contains(who)), "batch: whose need");
    for who in &concerned {
        let planned = plan.needs.get(who).copied().unwrap_or_default();
        let delta = plan.auction.held_of(*who) - before.held_of(*who);
        ensure!(planned.delta == delta, "batch: {delta} more is held, {planned:?}");
        let need = needs.get(who).copied().unwrap_or(0);
        ensure!(planned.need == need, "batch: {need} has to be available, {planned:?}");
        let is_there = free.get(who).is_none_or(|free| need <= *free);
        ensure!(is_there, "batch: {need} is more than there is");
        ensure!(delta <= need, "batch: more is held than was asked for");
    }
    Ok(())
}

fn entries(plan: &Plan, orders: &[Order], before: &Auction, seen: &Seen) -> Result<(), String> {
    let taken = orders
        .iter()
        .zip(&seen.answers)
        .filter_map(|(order, answer)| answer.as_ref().ok().map(|answer| (order, answer)));
    let taken = taken.zip(&seen.leaders).collect::<Vec<_>>();
    ensure!(plan.entries.len() == taken.len(), "batch: {} entries", plan.entries.len());
    for (((order, answer), leader), (seq, entry)) in
        taken.into_iter().zip((before.log_seq + 1..).zip(&plan.entries))
    {
        ensure!(entry.log_seq == seq && entry.kind == LogKind::Bid, "batch: {entry:?}");
        ensure!(Answer::of(entry) == *answer, "batch: {entry:?} tells not {answer:?}");
        ensure!(entry.actor == Some(order.bidder) && entry.leader == *leader, "batch: {entry:?}");
        ensure!(entry.exact == order.bid.exact && entry.at == order.at, "batch: {entry:?}");
        ensure!(entry.fingerprint == Some(order.fingerprint), "batch: {entry:?}");
    }
    Ok(())
}

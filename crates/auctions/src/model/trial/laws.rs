//! What holds whatever else the rules are; and whether an auction is as the oracle pictures it.

use domain::{Timestamp, UserId};

use super::oracle::{Deed, Event, Picture, above};
use crate::model::{Act, Auction, Placed, Rules, Sale, Standing, Status};

fn names(board: &[Standing]) -> Vec<UserId> {
    board.iter().map(|standing| standing.bidder).collect()
}

/// Of everything that was done.
fn of_change(before: &Auction, after: &Auction) -> Result<(), String> {
    ensure!(after.log_seq == before.log_seq + 1, "the log has a gap");
    ensure!(after.price >= before.price, "the price fell");
    ensure!(after.ends_at >= before.ends_at, "the end came nearer");
    let is_within = after.hard_end.is_none_or(|hard_end| after.ends_at <= hard_end);
    ensure!(is_within, "it ends beyond the hard end");
    let is_waiting = matches!(after.status, Status::AwaitingSeller | Status::AwaitingBidder);
    ensure!(after.decide_by.is_some() == is_waiting, "a decision is due");
    ensure!(
        after.paused_at.is_some() == (after.status == Status::Paused),
        "since when is it paused"
    );
    let was_draft = before.status == Status::Draft;
    let is_closed = after.status.is_over() && !was_draft;
    ensure!(after.closed_at.is_some() == is_closed, "when was it closed");
    Ok(())
}

/// Of an amendment: before it is live nobody has bid; afterwards only the price can rise by it.
pub(super) fn of_amendment(before: &Auction, after: &Auction) -> Result<(), String> {
    ensure!(after.status == before.status, "an amendment began or ended it");
    ensure!(after.board == before.board, "an amendment changed the board");
    if matches!(before.status, Status::Draft | Status::Scheduled) {
        ensure!(after.price == after.terms.start, "it does not begin at the start");
        ensure!(after.log_seq == before.log_seq + 1, "the log has a gap");
        return Ok(());
    }
    of_change(before, after)?;
    of_board(after)?;
    let highest = before.terms.reserve.unwrap_or(0);
    ensure!(after.terms.reserve.unwrap_or(0) <= highest, "the reserve was raised");
    ensure!(after.ends_at == before.ends_at, "an amendment moved the end");
    Ok(())
}

/// The board is ranked, nobody is on it twice, and nobody pays more than they have offered.
fn of_board(auction: &Auction) -> Result<(), String> {
    let board = &auction.board;
    let ranked = board.is_sorted_by(|a, b| (b.max, a.log_seq) < (a.max, b.log_seq));
    ensure!(ranked, "the board is not ranked");
    for (place, standing) in board.iter().enumerate() {
        let is_first = auction.place_of(standing.bidder) == Some(place);
        ensure!(is_first, "somebody has two places");
        ensure!(auction.price <= standing.max, "somebody would pay more than they offered");
    }
    ensure!(board.len() <= auction.terms.places as usize, "there are too many places");
    Ok(())
}

/// Of a bid that was taken.
pub(super) fn of_bid(
    before: &Auction,
    after: &Auction,
    (at, who): (Timestamp, UserId),
    placed: Placed,
) -> Result<(), String> {
    of_change(before, after)?;
    of_board(after)?;
    ensure!(before.status == Status::Live && after.status == Status::Live, "it was not live");
    ensure!(at < before.ends_at, "it came too late");
    ensure!(after.bid_count == before.bid_count + 1, "it was not counted");
    ensure!(who != before.terms.seller, "the seller bid");
    let terms = &before.terms;
    match before.board.iter().find(|own| own.bidder == who) {
        Some(own) => ensure!(placed.max > own.max, "the own maximum was not raised"),
        None if before.board.len() < terms.places as usize => {
            ensure!(placed.max >= terms.start, "it is below the start");
        }
        None => {
            let least = above(&terms.increments, before.price);
            ensure!(placed.max >= least, "it is below {least}");
        }
    }
    let (old, new) = (names(&before.board), names(&after.board));
    ensure!(placed.leads == new.contains(&who), "it does not know its place");
    let lost = old.iter().find(|other| !new.contains(other));
    ensure!(placed.outbid.as_ref() == lost, "who was outbid");
    // Nobody is moved by an equal offer: others come behind the same people as before, or the new.
    let stays =
        |other: &Standing| after.board.contains(other) || Some(other.bidder) == placed.outbid;
    ensure!(before.board.iter().all(|it| it.bidder == who || stays(it)), "others were changed");
    ensure!(after.starts_at == before.starts_at, "it began anew");
    ensure!(after.hard_end == before.hard_end, "the hard end moved");
    let is_news = old != new || before.price != after.price;
    of_end(before, after, at, is_news)?;
    ensure!(placed.extended == (after.ends_at > before.ends_at), "whether it was extended");
    Ok(())
}

/// The first who has offered the most of all leads.
pub(super) fn of_lead(events: &[Event], auction: &Auction) -> Result<(), String> {
    let mut first = None::<(UserId, i64)>;
    for event in events {
        if let Deed::Offer { who, max, .. } = event.deed
            && first.is_none_or(|(_, most)| max > most)
        {
            first = Some((who, max));
        }
    }
    let leads = auction.board.first().map(|top| (top.bidder, top.max));
    ensure!(leads == first, "{leads:?} leads in place of {first:?}");
    Ok(())
}

/// A bid moves the end within the window only, so often, so far.
fn of_end(before: &Auction, after: &Auction, at: Timestamp, is_news: bool) -> Result<(), String> {
    let soft = before.terms.soft_close;
    if after.ends_at == before.ends_at {
        ensure!(after.extensions == before.extensions, "an extension that extends nothing");
        return Ok(());
    }
    ensure!(is_news, "extended by what is no news");
    let left_ms = before.ends_at.since(at).as_millis();
    ensure!(left_ms <= u128::from(soft.window_ms), "extended outside of the window");
    let added_ms = after.ends_at.since(at).as_millis();
    ensure!(added_ms <= u128::from(soft.extend_ms), "extended by too much");
    ensure!(after.extensions == before.extensions + 1, "extensions are not counted");
    ensure!(after.extensions <= soft.max_extensions, "extended too often");
    Ok(())
}

/// Of an act that was done.
pub(super) fn of_act(
    before: &Auction,
    after: &Auction,
    (at, act): (Timestamp, Act),
    sales: &[Sale],
) -> Result<(), String> {
    of_change(before, after)?;
    let (was, is) = (before.status, after.status);
    let stays = matches!(act, Act::Extend { .. });
    let is_step = if stays { is == was } else { leads_to(was).contains(&is) };
    ensure!(is_step, "{was} became {is} by {act:?}");
    let is_bought = act == Act::BuyNow;
    ensure!(is_bought || after.board == before.board, "{act:?} changed the board");
    ensure!(after.extensions == before.extensions, "{act:?} counted as an extension");
    let moves = matches!(act, Act::Resume | Act::Extend { .. } | Act::Start);
    ensure!(moves || after.ends_at == before.ends_at, "{act:?} moved the end");
    if let Some(paused_at) = before.paused_at.filter(|_| act == Act::Resume) {
        let left = before.ends_at.since(paused_at);
        ensure!(after.ends_at.since(at) == left, "the pause cost time");
    }
    let sets_price = matches!(act, Act::BuyNow | Act::Accept);
    ensure!(sets_price || after.price == before.price, "{act:?} changed the price");
    of_sales(before, after, act, sales)
}

fn of_sales(before: &Auction, after: &Auction, act: Act, sales: &[Sale]) -> Result<(), String> {
    let is_sold = after.status == Status::Sold;
    ensure!(sales.is_empty() != is_sold, "{sales:?} when it is {}", after.status);
    if !is_sold {
        return Ok(());
    }
    let top = after.board.first().map_or(0, |top| top.max);
    let is_met = after.terms.reserve.is_none_or(|reserve| top >= reserve);
    let is_agreed = matches!(act, Act::BuyNow | Act::Accept);
    ensure!(is_met || is_agreed, "sold below the reserve");
    let places = after.board.len().min(after.terms.places as usize);
    ensure!(sales.len() == places, "somebody who has a place has not won");
    let is_asked = before.status == Status::AwaitingBidder;
    for ((rank, standing), sale) in (1..).zip(&after.board).zip(sales) {
        ensure!((sale.rank, sale.bidder) == (rank, standing.bidder), "others have won");
        ensure!(sale.amount <= standing.max || is_asked, "it costs more than was offered");
        let asked = if is_asked { before.counter } else { Some(after.price) };
        ensure!(Some(sale.amount) == asked, "it costs something else");
    }
    Ok(())
}

/// What comes after a status, by the spec.
fn leads_to(status: Status) -> &'static [Status] {
    use Status::{
        AwaitingBidder, AwaitingSeller, Cancelled, Defaulted, Draft, Live, Paused, Scheduled,
        Settled, Sold, Unsold,
    };
    match status {
        Draft => &[Scheduled, Cancelled],
        Scheduled => &[Live, Cancelled],
        Live => &[Paused, Sold, Unsold, AwaitingSeller, Cancelled],
        Paused => &[Live, Cancelled],
        AwaitingSeller => &[AwaitingBidder, Sold, Unsold, Cancelled],
        AwaitingBidder => &[Sold, Unsold, Cancelled],
        Sold => &[Settled, Defaulted],
        Unsold | Settled | Defaulted | Cancelled => &[],
    }
}

/// That the auction is as it is pictured.
pub(super) fn of_likeness<R: Rules>(picture: &Picture, auction: &Auction) -> Result<(), String> {
    let at = |instant: Timestamp| instant.as_millis();
    ensure!(auction.status == picture.status, "oracle: status {}", picture.status);
    ensure!(auction.price == picture.price, "oracle: price {}", picture.price);
    let place = |standing: &Standing| (standing.bidder, standing.max, standing.log_seq);
    let leaders = picture.leaders.iter().map(|leader| (leader.who, leader.max, leader.seq));
    ensure!(auction.board.iter().map(place).eq(leaders), "oracle: leaders {:?}", picture.leaders);
    ensure!(at(auction.starts_at) == picture.starts_at, "oracle: start {}", picture.starts_at);
    ensure!(at(auction.ends_at) == picture.ends_at, "oracle: end {}", picture.ends_at);
    ensure!(auction.hard_end.map(at) == picture.hard_end, "oracle: {:?}", picture.hard_end);
    ensure!(auction.extensions == picture.extensions, "oracle: extensions {}", picture.extensions);
    ensure!(auction.paused_at.map(at) == picture.paused_since, "oracle: pause");
    ensure!(auction.decide_by.map(at) == picture.decide_by, "oracle: decision");
    ensure!(auction.counter == picture.counter, "oracle: counter offer");
    ensure!(auction.is_met_by::<R>() == picture.reserve_met, "oracle: reserve");
    ensure!(auction.min_next_by::<R>() == picture.min_next, "oracle: next {}", picture.min_next);
    Ok(())
}

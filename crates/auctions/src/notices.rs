//! What people are told: pure, so that every wording has its test.

use domain::{Currency, Money, Timestamp, UserId};
use events::{Category, NoticeRaised, ObjectRef, Priority};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    model::{EntryState, Sale, Status},
    rows::Lot,
};

/// An amount as people read it.
pub(crate) fn spoken(minor: i64, currency: Currency) -> String {
    let amount = Money::new(minor, currency);
    match currency {
        Currency::Coin if minor == 1 => "1 coin".to_owned(),
        Currency::Coin => format!("{amount} coins"),
        other => format!("{amount} {}", other.code()),
    }
}

/// What is said to one kind of reader.
struct Wording {
    notice_type: &'static str,
    priority: Priority,
    title: String,
    body: String,
    /// Told once under this name, whatever happens twice.
    dedup: String,
    expires_at: Option<Timestamp>,
}

/// For programs.
#[derive(Serialize)]
struct Data<'a> {
    auction_id: domain::Id,
    title: &'a str,
    status: Status,
    log_seq: i64,
    currency: &'static str,
    price: Money,
    ends_at: Timestamp,
}

fn notice(lot: &Lot, users: Vec<UserId>, wording: Wording) -> NoticeRaised {
    let (auction, currency) = (&lot.auction, lot.auction.terms.currency);
    let data = Data {
        auction_id: lot.id,
        title: &lot.title,
        status: auction.status,
        log_seq: auction.log_seq,
        currency: currency.code(),
        price: Money::new(auction.price, currency),
        ends_at: auction.ends_at,
    };
    let data = serde_json::value::to_raw_value(&data).ok();
    let Wording { notice_type, priority, title, body, dedup, expires_at } = wording;
    NoticeRaised {
        users,
        notice_type: notice_type.to_owned(),
        category: Category::Bidding,
        priority,
        title,
        body,
        data: data.map(|data: Box<RawValue>| data.get().to_owned()),
        action_url: Some(format!("/auctions/{}", lot.id)),
        object: Some(ObjectRef { kind: "auction".to_owned(), id: lot.id }),
        actor: None,
        dedup_key: dedup,
        expires_at,
    }
}

/// Somebody has lost their place and has not come back. `nth` tells this time from the others.
pub(crate) fn outbid(lot: &Lot, user: UserId, nth: domain::Id) -> NoticeRaised {
    let (auction, currency) = (&lot.auction, lot.auction.terms.currency);
    let wording = Wording {
        notice_type: "bidding.outbid",
        priority: Priority::High,
        title: format!("You were outbid: {}", lot.title),
        body: format!(
            "It stands at {}; the next bid is at least {}.",
            spoken(auction.price, currency),
            spoken(auction.min_next(), currency)
        ),
        dedup: format!("bidding.outbid:{nth}"),
        expires_at: Some(auction.ends_at),
    };
    notice(lot, vec![user], wording)
}

/// Somebody may bid, or may not.
pub(crate) fn registration(
    lot: &Lot,
    user: UserId,
    state: EntryState,
    now: Timestamp,
) -> NoticeRaised {
    let (title, body) = if state == EntryState::Approved {
        (format!("You may bid: {}", lot.title), "Your registration was approved.")
    } else {
        (format!("You may not bid: {}", lot.title), "Your registration was turned down.")
    };
    let wording = Wording {
        notice_type: "bidding.registration",
        priority: Priority::High,
        title,
        body: body.to_owned(),
        // Each decision is told.
        dedup: format!("bidding.registration:{}:{user}:{}", lot.id, now.as_millis()),
        expires_at: Some(lot.auction.ends_at),
    };
    notice(lot, vec![user], wording)
}

/// It ends soon.
pub(crate) fn ending(lot: &Lot, users: Vec<UserId>, now: Timestamp) -> NoticeRaised {
    let auction = &lot.auction;
    let minutes = auction.ends_at.since(now).as_millis().div_ceil(60_000).max(1);
    let minutes = if minutes == 1 { "a minute".to_owned() } else { format!("{minutes} minutes") };
    let wording = Wording {
        notice_type: "bidding.ending",
        priority: Priority::High,
        title: format!("Ends in {minutes}: {}", lot.title),
        body: format!("It stands at {}.", spoken(auction.price, auction.terms.currency)),
        dedup: format!("bidding.ending:{}", lot.id),
        expires_at: Some(auction.ends_at),
    };
    notice(lot, users, wording)
}

/// Who reads a result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reader {
    /// Who sells.
    Seller,
    /// Who has won, or leads below the reserve.
    Leader,
    /// Who has bid.
    Bidder,
    /// Who has only watched or registered.
    Watcher,
}

/// How it came out, to readers of one kind; nothing when that is no news to them.
pub(crate) fn result(
    lot: &Lot,
    reader: Reader,
    users: Vec<UserId>,
    sales: &[Sale],
) -> Option<NoticeRaised> {
    let (notice_type, priority, title, body) = result_words(lot, reader, sales)?;
    let dedup = format!("{notice_type}:{}:{}", lot.id, lot.auction.log_seq);
    let wording = Wording { notice_type, priority, title, body, dedup, expires_at: None };
    Some(notice(lot, users, wording))
}

type Words = (&'static str, Priority, String, String);

fn result_words(lot: &Lot, reader: Reader, sales: &[Sale]) -> Option<Words> {
    let (auction, title) = (&lot.auction, &lot.title);
    let currency = auction.terms.currency;
    let price = spoken(sales.first().map_or(auction.price, |sale| sale.amount), currency);
    Some(match (auction.status, reader) {
        (Status::Sold | Status::Settled, Reader::Leader) => (
            "bidding.won",
            Priority::High,
            format!("You won: {title}"),
            format!("It is yours for {price}, which was taken from your account."),
        ),
        (Status::Sold | Status::Settled, Reader::Bidder) => (
            "bidding.lost",
            Priority::Medium,
            format!("You did not win: {title}"),
            format!("It went for {price}. Nothing is held of you for it any more."),
        ),
        (Status::Sold | Status::Settled, Reader::Seller) => (
            "bidding.sold",
            Priority::High,
            format!("Sold: {title}"),
            match sales.len() {
                0 | 1 => format!("It went for {price}, which is in your account."),
                places => format!("{places} winners pay {price} each, which is in your account."),
            },
        ),
        (Status::Defaulted, Reader::Leader) => (
            "bidding.refunded",
            Priority::High,
            format!("Paid back: {title}"),
            format!("Nothing came of the sale. You have the {price} back."),
        ),
        (Status::Defaulted, Reader::Seller) => (
            "bidding.refunded",
            Priority::High,
            format!("Paid back: {title}"),
            format!("Nothing came of the sale. The {price} went back to the buyer."),
        ),
        (Status::Unsold, Reader::Seller) => (
            "bidding.unsold",
            Priority::High,
            format!("Not sold: {title}"),
            "The auction is over without a sale.".to_owned(),
        ),
        (Status::Unsold, Reader::Leader | Reader::Bidder) => (
            "bidding.lost",
            Priority::Medium,
            format!("Not sold: {title}"),
            "The auction is over without a sale. Nothing is held of you for it any more."
                .to_owned(),
        ),
        (Status::Cancelled, _) => (
            "bidding.cancelled",
            Priority::High,
            format!("Called off: {title}"),
            "The auction was called off. Nothing is held of anybody for it any more.".to_owned(),
        ),
        _ => return decision_words(lot, reader),
    })
}

/// Who has to decide below the reserve.
fn decision_words(lot: &Lot, reader: Reader) -> Option<Words> {
    let (auction, title) = (&lot.auction, &lot.title);
    let currency = auction.terms.currency;
    let price = spoken(auction.price, currency);
    let by = "Decide before the time is over.";
    Some(match (auction.status, reader) {
        (Status::AwaitingSeller, Reader::Seller) => (
            "bidding.decide",
            Priority::High,
            format!("Below your reserve: {title}"),
            format!("The highest bid is {price}. Accept it, ask for more, or turn it down. {by}"),
        ),
        (Status::AwaitingSeller, Reader::Leader) => (
            "bidding.awaiting_seller",
            Priority::Medium,
            format!("The seller decides: {title}"),
            format!("You lead with {price}, below the reserve. It stays held until then."),
        ),
        (Status::AwaitingBidder, Reader::Leader) => (
            "bidding.decide",
            Priority::High,
            format!("The seller asks for more: {title}"),
            format!(
                "It is yours for {}, if you accept. {by}",
                spoken(auction.counter.unwrap_or(auction.price), currency)
            ),
        ),
        _ => return None,
    })
}

#[cfg(test)]
#[path = "notices_tests.rs"]
mod tests;

use std::sync::Arc;

use domain::{Id, TenantId};
use uuid::Uuid;

use super::*;
use crate::model::{Auction, BuyNowUntil, Entry, Increments, Preset, Retraction, Standing, Terms};

fn user(number: u128) -> UserId {
    UserId::from_uuid(Uuid::from_u128(number))
}

fn lot(status: Status, currency: Currency) -> Lot {
    let terms = Terms {
        currency,
        seller: user(1),
        start: 100,
        reserve: None,
        buy_now: None,
        buy_now_until: BuyNowUntil::FirstBid,
        increments: Increments::standard(currency),
        places: 1,
        exact_bids: false,
        soft_close: Preset::None.soft_close(),
        decide_ms: None,
        entry: Entry::Open,
        retraction: Retraction::Off,
    };
    let at = Timestamp::from_millis(1_000_000);
    Lot {
        id: Id::from_uuid(Uuid::from_u128(7)),
        tenant: TenantId::DEFAULT,
        title: "A lamp".to_owned(),
        description: String::new(),
        image_url: None,
        entry_seq: 0,
        top_alias: Some(1),
        created_at: at,
        updated_at: at,
        auction: Auction {
            terms: Arc::new(terms),
            status,
            log_seq: 9,
            starts_at: at,
            ends_at: at,
            hard_end: None,
            extensions: 0,
            board: vec![Standing { bidder: user(2), max: 900, log_seq: 3 }],
            second: Some(200),
            floor: 0,
            price: 205,
            bid_count: 2,
            bidder_count: 2,
            paused_at: None,
            decide_by: None,
            counter: Some(800),
            closed_at: None,
        },
    }
}

#[test]
fn amounts_are_spoken_with_what_they_are_of() {
    let cases = [
        (1, Currency::Coin, "1 coin"),
        (250, Currency::Coin, "250 coins"),
        (12_345, Currency::Usd, "123.45 USD"),
        (500, Currency::Jpy, "500 JPY"),
    ];
    for (minor, currency, words) in cases {
        assert_eq!(spoken(minor, currency), words);
    }
}

#[test]
fn each_reader_is_told_what_concerns_them() {
    let told = |status, reader| {
        let sales = [Sale { rank: 1, bidder: user(2), amount: 205 }];
        let notice = result(&lot(status, Currency::Coin), reader, vec![user(5)], &sales);
        notice.map(|notice| (notice.notice_type, notice.title))
    };
    let word = |kind: &str, title: &str| Some((kind.to_owned(), title.to_owned()));
    use Reader::{Bidder, Leader, Seller, Watcher};
    assert_eq!(told(Status::Sold, Leader), word("bidding.won", "You won: A lamp"));
    assert_eq!(told(Status::Sold, Bidder), word("bidding.lost", "You did not win: A lamp"));
    assert_eq!(told(Status::Sold, Seller), word("bidding.sold", "Sold: A lamp"));
    assert_eq!(told(Status::Sold, Watcher), None);
    let refunded = word("bidding.refunded", "Paid back: A lamp");
    assert_eq!(told(Status::Defaulted, Leader), refunded);
    assert_eq!(told(Status::Defaulted, Seller), refunded);
    assert_eq!(told(Status::Defaulted, Bidder), None);
    assert_eq!(told(Status::Unsold, Seller), word("bidding.unsold", "Not sold: A lamp"));
    assert_eq!(told(Status::Unsold, Bidder), word("bidding.lost", "Not sold: A lamp"));
    let decide = word("bidding.decide", "Below your reserve: A lamp");
    assert_eq!(told(Status::AwaitingSeller, Seller), decide);
    assert_eq!(told(Status::AwaitingSeller, Bidder), None);
    let more = word("bidding.decide", "The seller asks for more: A lamp");
    assert_eq!(told(Status::AwaitingBidder, Leader), more);
    assert_eq!(told(Status::AwaitingBidder, Seller), None);
    for reader in [Seller, Leader, Bidder, Watcher] {
        let cancelled = word("bidding.cancelled", "Called off: A lamp");
        assert_eq!(told(Status::Cancelled, reader), cancelled);
    }
}

#[test]
fn nobody_is_told_of_anothers_maximum() {
    for status in Status::ALL {
        for reader in [Reader::Seller, Reader::Leader, Reader::Bidder, Reader::Watcher] {
            let lot = lot(status, Currency::Coin);
            let Some(notice) = result(&lot, reader, vec![user(5)], &[]) else { continue };
            let text = format!("{} {} {:?}", notice.title, notice.body, notice.data);
            assert!(!text.contains("900"), "{text}");
        }
    }
    let told = outbid(&lot(Status::Live, Currency::Coin), user(5), Id::from_uuid(Uuid::nil()));
    assert_eq!(told.body, "It stands at 205 coins; the next bid is at least 210 coins.");
}

#[test]
fn minutes_are_rounded_up() {
    let title = |left_ms: i64| {
        let lot = lot(Status::Live, Currency::Coin);
        let now = Timestamp::from_millis(lot.auction.ends_at.as_millis() - left_ms);
        ending(&lot, vec![user(5)], now).title
    };
    assert_eq!(title(600_000), "Ends in 10 minutes: A lamp");
    assert_eq!(title(540_001), "Ends in 10 minutes: A lamp");
    assert_eq!(title(1), "Ends in a minute: A lamp");
}

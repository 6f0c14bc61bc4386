use domain::TenantId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::*;

const NOW: i64 = 1_768_400_000_000;

fn seller() -> UserId {
    UserId::from_uuid(Uuid::from_u128(1))
}

/// Reads a body that changes `fields` of one that is right.
fn wanted(fields: Value) -> Result<Wanted> {
    let mut body = json!({
        "title": " A lamp ", "start_price": 100, "ends_at": Timestamp::from_millis(NOW + 600_000),
    });
    for (name, value) in fields.as_object().unwrap() {
        body[name] = value.clone();
    }
    let body: AuctionBody = serde_json::from_str(&body.to_string()).unwrap();
    body.wanted(None, seller(), Timestamp::from_millis(NOW))
}

#[test]
fn what_is_not_said_is_as_usual() {
    let Wanted { title, amended, .. } = wanted(json!({})).unwrap();
    let terms = &amended.terms;
    assert_eq!((title.as_str(), terms.currency, terms.start), ("A lamp", Currency::Coin, 100));
    assert_eq!((terms.places, terms.entry, terms.reserve), (1, Entry::Open, None));
    assert_eq!(terms.soft_close, Preset::Cars.soft_close());
    assert_eq!(amended.starts_at, Timestamp::from_millis(NOW));
    let dollars = wanted(json!({ "currency": "USD", "start_price": "12.50" })).unwrap();
    assert_eq!(dollars.amended.terms.start, 1_250);
    let close = json!({ "preset": "property", "extend_ms": 1_000 });
    let close = wanted(json!({ "soft_close": close })).unwrap().amended.terms.soft_close;
    assert_eq!((close.window_ms, close.extend_ms), (300_000, 1_000));
}

#[test]
fn every_field_that_is_wrong_is_named() {
    let at = |ms: i64| json!(Timestamp::from_millis(NOW + ms));
    for (fields, wrong) in [
        (json!({ "title": " " }), "title"),
        (json!({ "title": "x".repeat(201) }), "title"),
        (json!({ "description": "x".repeat(10_001) }), "description"),
        (json!({ "image_url": "javascript:alert(1)" }), "image_url"),
        (json!({ "start_price": 0 }), "start_price"),
        (json!({ "start_price": "1.5" }), "start_price"),
        (json!({ "start_price": null }), "start_price"),
        (json!({ "reserve": 99 }), "reserve"),
        (json!({ "buy_now": 100 }), "buy_now"),
        (json!({ "buy_now": 300, "reserve": 301 }), "buy_now"),
        (json!({ "places": 0 }), "places"),
        (json!({ "places": 101 }), "places"),
        (json!({ "places": 2, "reserve": 200 }), "places"),
        (json!({ "places": 2, "exact_bids": true }), "places"),
        (json!({ "increments": [] }), "increments"),
        (json!({ "increments": [{ "from": 5, "by": 1 }] }), "increments"),
        (json!({ "soft_close": { "window_ms": 3_600_001 } }), "soft_close"),
        (json!({ "decide_ms": 59_999 }), "decide_ms"),
        (json!({ "entry": "deposit" }), "deposit"),
        (json!({ "ends_at": at(0) }), "ends_at"),
        (json!({ "ends_at": at(367 * 86_400_000) }), "ends_at"),
        (json!({ "hard_end": at(599_999) }), "hard_end"),
    ] {
        let error = wanted(fields.clone()).expect_err(&fields.to_string());
        let names: Vec<_> = error.fields().iter().map(|field| field.field.to_string()).collect();
        assert!(names.iter().any(|name| name == wrong), "{fields}: {names:?}");
    }
    let nothing: AuctionBody = serde_json::from_str("{}").unwrap();
    let error = nothing.wanted(None, seller(), Timestamp::from_millis(NOW)).unwrap_err();
    assert!(error.fields().len() >= 3, "{error}");
}

#[test]
fn a_change_keeps_what_it_does_not_name() {
    let first = wanted(json!({ "reserve": 500, "entry": "deposit", "deposit": 20 })).unwrap();
    let before = Lot {
        id: domain::Id::from_uuid(Uuid::from_u128(2)),
        tenant: TenantId::DEFAULT,
        title: first.title,
        description: first.description,
        image_url: None,
        entry_seq: 0,
        top_alias: None,
        created_at: Timestamp::from_millis(NOW),
        updated_at: Timestamp::from_millis(NOW),
        auction: crate::model::Auction {
            terms: std::sync::Arc::new(first.amended.terms.clone()),
            status: crate::model::Status::Draft,
            log_seq: 0,
            starts_at: first.amended.starts_at,
            ends_at: first.amended.ends_at,
            hard_end: None,
            extensions: 0,
            board: Vec::new(),
            second: None,
            floor: 0,
            price: 100,
            bid_count: 0,
            bidder_count: 0,
            paused_at: None,
            decide_by: None,
            counter: None,
            closed_at: None,
        },
    };
    let change = |body: Value| {
        let body: AuctionBody = serde_json::from_str(&body.to_string()).unwrap();
        body.wanted(Some(&before), seller(), Timestamp::from_millis(NOW + 5))
    };
    assert_eq!(change(json!({})).unwrap().amended, first.amended);
    let cleared = change(json!({ "reserve": null, "title": "B" })).unwrap();
    assert_eq!((cleared.title.as_str(), cleared.amended.terms.reserve), ("B", None));
    assert_eq!(cleared.amended.terms.entry, Entry::Deposit { amount: 20 });
    let error = change(json!({ "currency": "USD" })).unwrap_err();
    assert_eq!(error.fields()[0].field, "currency");
}

//! What is kept from whom, and what nobody may turn to their advantage.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::{Actor, Database};

use crate::it::world::*;

async fn who_negotiates_does_not_see_the_other_hand(database: Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(1_000).await, world.bidder(1_000).await);
    let id = world.live(json!({ "reserve": 900, "decide_ms": 600_000 })).await;
    bid(&ann, &id, 500).await.expect(201);
    bid(&ben, &id, 200).await.expect(201);
    world.admin.post(&path(&id, "close"), json!({ "reason": "time" })).await.expect(200);
    assert_eq!(world.show(&id).await["status"], "awaiting_seller");
    let knows = async |who: &Actor| {
        let log = who.get(&path(&id, "log")).await.expect(200).json;
        let bids = who.get(&path(&id, "bids")).await.expect(200).json;
        (has_number(&log, 500), bids["items"].to_string().contains(&ann.id().to_string()))
    };
    assert_eq!(knows(&world.seller).await, (false, false));
    assert!(knows(&world.admin).await.0);
    world.seller.post(&path(&id, "accept"), json!({})).await.expect(200);
    assert!(knows(&world.seller).await.0, "nothing is left to decide");
}

async fn an_end_stays_however_late_it_is_published(database: Database) {
    let world = World::new(database).await;
    let ends_at = world.in_seconds(1_200);
    let fields = json!({ "starts_at": world.in_seconds(0), "ends_at": ends_at });
    let id = world.draft(fields).await;
    world.pass(300).await;
    world.seller.post(&path(&id, "publish"), json!({})).await.expect(200);
    world.pass(2).await;
    let shown = world.show(&id).await;
    assert_eq!((&shown["status"], &shown["ends_at"]), (&json!("live"), &json!(ends_at)));
    // The same of one that is scheduled, and now was to have begun an hour ago.
    let ends_at = world.in_seconds(1_200);
    let id = world.scheduled(json!({ "ends_at": ends_at })).await;
    let earlier = json!({ "starts_at": world.in_seconds(-3_600) });
    world.seller.patch(&format!("/api/v1/auctions/{id}"), earlier).await.expect(200);
    world.pass(2).await;
    let shown = world.show(&id).await;
    assert_eq!((&shown["status"], &shown["ends_at"]), (&json!("live"), &json!(ends_at)));
}

async fn what_people_have_bid_on_stays_what_it_is(database: Database) {
    let world = World::new(database).await;
    let ann = world.bidder(1_000).await;
    let id = world.live(json!({ "title": "Gold bar", "reserve": 900 })).await;
    bid(&ann, &id, 100).await.expect(201);
    let address = format!("/api/v1/auctions/{id}");
    for change in [
        json!({ "title": "Gold-plated bar" }),
        json!({ "description": "worn" }),
        json!({ "image_url": "https://example.org/other.jpg" }),
    ] {
        world.seller.patch(&address, change).await.expect_problem(409, "auction_has_bids");
    }
    assert_eq!(world.show(&id).await["title"], "Gold bar");
    world.seller.patch(&address, json!({ "reserve": 800 })).await.expect(200);
    world.admin.patch(&address, json!({ "title": "Gold bar, 100 g" })).await.expect(200);
}

async fn each_bidder_takes_back_one_bid(database: Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(10_000).await, world.bidder(10_000).await);
    let id = world.live(json!({ "retraction": "typo" })).await;
    bid(&ann, &id, 200).await.expect(201);
    bid(&ben, &id, 5_000).await.expect(201);
    let mut log_seq = world.show(&id).await["log_seq"].as_i64().expect("a number");
    ben.post(&path(&id, &format!("bids/{log_seq}/retract")), json!({})).await.expect(200);
    bid(&ben, &id, 4_000).await.expect(201);
    log_seq = world.show(&id).await["log_seq"].as_i64().expect("a number");
    let again = ben.post(&path(&id, &format!("bids/{log_seq}/retract")), json!({})).await;
    again.expect_problem(403, "forbidden");
    bid(&ann, &id, 6_000).await.expect(201);
    let other = ann.post(&path(&id, &format!("bids/{}/retract", log_seq + 1)), json!({})).await;
    other.expect(200);
}

async fn a_deposit_is_held_again_for_who_is_let_in_after_all(database: Database) {
    let world = World::new(database).await;
    let ann = world.bidder(1_000).await;
    let id = world.live(json!({ "entry": "deposit", "deposit": 50 })).await;
    ann.post(&path(&id, "registrations"), json!({})).await.expect(200);
    let decide = async |what: &str| {
        let address = path(&id, &format!("registrations/{}/{what}", ann.id()));
        world.seller.post(&address, json!({})).await
    };
    for _ in 0..2 {
        decide("reject").await.expect(200);
        assert_eq!(coins(&ann).await, (1_000, 0));
        bid(&ann, &id, 100).await.expect_problem(409, "not_approved");
        decide("approve").await.expect(200);
        assert_eq!(coins(&ann).await, (1_000, 50));
    }
    bid(&ann, &id, 900).await.expect(201);
    // What is not there any more cannot be held.
    decide("reject").await.expect(200);
    let other = world.live(json!({})).await;
    bid(&ann, &other, 100).await.expect(201);
    decide("approve").await.expect_problem(409, "insufficient_coins");
    world.check().await;
}

async fn registrations_tell_a_seller_no_alias(database: Database) {
    let world = World::new(database).await;
    let ann = world.bidder(1_000).await;
    let id = world.live(json!({ "entry": "approval" })).await;
    let own = ann.post(&path(&id, "registrations"), json!({})).await.expect(200).json;
    assert_eq!(own["alias"], "Bidder 1");
    let alias = async |who: &Actor| {
        let list = who.get(&path(&id, "registrations")).await.expect(200).json;
        list["items"][0]["alias"].clone()
    };
    assert_eq!(alias(&world.seller).await, Value::Null);
    assert_eq!(alias(&world.admin).await, "Bidder 1");
    world.admin.post(&path(&id, "close"), json!({ "reason": "time" })).await.expect(200);
    assert_eq!(alias(&world.seller).await, "Bidder 1");
    // Where nobody registers there would be only those who have bid, in the order of their bids.
    let open = path(&world.live(json!({})).await, "registrations");
    world.seller.get(&open).await.expect_problem(409, "no_registration");
    world.admin.get(&open).await.expect(200);
}

async fn a_draft_that_is_called_off_stays_its_sellers(database: Database) {
    let world = World::new(database).await;
    let ann = world.bidder(0).await;
    let draft = world.draft(json!({ "title": "A secret" })).await;
    let known = world.scheduled(json!({ "title": "A lamp" })).await;
    for id in [&draft, &known] {
        let why = json!({ "reason": "no more" });
        world.seller.post(&path(id, "cancel"), why).await.expect(200);
    }
    let address = |id: &str| format!("/api/v1/auctions/{id}");
    ann.get(&address(&draft)).await.expect_problem(404, "not_found");
    world.app.anonymous().get(&path(&draft, "log")).await.expect_problem(404, "not_found");
    ann.get(&address(&known)).await.expect(200);
    world.seller.get(&address(&draft)).await.expect(200);
    for (who, count) in [(&ann, 1), (&world.seller, 2), (&world.admin, 2)] {
        let list = who.get("/api/v1/auctions?status=cancelled").await.expect(200).json;
        assert_eq!(list["items"].as_array().expect("a list").len(), count);
    }
}

async fn a_change_under_a_key_is_done_once(database: Database) {
    let world = World::new(database).await;
    let id = world.draft(json!({})).await;
    let address = format!("/api/v1/auctions/{id}");
    let tag = world.seller.get(&address).await.expect(200).headers["etag"].clone();
    let headers = [("if-match", tag.to_str().expect("text")), ("idempotency-key", "k-1")];
    let patch = async || {
        let body = json!({ "title": "A better lamp" }).to_string();
        world.seller.send(Method::PATCH, &address, Some(body), &headers).await.expect(200)
    };
    let first = patch().await.json;
    // Its answer was lost: the version it names is gone, for it was done.
    assert_eq!(patch().await.json["log_seq"], first["log_seq"]);
}

on_both!(
    who_negotiates_does_not_see_the_other_hand,
    an_end_stays_however_late_it_is_published,
    what_people_have_bid_on_stays_what_it_is,
    each_bidder_takes_back_one_bid,
    a_deposit_is_held_again_for_who_is_let_in_after_all,
    registrations_tell_a_seller_no_alias,
    a_draft_that_is_called_off_stays_its_sellers,
    a_change_under_a_key_is_done_once,
);

//! The life of an auction: who may do what when, and what follows.

use serde_json::{Value, json};
use testkit::{Actor, Answer};

use crate::it::world::*;

async fn does(person: &Actor, id: &str, what: &str, body: Value) -> Answer {
    person.post(&path(id, what), body).await
}

async fn a_draft_is_its_sellers_until_it_is_published(database: testkit::Database) {
    let world = World::new(database).await;
    let ann = world.bidder(1_000).await;
    let id = world.draft(json!({ "description": "bright", "reserve": 500 })).await;
    let address = format!("/api/v1/auctions/{id}");
    ann.get(&address).await.expect_problem(404, "not_found");
    world.app.anonymous().get(&address).await.expect_problem(404, "not_found");
    bid(&ann, &id, 100).await.expect_problem(404, "not_found");
    does(&ann, &id, "publish", json!({})).await.expect_problem(404, "not_found");
    assert_eq!(world.show(&id).await["reserve"], 500);

    let tag = world.seller.get(&address).await.expect(200).headers["etag"].clone();
    let tag = tag.to_str().unwrap();
    let change = json!({ "title": "A better lamp", "reserve": null }).to_string();
    let patch = async |tag: &str| {
        let headers = [("if-match", tag)];
        let method = axum::http::Method::PATCH;
        world.seller.send(method, &address, Some(change.clone()), &headers).await
    };
    let changed = patch(tag).await.expect(200).json;
    assert_eq!(
        (&changed["title"], &changed["has_reserve"]),
        (&json!("A better lamp"), &json!(false))
    );
    patch(tag).await.expect_problem(412, "precondition_failed");

    does(&world.seller, &id, "publish", json!({})).await.expect(200);
    let seen = ann.get(&address).await.expect(200).json;
    assert_eq!((&seen["status"], &seen["reserve"]), (&json!("scheduled"), &Value::Null));
    bid(&ann, &id, 100).await.expect_problem(409, "auction_not_live");
    does(&ann, &id, "start", json!({})).await.expect_problem(403, "forbidden");
    // It begins by itself, on the dot.
    world.pass(61).await;
    assert_eq!(world.show(&id).await["status"], "live");
    let late = world.seller.patch(&address, json!({ "title": "No lamp" })).await.expect(200);
    assert_eq!(late.json["title"], "No lamp", "words may still change");
    let late = world.seller.patch(&address, json!({ "start_price": 5 })).await;
    late.expect_problem(409, "auction_status");
}

async fn a_pause_moves_both_timers_and_takes_no_bids(database: testkit::Database) {
    let world = World::new(database).await;
    let ann = world.bidder(1_000).await;
    let id = world.live(json!({ "hard_end": world.in_seconds(2_000) })).await;
    bid(&ann, &id, 100).await.expect(201);
    let before = world.show(&id).await;
    // With a bid on it the seller cannot stop it any more; an operator says why.
    does(&world.seller, &id, "pause", json!({})).await.expect_problem(403, "forbidden");
    does(&world.admin, &id, "pause", json!({})).await.expect_problem(422, "invalid");
    does(&world.admin, &id, "pause", json!({ "reason": "a fire" })).await.expect(200);
    bid(&ann, &id, 300).await.expect_problem(409, "auction_not_live");
    assert_eq!(coins(&ann).await, (1_000, 100), "what is held stays held");
    world.pass(600).await;
    assert_eq!(world.show(&id).await["status"], "paused", "its end waits");
    does(&world.admin, &id, "resume", json!({})).await.expect(200);
    let after = world.show(&id).await;
    for timer in ["ends_at", "hard_end"] {
        let at = |auction: &Value| -> domain::Timestamp {
            auction[timer].as_str().unwrap().parse().unwrap()
        };
        let moved = at(&after).since(at(&before));
        assert!((600..602).contains(&moved.as_secs()), "{timer}: {moved:?}");
    }
    let log = world.admin.get(&path(&id, "log")).await.expect(200).json;
    let paused = log["items"].as_array().unwrap().iter().find(|entry| entry["kind"] == "paused");
    let paused = paused.expect("the pause is in the log");
    assert_eq!(paused["reason"], "a fire");
    assert_eq!(paused["actor_id"], json!(world.admin.id()));
    let seen = ann.get(&path(&id, "log")).await.expect(200);
    assert!(!seen.text.contains("a fire"), "why is the operators' affair");
}

async fn what_is_called_off_gives_everything_back(database: testkit::Database) {
    let world = World::new(database).await;
    let ann = world.bidder(1_000).await;
    let id = world.live(json!({ "entry": "deposit", "deposit": 50 })).await;
    bid(&ann, &id, 100).await.expect_problem(409, "not_approved");
    ann.post(&path(&id, "registrations"), json!({})).await.expect(200);
    ann.post(&path(&id, "registrations"), json!({})).await.expect(200);
    bid(&ann, &id, 100).await.expect(201);
    assert_eq!(coins(&ann).await, (1_000, 150));
    let cancel = json!({ "reason": "broken" });
    does(&world.admin, &id, "cancel", cancel.clone()).await.expect(200);
    assert_eq!(coins(&ann).await, (1_000, 0));
    does(&world.admin, &id, "cancel", cancel).await.expect_problem(409, "auction_status");
    world.app.settle().await;
    assert_eq!(world.notices(&ann)[0].0, "bidding.cancelled");
}

async fn below_the_reserve_the_two_of_them_decide(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(10_000).await, world.bidder(10_000).await);
    let terms = json!({ "reserve": 900, "decide_ms": 600_000 });
    let live = async || {
        let id = world.live(terms.clone()).await;
        bid(&ann, &id, 500).await.expect(201);
        bid(&ben, &id, 200).await.expect(201);
        does(&world.admin, &id, "close", json!({ "reason": "time" })).await.expect(200);
        assert_eq!(world.show(&id).await["status"], "awaiting_seller");
        id
    };
    // The seller takes it.
    let first = live().await;
    does(&ann, &first, "accept", json!({})).await.expect_problem(403, "forbidden");
    does(&world.seller, &first, "accept", json!({})).await.expect(200);
    assert_eq!((coins(&ann).await, coins(&world.seller).await), ((9_795, 0), (205, 0)));
    // Or asks for more, which the highest bidder pays or does not.
    let second = live().await;
    let more = json!({ "amount": 800 });
    does(&world.seller, &second, "counter", more.clone()).await.expect(200);
    does(&world.admin, &second, "accept", json!({})).await.expect_problem(403, "forbidden");
    does(&world.seller, &second, "accept", json!({})).await.expect_problem(403, "forbidden");
    let asked = ann.get(&format!("/api/v1/auctions/{second}")).await.expect(200).json;
    assert_eq!(asked["counter"], 800);
    let hidden = ben.get(&format!("/api/v1/auctions/{second}")).await.expect(200).json;
    assert_eq!(hidden["counter"], Value::Null);
    does(&ann, &second, "accept", json!({})).await.expect(200);
    assert_eq!((coins(&ann).await, coins(&world.seller).await), ((8_995, 0), (1_005, 0)));
    // Or nobody decides in time.
    let third = live().await;
    assert_eq!(coins(&ann).await, (8_995, 500));
    world.pass(610).await;
    assert_eq!(world.show(&third).await["status"], "unsold");
    assert_eq!(coins(&ann).await, (8_995, 0));
    does(&world.seller, &third, "counter", more).await.expect_problem(409, "auction_status");
}

async fn what_was_sold_is_settled_or_paid_back(database: testkit::Database) {
    let world = World::new(database).await;
    let ann = world.bidder(1_000).await;
    let sold = async || {
        let id = world.live(json!({ "entry": "deposit", "deposit": 50 })).await;
        ann.post(&path(&id, "registrations"), json!({})).await.expect(200);
        bid(&ann, &id, 300).await.expect(201);
        does(&world.admin, &id, "close", json!({ "reason": "time" })).await.expect(200);
        id
    };
    let first = sold().await;
    assert_eq!(coins(&ann).await, (900, 50), "the winner's deposit stays until it is settled");
    does(&ann, &first, "settle", json!({})).await.expect_problem(403, "forbidden");
    does(&world.admin, &first, "settle", json!({})).await.expect(200);
    assert_eq!(coins(&ann).await, (900, 0));
    let again = does(&world.admin, &first, "settle", json!({})).await;
    again.expect_problem(409, "auction_status");

    let second = sold().await;
    let failed = json!({ "outcome": "defaulted", "reason": "never came" });
    does(&world.admin, &second, "settle", failed).await.expect(200);
    // The price comes back, the deposit is the seller's.
    assert_eq!((coins(&ann).await, coins(&world.seller).await), ((850, 0), (150, 0)));
}

async fn somebody_buys_it_at_the_fixed_price(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(1_000).await, world.bidder(1_000).await);
    let id = world.live(json!({ "buy_now": 700 })).await;
    let poor = world.bidder(699).await;
    does(&poor, &id, "buy-now", json!({})).await.expect_problem(409, "insufficient_coins");
    let (one, other) =
        tokio::join!(does(&ann, &id, "buy-now", json!({})), does(&ben, &id, "buy-now", json!({})));
    let taken = [&one, &other].iter().filter(|answer| answer.status.as_u16() == 200).count();
    assert_eq!(taken, 1, "{} {}", one.text, other.text);
    let sum = coins(&ann).await.0 + coins(&ben).await.0;
    assert_eq!((sum, coins(&world.seller).await), (1_300, (700, 0)));
    assert_eq!(world.show(&id).await["price"], 700);

    let bidden = world.live(json!({ "buy_now": 700 })).await;
    bid(&ben, &bidden, 100).await.expect(201);
    does(&poor, &bidden, "buy-now", json!({})).await.expect_problem(409, "not_buyable");
}

on_both!(
    a_draft_is_its_sellers_until_it_is_published,
    a_pause_moves_both_timers_and_takes_no_bids,
    what_is_called_off_gives_everything_back,
    below_the_reserve_the_two_of_them_decide,
    what_was_sold_is_settled_or_paid_back,
    somebody_buys_it_at_the_fixed_price,
);

//! One intent is one bid, however often it is sent.

use std::collections::BTreeSet;

use futures_util::future::join_all;
use serde_json::json;

use crate::it::world::*;

async fn the_same_bid_again_gets_the_same_answer(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(10_000).await, world.bidder(10_000).await);
    let id = world.live(json!({})).await;
    let address = path(&id, "bids");
    let first = keyed(&ann, &address, "one", json!({ "amount": 300 })).await.expect(201);
    bid(&ben, &id, 500).await.expect(201);
    // By now it would be too low, and by now somebody else leads.
    let again = keyed(&ann, &address, "one", json!({ "amount": 300 })).await.expect(201);
    assert_eq!(again.text, first.text);
    let other = keyed(&ann, &address, "one", json!({ "amount": 301 })).await;
    other.expect_problem(422, "key_reused");
    // Whoever else has the same key means something else.
    keyed(&ben, &address, "one", json!({ "amount": 600 })).await.expect(201);
    // Over a socket it is the same bid as well.
    let mut room = ann.socket(&format!("/ws/auction/{id}/")).await;
    room.expect("auction_state").await;
    room.send(json!({"type": "place_bid", "id": 1, "key": "one", "amount": 300})).await;
    let ack = room.expect("ack").await;
    assert_eq!(ack["result"], first.json);
    room.send(json!({"type": "place_bid", "id": 2, "amount": 900})).await;
    assert_eq!(room.expect("error").await["code"], "invalid", "a key is needed there");
    let log = world.admin.get(&path(&id, "bids")).await.expect(200).json;
    assert_eq!(log["items"].as_array().unwrap().len(), 3);

    // A refusal leaves the key free.
    let low = keyed(&ann, &address, "two", json!({ "amount": 1 })).await;
    low.expect_problem(409, "bid_too_low");
    keyed(&ann, &address, "two", json!({ "amount": 900 })).await.expect(201);
}

async fn a_double_click_is_one_bid(database: testkit::Database) {
    let world = World::new(database).await;
    let ann = world.bidder(10_000).await;
    let id = world.live(json!({})).await;
    let address = path(&id, "bids");
    let clicks = (0..8).map(|_| keyed(&ann, &address, "click", json!({ "amount": 300 })));
    let answers = join_all(clicks).await;
    for answer in &answers {
        assert_eq!(answer.text, answers[0].text);
        assert_eq!(answer.status.as_u16(), 201);
    }
    assert_eq!(world.show(&id).await["bid_count"], 1);
}

/// Keys that come twice with two amounts, among other bids: such a batch is decided once more,
/// while others may be under way.
async fn a_key_names_one_bid_in_a_crowd(database: testkit::Database) {
    let world = World::new(database).await;
    let mut crowd = Vec::new();
    for _ in 0..12 {
        crowd.push(world.bidder(10_000_000).await);
    }
    let id = world.live(json!({})).await;
    let address = path(&id, "bids");
    let everybody = crowd.iter().enumerate().map(|(number, person)| {
        let address = address.as_str();
        async move {
            let mut taken = Vec::new();
            for round in 0..15 {
                let key = format!("round-{round}");
                let low = 100 + 1_000 * round + 50 * number as i64;
                let twice = [low, low + 500]
                    .map(|amount| keyed(person, address, &key, json!({ "amount": amount })));
                for answer in join_all(twice).await {
                    match (answer.status.as_u16(), answer.json["code"].as_str()) {
                        (201, _) => taken.push((number, round, answer.json["log_seq"].as_i64())),
                        (409, Some("bid_too_low")) | (422, Some("key_reused")) => {}
                        _ => panic!("{}", answer.text),
                    }
                }
            }
            taken
        }
    });
    let taken: Vec<_> = join_all(everybody).await.into_iter().flatten().collect();
    let keys: BTreeSet<_> = taken.iter().map(|(who, round, _)| (*who, *round)).collect();
    let entries: BTreeSet<_> = taken.iter().map(|(_, _, log_seq)| *log_seq).collect();
    assert!(taken.len() > 30, "{} were taken", taken.len());
    assert_eq!((keys.len(), entries.len()), (taken.len(), taken.len()));
    assert_eq!(world.show(&id).await["bid_count"], taken.len());
    world.check().await;
}

async fn an_act_is_done_once(database: testkit::Database) {
    let world = World::new(database).await;
    let id = world.live(json!({})).await;
    let (address, reason) = (path(&id, "pause"), json!({ "reason": "a fire" }));
    let first = keyed(&world.admin, &address, "p", reason.clone()).await.expect(200);
    let again = keyed(&world.admin, &address, "p", reason).await.expect(200);
    assert_eq!(again.json["log_seq"], first.json["log_seq"]);
    let other = keyed(&world.admin, &path(&id, "resume"), "p", json!({})).await;
    other.expect_problem(422, "key_reused");
    // Coins are given once, too.
    let ann = world.app.user(&[]);
    let grant = format!("/api/v1/wallets/{}/grant", ann.id());
    let body = json!({ "amount": 70, "reason": "a gift" });
    for _ in 0..2 {
        keyed(&world.admin, &grant, "g", body.clone()).await.expect(201);
    }
    assert_eq!(coins(&ann).await, (70, 0));
}

on_both!(
    the_same_bid_again_gets_the_same_answer,
    a_double_click_is_one_bid,
    a_key_names_one_bid_in_a_crowd,
    an_act_is_done_once,
);

//! Bids: who leads, at which price, with what held.

use serde_json::json;

use crate::it::world::*;

async fn two_bidders_and_a_seller(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(1_000).await, world.bidder(1_000).await);
    let id = world.live(json!({})).await;

    let first = bid(&ann, &id, 300).await.expect(201).json;
    assert_eq!((&first["price"], &first["leading"]), (&json!(100), &json!(true)));
    assert_eq!(coins(&ann).await, (1_000, 300));
    // A maximum below the leader's raises the price, and holds nothing.
    let second = bid(&ben, &id, 200).await.expect(201).json;
    assert_eq!((&second["price"], &second["leading"]), (&json!(205), &json!(false)));
    assert_eq!((coins(&ben).await, coins(&ann).await), ((1_000, 0), (1_000, 300)));
    let low = bid(&ben, &id, 209).await.expect_problem(409, "bid_too_low");
    assert_eq!(low.json["details"]["min_next"], 210);
    // A tie is the earlier's.
    let tie = bid(&ben, &id, 300).await.expect(201).json;
    assert_eq!((&tie["price"], &tie["leading"]), (&json!(300), &json!(false)));
    let third = bid(&ben, &id, 500).await.expect(201).json;
    assert_eq!((&third["price"], &third["leading"]), (&json!(305), &json!(true)));
    assert_eq!((coins(&ann).await, coins(&ben).await), ((1_000, 0), (1_000, 500)));
    bid(&ann, &id, 1_001).await.expect_problem(409, "insufficient_coins");
    bid(&world.seller, &id, 600).await.expect_problem(409, "seller_cannot_bid");

    world.pass(700).await;
    let over = world.show(&id).await;
    assert_eq!((&over["status"], &over["price"]), (&json!("sold"), &json!(305)));
    assert_eq!((coins(&ann).await, coins(&ben).await), ((1_000, 0), (695, 0)));
    assert_eq!(coins(&world.seller).await, (305, 0));
    bid(&ann, &id, 900).await.expect_problem(409, "auction_ended");
}

on_both!(two_bidders_and_a_seller);

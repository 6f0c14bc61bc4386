//! What people are told, and when.

use std::time::Duration;

use serde_json::json;

use crate::it::world::*;

fn kinds(notices: &[(String, String)]) -> Vec<&str> {
    notices.iter().map(|(kind, _)| kind.as_str()).collect()
}

/// Several times within the delay is once; whoever leads again by then is not told at all.
async fn being_outbid_is_told_once_and_late(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(10_000).await, world.bidder(10_000).await);
    let id = world.live(json!({})).await;
    let mut inbox = ann.socket("/ws").await;
    inbox.expect("subscribed").await;
    for (person, amount) in [(&ann, 100), (&ben, 200), (&ann, 300), (&ben, 400)] {
        bid(person, &id, amount).await.expect(201);
    }
    // At once on the socket, each time.
    let first = inbox.expect("outbid").await;
    assert_eq!((&first.json["auction_id"], &first.json["price"]), (&json!(id), &json!(105)));
    let second = inbox.expect("outbid").await;
    assert_eq!(second.json["min_next"], 310);
    assert!(second.json["seq"].is_null(), "it has no place in the journal");

    world.app.advance(Duration::from_secs(2)).await;
    assert!(world.notices(&ann).is_empty(), "they may still come back");
    world.app.advance(Duration::from_secs(6)).await;
    assert_eq!(kinds(&world.notices(&ann)), ["bidding.outbid"]);
    // Ben lost the lead as well, and has it again.
    assert!(world.notices(&ben).is_empty());

    bid(&ann, &id, 500).await.expect(201);
    world.app.advance(Duration::from_secs(2)).await;
    bid(&ben, &id, 600).await.expect(201);
    bid(&ann, &id, 700).await.expect(201);
    world.app.advance(Duration::from_secs(2)).await;
    world.app.advance(Duration::from_secs(10)).await;
    assert_eq!(kinds(&world.notices(&ben)), ["bidding.outbid"]);
    assert_eq!(kinds(&world.notices(&ann)), ["bidding.outbid"], "Ann leads");
}

async fn the_end_and_the_result_are_told_to_everybody_once(database: testkit::Database) {
    let world = World::new(database).await;
    let (ann, ben) = (world.bidder(10_000).await, world.bidder(10_000).await);
    let watcher = world.app.user(&[]);
    let fields = json!({ "title": "A clock", "ends_at": world.in_seconds(3_660) });
    let id = world.live(fields).await;
    bid(&ann, &id, 300).await.expect(201);
    bid(&ben, &id, 200).await.expect(201);
    watcher.post(&path(&id, "watch"), json!({})).await.expect(204);
    world.pass(3_000).await;
    assert!(kinds(&world.notices(&watcher)).is_empty(), "it is too early");
    world.pass(70).await;
    let soon = ("bidding.ending".to_owned(), "Ends in 10 minutes: A clock".to_owned());
    assert_eq!(world.notices(&watcher), std::slice::from_ref(&soon));
    assert_eq!(world.notices(&ann), std::slice::from_ref(&soon));
    world.pass(700).await;
    assert_eq!(kinds(&world.notices(&ann)), ["bidding.ending", "bidding.won"]);
    assert_eq!(kinds(&world.notices(&ben)), ["bidding.ending", "bidding.lost"]);
    assert_eq!(kinds(&world.notices(&watcher)), ["bidding.ending"]);
    assert_eq!(kinds(&world.notices(&world.seller)), ["bidding.sold"]);
    world.pass(7_200).await;
    assert_eq!(world.notices(&ann).len(), 2, "nothing is told again");
}

on_both!(being_outbid_is_told_once_and_late, the_end_and_the_result_are_told_to_everybody_once);

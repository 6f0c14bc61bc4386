//! What goes over sockets: complete states, the newest only.

use domain::TenantId;
use serde_json::{Value, json};
use testkit::{Frame, SocketProbe};

use crate::it::world::*;

/// Frames until one is of this log entry; each newer than the one before.
async fn until(socket: &mut SocketProbe, log_seq: i64) -> Frame {
    let mut last = 0;
    loop {
        let frame = socket.next().await;
        let seq = frame["log_seq"].as_i64().expect("a place in the log");
        assert!(seq > last, "{seq} after {last}");
        last = seq;
        if seq >= log_seq {
            return frame;
        }
    }
}

async fn a_room_sees_the_whole_life(database: testkit::Database) {
    let world = World::paced(database).await;
    let ann = world.bidder(1_000).await;
    let fields = json!({ "soft_close": {"window_ms": 60_000, "extend_ms": 60_000} });
    let id = world.scheduled(fields).await;
    let mut guest = world.app.anonymous().socket(&format!("/ws/auction/{id}")).await;
    let first = guest.expect("auction_state").await;
    assert_eq!((&first["status"], &first["log_seq"]), (&json!("scheduled"), &json!(1)));
    assert!(first["me"].is_null());
    let mut room = ann.socket(&format!("/ws/auction/{id}/")).await;
    assert_eq!(room.expect("auction_state").await["me"]["leading"], false);

    world.seller.post(&path(&id, "start"), json!({})).await.expect(200);
    assert_eq!(until(&mut guest, 2).await.kind(), "auction_started");
    room.send(json!({"type": "place_bid", "id": "b", "key": "k", "amount": 300})).await;
    let ack = room.expect("ack").await;
    assert_eq!((&ack["id"], &ack["result"]["leading"]), (&json!("b"), &json!(true)));
    let placed = until(&mut guest, 3).await;
    assert_eq!((placed.kind(), &placed["leader_alias"]), ("bid_placed", &json!("Bidder 1")));
    assert_eq!((&placed["price"], &placed["min_next"]), (&json!(100), &json!(105)));
    assert!(!has_number(&placed.json, 300), "nobody else sees the maximum");
    room.send(json!({"type": "place_bid", "id": 7, "key": "k2", "amount": 200})).await;
    let low = room.expect("error").await;
    assert_eq!((&low["code"], &low["status"]), (&json!("bid_too_low"), &json!(409)));
    assert_eq!(low["details"]["min_next"], 301);
    guest.send(json!({"type": "place_bid", "id": 1, "key": "x", "amount": 900})).await;
    assert_eq!(guest.expect("error").await["code"], "unauthorized");

    let ben = world.bidder(1_000).await;
    world.pass(630).await;
    bid(&ben, &id, 400).await.expect(201);
    let extended = until(&mut guest, 4).await;
    assert_eq!((extended.kind(), &extended["extensions"]), ("auction_extended", &json!(1)));
    world.pass(120).await;
    let ended = until(&mut guest, 5).await;
    assert_eq!((ended.kind(), &ended["status"]), ("auction_ended", &json!("sold")));
}

async fn many_bids_are_few_frames(database: testkit::Database) {
    let world = World::paced(database).await;
    let (ann, ben) = (world.bidder(100_000).await, world.bidder(100_000).await);
    let id = world.live(json!({})).await;
    let mut guest = world.app.anonymous().socket(&format!("/ws/auction/{id}")).await;
    guest.expect("auction_state").await;
    for number in 1..=40 {
        let who = if number % 2 == 0 { &ann } else { &ben };
        bid(who, &id, 100 * number).await.expect(201);
    }
    let mut frames = 0;
    loop {
        let frame = guest.next().await;
        frames += 1;
        if frame["log_seq"] == 42 {
            break;
        }
    }
    assert!(frames < 40, "{frames} frames for 40 bids");
}

async fn a_leaderboard_marks_ones_own_line(database: testkit::Database) {
    let world = World::paced(database).await;
    let (ann, ben) = (world.bidder(1_000).await, world.bidder(1_000).await);
    let id = world.live(json!({})).await;
    bid(&ann, &id, 300).await.expect(201);
    let address = format!("/ws/auction/{id}/leaderboard/");
    let mut anns = ann.socket(&address).await;
    let mut guest = world.app.anonymous().socket(&address).await;
    let mine = |frame: &Frame| -> Vec<Value> {
        let entries = frame["entries"].as_array().expect("entries").iter();
        entries.map(|entry| json!([entry["rank"], entry["amount"], entry["me"]])).collect()
    };
    assert_eq!(mine(&anns.expect("leaderboard").await), [json!([1, 100, true])]);
    assert_eq!(mine(&guest.expect("leaderboard").await), [json!([1, 100, false])]);
    bid(&ben, &id, 200).await.expect(201);
    let after = anns.expect("leaderboard").await;
    assert_eq!(mine(&after), [json!([1, 205, true]), json!([2, 200, false])]);
    let after = guest.expect("leaderboard").await;
    assert_eq!(mine(&after), [json!([1, 205, false]), json!([2, 200, false])]);
    let board = ben.get(&path(&id, "leaderboard")).await.expect(200).json;
    assert_eq!(board["entries"][1]["me"], true);
}

async fn the_line_of_all_auctions_goes_on(database: testkit::Database) {
    let world = World::paced(database).await;
    let ann = world.bidder(1_000).await;
    let id = world.live(json!({})).await;
    let hidden = world.draft(json!({})).await;
    let mut all = world.app.anonymous().socket("/ws/auction-updates").await;
    let state = all.expect("auctions_state").await;
    let shown = state["auctions"].as_array().unwrap();
    assert_eq!((shown.len(), &shown[0]["auction_id"]), (1, &json!(id)));
    assert!(!state.text.contains(&hidden));
    bid(&ann, &id, 300).await.expect(201);
    let line = all.expect("auction_headline").await;
    assert_eq!((&line["auction_id"], &line["bid_count"]), (&json!(id), &json!(1)));
    world.seller.post(&path(&hidden, "publish"), json!({})).await.expect(200);
    let line = all.expect("auction_headline").await;
    assert_eq!((&line["auction_id"], &line["status"]), (&json!(hidden), &json!("scheduled")));
    // Whoever missed an end learns of it when they come back.
    world.admin.post(&path(&id, "close"), json!({ "reason": "time" })).await.expect(200);
    let mut back = world.app.anonymous().socket("/ws").await;
    back.send(json!({ "type": "subscribe", "ch": "auctions" })).await;
    let state = back.expect("subscribed").await;
    let values = state["values"].as_array().expect("values");
    let ended = values.iter().find(|value| value["auction_id"] == json!(id)).expect("the ended");
    assert_eq!(ended["status"], "sold");
    let mut all = world.app.anonymous().socket("/ws/auction-updates").await;
    let state = all.expect("auctions_state").await;
    assert_eq!(state["auctions"].as_array().map(Vec::len), Some(1), "what is open");
}

async fn what_is_not_there_cannot_be_followed(database: testkit::Database) {
    let world = World::paced(database).await;
    let id = world.live(json!({})).await;
    let draft = world.draft(json!({})).await;
    let elsewhere = TenantId::from_uuid(world.app.ctx().new_id().as_uuid());
    let foreigner = world.app.user_of(elsewhere, &[domain::Role::Admin]);
    for (who, id) in [
        (&world.app.anonymous(), "7"),
        (&world.app.anonymous(), draft.as_str()),
        (&foreigner, id.as_str()),
    ] {
        for path in [format!("/ws/auction/{id}/"), format!("/ws/auction/{id}/leaderboard/")] {
            assert_eq!(who.socket(&path).await.closed().await, Some(4003), "{path}");
        }
    }
    let mut all = foreigner.socket("/ws").await;
    for ch in [format!("auction:{id}"), format!("auction:{id}:x"), format!("auction:{draft}")] {
        all.send(json!({"type": "subscribe", "id": 1, "ch": ch})).await;
        assert_eq!(all.expect("error").await["code"], "not_found", "{ch}");
    }
    let bid = json!({"type": "place_bid", "id": 2, "auction_id": id, "key": "k", "amount": 200});
    all.send(bid).await;
    assert_eq!(all.expect("error").await["code"], "not_found");
}

on_both!(
    a_room_sees_the_whole_life,
    many_bids_are_few_frames,
    a_leaderboard_marks_ones_own_line,
    the_line_of_all_auctions_goes_on,
    what_is_not_there_cannot_be_followed,
);

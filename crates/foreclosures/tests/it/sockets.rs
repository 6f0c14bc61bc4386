//! `/ws/auctions/`: its frames to the letter, its verbs, who sees what.

use domain::TenantId;
use serde_json::json;
use testkit::SocketProbe;

use super::world::{World, auctions, unwatch, view, watch};

stories!(
    frames_are_what_the_protocol_shows,
    a_property_that_is_none_is_not_found,
    subscribing_is_for_the_session,
    unsubscribing,
    a_name_and_the_list_hold_a_property_each,
    the_engines_verbs_still_work,
    two_users_see_their_own,
    a_long_list_is_cut,
    who_may_come_in,
);

async fn frames_are_what_the_protocol_shows(world: World) {
    let (old, new) = (world.property("1 Old St").await, world.property("2 New St").await);
    let other = world.property("3 Other St").await;
    let ann = world.app.user(&[]);
    let (mut socket, first) = auctions(&ann).await;
    assert_eq!(first.text, r#"{"type":"initial_state","auctions":[]}"#);
    socket.send(json!({"type": "ping"})).await;
    assert_eq!(socket.next().await.kind(), "pong");

    watch(&ann, old).await;
    watch(&ann, new).await;
    let (mut socket, first) = auctions(&ann).await;
    let views = [view(new, "2 New St", "250000.00"), view(old, "1 Old St", "250000.00")];
    let wanted = format!(r#"{{"type":"initial_state","auctions":[{}]}}"#, views.join(","));
    assert_eq!(first.text, wanted);

    socket.send(json!({"type": "subscribe", "propertyId": other})).await;
    let auction = view(other, "3 Other St", "250000.00");
    let wanted = format!(r#"{{"type":"subscribed","propertyId":"{other}","auction":{auction}}}"#);
    assert_eq!(socket.next().await.text, wanted);
    for (seq, property) in [(1, old), (1, other), (2, other)] {
        world.bid(property, 22_500_000).await;
        let update = socket.next().await;
        assert_eq!((update.kind(), &update["seq"]), ("auction_update", &json!(seq)));
        assert_eq!(update["ch"], format!("property:{property}"));
        assert_eq!(update["propertyId"], property.to_string());
    }
    // Asked again, the answer has what the frames had brought.
    socket.send(json!({"type": "subscribe", "propertyId": other, "id": "x1"})).await;
    let auction = view(other, "3 Other St", "225000.00");
    let wanted =
        format!(r#"{{"type":"subscribed","id":"x1","propertyId":"{other}","auction":{auction}}}"#);
    assert_eq!(socket.next().await.text, wanted);
    socket.send(json!({"type": "unsubscribe", "propertyId": other})).await;
    let wanted = format!(r#"{{"type":"unsubscribed","propertyId":"{other}"}}"#);
    assert_eq!(socket.next().await.text, wanted);
    world.bid(other, 1).await;
    world.bid(new, 2).await;
    assert_eq!(socket.next().await["propertyId"], new.to_string());
}

async fn a_property_that_is_none_is_not_found(world: World) {
    let elsewhere = TenantId::from_uuid(world.app.ctx().new_id().as_uuid());
    let foreign = world.property_of(elsewhere, "1 Far St").await;
    let unknown = world.app.ctx().new_id();
    let ann = world.app.user(&[]);
    let (mut socket, _) = auctions(&ann).await;
    let cases = [
        (json!("999"), "999".to_owned()),
        (json!(unknown), unknown.to_string()),
        (json!(foreign), foreign.to_string()),
        (json!(999), "999".to_owned()),
        (json!(null), "null".to_owned()),
        (json!({"a": 1}), r#"{"a":1}"#.to_owned()),
        (json!(""), String::new()),
    ];
    // Twice as many as faults close a socket: these are none.
    for (number, (property, shown)) in cases.iter().cycle().take(21).enumerate() {
        socket.send(json!({"type": "subscribe", "id": number, "propertyId": property})).await;
        let refused = socket.next().await;
        assert_eq!((refused.kind(), &refused["code"]), ("error", &json!("not_found")));
        assert_eq!((&refused["id"], &refused["propertyId"]), (&json!(number), &json!(shown)));
        assert_eq!((&refused["status"], &refused["retry"]), (&json!(404), &json!(false)));
    }
    socket.send(json!({"type": "unsubscribe", "propertyId": 7})).await;
    assert_eq!(socket.next().await["code"], "not_found");
    // Nobody asked for a property at all: that is an error of form.
    for kind in ["subscribe", "unsubscribe"] {
        socket.send(json!({"type": kind, "id": 1})).await;
        assert_eq!(socket.next().await["code"], "bad_request");
    }
    socket.send(json!({"type": "dance"})).await;
    assert_eq!(socket.next().await["code"], "unknown_type");
}

async fn subscribing_is_for_the_session(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    let (mut here, _) = auctions(&ann).await;
    let (mut there, _) = auctions(&ann).await;
    let upper = property.to_string().to_uppercase();
    here.send(json!({"type": "subscribe", "propertyId": upper})).await;
    assert_eq!(here.next().await["propertyId"], property.to_string());
    world.bid(property, 5).await;
    assert_eq!(here.next().await.kind(), "auction_update");
    assert!(there.so_far().await.is_empty());
    drop(here);
    let (_, first) = auctions(&ann).await;
    assert_eq!(first["auctions"], json!([]));

    // F8: it outlives watching and un-watching.
    let (mut here, _) = auctions(&ann).await;
    here.send(json!({"type": "subscribe", "propertyId": property})).await;
    here.expect("subscribed").await;
    let entry = watch(&ann, property).await;
    here.expect("subscribed").await;
    there.expect("subscribed").await;
    unwatch(&ann, &entry).await;
    there.expect("unsubscribed").await;
    world.bid(property, 6).await;
    assert_eq!(here.expect("auction_update").await["seq"], 2);
    assert!(here.so_far().await.is_empty());
    assert!(there.so_far().await.is_empty());
}

async fn unsubscribing(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    let entry = watch(&ann, property).await;
    let (mut socket, _) = auctions(&ann).await;
    // What is not followed is answered alike.
    for shown in [property.to_string(), property.to_string(), "999".to_owned()] {
        socket.send(json!({"type": "unsubscribe", "id": 9, "propertyId": shown})).await;
        let left = socket.next().await;
        assert_eq!((left.kind(), &left["id"]), ("unsubscribed", &json!(9)));
        assert_eq!(left["propertyId"], shown);
    }
    world.bid(property, 5).await;
    // Un-watched elsewhere: there is nothing to leave any more, so nothing is said.
    unwatch(&ann, &entry).await;
    watch(&ann, property).await;
    assert_eq!(socket.next().await.kind(), "subscribed");
    world.bid(property, 6).await;
    assert_eq!(socket.next().await["seq"], 2);
}

async fn a_name_and_the_list_hold_a_property_each(world: World) {
    let (listed, mark) = (world.property("1 A St").await, world.property("2 B St").await);
    let ann = world.app.user(&[]);
    watch(&ann, listed).await;
    watch(&ann, mark).await;
    let (mut socket, _) = auctions(&ann).await;
    let ch = format!("property:{listed}");
    for (bid, left, heard) in [(5, 1, true), (6, 2, false)] {
        socket.send(json!({"type": "connect", "resume": {&ch: null}})).await;
        socket.expect("ack").await;
        for _ in 0..left {
            // The second time there is nothing but the list to leave, and it is left.
            socket.send(json!({"type": "unsubscribe", "ch": ch})).await;
            socket.expect("unsubscribed").await;
        }
        world.bid(listed, bid).await;
        world.bid(mark, bid).await;
        let mut came = vec![socket.expect("auction_update").await["propertyId"].clone()];
        while came.last().unwrap() != &mark.to_string() {
            came.push(socket.expect("auction_update").await["propertyId"].clone());
        }
        assert_eq!(came.len() == 2, heard, "{came:?}");
    }
}

async fn the_engines_verbs_still_work(world: World) {
    let (listed, asked) = (world.property("1 A St").await, world.property("2 B St").await);
    let ann = world.app.user(&[]);
    let entry = watch(&ann, listed).await;
    let (mut socket, _) = auctions(&ann).await;
    let topic = |id| format!("property:{id}");
    socket.send(json!({"type": "subscribe", "id": 1, "ch": topic(asked)})).await;
    let joined = socket.next().await;
    assert_eq!((&joined["id"], &joined["ch"]), (&json!(1), &json!(topic(asked))));
    socket.send(json!({"type": "subscribe", "id": 2, "ch": topic(listed)})).await;
    socket.expect("subscribed").await;
    // What the client asked for by name stays when it is un-watched.
    unwatch(&ann, &entry).await;
    world.bid(listed, 5).await;
    assert_eq!(socket.next().await["ch"], topic(listed));
    socket.send(json!({"type": "unsubscribe", "ch": topic(listed)})).await;
    socket.expect("unsubscribed").await;
    world.bid(listed, 6).await;
    world.bid(asked, 7).await;
    assert_eq!(socket.next().await["ch"], topic(asked));

    // A resume brings what was missed, and counts as asked for.
    let mut back = ann.socket("/ws/auctions/").await;
    back.expect("initial_state").await;
    let resume = json!({topic(asked): [0, joined["ep"]], "user:1": null});
    back.send(json!({"type": "connect", "id": 3, "resume": resume})).await;
    let resumed = back.expect("subscribed").await;
    assert_eq!((&resumed["recovered"], &resumed["events"][0]["seq"]), (&json!(true), &json!(1)));
    assert!(resumed.json.get("snapshot").is_none(), "nobody asked for it: {}", resumed.text);
    assert_eq!(back.expect("unsubscribed").await["code"], "not_found");
    assert_eq!(back.expect("ack").await["result"]["restored"], 1);
    let entry = watch(&ann, asked).await;
    back.expect("subscribed").await;
    unwatch(&ann, &entry).await;
    world.bid(asked, 8).await;
    assert_eq!(back.next().await.kind(), "auction_update");
}

async fn two_users_see_their_own(world: World) {
    let (one, two) = (world.property("1 A St").await, world.property("2 B St").await);
    let (ann, bob) = (world.app.user(&[]), world.app.user(&[]));
    watch(&ann, one).await;
    watch(&bob, two).await;
    let (mut anns, first) = auctions(&ann).await;
    assert_eq!(first["auctions"][0]["propertyId"], one.to_string());
    assert_eq!(first["auctions"].as_array().unwrap().len(), 1);
    let (mut bobs, first) = auctions(&bob).await;
    assert_eq!(first["auctions"][0]["propertyId"], two.to_string());
    world.bid(one, 5).await;
    world.bid(two, 6).await;
    assert_eq!(anns.next().await["propertyId"], one.to_string());
    assert_eq!(bobs.next().await["propertyId"], two.to_string());
    watch(&bob, one).await;
    assert_eq!(bobs.next().await.kind(), "subscribed");
    assert!(anns.so_far().await.is_empty());
    assert!(bobs.so_far().await.is_empty());
}

/// F7.
async fn a_long_list_is_cut(world: World) {
    let ann = world.app.user(&[]);
    let oldest = world.property("0 A St").await;
    watch(&ann, oldest).await;
    for _ in 0..499 {
        let property = world.app.ctx().new_id();
        world.watch_silently(vec![ann.id()], property).await;
    }
    // 500, of which one is still there.
    let (_, first) = auctions(&ann).await;
    let wanted = view(oldest, "0 A St", "250000.00");
    assert_eq!(first.text, format!(r#"{{"type":"initial_state","auctions":[{wanted}]}}"#));
    let newest = world.property("1 B St").await;
    world.app.clock().advance(std::time::Duration::from_millis(1));
    watch(&ann, newest).await;
    let (mut socket, first) = auctions(&ann).await;
    assert_eq!(first["truncated"], true);
    assert_eq!(first["auctions"][0]["propertyId"], newest.to_string());
    world.bid(oldest, 5).await;
    world.bid(newest, 6).await;
    assert_eq!(socket.next().await["propertyId"], newest.to_string());
}

async fn who_may_come_in(world: World) {
    let address = world.app.address();
    let mut bad = SocketProbe::open(address, "/ws/auctions/", Some("x.y.z")).await;
    assert_eq!(bad.closed().await, Some(4001));
    let ann = world.app.user(&[]);
    let property = world.property("1 A St").await;
    watch(&ann, property).await;
    let mut late = SocketProbe::open(address, "/ws/auctions", None).await;
    late.send(json!({"type": "subscribe", "propertyId": property})).await;
    assert_eq!(late.next().await["code"], "unauthorized");
    late.send(json!({"type": "connect", "id": 1, "token": ann.token()})).await;
    let first = late.next().await;
    assert_eq!(first["auctions"][0]["propertyId"], property.to_string());
    assert_eq!(late.next().await.kind(), "ack");
}

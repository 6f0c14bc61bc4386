//! `watchlist` on `/ws`.

use serde_json::json;
use testkit::{Actor, SocketProbe};

use super::world::{World, unwatch, view, watch};

stories!(
    the_name_stands_for_the_watched_properties,
    what_was_subscribed_before_is_kept,
    a_name_and_the_list_do_not_end_each_other,
    a_name_that_is_joined_meanwhile_takes_nothing_from_the_list,
    opening_it_again_brings_the_state_anew,
);

/// An open `/ws` whose own stream is joined.
async fn open(who: &Actor) -> SocketProbe {
    let mut socket = who.socket("/ws").await;
    socket.expect("connection_established").await;
    assert_eq!(socket.expect("subscribed").await["ch"], format!("user:{}", who.id()));
    socket
}

async fn the_name_stands_for_the_watched_properties(world: World) {
    let (one, two) = (world.property("1 A St").await, world.property("2 B St").await);
    let ann = world.app.user(&[]);
    watch(&ann, one).await;
    let mut socket = open(&ann).await;
    // Before it is asked for, the list is only spoken of.
    let entry = watch(&ann, two).await;
    assert_eq!(socket.next().await.kind(), "watchlist_changed");
    unwatch(&ann, &entry).await;
    assert_eq!(socket.next().await["watched"], false);
    assert!(socket.so_far().await.is_empty());

    socket.send(json!({"type": "subscribe", "id": 4, "ch": "watchlist"})).await;
    let auction = view(one, "1 A St", "250000.00");
    let wanted = format!(
        concat!(
            r#"{{"type":"subscribed","id":4,"ch":"watchlist","recovered":false,"#,
            r#""snapshot":{{"type":"initial_state","auctions":[{}]}}}}"#
        ),
        auction
    );
    assert_eq!(socket.next().await.text, wanted);
    world.bid(one, 5).await;
    assert_eq!(socket.next().await["ch"], format!("property:{one}"));

    let entry = watch(&ann, two).await;
    let joined = socket.expect("subscribed").await;
    assert_eq!((&joined["ch"], &joined["propertyId"]), (&json!("watchlist"), &json!(two)));
    assert_eq!(joined["auction"]["street"], "2 B St");
    world.bid(two, 6).await;
    assert_eq!(socket.expect("auction_update").await["propertyId"], two.to_string());
    unwatch(&ann, &entry).await;
    let left = socket.expect("unsubscribed").await;
    assert_eq!((&left["ch"], &left["propertyId"]), (&json!("watchlist"), &json!(two)));

    socket.send(json!({"type": "unsubscribe", "id": 5, "ch": "watchlist"})).await;
    let left = socket.expect("unsubscribed").await;
    assert_eq!((&left["id"], &left["ch"]), (&json!(5), &json!("watchlist")));
    world.bid(one, 7).await;
    world.bid(two, 8).await;
    watch(&ann, two).await;
    let heard = socket.so_far().await;
    assert!(heard.iter().all(|frame| frame.kind() == "watchlist_changed"), "{heard:?}");
}

async fn a_name_and_the_list_do_not_end_each_other(world: World) {
    let (property, mark) = (world.property("1 A St").await, world.property("2 B St").await);
    let ann = world.app.user(&[]);
    watch(&ann, property).await;
    let mut socket = open(&ann).await;
    // Whatever comes of the one comes before what comes of the other.
    socket.send(json!({"type": "subscribe", "ch": format!("property:{mark}")})).await;
    socket.expect("subscribed").await;
    let topic = format!("property:{property}");
    let mut bid = 5;
    let mut say = async |socket: &mut SocketProbe, kind: &str, ch: &str, heard: usize| {
        socket.send(json!({"type": kind, "ch": ch})).await;
        assert_eq!(socket.expect(&format!("{kind}d")).await["ch"], ch);
        bid += 1;
        world.bid(property, bid).await;
        world.bid(mark, bid).await;
        let mut updates = 0;
        while socket.expect("auction_update").await["propertyId"] != mark.to_string() {
            updates += 1;
        }
        assert_eq!(updates, heard, "after {kind} {ch}");
    };
    for (first, second) in [("watchlist", &*topic), (&*topic, "watchlist")] {
        say(&mut socket, "subscribe", first, 1).await;
        say(&mut socket, "subscribe", second, 1).await;
        say(&mut socket, "unsubscribe", second, 1).await;
        say(&mut socket, "subscribe", second, 1).await;
        say(&mut socket, "unsubscribe", first, 1).await;
        say(&mut socket, "unsubscribe", second, 0).await;
    }
}

async fn a_name_that_is_joined_meanwhile_takes_nothing_from_the_list(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    watch(&ann, property).await;
    let mut socket = open(&ann).await;
    socket.send(json!({"type": "subscribe", "ch": "watchlist"})).await;
    socket.expect("subscribed").await;
    let topic = format!("property:{property}");
    for round in 1..=40 {
        socket.send(json!({"type": "subscribe", "ch": topic})).await;
        world.bid(property, round).await;
        let (mut joined, mut heard) = (false, false);
        while !(joined && heard) {
            let frame = socket.next().await;
            match frame.kind() {
                "subscribed" => joined = true,
                "auction_update" => heard = frame["seq"] == round,
                other => panic!("{other}"),
            }
        }
        socket.send(json!({"type": "unsubscribe", "ch": topic})).await;
        socket.expect("unsubscribed").await;
    }
}

/// F11.
async fn what_was_subscribed_before_is_kept(world: World) {
    let (asked, listed) = (world.property("1 A St").await, world.property("2 B St").await);
    let ann = world.app.user(&[]);
    let entry = watch(&ann, asked).await;
    watch(&ann, listed).await;
    let mut socket = open(&ann).await;
    let topic = format!("property:{asked}");
    socket.send(json!({"type": "subscribe", "ch": topic})).await;
    socket.expect("subscribed").await;
    socket.send(json!({"type": "subscribe", "ch": "watchlist"})).await;
    socket.expect("subscribed").await;
    unwatch(&ann, &entry).await;
    assert_eq!(socket.next().await.kind(), "watchlist_changed");
    world.bid(asked, 5).await;
    assert_eq!(socket.next().await["ch"], topic);
    socket.send(json!({"type": "unsubscribe", "ch": "watchlist"})).await;
    socket.expect("unsubscribed").await;
    world.bid(listed, 6).await;
    world.bid(asked, 7).await;
    assert_eq!(socket.next().await["ch"], topic);
}

async fn opening_it_again_brings_the_state_anew(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    let entry = watch(&ann, property).await;
    let mut socket = open(&ann).await;
    for (number, bid) in [(1, "250000.00"), (2, "0.01"), (3, "0.02")] {
        socket.send(json!({"type": "subscribe", "id": number, "ch": "watchlist"})).await;
        let joined = socket.next().await;
        assert!(joined.text.contains(&view(property, "1 A St", bid)), "{}", joined.text);
        world.bid(property, number).await;
        assert_eq!(socket.next().await["seq"], number);
    }
    // By `connect`, as after a lost connection.
    let resume = json!({"watchlist": null});
    socket.send(json!({"type": "connect", "id": 9, "resume": resume})).await;
    assert_eq!(socket.next().await["ch"], "watchlist");
    assert_eq!(socket.next().await["result"]["restored"], 1);
    unwatch(&ann, &entry).await;
    assert_eq!(socket.expect("unsubscribed").await["propertyId"], property.to_string());
}

//! Who is there.

use std::{collections::BTreeSet, time::Duration};

use domain::{Topic, UserId};
use hub::{CloseCode, HubConfig, Outbound};
use serde_json::Value;

use super::{
    journal::{TENANT, user},
    probe::{Client, settle},
    world::{World, topic, unsubscribe},
};

pub(super) const ENTER: &str = r#"{"type":"subscribe","id":1,"ch":"room:1","presence":true}"#;
pub(super) const SECOND: Duration = Duration::from_secs(1);

/// Without pings between what is looked for.
pub(super) fn quiet() -> HubConfig {
    HubConfig { heartbeat: 3600 * SECOND, ..HubConfig::default() }
}

pub(super) fn room() -> Topic {
    topic("room:1")
}

pub(super) fn update(state: &str) -> String {
    format!(r#"{{"type":"presence_update","id":2,"ch":"room:1","state":{state}}}"#)
}

/// The numbers of the users in a `presence_state`.
pub(super) fn users(frame: &Value) -> Vec<String> {
    let users = frame["users"].as_array().unwrap();
    users.iter().map(|user| user["user_id"].as_str().unwrap().to_owned()).collect()
}

pub(super) fn named(numbers: &[u128]) -> Vec<String> {
    numbers.iter().map(|number| user(*number).to_string()).collect()
}

impl World {
    /// A user who is in the room, and what they saw when they came.
    pub(super) async fn comer(&self, number: u128) -> (Client, Value) {
        let client = self.user(number);
        client.send(ENTER);
        client.expect("subscribed").await;
        let state = client.expect("presence_state").await;
        (client, state)
    }

    pub(super) fn there(&self) -> Vec<UserId> {
        self.hub.present(TENANT, &room())
    }
}

pub(super) async fn expect_about(client: &Client, kind: &str, number: u128) -> Value {
    let frame = client.expect(kind).await;
    assert_eq!(frame["user_id"], user(number).to_string());
    assert_eq!(frame["ch"], "room:1");
    frame
}

#[tokio::test]
async fn users_come_and_go() {
    let world = World::with(quiet());
    let (one, state) = world.comer(1).await;
    assert_eq!((users(&state), &state["count"]), (named(&[1]), &1.into()));
    let (mut two, state) = world.comer(2).await;
    assert_eq!(users(&state), named(&[1, 2]));
    expect_about(&one, "presence_join", 2).await;
    // A second connection of the same user is no news, and neither is its end.
    let (mut again, state) = world.comer(2).await;
    assert_eq!((users(&state), &state["count"]), (named(&[1, 2]), &2.into()));
    two.ended().await;
    world.advance(10 * SECOND).await;
    one.expect_silence().await;
    again.ended().await;
    // The grace.
    world.advance(Duration::from_millis(4999)).await;
    one.expect_silence().await;
    world.advance(Duration::from_millis(1)).await;
    expect_about(&one, "presence_leave", 2).await;
    assert_eq!(world.there(), [user(1)]);
    // To leave the topic is to leave the room.
    let (two, _) = world.comer(2).await;
    expect_about(&one, "presence_join", 2).await;
    two.send(unsubscribe(&room()));
    two.expect("unsubscribed").await;
    world.advance(5 * SECOND).await;
    expect_about(&one, "presence_leave", 2).await;
    two.expect_silence().await;
    world.expect_empty(vec![one, two]).await;
    world.advance(9 * SECOND).await;
    assert_eq!(world.there(), []);
}

#[tokio::test]
async fn who_comes_back_in_time_was_never_gone() {
    let world = World::with(quiet());
    let (one, _) = world.comer(1).await;
    let (mut two, _) = world.comer(2).await;
    expect_about(&one, "presence_join", 2).await;
    for _ in 0..5 {
        two.ended().await;
        world.advance(4 * SECOND).await;
        let (again, state) = world.comer(2).await;
        assert_eq!(users(&state), named(&[1, 2]));
        two = again;
        world.advance(4 * SECOND).await;
    }
    one.expect_silence().await;
}

#[tokio::test]
async fn a_user_has_a_small_state() {
    let world = World::with(quiet());
    let (one, _) = world.comer(1).await;
    let (two, _) = world.comer(2).await;
    expect_about(&one, "presence_join", 2).await;
    two.send(update(r#"{"viewing":"a"}"#));
    assert_eq!(two.expect("ack").await["id"], 2);
    let frame = expect_about(&one, "presence_update", 2).await;
    assert_eq!(frame["state"]["viewing"], "a");
    // The same again is no news, and without an id there is no answer.
    two.send(r#"{"type":"presence_update","ch":"room:1","state":{"viewing":"a"}}"#);
    one.expect_silence().await;
    two.expect_silence().await;
    let (_three, state) = world.comer(3).await;
    assert_eq!(state["users"][1]["state"]["viewing"], "a");
    assert!(state["users"][0].get("state").is_none());
    expect_about(&one, "presence_join", 3).await;
    two.send(update("null"));
    assert!(expect_about(&one, "presence_update", 2).await["state"].is_null());
    expect_about(&two, "presence_join", 3).await;
    two.expect("ack").await;
    // Bounded, and only for who is there.
    two.send(update(&format!(r#""{}""#, "x".repeat(254))));
    two.expect("ack").await;
    two.send(update(&format!(r#""{}""#, "x".repeat(255))));
    two.expect_error("invalid").await;
    let nobody = world.anonymous();
    nobody.send(update("1"));
    nobody.expect_error("forbidden").await;
    nobody.send(ENTER);
    nobody.expect("subscribed").await;
    assert_eq!(nobody.expect("presence_state").await["count"], 3);
    nobody.send(update("1"));
    nobody.expect_error("forbidden").await;
    assert_eq!(world.there().len(), 3);
}

#[tokio::test]
async fn a_watcher_who_signs_in_is_seen() {
    let world = World::with(quiet());
    let (one, _) = world.comer(1).await;
    let mut guest = world.anonymous();
    guest.send(ENTER);
    guest.expect("subscribed").await;
    assert_eq!(users(&guest.expect("presence_state").await), named(&[1]));
    guest.send(r#"{"type":"auth","id":3,"token":"2"}"#);
    assert_eq!(users(&guest.expect("presence_state").await), named(&[1, 2]));
    guest.expect("ack").await;
    expect_about(&one, "presence_join", 2).await;
    guest.send(update("7"));
    guest.expect("ack").await;
    assert_eq!(expect_about(&one, "presence_update", 2).await["state"], 7);
    // A fresh token is no news.
    guest.send(r#"{"type":"auth","id":4,"token":"2"}"#);
    guest.expect("ack").await;
    guest.ended().await;
    world.advance(5 * SECOND).await;
    expect_about(&one, "presence_leave", 2).await;
    // Nobody is shown whose rights have changed on the way: they come again.
    let mut guest = world.anonymous();
    guest.send(ENTER);
    guest.expect("subscribed").await;
    world.journal.gate();
    guest.send(r#"{"type":"auth","id":3,"token":"2"}"#);
    settle().await;
    world.hub.disconnect_user(user(2), CloseCode::PERMISSIONS_CHANGED);
    world.journal.ungate();
    guest.expect_close(CloseCode::PERMISSIONS_CHANGED).await;
    one.expect_silence().await;
}

#[tokio::test]
async fn without_the_wish_nobody_sees_and_nobody_is_seen() {
    let world = World::with(quiet());
    let (one, _) = world.comer(1).await;
    let two = world.user(2);
    two.send(super::world::subscribe(&room(), None));
    two.expect("subscribed").await;
    world.publish(&room(), 1);
    two.expect_events([1]).await;
    one.expect_events([1]).await;
    one.expect_silence().await;
    // To begin anew without it is to leave.
    let (three, _) = world.comer(3).await;
    expect_about(&one, "presence_join", 3).await;
    three.send(super::world::subscribe(&room(), None));
    three.expect("subscribed").await;
    world.advance(5 * SECOND).await;
    expect_about(&one, "presence_leave", 3).await;
    // And with it again it is restored by one frame.
    three.send(r#"{"type":"connect","resume":{"room:1":{"since":[1,"db1"],"presence":true}}}"#);
    assert_eq!(three.expect("subscribed").await["recovered"], true);
    assert_eq!(users(&three.expect("presence_state").await), named(&[1, 3]));
    expect_about(&one, "presence_join", 3).await;
}

#[tokio::test]
async fn a_connection_that_ends_while_it_joins_leaves_no_ghost() {
    let world = World::with(quiet());
    let (one, _) = world.comer(1).await;
    world.journal.gate();
    for steps in 0..3 {
        let mut two = world.user(2);
        two.send(ENTER);
        settle().await;
        for _ in 0..steps {
            world.journal.step();
            settle().await;
        }
        two.ended().await;
        while world.journal.step() {
            settle().await;
        }
        if steps == 2 {
            expect_about(&one, "presence_join", 2).await;
            world.advance(5 * SECOND).await;
            expect_about(&one, "presence_leave", 2).await;
        }
        one.expect_silence().await;
        assert_eq!(world.there(), [user(1)]);
    }
}

#[tokio::test]
async fn a_slow_watcher_gets_the_whole_picture_later() {
    let world = World::with(HubConfig {
        soft_queue_bytes: 2000,
        hard_queue_bytes: 8000,
        ..HubConfig::default()
    });
    let (slow, _) = world.comer(1).await;
    slow.stall();
    let mut crowd = Vec::new();
    for number in 2..100 {
        crowd.push(world.comer(number).await.0);
        crowd.last().unwrap().send(update("7"));
        settle().await;
    }
    for mut client in crowd.drain(..49) {
        client.ended().await;
    }
    world.advance(5 * SECOND).await;
    assert!(world.hub.stats().queue_bytes < 500_000);
    slow.unstall();
    let mut there = BTreeSet::from([user(1).to_string()]);
    let frames = slow.frames().await;
    assert!(frames.len() < 100, "{}", frames.len());
    for frame in frames {
        match frame["type"].as_str().unwrap() {
            "presence_state" => there = users(&frame).into_iter().collect(),
            "presence_join" => {
                there.insert(frame["user_id"].as_str().unwrap().to_owned());
            }
            "presence_leave" => {
                there.remove(frame["user_id"].as_str().unwrap());
            }
            _ => {}
        }
    }
    let expected: Vec<u128> = std::iter::once(1).chain(51..100).collect();
    assert_eq!(there.into_iter().collect::<Vec<_>>(), named(&expected));
    // From here on it hears each change again.
    crowd.remove(0).ended().await;
    world.advance(5 * SECOND).await;
    expect_about(&slow, "presence_leave", 51).await;
}

#[tokio::test]
async fn a_great_crowd_is_counted() {
    let config = HubConfig { max_presence_users: 10, ..HubConfig::default() };
    let world = World::with(config);
    let mut crowd = Vec::new();
    for number in 1..=25 {
        crowd.push(world.comer(number).await);
    }
    let (_, state) = crowd.last().unwrap();
    assert_eq!((users(state).len(), &state["count"]), (10, &25.into()));
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_the_grace() {
    let world = World::with(quiet());
    let (mut one, _) = world.comer(1).await;
    let hub = world.hub.clone();
    let down = world.run(async move { hub.shutdown().await });
    settle().await;
    one.cut();
    settle().await;
    assert!(down.is_finished());
}

/// The next frame, from other threads.
async fn patiently(client: &Client) -> Value {
    for _ in 0..2_000_000 {
        if let Some(Outbound::Text(text)) = client.poll() {
            return serde_json::from_str(text.as_str()).unwrap();
        }
        tokio::task::yield_now().await;
    }
    panic!("nothing came");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn a_throng_leaves_nobody_behind() {
    let world = World::with(quiet());
    let watcher = world.user(1);
    watcher.send(ENTER);
    assert_eq!(patiently(&watcher).await["type"], "subscribed");
    assert_eq!(patiently(&watcher).await["type"], "presence_state");
    for round in 0..20 {
        let mut throng: Vec<Client> = (2..40).map(|number| world.user(number)).collect();
        for client in &throng {
            client.send(ENTER);
        }
        if round % 2 == 0 {
            patiently(&throng[0]).await;
        }
        for client in &mut throng {
            client.ended().await;
        }
    }
    // This one was certainly there, and is the last to come.
    let mut last = world.user(50);
    last.send(ENTER);
    while patiently(&last).await["type"] != "presence_state" {}
    last.ended().await;
    for turn in 0_u32.. {
        assert!(turn < 1000, "left behind: {:?}", world.there());
        world.advance(5 * SECOND).await;
        if world.there() == [user(1)] {
            break;
        }
    }
    let mut there = BTreeSet::new();
    while there.len() != 1 || !there.contains("gone") {
        let frame = patiently(&watcher).await;
        let user_id = frame["user_id"].as_str().unwrap().to_owned();
        match frame["type"].as_str().unwrap() {
            "presence_join" => assert!(there.insert(user_id)),
            _ => assert!(there.remove(&user_id)),
        }
        if frame["type"] == "presence_leave" && frame["user_id"] == user(50).to_string() {
            there.insert("gone".to_owned());
        }
    }
}

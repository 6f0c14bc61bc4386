//! Newest values at the pace that a client wants.

use std::time::Duration;

use hub::HubConfig;
use serde_json::Value;

use super::{
    latest::{KEYS, publish},
    probe::{Client, settle},
    world::{World, subscribe, topic},
};

/// The versions of the values that have come, of one key.
async fn versions(client: &Client, key: &str) -> Vec<u64> {
    let of_key = |frame: &Value| frame["type"] == "value" && frame["key"] == key;
    let frames = client.frames().await;
    frames.iter().filter(|f| of_key(f)).map(|f| f["v"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_throttled_subscription_gets_the_last_value_in_time() {
    let world = World::new();
    let a = topic("quotes:ABC");
    world.journal.make_latest(&a);
    let (fast, slow) = (world.follower(&a).await, world.anonymous());
    slow.send(r#"{"type":"subscribe","ch":"quotes:ABC","throttle_ms":1000}"#);
    slow.expect("subscribed").await;
    for version in 1..=20 {
        publish(&world.hub, &a, Some("a"), version);
        world.advance(Duration::from_millis(250)).await;
    }
    assert_eq!(versions(&fast, "a").await.len(), 20);
    // 1 at once; then at each full second what is the newest at that moment.
    assert_eq!(versions(&slow, "a").await, [1, 4, 8, 12, 16, 20]);
    world.advance(Duration::from_secs(5)).await;
    slow.expect_silence().await;
    // After a quiet time the next goes at once, and the one behind it waits its time.
    publish(&world.hub, &a, Some("a"), 21);
    publish(&world.hub, &a, Some("a"), 22);
    assert_eq!(versions(&slow, "a").await, [21]);
    world.advance(Duration::from_millis(999)).await;
    slow.expect_silence().await;
    world.advance(Duration::from_millis(1)).await;
    assert_eq!(versions(&slow, "a").await, [22]);
    world.expect_empty(vec![fast, slow]).await;
}

#[tokio::test]
async fn each_key_and_each_subscription_has_its_own_pace() {
    let world = World::new();
    let a = topic("quotes:ABC");
    world.journal.make_latest(&a);
    let (slow, slower) = (world.anonymous(), world.anonymous());
    slower.send(r#"{"type":"subscribe","ch":"quotes:ABC","throttle_ms":3000}"#);
    slow.send(r#"{"type":"connect","resume":{"quotes:ABC":{"throttle_ms":1000}}}"#);
    slower.expect("subscribed").await;
    slow.expect("subscribed").await;
    slow.expect("ack").await;
    for version in 1..=2 {
        for key in KEYS {
            publish(&world.hub, &a, Some(key), version);
        }
    }
    for key in KEYS {
        for client in [&slow, &slower] {
            let frame = client.expect("value").await;
            assert_eq!((&frame["key"], &frame["v"]), (&key.into(), &1.into()));
        }
    }
    world.advance(Duration::from_secs(1)).await;
    assert_eq!(slow.frames().await.len(), 3);
    slower.expect_silence().await;
    world.advance(Duration::from_secs(2)).await;
    assert_eq!(slower.frames().await.len(), 3);
    slow.expect_silence().await;
    // Leaving ends the waiting.
    publish(&world.hub, &a, Some("a"), 3);
    publish(&world.hub, &a, Some("a"), 4);
    slower.send(r#"{"type":"unsubscribe","ch":"quotes:ABC"}"#);
    world.advance(Duration::from_secs(9)).await;
    slower.expect("unsubscribed").await;
    slower.expect_silence().await;
    world.expect_empty(vec![slow, slower]).await;
}

#[tokio::test]
async fn a_crowd_whose_time_has_come_does_not_keep_others_waiting() {
    const CROWD: usize = 1_000;
    let world = World::new();
    let (a, b) = (topic("quotes:ABC"), topic("property:b"));
    world.journal.make_latest(&a);
    let mut crowd = Vec::with_capacity(CROWD + 1);
    for _ in 0..CROWD {
        let client = world.anonymous();
        client.send(r#"{"type":"subscribe","ch":"quotes:ABC","throttle_ms":1000}"#);
        client.expect("subscribed").await;
        crowd.push(client);
    }
    let other = world.anonymous();
    for version in 1..=2 {
        publish(&world.hub, &a, None, version);
        settle().await;
    }
    for client in &crowd {
        assert_eq!(client.expect("value").await["v"], 1);
    }
    world.clock.advance(Duration::from_secs(1));
    // The first of them says that the time has come.
    while crowd.iter().all(|client| !client.has_something()) {
        tokio::task::yield_now().await;
    }
    other.send(subscribe(&b, None));
    other.expect("subscribed").await;
    let served = crowd.iter().filter(|client| client.has_something()).count();
    assert!((1..CROWD / 2).contains(&served), "{served} came first");
    for client in &crowd {
        assert_eq!(client.expect("value").await["v"], 2);
    }
    crowd.push(other);
    world.expect_empty(crowd).await;
}

#[tokio::test]
async fn what_came_late_for_want_of_room_is_no_reason_to_repeat_it() {
    let config = HubConfig { soft_queue_bytes: 100, hard_queue_bytes: 300, ..HubConfig::default() };
    let world = World::with(config);
    let (a, other) = (topic("quotes:ABC"), topic("property:a"));
    world.journal.make_latest(&a);
    let client = world.follower(&other).await;
    client.send(r#"{"type":"subscribe","ch":"quotes:ABC","throttle_ms":1000}"#);
    client.expect("subscribed").await;
    publish(&world.hub, &a, Some("a"), 1);
    assert_eq!(versions(&client, "a").await, [1]);
    // The queue is full when the time of the second has come, …
    client.stall();
    world.publish(&other, 1);
    settle().await;
    world.publish(&other, 3);
    publish(&world.hub, &a, Some("a"), 2);
    world.advance(Duration::from_secs(1)).await;
    // … and the third waits when there is room again.
    publish(&world.hub, &a, Some("a"), 3);
    client.unstall();
    assert_eq!(versions(&client, "a").await, [3]);
    publish(&world.hub, &a, Some("a"), 4);
    world.advance(Duration::from_millis(999)).await;
    assert_eq!(versions(&client, "a").await, [0; 0]);
    world.advance(Duration::from_millis(1)).await;
    assert_eq!(versions(&client, "a").await, [4]);
    world.advance(Duration::from_secs(9)).await;
    assert_eq!(versions(&client, "a").await, [0; 0]);
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_what_is_throttled() {
    let world = World::new();
    let a = topic("quotes:ABC");
    world.journal.make_latest(&a);
    let mut client = world.anonymous();
    client.send(r#"{"type":"subscribe","ch":"quotes:ABC","throttle_ms":60000}"#);
    client.expect("subscribed").await;
    publish(&world.hub, &a, None, 1);
    publish(&world.hub, &a, None, 2);
    settle().await;
    let hub = world.hub.clone();
    let down = world.run(async move { hub.shutdown().await });
    settle().await;
    client.cut();
    settle().await;
    assert!(down.is_finished());
}

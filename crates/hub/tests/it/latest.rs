//! Topics of newest values.

use std::sync::Arc;

use domain::Topic;
use hub::{Hub, HubConfig, MemoryBroker, Mode, Text};

use super::{
    endpoint::TestEndpoint,
    journal::{Journal, TENANT},
    probe::{Client, settle},
    world::{World, subscribe, topic},
};

pub(super) const KEYS: [&str; 3] = ["a", "b", "c"];

fn body(key: Option<&str>, version: u64, padding: usize) -> Arc<str> {
    let pad = "x".repeat(padding);
    format!(r#"{{"type":"value","key":"{}","v":{version},"pad":"{pad}"}}"#, key.unwrap_or(""))
        .into()
}

pub(super) fn publish(hub: &Hub, topic: &Topic, key: Option<&str>, version: u64) {
    publish_sized(hub, topic, key, version, 0);
}

fn publish_sized(hub: &Hub, topic: &Topic, key: Option<&str>, version: u64, padding: usize) {
    let body = body(key, version, padding);
    hub.publish_latest(TENANT, topic.clone(), key.map(Arc::from), version, body);
}

impl World {
    /// Writes a durable value and publishes it.
    fn set(&self, topic: &Topic, key: Option<&str>, version: u64) {
        self.journal.set_value(topic, key, version, body(key, version, 0));
        publish(&self.hub, topic, key, version);
    }

    async fn watcher(&self, topic: &Topic) -> Client {
        self.journal.make_latest(topic);
        self.follower(topic).await
    }
}

#[tokio::test]
async fn only_what_is_newer_goes_out() {
    let world = World::new();
    let a = topic("auction:1");
    let client = world.watcher(&a).await;
    for version in [3, 2, 3, 7, 5, 7, 8] {
        publish(&world.hub, &a, None, version);
        settle().await;
    }
    let frames = client.frames().await;
    let came: Vec<_> = frames.iter().map(|frame| frame["v"].as_u64().unwrap()).collect();
    assert_eq!(came, [3, 7, 8]);
    for frame in &frames {
        assert_eq!(frame["ch"], "auction:1");
        assert_eq!(frame["ts"], 1_700_000_000_000_u64);
        assert!(frame.get("seq").is_none());
    }
    // Each key counts on its own.
    publish(&world.hub, &a, Some("x"), 1);
    assert_eq!(client.expect("value").await["key"], "x");
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn a_crowd_does_not_keep_others_waiting() {
    const CROWD: usize = 1_000;
    let world = World::new();
    let (a, b) = (topic("auction:1"), topic("property:b"));
    let mut crowd = Vec::with_capacity(CROWD);
    for _ in 0..CROWD {
        crowd.push(world.watcher(&a).await);
    }
    let other = world.anonymous();
    publish(&world.hub, &a, None, 1);
    other.send(subscribe(&b, None));
    let answer = other.frame().await;
    assert_eq!(answer["type"], "subscribed");
    let served = crowd.iter().filter(|client| client.poll().is_some()).count();
    assert!((1..CROWD / 2).contains(&served), "{served} came first");
    // What has not gone out yet is replaced, and nobody is forgotten.
    publish(&world.hub, &a, None, 2);
    for client in &crowd {
        while client.frame().await["v"] != 2 {}
    }
    crowd.push(other);
    world.expect_empty(crowd).await;
}

#[tokio::test]
async fn the_reply_brings_the_newest_and_what_follows_is_newer() {
    let world = World::new();
    let a = topic("auction:1");
    world.set(&a, None, 5);
    world.journal.make_latest(&a);
    let client = world.anonymous();
    client.send(subscribe(&a, None));
    let reply = client.expect("subscribed").await;
    assert_eq!((&reply["version"], &reply["ep"]), (&5.into(), &"db1".into()));
    assert_eq!(reply["recovered"], false);
    assert!(reply.get("seq").is_none());
    assert_eq!(reply["values"][0]["v"], 5);
    assert_eq!(reply["values"][0]["ch"], "auction:1");
    // The one that was read is published late, and an older one later still.
    publish(&world.hub, &a, None, 5);
    publish(&world.hub, &a, None, 4);
    client.expect_silence().await;
    world.set(&a, None, 6);
    assert_eq!(client.expect("value").await["v"], 6);
    // Who has the newest is told so, and gets nothing; who has not gets it.
    client.send(subscribe(&a, Some(6)));
    let reply = client.expect("subscribed").await;
    assert_eq!((&reply["recovered"], reply.get("values")), (&true.into(), None));
    client.send(subscribe(&a, Some(5)));
    let reply = client.expect("subscribed").await;
    assert_eq!((&reply["recovered"], &reply["values"][0]["v"]), (&false.into(), &6.into()));
    client.send(r#"{"type":"connect","id":1,"resume":{"auction:1":[6,"db1"]}}"#);
    assert_eq!(client.expect("subscribed").await["recovered"], true);
    client.expect("ack").await;
    client.expect_silence().await;
}

#[tokio::test]
async fn values_that_come_while_it_joins_are_not_lost() {
    let world = World::new();
    let a = topic("jobs");
    world.journal.make_latest(&a);
    for key in KEYS {
        world.set(&a, Some(key), 1);
    }
    world.journal.gate();
    let client = world.anonymous();
    client.send(subscribe(&a, None));
    settle().await;
    world.set(&a, Some("a"), 2);
    assert!(world.journal.step());
    settle().await;
    // Read by now: a 2, b 1, c 1.
    world.set(&a, Some("b"), 2);
    world.set(&a, Some("d"), 1);
    assert!(world.journal.step());
    let reply = client.expect("subscribed").await;
    assert_eq!(reply["values"].as_array().unwrap().len(), 3);
    let mut came: Vec<_> = client.frames().await;
    came.sort_by_key(|frame| frame["key"].as_str().unwrap().to_owned());
    let came: Vec<_> = came.iter().map(|f| (f["key"].as_str().unwrap(), f["v"].as_u64())).collect();
    assert_eq!(came, [("b", Some(2)), ("d", Some(1))]);
}

#[tokio::test]
async fn what_is_unsent_is_replaced_in_its_place() {
    let world = World::new();
    let (a, other) = (topic("jobs"), topic("auction:1"));
    let client = world.watcher(&a).await;
    world.journal.make_latest(&other);
    client.send(subscribe(&other, None));
    client.expect("subscribed").await;
    client.stall();
    // This one is being written; the others wait behind it.
    publish(&world.hub, &a, Some("first"), 1);
    settle().await;
    for version in 1..=100 {
        publish(&world.hub, &a, Some("a"), version);
        publish(&world.hub, &other, None, version);
        publish(&world.hub, &a, Some("b"), version);
    }
    publish(&world.hub, &a, Some("first"), 2);
    assert!(world.hub.stats().queue_bytes < 600, "{:?}", world.hub.stats());
    client.unstall();
    let frames = client.frames().await;
    let came: Vec<_> =
        frames.iter().map(|f| (f["key"].as_str().unwrap(), f["v"].as_u64())).collect();
    let hundred = Some(100);
    let expected =
        [("first", Some(1)), ("a", hundred), ("", hundred), ("b", hundred), ("first", Some(2))];
    assert_eq!(came, expected);
    assert_eq!(world.hub.stats().queue_bytes, 0);
    // What is gone from the queue is not replaced.
    publish(&world.hub, &a, Some("a"), 101);
    assert_eq!(client.expect("value").await["v"], 101);
}

#[tokio::test]
async fn a_full_queue_gets_the_newest_when_it_has_drained() {
    let config =
        HubConfig { soft_queue_bytes: 1000, hard_queue_bytes: 4000, ..HubConfig::default() };
    let world = World::with(config);
    let a = topic("jobs");
    let client = world.watcher(&a).await;
    client.stall();
    for version in 1..=50 {
        for key in 0..40 {
            publish_sized(&world.hub, &a, Some(&format!("k{key}")), version, 300);
        }
        settle().await;
        assert!(world.hub.stats().queue_bytes <= 4000, "{:?}", world.hub.stats());
    }
    client.unstall();
    let frames = client.frames().await;
    for key in 0..40 {
        let name = format!("k{key}");
        let of_key = frames.iter().filter(|frame| frame["key"] == *name);
        let came: Vec<_> = of_key.map(|frame| frame["v"].as_u64().unwrap()).collect();
        assert_eq!(came.last(), Some(&50), "{name} {came:?}");
        assert!(came.is_sorted_by(|older, newer| older < newer), "{name} {came:?}");
        assert!(came.len() <= 2, "{name} {came:?}");
    }
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn a_value_that_grows_does_not_break_the_bound() {
    let config = HubConfig { hard_queue_bytes: 4000, ..HubConfig::default() };
    let world = World::with(config);
    let a = topic("jobs");
    let client = world.watcher(&a).await;
    client.stall();
    publish(&world.hub, &a, Some("first"), 1);
    settle().await;
    for key in 0..30 {
        publish(&world.hub, &a, Some(&format!("k{key}")), 1);
    }
    for key in 0..30 {
        publish_sized(&world.hub, &a, Some(&format!("k{key}")), 2, 3000);
    }
    assert!(world.hub.stats().queue_bytes < 8000, "{:?}", world.hub.stats());
    client.unstall();
    let frames = client.frames().await;
    for key in 0..30 {
        let last = frames.iter().rfind(|frame| frame["key"] == *format!("k{key}"));
        assert_eq!(last.unwrap()["v"], 2);
    }
}

#[tokio::test]
async fn other_nodes_get_it_and_what_is_lost_is_read_when_it_is_durable() {
    let (journal, broker) = (Journal::new(), MemoryBroker::new());
    let one = World::on(journal.clone(), broker.clone(), HubConfig::default());
    let two = World::on(journal.clone(), broker, HubConfig::default());
    let a = topic("jobs");
    let client = two.watcher(&a).await;
    one.set(&a, Some("a"), 1);
    assert_eq!(client.expect("value").await["v"], 1);
    // These are committed, and nobody tells the node.
    journal.set_value(&a, Some("a"), 2, body(Some("a"), 2, 0));
    journal.set_value(&a, Some("b"), 9, body(Some("b"), 9, 0));
    client.expect_silence().await;
    two.hub.check_latest().await.unwrap();
    let frames = client.frames().await;
    let mut came: Vec<_> =
        frames.iter().map(|f| (f["key"].as_str().unwrap(), f["v"].as_u64())).collect();
    came.sort_unstable();
    assert_eq!(came, [("a", Some(2)), ("b", Some(9))]);
    // It is asked for once, and no more while nothing is behind.
    let asked = journal.values_asked();
    two.hub.check_latest().await.unwrap();
    two.hub.check_latest().await.unwrap();
    settle().await;
    assert_eq!(journal.values_asked(), asked);
    client.expect_silence().await;
    // Nobody follows it on the first node, so that one asks nobody.
    let compared = journal.versions_compared();
    one.hub.check_latest().await.unwrap();
    assert_eq!(journal.versions_compared(), compared);
}

#[tokio::test]
async fn the_reader_that_follows_twice_keeps_the_order() {
    let world = World::new();
    let a = topic("auction:1");
    let client = world.watcher(&a).await;
    client.stall();
    publish(&world.hub, &a, None, 1);
    settle().await;
    publish(&world.hub, &a, None, 2);
    // The journal has 5; the subscription begins anew behind it.
    world.journal.set_value(&a, None, 5, body(None, 5, 0));
    client.send(subscribe(&a, None));
    settle().await;
    publish(&world.hub, &a, None, 4);
    publish(&world.hub, &a, None, 6);
    client.unstall();
    let frames = client.frames().await;
    let came: Vec<_> = frames
        .iter()
        .map(|frame| frame["v"].as_u64().or(frame["values"][0]["v"].as_u64()).unwrap())
        .collect();
    assert_eq!(came, [1, 2, 5, 6]);
}

#[tokio::test]
async fn an_endpoint_sees_only_the_newest() {
    let world = World::new();
    let a = topic("auctions");
    let endpoint = Arc::new(TestEndpoint {
        observes_latest: vec![a.clone()],
        gate_observing: true,
        ..TestEndpoint::default()
    });
    let client = world.serve(endpoint.clone(), world.opening());
    settle().await;
    publish(&world.hub, &a, Some("a"), 1);
    settle().await;
    for version in 2..=2000 {
        publish(&world.hub, &a, Some("a"), version);
        publish(&world.hub, &a, Some("b"), version);
    }
    endpoint.gate.add_permits(100);
    settle().await;
    let seen: Vec<_> = endpoint.log().into_iter().filter(|l| l.starts_with("latest")).collect();
    assert_eq!(seen, ["latest a 1", "latest a 2000", "latest b 2000"]);
    client.expect_silence().await;
}

#[tokio::test]
async fn a_frame_of_the_clients_own_choice_follows_a_hold() {
    // What an endpoint reads and sends itself: nothing older follows.
    let world = World::new();
    let a = topic("auction:1");
    let client = world.user(1);
    settle().await;
    let session = world.hub.sessions_of(super::journal::user(1)).remove(0);
    let hold = session.hold(std::slice::from_ref(&a), Mode::Forward).unwrap();
    publish(&world.hub, &a, None, 3);
    publish(&world.hub, &a, None, 8);
    let first = vec![Text::from(r#"{"type":"auction_state","v":7}"#)];
    assert!(hold.release_latest(&[(a.clone(), 7)], first));
    assert_eq!(client.expect("auction_state").await["v"], 7);
    assert_eq!(client.expect("value").await["v"], 8);
    publish(&world.hub, &a, None, 7);
    client.expect_silence().await;
    // The same with keys that count on their own.
    let all = topic("auctions");
    let hold = session.hold(std::slice::from_ref(&all), Mode::Forward).unwrap();
    for (key, version) in [("a", 3), ("b", 3), ("c", 3)] {
        publish(&world.hub, &all, Some(key), version);
    }
    let known = vec![(all.clone(), vec![("a".into(), 2), ("b".into(), 4)])];
    assert!(hold.release_keyed(known, vec![Text::from(r#"{"type":"auctions_state"}"#)]));
    client.expect("auctions_state").await;
    publish(&world.hub, &all, Some("b"), 4);
    publish(&world.hub, &all, Some("b"), 5);
    let frames = client.frames().await;
    let came: Vec<_> =
        frames.iter().map(|f| (f["key"].as_str().unwrap(), f["v"].as_u64())).collect();
    assert_eq!(came, [("a", Some(3)), ("c", Some(3)), ("b", Some(5))]);
}

#[tokio::test]
async fn many_topics_that_are_behind_are_read_a_few_at_a_time() {
    let world = World::new();
    let topics: Vec<Topic> = (0..100).map(|n| topic(&format!("auction:{n}"))).collect();
    let client = world.anonymous();
    for a in &topics {
        world.journal.make_latest(a);
        client.send(subscribe(a, None));
        client.expect("subscribed").await;
        world.journal.set_value(a, None, 1, body(None, 1, 0));
    }
    world.hub.check_latest().await.unwrap();
    for _ in &topics {
        client.expect("value").await;
    }
    assert_eq!(world.journal.values_asked(), 100);
    assert!(world.journal.most_values_at_once() <= 8, "{}", world.journal.most_values_at_once());
    world.expect_empty(vec![client]).await;
}

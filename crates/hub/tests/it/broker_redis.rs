//! What is Redis' own: who gets what, and what becomes of it when the server fails.

use std::time::Duration;

use domain::Topic;
use hub::{Broker, Link, PresenceChange, RedisBroker};
use testkit::{FaultProxy, TestRedis, clock::real_clock};

use super::{
    broker_contract::{Heard, Node, Nodes, frame, redis_node},
    journal::{TENANT, user},
    world::topic,
};

fn reason(broker: &Node) -> String {
    match &*broker.broker.link().borrow() {
        Link::Away { reason, .. } => reason.to_string(),
        link => panic!("{link:?}"),
    }
}

/// Follows and is followed once the server is back: everything is as before.
async fn expect_exchange(one: &Node, two: &Node, topic: &Topic, seq: u64) {
    for node in [one, two] {
        node.until_connected(true).await;
        node.until_confirmed(topic).await;
    }
    one.publish(topic, seq);
    two.expect(Heard::Stream(frame(topic, seq))).await;
    two.publish(topic, seq + 1);
    one.expect(Heard::Stream(frame(topic, seq + 1))).await;
}

#[tokio::test]
async fn only_followers_are_sent_to() {
    let nodes = Nodes::on(TestRedis::namespace_of_run());
    let (a, b) = (topic("property:a"), topic("property:b"));
    let (one, two) = (nodes.node().await, nodes.node().await);
    two.follow(&b).await;
    one.publish(&a, 1);
    one.publish(&b, 1);
    two.expect(Heard::Stream(frame(&b, 1))).await;
    two.follow(&a).await;
    two.broker.unfollow(two.id, TENANT, &b);
    let last = topic("property:last");
    two.follow(&last).await;
    one.publish(&b, 2);
    one.publish(&a, 2);
    two.expect(Heard::Stream(frame(&a, 2))).await;
}

#[tokio::test]
async fn installations_on_one_redis_do_not_hear_each_other() {
    let a = topic("property:a");
    let ours = Nodes::on(TestRedis::namespace_of_run());
    let theirs = Nodes::on(TestRedis::namespace_of_run());
    let (one, two, other) = (ours.node().await, ours.node().await, theirs.node().await);
    for node in [&one, &two, &other] {
        node.follow(&a).await;
    }
    other.publish(&a, 1);
    other.broker.nudge(other.id);
    other.broker.presence_set(&other.entry(&a, 1, Duration::from_secs(15)));
    other.until_present(&a, &[(other.id, user(1))]).await;
    assert_eq!(one.present(&a).await, []);
    one.publish(&a, 2);
    two.expect(Heard::Stream(frame(&a, 2))).await;
}

#[tokio::test]
async fn what_cannot_be_read_is_passed_over_and_counted() {
    let redis = TestRedis::namespace_of_run();
    let a = topic("property:a");
    let one = Nodes::on(redis.clone()).node().await;
    let (broker, two) = redis_node(&redis);
    two.follow(&a).await;
    two.until_connected(true).await;
    let client = redis::Client::open(redis.url()).unwrap();
    let mut stranger = client.get_multiplexed_async_connection().await.unwrap();
    let id = one.id.0;
    let newer = format!(r#"{{"v":2,"from":"{id}","k":"stream"}}"#);
    let kind = format!(r#"{{"v":1,"from":"{id}","k":"song"}}"#);
    let own = format!(r#"{{"v":1,"from":"{}","k":"nudge"}}"#, two.id.0);
    let channel = format!("openbell:{{{}}}:t:{TENANT}:{a}", redis.namespace());
    for text in [b"\xff\x00".as_slice(), b"", newer.as_bytes(), kind.as_bytes(), own.as_bytes()] {
        let mut publish = redis::cmd("PUBLISH");
        publish.arg(&channel).arg(text);
        assert_eq!(publish.query_async::<u64>(&mut stranger).await.unwrap(), 1);
    }
    one.publish(&a, 1);
    two.expect(Heard::Stream(frame(&a, 1))).await;
    assert_eq!((broker.stats().skipped, broker.stats().received), (4, 1));
}

#[tokio::test]
async fn a_restarted_server_is_found_again() {
    let server = TestRedis::private().await;
    let (a, b) = (topic("property:a"), topic("property:b"));
    let redis = TestRedis::on(server.url());
    let (broker, one) = redis_node(&redis);
    let two = Nodes::on(redis).node().await;
    for node in [&one, &two] {
        node.follow(&a).await;
        node.until_connected(true).await;
    }
    one.broker.presence_set(&one.entry(&a, 1, Duration::from_secs(15)));
    two.until_present(&a, &[(one.id, user(1))]).await;
    assert!(matches!(two.next().await, Heard::Presence(PresenceChange::Here(_))));
    server.kill();
    for node in [&one, &two] {
        node.until_connected(false).await;
        assert!(!reason(node).contains('\n'));
    }
    // It goes on without: what is said is lost and counted, what is asked is refused.
    let before = broker.stats().dropped;
    one.publish(&a, 1);
    assert_eq!(broker.stats().dropped, before + 1);
    assert!(one.broker.presence_of(vec![(TENANT, a.clone())]).await.is_err());
    two.broker.follow(two.id, TENANT, &b);
    server.start();
    expect_exchange(&one, &two, &a, 2).await;
    two.until_confirmed(&b).await;
    one.publish(&b, 1);
    two.expect(Heard::Stream(frame(&b, 1))).await;
    assert_eq!(two.present(&a).await, [], "Redis has forgotten all; the hub says it again");
    assert_eq!(broker.stats().connects, 2);
}

#[tokio::test]
async fn a_server_that_stands_still_is_noticed() {
    let server = TestRedis::private().await;
    let a = topic("property:a");
    let nodes = Nodes::on(TestRedis::on(server.url()));
    let (one, two) = (nodes.node().await, nodes.node().await);
    for node in [&one, &two] {
        node.follow(&a).await;
    }
    server.pause();
    // Neither waits, however long it stands.
    one.publish(&a, 1);
    one.broker.follow(one.id, TENANT, &topic("property:b"));
    one.until_connected(false).await;
    two.until_connected(false).await;
    server.resume();
    for node in [&one, &two] {
        node.until_connected(true).await;
        node.until_confirmed(&a).await;
    }
    one.publish(&a, 2);
    // The first one may or may not have got through before.
    let first = two.next().await;
    if first == Heard::Stream(frame(&a, 1)) {
        two.expect(Heard::Stream(frame(&a, 2))).await;
    } else {
        assert_eq!(first, Heard::Stream(frame(&a, 2)));
    }
    one.until_confirmed(&topic("property:b")).await;
}

#[tokio::test]
async fn a_cut_connection_is_made_anew() {
    let server = TestRedis::private().await;
    let proxy = FaultProxy::before(server.port()).await;
    let redis = TestRedis::on(proxy.redis_url());
    let a = topic("property:a");
    let nodes = Nodes::on(redis);
    let (one, two) = (nodes.node().await, nodes.node().await);
    for node in [&one, &two] {
        node.follow(&a).await;
    }
    for round in 0..3 {
        proxy.close();
        for node in [&one, &two] {
            node.until_connected(false).await;
        }
        proxy.open();
        expect_exchange(&one, &two, &a, 10 * round + 1).await;
    }
    // One message is lost on the way, and only that one.
    for _ in [&one, &two] {
        proxy.lose(r#""number":101}"#);
    }
    for seq in 100..=102 {
        one.publish(&a, seq);
    }
    two.expect(Heard::Stream(frame(&a, 100))).await;
    two.expect(Heard::Stream(frame(&a, 102))).await;
    proxy.until_lost(2).await;
}

#[tokio::test]
async fn what_is_too_much_is_dropped_and_nobody_waits() {
    let server = TestRedis::private().await;
    let redis = TestRedis::on(server.url());
    let a = topic("property:a");
    let (broker, one) = redis_node(&redis);
    one.until_connected(true).await;
    server.pause();
    for seq in 1..=100_000 {
        one.publish(&a, seq);
    }
    assert!(broker.stats().dropped > 50_000, "{:?}", broker.stats());
    server.resume();
}

#[tokio::test]
async fn a_dropped_broker_leaves_nothing_behind() {
    let server = TestRedis::private().await;
    let redis = TestRedis::on(server.url());
    let (broker, node) = redis_node(&redis);
    node.until_connected(true).await;
    let mut link = broker.link();
    drop((broker, node));
    // Whoever held the sender is gone with its tasks and connections.
    while link.changed().await.is_ok() {}
}

#[tokio::test]
async fn a_password_is_never_shown() {
    let server = TestRedis::private().await;
    let url = format!("redis://ann:hunter2@127.0.0.1:{}", server.port());
    let broker = RedisBroker::open(&url, "test", real_clock()).unwrap();
    let (_, node) = redis_node(&TestRedis::on(url));
    let mut link = node.broker.link();
    let told = |link: &Link| !format!("{link:?}").contains("not yet connected");
    super::broker_contract::in_time(link.wait_for(told)).await.unwrap();
    assert!(!reason(&node).contains("hunter2"));
    assert!(!format!("{broker:?}").contains("hunter2"));
}

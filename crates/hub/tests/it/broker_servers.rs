//! Redis in several servers: what is ours in a cluster, and where it has gone.

use std::time::Duration;

use redis::{Client, Value, cmd};
use testkit::{RedisCluster, TestRedis};

use super::{
    broker_contract::{Heard, Node, Nodes, frame, redis_node},
    journal::user,
    world::topic,
};

/// One command to one server of a cluster.
async fn ask(port: u16, words: &[&str]) -> redis::RedisResult<Value> {
    let client = Client::open(format!("redis://127.0.0.1:{port}")).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    cmd(words[0]).arg(&words[1..]).query_async(&mut connection).await
}

async fn text(port: u16, words: &[&str]) -> String {
    redis::from_redis_value(ask(port, words).await.unwrap()).unwrap()
}

/// The server that has this key, and another one.
async fn owner_and_other(cluster: &RedisCluster, key: &str) -> (u16, u16) {
    let mut owner = None;
    for port in cluster.ports() {
        if ask(port, &["EXISTS", key]).await.is_ok() {
            owner = Some(port);
        }
    }
    let owner = owner.expect("somebody has the key");
    let other = cluster.ports().into_iter().find(|port| *port != owner);
    (owner, other.expect("a server more"))
}

async fn expect_exchange(one: &Node, two: &Node, seq: u64) {
    let a = topic("property:a");
    one.publish(&a, seq);
    two.expect(Heard::Stream(frame(&a, seq))).await;
    two.publish(&a, seq + 1);
    one.expect(Heard::Stream(frame(&a, seq + 1))).await;
}

#[tokio::test]
async fn in_a_cluster_one_server_has_all_of_ours_and_may_change() {
    let cluster = TestRedis::cluster().await;
    let redis = TestRedis::on(cluster.url());
    let a = topic("property:a");
    let (broker, one) = redis_node(&redis);
    let two = Nodes::on(redis.clone()).node().await;
    for node in [&one, &two] {
        node.follow(&a).await;
        node.until_connected(true).await;
    }
    expect_exchange(&one, &two, 1).await;
    // The lease and the list are read in one step, so they have to be in one place.
    one.broker.presence_set(&one.entry(&a, 1, Duration::from_secs(15)));
    two.until_present(&a, &[(one.id, user(1))]).await;
    assert!(matches!(two.next().await, Heard::Presence(_)));

    // The slot goes to another server, as a resharding does it; what was in it is gone.
    let key = format!("openbell:{{{}}}:all", redis.namespace());
    let (owner, other) = owner_and_other(&cluster, &key).await;
    let slot: u64 =
        redis::from_redis_value(ask(owner, &["CLUSTER", "KEYSLOT", &key]).await.unwrap()).unwrap();
    let slot = slot.to_string();
    let old = text(owner, &["CLUSTER", "MYID"]).await;
    let new = text(other, &["CLUSTER", "MYID"]).await;
    ask(other, &["CLUSTER", "SETSLOT", &slot, "IMPORTING", &old]).await.unwrap();
    ask(owner, &["CLUSTER", "SETSLOT", &slot, "MIGRATING", &new]).await.unwrap();
    ask(owner, &["FLUSHALL"]).await.unwrap();
    for port in [other, owner] {
        ask(port, &["CLUSTER", "SETSLOT", &slot, "NODE", &new]).await.unwrap();
    }
    for node in [&one, &two] {
        // Subscribed once more, over there.
        node.until_confirmed(&a).await;
        node.until_connected(true).await;
    }
    expect_exchange(&one, &two, 3).await;
    assert!(broker.stats().connects >= 2, "{:?}", broker.stats());

    // Whoever comes later asks a server that is dead first, and then one that sends it elsewhere.
    cluster.server(owner).kill();
    let third = cluster.ports().into_iter().find(|port| ![owner, other].contains(port)).unwrap();
    let url = format!("redis+cluster://127.0.0.1:{owner},127.0.0.1:{third}");
    let late = Nodes::on(redis.at(url)).node().await;
    late.follow(&a).await;
    late.until_connected(true).await;
    one.publish(&a, 5);
    late.expect(Heard::Stream(frame(&a, 5))).await;
}

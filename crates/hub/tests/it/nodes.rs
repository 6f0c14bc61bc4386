//! Two nodes on one journal.

use std::{
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{TenantId, Topic};
use hub::{Broker, BrokerSink, HubConfig, LiveFrame, MemoryBroker, NodeId, StreamFrame};

use super::{
    journal::{Journal, TENANT},
    world::{World, subscribe, topic},
};

/// Loses the next frames, and then hands each one over twice.
struct Shaky {
    inner: Arc<MemoryBroker>,
    losing: AtomicUsize,
}

impl Broker for Shaky {
    fn attach(&self, node: NodeId, sink: Weak<dyn BrokerSink>) {
        self.inner.attach(node, sink);
    }

    fn publish(&self, from: NodeId, frame: &StreamFrame) {
        let take_one = |losing: usize| losing.checked_sub(1);
        if self.losing.fetch_update(Ordering::SeqCst, Ordering::SeqCst, take_one).is_err() {
            self.inner.publish(from, frame);
            self.inner.publish(from, frame);
        }
    }

    fn publish_live(&self, from: NodeId, frame: &LiveFrame) {
        self.inner.publish_live(from, frame);
    }
}

fn two_nodes() -> (World, World, Arc<Shaky>) {
    let journal = Journal::new();
    let broker = Arc::new(Shaky { inner: MemoryBroker::new(), losing: AtomicUsize::new(0) });
    let node = || World::on(journal.clone(), broker.clone(), HubConfig::default());
    (node(), node(), broker)
}

#[tokio::test]
async fn a_frame_reaches_the_other_node_once_and_in_order() {
    let (one, two, _broker) = two_nodes();
    assert_ne!(one.hub.node(), two.hub.node());
    let a = topic("property:a");
    let (here, there) = (one.follower(&a).await, two.follower(&a).await);
    // Both nodes write, and both have the other's frames, twice.
    let mut frames = one.journal.commit(&a, 10);
    let last = frames.split_off(5);
    two.hub.publish(last);
    one.hub.publish(frames);
    for client in [&here, &there] {
        client.expect_events(1..=10).await;
        client.expect_silence().await;
    }
    assert_eq!(one.journal.replays().0, 0);
    one.hub.publish_live(TENANT, a, r#"{"type":"typing"}"#.into());
    for client in [&here, &there] {
        client.expect("typing").await;
    }
    one.expect_empty(vec![here]).await;
    two.expect_empty(vec![there]).await;
}

#[tokio::test]
async fn a_lost_message_is_healed() {
    let (one, two, broker) = two_nodes();
    let a = topic("property:a");
    let (here, there) = (one.follower(&a).await, two.follower(&a).await);
    one.publish(&a, 1);
    broker.losing.store(2, Ordering::SeqCst);
    one.publish(&a, 3);
    here.expect_events(1..=4).await;
    there.expect_events([1]).await;
    there.expect_silence().await;
    two.advance(Duration::from_millis(20)).await;
    there.expect_events(2..=4).await;
    assert_eq!(two.hub.stats().repairs, 1);
    // When the last message is lost, nothing follows that would show it; the heads do.
    broker.losing.store(1, Ordering::SeqCst);
    one.publish(&a, 1);
    two.advance(Duration::from_millis(20)).await;
    there.expect_silence().await;
    two.hub.check_heads(two.journal.heads());
    two.advance(Duration::from_millis(20)).await;
    there.expect_events([5]).await;
    there.expect_silence().await;
}

/// Hands nothing over before the test says that it has begun to.
#[derive(Default)]
struct Late {
    nodes: Mutex<Vec<(NodeId, Weak<dyn BrokerSink>)>>,
    followed: Mutex<Vec<(NodeId, TenantId, Topic)>>,
}

impl Late {
    /// Everything that was followed begins to come.
    fn begin(&self) {
        for (node, tenant, topic) in std::mem::take(&mut *self.followed.lock().unwrap()) {
            for (_, sink) in self.nodes.lock().unwrap().iter().filter(|(id, _)| *id == node) {
                sink.upgrade().unwrap().confirmed(vec![(tenant, topic.clone())]);
            }
        }
    }
}

impl Broker for Late {
    fn attach(&self, node: NodeId, sink: Weak<dyn BrokerSink>) {
        self.nodes.lock().unwrap().push((node, sink));
    }

    fn publish(&self, _: NodeId, _: &StreamFrame) {}

    fn publish_live(&self, _: NodeId, _: &LiveFrame) {}

    fn follow(&self, node: NodeId, tenant: TenantId, topic: &Topic) {
        self.followed.lock().unwrap().push((node, tenant, topic.clone()));
    }
}

#[tokio::test]
async fn what_came_before_the_subscription_was_confirmed_is_looked_for() {
    let journal = Journal::new();
    let broker = Arc::new(Late::default());
    let node = || World::on(journal.clone(), broker.clone(), HubConfig::default());
    let (one, two) = (node(), node());
    // So many that they are asked for in parts.
    let mut clients = Vec::new();
    for number in 0..10 {
        let client = two.anonymous();
        for part in 0..30 {
            let a = topic(&format!("property:{number}:{part}"));
            one.publish(&a, 1);
            client.send(subscribe(&a, None));
            client.expect("subscribed").await;
            one.publish(&a, 1);
        }
        clients.push(client);
    }
    two.advance(Duration::from_secs(1)).await;
    for client in &clients {
        client.expect_silence().await;
    }
    broker.begin();
    two.advance(Duration::from_millis(20)).await;
    for client in &clients {
        for _ in 0..30 {
            assert_eq!(client.expect("event").await["seq"], 2);
        }
        client.expect_silence().await;
    }
    assert_eq!(journal.heads_asked(), 2);
}

#[tokio::test]
async fn values_before_the_subscription_was_confirmed_are_looked_for() {
    let journal = Journal::new();
    let broker = Arc::new(Late::default());
    let two = World::on(journal.clone(), broker.clone(), HubConfig::default());
    let a = topic("auction:a");
    let body = |version: u64| format!(r#"{{"type":"value","v":{version}}}"#).into();
    journal.make_latest(&a);
    journal.set_value(&a, None, 1, body(1));
    let there = two.follower(&a).await;
    journal.set_value(&a, None, 2, body(2));
    there.expect_silence().await;
    broker.begin();
    assert_eq!(there.expect("value").await["v"], 2);
}

#[tokio::test]
async fn a_client_resumes_on_the_other_node() {
    let (one, two, _broker) = two_nodes();
    let a = topic("property:a");
    let here = one.follower(&a).await;
    one.publish(&a, 2);
    here.expect_events(1..=2).await;
    one.expect_empty(vec![here]).await;
    one.publish(&a, 2);
    let there = two.anonymous();
    there.send(r#"{"type":"connect","resume":{"property:a":[2,"db1"]}}"#);
    let reply = there.expect("subscribed").await;
    assert_eq!(reply["events"].as_array().unwrap().len(), 2);
    there.expect("ack").await;
    one.publish(&a, 1);
    there.expect_events([5]).await;
}

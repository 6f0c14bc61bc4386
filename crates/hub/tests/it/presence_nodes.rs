//! Who is there on other nodes.

use std::{
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{TenantId, Timestamp, Topic, UserId};
use hub::{
    BoxFuture, Broker, BrokerSink, LiveFrame, MemoryBroker, NodeId, PresenceEntry, Refusal,
    StreamFrame,
};

use tokio::sync::oneshot;

use super::{
    journal::{Journal, user},
    presence::{ENTER, SECOND, expect_about, named, quiet, update, users},
    probe::{Client, settle},
    world::World,
};

/// A broker that can lose what it should tell, and be away.
struct Faulty {
    inner: Arc<MemoryBroker>,
    deaf: AtomicBool,
    away: AtomicBool,
    /// It names nobody.
    empty: AtomicBool,
    /// Lists are read at once, and handed over when they are let through.
    slow: AtomicBool,
    lists: Mutex<Vec<oneshot::Sender<()>>>,
    sinks: Mutex<Vec<Weak<dyn BrokerSink>>>,
}

impl Faulty {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            inner: MemoryBroker::new(),
            deaf: AtomicBool::new(false),
            away: AtomicBool::new(false),
            empty: AtomicBool::new(false),
            slow: AtomicBool::new(false),
            lists: Mutex::default(),
            sinks: Mutex::default(),
        })
    }

    /// Forgets everything, as a server does that is started anew.
    fn restart(&self) {
        self.empty.store(true, Ordering::SeqCst);
        for sink in self.sinks.lock().unwrap().iter().filter_map(Weak::upgrade) {
            sink.reconnected();
        }
    }

    fn works(&self) -> bool {
        !self.deaf.load(Ordering::SeqCst)
    }
}

impl Broker for Faulty {
    fn attach(&self, node: NodeId, sink: Weak<dyn BrokerSink>) {
        self.sinks.lock().unwrap().push(sink.clone());
        self.inner.attach(node, sink);
    }

    fn publish(&self, from: NodeId, frame: &StreamFrame) {
        self.inner.publish(from, frame);
    }

    fn publish_live(&self, from: NodeId, frame: &LiveFrame) {
        self.inner.publish_live(from, frame);
    }

    fn presence_set(&self, entry: &PresenceEntry) {
        if self.works() {
            self.inner.presence_set(entry);
        }
    }

    fn presence_clear(&self, node: NodeId, tenant: TenantId, topic: &Topic, user: UserId) {
        if self.works() {
            self.inner.presence_clear(node, tenant, topic, user);
        }
    }

    fn presence_renew(&self, node: NodeId, until: Timestamp) {
        self.inner.presence_renew(node, until);
    }

    fn presence_of(
        &self,
        topics: Vec<(TenantId, Topic)>,
    ) -> BoxFuture<'static, Result<Vec<PresenceEntry>, Refusal>> {
        if self.away.load(Ordering::SeqCst) {
            return Box::pin(std::future::ready(Err(Refusal::unavailable("away"))));
        }
        if self.empty.load(Ordering::SeqCst) {
            return Box::pin(std::future::ready(Ok(Vec::new())));
        }
        let list = self.inner.presence_of(topics);
        if !self.slow.load(Ordering::SeqCst) {
            return list;
        }
        let (pass, passed) = oneshot::channel();
        self.lists.lock().unwrap().push(pass);
        Box::pin(async move {
            let _ = passed.await;
            list.await
        })
    }
}

fn two_nodes(broker: &Arc<Faulty>) -> (World, World) {
    let journal = Journal::new();
    let node = || World::on(journal.clone(), broker.clone(), quiet());
    (node(), node())
}

async fn both(a: &World, b: &World, by: Duration) {
    a.advance(by).await;
    b.advance(by).await;
}

#[tokio::test]
async fn users_of_other_nodes_are_there_too() {
    let (here, there) = two_nodes(&Faulty::new());
    let (one, _) = here.comer(1).await;
    let (mut two, state) = there.comer(2).await;
    assert_eq!(users(&state), named(&[1, 2]));
    expect_about(&one, "presence_join", 2).await;
    two.send(update("5"));
    assert_eq!(expect_about(&one, "presence_update", 2).await["state"], 5);
    // They move over: never gone, and their state is the newest of both.
    let (moved, state) = here.comer(2).await;
    assert_eq!(state["users"][1]["state"], 5);
    two.ended().await;
    for _ in 0..20 {
        both(&here, &there, SECOND).await;
    }
    let frames = one.frames().await;
    assert!(frames.iter().all(|frame| frame["type"] == "presence_update"), "{frames:?}");
    assert_eq!(here.there(), [user(1), user(2)]);
    world_leaves(&here, moved, &one).await;
}

async fn world_leaves(world: &World, mut client: Client, witness: &Client) {
    client.ended().await;
    world.advance(5 * SECOND).await;
    expect_about(witness, "presence_leave", 2).await;
}

#[tokio::test]
async fn a_dead_nodes_users_end_within_fifteen_seconds() {
    let (here, dying) = two_nodes(&Faulty::new());
    let (one, _) = here.comer(1).await;
    let (_two, _) = dying.comer(2).await;
    expect_about(&one, "presence_join", 2).await;
    for _ in 0..60 {
        both(&here, &dying, SECOND).await;
    }
    one.expect_silence().await;
    // Its clock stands still: it renews nothing.
    for second in 0..=15 {
        assert!(second < 15, "still there");
        here.advance(SECOND).await;
        if here.there() == [user(1)] {
            break;
        }
    }
    expect_about(&one, "presence_leave", 2).await;
}

#[tokio::test]
async fn what_was_lost_between_nodes_is_put_right() {
    let broker = Faulty::new();
    let (here, there) = two_nodes(&broker);
    let (one, _) = here.comer(1).await;
    // Nobody hears that this one came, …
    broker.deaf.store(true, Ordering::SeqCst);
    let (mut two, _) = there.comer(2).await;
    broker.deaf.store(false, Ordering::SeqCst);
    one.expect_silence().await;
    for _ in 0..8 {
        both(&there, &here, SECOND).await;
    }
    expect_about(&one, "presence_join", 2).await;
    // … nor that they went.
    let (three, _) = there.comer(3).await;
    expect_about(&one, "presence_join", 3).await;
    broker.deaf.store(true, Ordering::SeqCst);
    two.ended().await;
    there.advance(5 * SECOND).await;
    broker.deaf.store(false, Ordering::SeqCst);
    one.expect_silence().await;
    for _ in 0..8 {
        both(&there, &here, SECOND).await;
    }
    expect_about(&one, "presence_leave", 2).await;
    drop(three);
}

#[tokio::test]
async fn who_was_the_last_of_their_room_is_no_ghost_elsewhere() {
    let broker = Faulty::new();
    let (here, there) = two_nodes(&broker);
    let (one, _) = here.comer(1).await;
    let (mut two, _) = there.comer(2).await;
    expect_about(&one, "presence_join", 2).await;
    // Another room lets the node go on saying that it lives.
    let three = there.user(3);
    three.send(r#"{"type":"subscribe","ch":"room:3","presence":true}"#);
    three.expect("subscribed").await;
    // Nobody hears that they went, and for a while nothing can be compared.
    broker.deaf.store(true, Ordering::SeqCst);
    broker.away.store(true, Ordering::SeqCst);
    two.ended().await;
    for _ in 0..9 {
        both(&there, &here, SECOND).await;
    }
    one.expect_silence().await;
    broker.deaf.store(false, Ordering::SeqCst);
    broker.away.store(false, Ordering::SeqCst);
    for _ in 0..8 {
        both(&there, &here, SECOND).await;
    }
    expect_about(&one, "presence_leave", 2).await;
    assert_eq!(here.there(), [user(1)]);
}

#[tokio::test]
async fn without_the_broker_each_node_knows_its_own() {
    let broker = Faulty::new();
    let (here, there) = two_nodes(&broker);
    let (one, _) = here.comer(1).await;
    let (_two, _) = there.comer(2).await;
    expect_about(&one, "presence_join", 2).await;
    broker.away.store(true, Ordering::SeqCst);
    for _ in 0..15 {
        both(&there, &here, SECOND).await;
    }
    expect_about(&one, "presence_leave", 2).await;
    let (_three, state) = here.comer(3).await;
    assert_eq!(users(&state), named(&[1, 3]));
    expect_about(&one, "presence_join", 3).await;
    broker.away.store(false, Ordering::SeqCst);
    for _ in 0..8 {
        both(&there, &here, SECOND).await;
    }
    expect_about(&one, "presence_join", 2).await;
    one.expect_silence().await;
}

#[tokio::test]
async fn a_broker_that_has_forgotten_ends_nobody_before_their_lease() {
    let broker = Faulty::new();
    let (here, there) = two_nodes(&broker);
    let (one, _) = here.comer(1).await;
    let (_two, _) = there.comer(2).await;
    expect_about(&one, "presence_join", 2).await;
    broker.restart();
    // Whoever compares first finds a list that the other node has not filled again yet.
    broker.deaf.store(true, Ordering::SeqCst);
    for _ in 0..8 {
        both(&there, &here, SECOND).await;
    }
    one.expect_silence().await;
    broker.deaf.store(false, Ordering::SeqCst);
    broker.empty.store(false, Ordering::SeqCst);
    for _ in 0..20 {
        both(&there, &here, SECOND).await;
    }
    one.expect_silence().await;
    // The other one is dead: its lease ends it all the same.
    broker.restart();
    for second in 0..=20 {
        assert!(second < 20, "still there");
        here.advance(SECOND).await;
        if here.there() == [user(1)] {
            break;
        }
    }
    expect_about(&one, "presence_leave", 2).await;
}

#[tokio::test]
async fn a_list_that_comes_late_does_not_undo_a_newer_one() {
    let broker = Faulty::new();
    let (here, there) = two_nodes(&broker);
    let (_four, _) = there.comer(4).await;
    broker.slow.store(true, Ordering::SeqCst);
    let one = here.user(1);
    one.send(ENTER);
    settle().await;
    // The first list does not name this one, the second does, and comes first.
    let (_three, _) = there.comer(3).await;
    let two = here.user(2);
    two.send(ENTER);
    settle().await;
    let newer = broker.lists.lock().unwrap().pop().unwrap();
    newer.send(()).unwrap();
    two.expect("subscribed").await;
    assert_eq!(users(&two.expect("presence_state").await), named(&[2, 3, 4]));
    let older = broker.lists.lock().unwrap().pop().unwrap();
    older.send(()).unwrap();
    one.expect("subscribed").await;
    assert_eq!(users(&one.expect("presence_state").await), named(&[1, 2, 3, 4]));
    expect_about(&two, "presence_join", 1).await;
    two.expect_silence().await;
}

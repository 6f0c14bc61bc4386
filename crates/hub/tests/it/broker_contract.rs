//! What every broker promises, on each of them.

use std::{sync::Arc, time::Duration};

use domain::{IdGenerator, SharedClock, TenantId, Timestamp, Topic, UserId};
use hub::{
    Broker, BrokerSink, LatestFrame, Link, LiveFrame, MemoryBroker, NodeId, PresenceChange,
    PresenceEntry, RedisBroker, StreamFrame,
};
use testkit::{TestRedis, clock::real_clock};
use tokio::sync::{Mutex as AsyncMutex, mpsc};

use super::{
    journal::{TENANT, user},
    world::topic,
};

/// How long, in real time, something may take before the test fails.
const PATIENCE: Duration = Duration::from_secs(20);

type Key = (TenantId, Topic);

/// What a broker has handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Heard {
    Stream(StreamFrame),
    Live(LiveFrame),
    Latest(LatestFrame),
    Presence(PresenceChange),
    Nudged,
}

struct Ear {
    heard: mpsc::UnboundedSender<Heard>,
    confirmed: mpsc::UnboundedSender<Key>,
}

impl Ear {
    fn hear(&self, heard: Heard) {
        let _ = self.heard.send(heard);
    }
}

impl BrokerSink for Ear {
    fn deliver(self: Arc<Self>, frame: StreamFrame) {
        self.hear(Heard::Stream(frame));
    }

    fn deliver_live(self: Arc<Self>, frame: LiveFrame) {
        self.hear(Heard::Live(frame));
    }

    fn deliver_latest(self: Arc<Self>, frame: LatestFrame) {
        self.hear(Heard::Latest(frame));
    }

    fn deliver_presence(self: Arc<Self>, change: PresenceChange) {
        self.hear(Heard::Presence(change));
    }

    fn confirmed(self: Arc<Self>, topics: Vec<(TenantId, Topic)>) {
        for topic in topics {
            let _ = self.confirmed.send(topic);
        }
    }

    fn nudged(self: Arc<Self>) {
        self.hear(Heard::Nudged);
    }
}

/// A node without a hub: what its broker hands in is written down.
pub(crate) struct Node {
    pub(crate) id: NodeId,
    pub(crate) broker: Arc<dyn Broker>,
    heard: AsyncMutex<mpsc::UnboundedReceiver<Heard>>,
    /// What was confirmed, and not waited for yet.
    confirmed: AsyncMutex<(mpsc::UnboundedReceiver<Key>, Vec<Key>)>,
    /// Whether the broker says when a topic has begun to come.
    confirms: bool,
    pub(crate) clock: SharedClock,
    _ear: Arc<Ear>,
}

impl Node {
    fn on(broker: Arc<dyn Broker>, confirms: bool) -> Self {
        let (heard, heard_here) = mpsc::unbounded_channel();
        let (confirmed, confirmed_here) = mpsc::unbounded_channel();
        let ear = Arc::new(Ear { heard, confirmed });
        let clock = real_clock();
        let id = NodeId(IdGenerator::new(clock.clone()).next_id());
        let weak = Arc::downgrade(&ear);
        broker.attach(id, weak);
        Self {
            id,
            broker,
            heard: AsyncMutex::new(heard_here),
            confirmed: AsyncMutex::new((confirmed_here, Vec::new())),
            confirms,
            clock,
            _ear: ear,
        }
    }

    /// Follows a topic and waits until it has begun to come.
    pub(crate) async fn follow(&self, topic: &Topic) {
        self.broker.follow(self.id, TENANT, topic);
        if self.confirms {
            self.until_confirmed(topic).await;
        }
    }

    pub(crate) async fn until_confirmed(&self, topic: &Topic) {
        let (confirmed, others) = &mut *self.confirmed.lock().await;
        let topic = (TENANT, topic.clone());
        loop {
            if let Some(index) = others.iter().position(|other| *other == topic) {
                others.remove(index);
                return;
            }
            others.push(in_time(confirmed.recv()).await.expect("the broker lives"));
        }
    }

    /// Waits until the broker is connected, or is not.
    pub(crate) async fn until_connected(&self, connected: bool) {
        let mut link = self.broker.link();
        let is = |link: &Link| matches!(link, Link::Connected | Link::Local) == connected;
        in_time(link.wait_for(is)).await.expect("the broker lives");
    }

    pub(crate) async fn next(&self) -> Heard {
        in_time(self.heard.lock().await.recv()).await.expect("the broker lives")
    }

    #[track_caller]
    pub(crate) fn expect(&self, heard: Heard) -> impl Future<Output = ()> + '_ {
        let place = std::panic::Location::caller();
        async move {
            let next = self.next().await;
            assert!(next == heard, "{place}: {next:?} instead of {heard:?}");
        }
    }

    pub(crate) fn publish(&self, topic: &Topic, seq: u64) {
        self.broker.publish(self.id, &frame(topic, seq));
    }

    pub(crate) fn entry(&self, topic: &Topic, number: u128, lease: Duration) -> PresenceEntry {
        let now = self.clock.now();
        PresenceEntry {
            tenant: TENANT,
            topic: topic.clone(),
            user: user(number),
            node: self.id,
            state: Some(r#"{"typing":"ж"}"#.into()),
            at: now,
            until: now.plus(lease),
        }
    }

    /// Who is there, with a lease that is not over.
    pub(crate) async fn present(&self, topic: &Topic) -> Vec<(NodeId, UserId)> {
        let entries = self.broker.presence_of(vec![(TENANT, topic.clone())]).await.unwrap();
        let now = self.clock.now();
        let alive = entries.into_iter().filter(|entry| entry.until > now);
        let mut present: Vec<_> = alive.map(|entry| (entry.node, entry.user)).collect();
        present.sort_unstable();
        present
    }

    /// Asks again and again until this is who is there: Redis' own time passes.
    #[expect(clippy::disallowed_methods, reason = "waits in real time for another process")]
    pub(crate) async fn until_present(&self, topic: &Topic, expected: &[(NodeId, UserId)]) {
        let mut expected = expected.to_vec();
        expected.sort_unstable();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let present = self.present(topic).await;
            if present == expected {
                return;
            }
            let late = tokio::time::Instant::now() >= deadline;
            assert!(!late, "{present:?} instead of {expected:?}");
            // A question to Redis takes its time; where there is none, others come first.
            tokio::task::yield_now().await;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a test that waits too long has failed")]
pub(crate) async fn in_time<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, what).await.expect("nothing came in time")
}

pub(crate) fn frame(topic: &Topic, seq: u64) -> StreamFrame {
    StreamFrame {
        tenant: TENANT,
        topic: topic.clone(),
        seq,
        at: Timestamp::from_millis(1_700_000_000_000),
        body: format!(r#"{{"type":"auction_update","number":{seq}}}"#).into(),
    }
}

/// How a kind of broker makes nodes that hear each other.
pub(crate) struct Nodes {
    memory: Arc<MemoryBroker>,
    redis: Option<TestRedis>,
}

impl Nodes {
    fn in_memory() -> Self {
        Self { memory: MemoryBroker::new(), redis: None }
    }

    fn on_redis() -> Self {
        Self::on(TestRedis::namespace_of_run())
    }

    pub(crate) fn on(redis: TestRedis) -> Self {
        Self { memory: MemoryBroker::new(), redis: Some(redis) }
    }

    pub(crate) async fn node(&self) -> Node {
        let Some(redis) = &self.redis else {
            return Node::on(self.memory.clone(), false);
        };
        let node = redis_node(redis).1;
        node.until_connected(true).await;
        node
    }

    async fn pair(&self, topic: &Topic) -> (Node, Node) {
        let (one, two) = (self.node().await, self.node().await);
        one.follow(topic).await;
        two.follow(topic).await;
        (one, two)
    }
}

/// A node that is not waited for.
pub(crate) fn redis_node(redis: &TestRedis) -> (Arc<RedisBroker>, Node) {
    let broker = RedisBroker::open(redis.url(), redis.namespace(), real_clock()).unwrap();
    (broker.clone(), Node::on(broker, true))
}

// ---- the contract ----

/// What one publishes reaches the others in its order, and never oneself.
async fn others_hear_it_and_not_oneself(nodes: Nodes) {
    let a = topic("property:a");
    let (one, two) = nodes.pair(&a).await;
    let three = nodes.node().await;
    three.follow(&a).await;
    for seq in 1..=1_000 {
        one.publish(&a, seq);
    }
    for listener in [&two, &three] {
        for seq in 1..=1_000 {
            listener.expect(Heard::Stream(frame(&a, seq))).await;
        }
    }
    // Had it heard itself, then before this.
    two.publish(&a, 1_001);
    one.expect(Heard::Stream(frame(&a, 1_001))).await;
}

/// Every kind of frame arrives as it was.
async fn frames_arrive_as_they_were(nodes: Nodes) {
    let longest = "x".repeat(Topic::MAX_LEN);
    for name in ["property:a", "auctions", "auction:1:leaderboard|x.y-z", &longest] {
        let a = topic(name);
        let (one, two) = nodes.pair(&a).await;
        let bodies = [
            "{}".to_owned(),
            "{\"text\":\"ж\u{1F514}\\n\\u0000\",\n \"v\":\t1}\n".to_owned(),
            String::new(),
            format!(r#"{{"long":"{}"}}"#, "ä".repeat(300_000)),
        ];
        for (body, seq) in bodies.iter().zip([1, 7, u64::MAX, hub::MAX_SEQ]) {
            let (topic, body): (_, Arc<str>) = (a.clone(), body.as_str().into());
            let at = Timestamp::from_millis(i64::try_from(seq).unwrap_or(i64::MIN));
            let stream = StreamFrame { body: body.clone(), at, seq, ..frame(&a, seq) };
            one.broker.publish(one.id, &stream);
            two.expect(Heard::Stream(stream)).await;
            let live = LiveFrame { tenant: TENANT, topic, at, body: body.clone() };
            one.broker.publish_live(one.id, &live);
            two.expect(Heard::Live(live)).await;
            for key in [None, Some(""), Some("auction:7"), Some("\"ж\n\u{1F514}")] {
                let key = key.map(Into::into);
                let (topic, body) = (a.clone(), body.clone());
                let latest = LatestFrame { tenant: TENANT, topic, key, version: seq, at, body };
                one.broker.publish_latest(one.id, &latest);
                two.expect(Heard::Latest(latest)).await;
            }
        }
        one.broker.nudge(one.id);
        two.expect(Heard::Nudged).await;
    }
}

/// However quickly one follows and unfollows, the last word counts.
async fn the_last_of_many_words_counts(nodes: Nodes) {
    let (a, last) = (topic("property:a"), topic("property:last"));
    let (one, two) = (nodes.node().await, nodes.node().await);
    for round in 1..=50 {
        for _ in 0..round {
            two.broker.follow(two.id, TENANT, &a);
            two.broker.unfollow(two.id, TENANT, &a);
        }
        two.broker.follow(two.id, TENANT, &a);
        // What is followed later comes later.
        let next = topic(&format!("property:{round}"));
        two.follow(&next).await;
        one.publish(&a, round);
        two.expect(Heard::Stream(frame(&a, round))).await;
        two.broker.unfollow(two.id, TENANT, &a);
    }
    two.follow(&last).await;
    one.publish(&last, 1);
    two.expect(Heard::Stream(frame(&last, 1))).await;
}

/// Who is there is told, kept, renewed and forgotten.
async fn presence_is_told_and_kept(nodes: Nodes) {
    let (a, b) = (topic("presence:a"), topic("presence:b"));
    let (one, two) = nodes.pair(&a).await;
    let lease = Duration::from_secs(15);
    let mut entry = one.entry(&a, 1, lease);
    one.broker.presence_set(&entry);
    two.expect(Heard::Presence(PresenceChange::Here(entry.clone()))).await;
    entry.state = None;
    entry.at = entry.at.plus(Duration::from_millis(1));
    one.broker.presence_set(&entry);
    two.expect(Heard::Presence(PresenceChange::Here(entry.clone()))).await;
    // The same user there too, and somebody elsewhere.
    two.broker.presence_set(&two.entry(&a, 1, lease));
    two.broker.presence_set(&two.entry(&b, 2, lease));
    one.next().await;
    two.until_present(&a, &[(one.id, user(1)), (two.id, user(1))]).await;
    one.until_present(&b, &[(two.id, user(2))]).await;
    let read = two.broker.presence_of(vec![(TENANT, b), (TENANT, a.clone())]).await.unwrap();
    assert_eq!(read.len(), 3);
    let found = read.into_iter().find(|found| found.node == one.id).unwrap();
    let left = found.until.as_millis() - one.clock.now().as_millis();
    assert!((14_000..=15_000).contains(&left), "{left} ms");
    assert_eq!(PresenceEntry { until: entry.until, ..found }, entry);

    one.broker.presence_clear(one.id, TENANT, &a, user(1));
    let gone =
        PresenceChange::Gone { tenant: TENANT, topic: a.clone(), user: user(1), node: one.id };
    two.expect(Heard::Presence(gone)).await;
    two.until_present(&a, &[(two.id, user(1))]).await;
    assert_eq!(one.broker.presence_of(vec![]).await.unwrap(), []);
}

/// A node that renews stays, one that does not is gone with all that it said.
async fn a_dead_nodes_presence_ends_with_its_lease(nodes: Nodes) {
    let a = topic("presence:a");
    let (one, two) = nodes.pair(&a).await;
    let short = Duration::from_millis(700);
    for number in 1..=3 {
        two.broker.presence_set(&two.entry(&a, number, short));
    }
    one.broker.presence_set(&one.entry(&a, 4, short));
    let all: Vec<_> = (1..=3).map(|number| (two.id, user(number))).collect();
    let mut everybody = all.clone();
    everybody.push((one.id, user(4)));
    one.broker.presence_renew(one.id, one.clock.now().plus(Duration::from_secs(15)));
    one.until_present(&a, &everybody).await;
    one.until_present(&a, &[(one.id, user(4))]).await;
    // It was only slow: what it says again counts again.
    two.broker.presence_set(&two.entry(&a, 2, Duration::from_secs(15)));
    one.until_present(&a, &[(one.id, user(4)), (two.id, user(2))]).await;
}

/// What was said before a broker closes goes out.
async fn what_waits_goes_out_before_it_closes(nodes: Nodes) {
    let a = topic("property:a");
    let (one, two) = nodes.pair(&a).await;
    for seq in 1..=5_000 {
        one.publish(&a, seq);
    }
    in_time(one.broker.close()).await;
    for seq in 1..=5_000 {
        two.expect(Heard::Stream(frame(&a, seq))).await;
    }
}

macro_rules! on_each_broker {
    ($($name:ident),*) => {
        mod in_memory {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Nodes::in_memory()).await;
            })*
        }

        mod on_redis {
            $(#[tokio::test]
            async fn $name() {
                super::$name(super::Nodes::on_redis()).await;
            })*
        }
    };
}

on_each_broker!(
    others_hear_it_and_not_oneself,
    frames_arrive_as_they_were,
    the_last_of_many_words_counts,
    presence_is_told_and_kept,
    a_dead_nodes_presence_ends_with_its_lease,
    what_waits_goes_out_before_it_closes
);

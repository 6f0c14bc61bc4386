//! Hubs of several processes, connected by Redis.
//!
//! # The promise
//! At most once, to the nodes that follow the topic, in the order of one node's calls while the
//! connection holds. What is lost is healed elsewhere: streams and durable values by the journal,
//! presence by the hub's comparison. No method waits: what is published goes into a bounded
//! queue, and when that is full, or Redis is away, it is dropped and counted.
//!
//! # How it holds
//! 1. Each topic has a channel, and a node subscribes to it while it follows the topic. What is
//!    wanted is a set; one task compares it with what is subscribed and sends the difference, so
//!    whatever the calls, and however quick, the last one counts.
//! 2. Once a subscription is confirmed the hub is told, and looks for what came before.
//! 3. A connection is used until its first failure or until it does not answer in time. Then both
//!    connections are made anew, everything is subscribed again, and confirmed again.
//! 4. Who is there is an entry in a hash of the topic. It counts as long as the lease of its node,
//!    one key with a time to live, is there: renewing is one command, and a dead node's entries
//!    end together.

mod follows;
mod message;
mod meters;
mod names;
mod outbox;
mod presence;
mod probe;
mod servers;
mod session;

use std::{
    fmt,
    sync::{Arc, Mutex, OnceLock, Weak},
    time::Duration,
};

use domain::{SharedClock, TenantId, Timestamp, Topic, UserId};
use redis::aio::MultiplexedConnection;
use tokio::{runtime::Handle, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    follows::Follows,
    message::{Change, Message},
    meters::Meters,
    names::Names,
    outbox::{Outbox, Outgoing},
    presence::Mine,
    servers::Servers,
};
pub use self::{
    meters::RedisStats,
    probe::{RedisFindings, probe_redis},
};
use crate::{
    BoxFuture, Broker, BrokerSink, LatestFrame, Link, LiveFrame, NodeId, PresenceChange,
    PresenceEntry, Refusal, StreamFrame, lock,
};

/// How long [`Broker::close`] hands out what still waits.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);

/// The URL is not one of a Redis that this broker can use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RedisUrlError(String);

/// Connects the hubs of several processes through Redis, version 7.0 or newer.
///
/// It serves one hub, the first that attaches. Dropping it ends its connections.
pub struct RedisBroker {
    shared: Arc<Shared>,
    tasks: TaskTracker,
}

struct Shared {
    servers: Servers,
    names: Names,
    clock: SharedClock,
    node: OnceLock<(NodeId, Weak<dyn BrokerSink>)>,
    outbox: Outbox,
    follows: Follows,
    mine: Mutex<Mine>,
    /// Where to ask; none while Redis is away.
    connection: Mutex<Option<MultiplexedConnection>>,
    link: watch::Sender<Link>,
    meters: Meters,
    stopping: CancellationToken,
}

impl RedisBroker {
    /// A broker over the Redis at `url`. It connects once a hub attaches, and goes on trying. Nodes
    /// hear each other when they have the same `namespace`, which keeps apart installations that
    /// share a Redis. The URL names
    /// - one server: `redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]` or `unix://SOCKET`;
    /// - the master that Sentinels know by a name:
    ///   `redis+sentinel://[[USER]:PASSWORD@]HOST[:PORT][,HOST…]/NAME[/DB][?sentinel_password=…]`;
    /// - a cluster, by some of its servers: `redis+cluster://[[USER]:PASSWORD@]HOST[:PORT][,HOST…]`.
    ///
    /// With `rediss` instead of `redis` by TLS, to servers and Sentinels alike. Certificates are
    /// held against those that the system trusts.
    ///
    /// # Errors
    /// A URL that is none of these. The text never holds the URL itself.
    pub fn open(
        url: &str,
        namespace: &str,
        clock: SharedClock,
    ) -> Result<Arc<Self>, RedisUrlError> {
        let servers = Servers::of(url)?;
        let away = Link::Away { since: clock.now(), reason: "not yet connected".into() };
        let shared = Arc::new(Shared {
            servers,
            names: Names::new(namespace),
            clock,
            node: OnceLock::new(),
            outbox: Outbox::default(),
            follows: Follows::default(),
            mine: Mutex::default(),
            connection: Mutex::new(None),
            link: watch::Sender::new(away),
            meters: Meters::new(),
            stopping: CancellationToken::new(),
        });
        Ok(Arc::new(Self { shared, tasks: TaskTracker::new() }))
    }

    /// Whether [`RedisBroker::open`] would take this URL. Connects to nothing.
    ///
    /// # Errors
    /// As there.
    pub fn check(url: &str) -> Result<(), RedisUrlError> {
        Servers::of(url).map(drop)
    }

    /// What it has done so far.
    pub fn stats(&self) -> RedisStats {
        self.shared.meters.stats()
    }
}

impl fmt::Debug for RedisBroker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RedisBroker")
            .field("servers", &self.shared.servers)
            .field("link", &*self.shared.link.borrow())
            .finish()
    }
}

impl Drop for RedisBroker {
    fn drop(&mut self) {
        self.shared.stopping.cancel();
    }
}

impl Shared {
    /// Puts a message to the nodes that follow a topic behind those that wait.
    fn send(&self, from: NodeId, tenant: TenantId, topic: &Topic, message: &Message<'_>) {
        let channel = self.names.channel(tenant, topic);
        self.push(Outgoing::Publish { channel, payload: message.encode(from) });
    }

    fn push(&self, outgoing: Outgoing) {
        if !self.outbox.push(outgoing) {
            self.meters.dropped(1);
        }
    }
}

impl Broker for RedisBroker {
    fn attach(&self, node: NodeId, sink: Weak<dyn BrokerSink>) {
        if self.shared.node.set((node, sink)).is_err() {
            tracing::error!("a second hub attached to one Redis broker; it hears nothing");
            return;
        }
        self.tasks.spawn_on(session::keep(self.shared.clone()), &Handle::current());
    }

    fn publish(&self, from: NodeId, frame: &StreamFrame) {
        let message = Message::Stream { seq: frame.seq, at: frame.at, body: &frame.body };
        self.shared.send(from, frame.tenant, &frame.topic, &message);
    }

    fn publish_live(&self, from: NodeId, frame: &LiveFrame) {
        let message = Message::Live { at: frame.at, body: &frame.body };
        self.shared.send(from, frame.tenant, &frame.topic, &message);
    }

    fn publish_latest(&self, from: NodeId, frame: &LatestFrame) {
        let message = Message::Latest {
            key: frame.key.as_deref().map(Into::into),
            version: frame.version,
            at: frame.at,
            body: &frame.body,
        };
        self.shared.send(from, frame.tenant, &frame.topic, &message);
    }

    fn presence_set(&self, entry: &PresenceEntry) {
        let shared = &self.shared;
        lock(&shared.mine).add(entry.tenant, &entry.topic, entry.user);
        shared.push(Outgoing::Commands(presence::set(&shared.names, entry, shared.clock.now())));
        let change = Change::Here {
            user: entry.user,
            at: entry.at,
            until: entry.until,
            state: entry.state.as_deref(),
        };
        shared.send(entry.node, entry.tenant, &entry.topic, &Message::Presence(change));
    }

    fn presence_clear(&self, node: NodeId, tenant: TenantId, topic: &Topic, user: UserId) {
        let shared = &self.shared;
        lock(&shared.mine).remove(tenant, topic, user);
        let commands = presence::clear(&shared.names, node, tenant, topic, user);
        shared.push(Outgoing::Commands(commands));
        shared.send(node, tenant, topic, &Message::Presence(Change::Gone { user }));
    }

    fn presence_renew(&self, node: NodeId, until: Timestamp) {
        let shared = &self.shared;
        let topics = lock(&shared.mine).topics();
        for commands in presence::renew(&shared.names, node, until, shared.clock.now(), &topics) {
            shared.push(Outgoing::Commands(commands));
        }
    }

    fn presence_of(
        &self,
        topics: Vec<(TenantId, Topic)>,
    ) -> BoxFuture<'static, Result<Vec<PresenceEntry>, Refusal>> {
        let shared = self.shared.clone();
        Box::pin(async move { presence::of(&shared, topics).await })
    }

    fn follow(&self, _node: NodeId, tenant: TenantId, topic: &Topic) {
        self.shared.follows.want(tenant, topic, true);
    }

    fn unfollow(&self, _node: NodeId, tenant: TenantId, topic: &Topic) {
        self.shared.follows.want(tenant, topic, false);
    }

    fn nudge(&self, from: NodeId) {
        let channel = self.shared.names.control().to_owned();
        let payload = Message::Nudge.encode(from);
        self.shared.push(Outgoing::Publish { channel, payload });
    }

    fn link(&self) -> watch::Receiver<Link> {
        self.shared.link.subscribe()
    }

    fn close(&self) -> BoxFuture<'static, ()> {
        let (shared, tasks) = (self.shared.clone(), self.tasks.clone());
        Box::pin(async move {
            let limit = shared.clock.sleep(CLOSE_LIMIT);
            tokio::select! {
                () = shared.outbox.flushed() => {}
                () = limit => {}
            }
            shared.stopping.cancel();
            tasks.close();
            tasks.wait().await;
        })
    }
}

impl Shared {
    /// Takes a message of another node.
    fn receive(&self, channel: &[u8], payload: &[u8]) {
        let Some((node, sink)) = self.node.get() else { return };
        let Some(sink) = sink.upgrade() else { return };
        let place = self.names.place(channel);
        let (from, message) = match (place, Message::decode(payload)) {
            (Some(_), Ok((from, _))) if from == *node => return,
            (Some(place), Ok((from, message))) => ((from, place), message),
            (place, decoded) => {
                let reason = match (place, decoded) {
                    (_, Err(reason)) => reason,
                    _ => message::Unread::Malformed("its channel is none of ours".to_owned()),
                };
                if self.meters.skipped().is_power_of_two() {
                    tracing::warn!(%reason, "a message of another node was passed over");
                }
                return;
            }
        };
        self.meters.received();
        let (from, place) = from;
        match (place, message) {
            (names::Place::Control, Message::Nudge) => sink.nudged(),
            (names::Place::Topic(tenant, topic), message) => {
                hand_in(sink, from, tenant, topic, message);
            }
            (names::Place::Control, _) => {}
        }
    }
}

fn hand_in(
    sink: Arc<dyn BrokerSink>,
    node: NodeId,
    tenant: TenantId,
    topic: Topic,
    message: Message<'_>,
) {
    match message {
        Message::Stream { seq, at, body } => {
            sink.deliver(StreamFrame { tenant, topic, seq, at, body: body.into() });
        }
        Message::Live { at, body } => {
            sink.deliver_live(LiveFrame { tenant, topic, at, body: body.into() });
        }
        Message::Latest { key, version, at, body } => {
            let (key, body) = (key.map(Arc::from), body.into());
            sink.deliver_latest(LatestFrame { tenant, topic, key, version, at, body });
        }
        Message::Presence(Change::Here { user, at, until, state }) => {
            let state = state.map(Arc::from);
            let entry = PresenceEntry { tenant, topic, user, node, state, at, until };
            sink.deliver_presence(PresenceChange::Here(entry));
        }
        Message::Presence(Change::Gone { user }) => {
            sink.deliver_presence(PresenceChange::Gone { tenant, topic, user, node });
        }
        Message::Nudge => sink.nudged(),
    }
}

//! The hub: who is here, and which topics they follow.

use std::{
    collections::HashMap,
    future::Future,
    hash::{BuildHasher, RandomState},
    panic::AssertUnwindSafe,
    sync::{
        Arc, Mutex, Weak,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{Id, IdGenerator, Scope, SharedClock, TenantId, Topic, UserId};
use futures_util::FutureExt;
use tokio::{runtime::Handle, sync::Notify};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Backend, Broker, BrokerSink, CloseCode, Endpoint, Heads, HubConfig, Identity, LiveFrame,
    NodeId, Opened, Opening, Position, Refusal, Session, StreamFrame, Transport,
    connection::Connection,
    lock,
    meters::{HubStats, Meters},
    presence_book::PresenceBook,
    remote::Remote,
    serve,
    subscription::SubKey,
    topic::{After, TopicCell, WOKEN_AT_ONCE},
    wire::Reply,
};

/// Enough that two publishers seldom meet.
const SHARDS: u64 = 64;

/// The pause between two questions about a session that could not be answered.
const ASK_AGAIN: Duration = Duration::from_secs(5);

type TopicKey = (TenantId, Topic);
type Shard = Mutex<HashMap<TopicKey, Arc<TopicCell>>>;

/// A connection that is open.
struct Seat {
    connection: Weak<Connection>,
    /// Whom it is counted for. It ends at any moment, also before it knows that itself.
    user: Option<UserId>,
}

#[derive(Default)]
struct People {
    connections: HashMap<u64, Seat>,
    users: HashMap<UserId, Vec<u64>>,
}

pub(crate) struct Inner {
    pub(crate) clock: SharedClock,
    pub(crate) config: HubConfig,
    pub(crate) backend: Arc<dyn Backend>,
    pub(crate) meters: Meters,
    pub(crate) broker: Arc<dyn Broker>,
    pub(crate) node: NodeId,
    pub(crate) presence: PresenceBook,
    pub(crate) remote: Remote,
    /// Cancelled when the hub goes down: what only waits need not go on.
    pub(crate) stopping: CancellationToken,
    shards: Box<[Shard]>,
    hasher: RandomState,
    people: Mutex<People>,
    next_key: AtomicU64,
    /// How often the connections of some user were closed.
    disconnects: AtomicU64,
    draining: AtomicBool,
    /// Told when the last connection has gone.
    empty: Notify,
    tasks: TaskTracker,
    runtime: Handle,
}

/// The engine of one node. A clone is the same hub.
#[derive(Clone)]
pub struct Hub(pub(crate) Arc<Inner>);

impl Hub {
    /// A hub that takes part in `broker`'s exchange. Install the recorder of metrics before.
    ///
    /// # Panics
    /// Outside of a Tokio runtime: the hub's own tasks run on the one it is made in, so that
    /// [`Hub::publish`] may be called from any thread.
    pub fn new(
        clock: SharedClock,
        config: HubConfig,
        backend: Arc<dyn Backend>,
        broker: Arc<dyn Broker>,
    ) -> Self {
        let node = NodeId(IdGenerator::new(clock.clone()).next_id());
        let inner = Arc::new(Inner {
            clock,
            config,
            backend,
            meters: Meters::new(),
            broker,
            node,
            presence: PresenceBook::default(),
            remote: Remote::default(),
            stopping: CancellationToken::new(),
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            hasher: RandomState::new(),
            people: Mutex::default(),
            next_key: AtomicU64::new(1),
            disconnects: AtomicU64::new(0),
            draining: AtomicBool::new(false),
            empty: Notify::new(),
            tasks: TaskTracker::new(),
            runtime: Handle::current(),
        });
        let weak = Arc::downgrade(&inner);
        let sink: Weak<dyn BrokerSink> = weak;
        inner.broker.attach(node, sink);
        Self(inner)
    }

    /// The name of this node among the broker's.
    pub fn node(&self) -> NodeId {
        self.0.node
    }

    /// Hands out committed frames, here and to the other nodes. Call it right after COMMIT has
    /// returned, from any thread; it does not wait. Order and repetition do not matter.
    pub fn publish(&self, frames: Vec<StreamFrame>) {
        for frame in frames {
            self.0.broker.publish(self.0.node, &frame);
            self.0.accept(frame);
        }
    }

    /// Hands out a frame without history, here and to the other nodes: at most once, and only to
    /// those who follow the topic at this moment. `body` is the text of a JSON object.
    pub fn publish_live(&self, tenant: TenantId, topic: Topic, body: Arc<str>) {
        let frame = LiveFrame { tenant, topic, at: self.0.clock.now(), body };
        self.0.broker.publish_live(self.0.node, &frame);
        self.0.accept_live(&frame);
    }

    /// Hands out committed frames that came from the journal's tail: here only.
    pub fn deliver_remote(&self, frames: Vec<StreamFrame>) {
        for frame in frames {
            self.0.accept(frame);
        }
    }

    /// Serves one connection until it is over, and returns why it closed. Spawn it; it is small.
    pub fn serve<T: Transport>(
        &self,
        transport: T,
        endpoint: Arc<dyn Endpoint>,
        opening: Opening,
    ) -> impl Future<Output = CloseCode> + Send + 'static + use<T> {
        let key = self.0.next_key.fetch_add(1, Ordering::Relaxed);
        let connection = Connection::new(self.0.clone(), key, endpoint, &opening);
        self.0.register(&connection);
        serve::serve(connection, transport.split(), opening)
    }

    /// Runs a task that belongs to a connection, on the hub's runtime. A shutdown waits for it.
    pub fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.0.spawn(task);
    }

    /// The topics that somebody here follows, with the last `seq` handed out, when it is known.
    /// Compare the journal's heads with them from time to time and call [`Hub::check_heads`].
    pub fn topics_live(&self) -> Vec<(TenantId, Topic, Option<u64>)> {
        let cells = self.0.cells();
        cells.iter().map(|cell| (cell.tenant, cell.topic.clone(), cell.last())).collect()
    }

    /// Tells the last `seq` in the journal of some topics. A topic that is behind is repaired.
    pub fn check_heads(&self, heads: Heads) {
        for (tenant, topic, head) in heads {
            if let Some(cell) = self.0.find(tenant, topic) {
                let after = cell.note_head(head);
                self.0.follow_up(&cell, after);
            }
        }
    }

    /// What it has to do at this moment. Also refreshes the gauges, so call it before a scrape.
    pub fn stats(&self) -> HubStats {
        let cells = self.0.cells();
        let connections = self.0.connections();
        let mut stats = HubStats {
            connections: connections.len(),
            users: lock(&self.0.people).users.len(),
            topics: cells.len(),
            subscriptions: cells.iter().map(|cell| cell.subscriptions()).sum(),
            queue_bytes: connections.iter().map(|c| c.queue.bytes()).sum(),
            ..HubStats::default()
        };
        self.0.meters.publish(&mut stats);
        stats
    }

    /// Closes all connections of a user, on this node. One whose token is being checked at this
    /// moment closes 4204 whoever it is: the answer may be older than the reason for this.
    pub fn disconnect_user(&self, user: UserId, code: CloseCode) {
        // Before the look: whoever is not seen by it sees this.
        self.0.disconnects.fetch_add(1, Ordering::SeqCst);
        for session in self.sessions_of(user) {
            session.close(code);
        }
    }

    /// The sessions of a user on this node.
    pub fn sessions_of(&self, user: UserId) -> Vec<Session> {
        let people = lock(&self.0.people);
        let keys = people.users.get(&user).map(Vec::as_slice).unwrap_or_default();
        keys.iter()
            .filter_map(|key| people.connections.get(key)?.connection.upgrade())
            .map(|connection| Session::of(&connection))
            .collect()
    }

    /// Takes no more connections, tells each client when to come back, closes 4200, and waits for
    /// connections and verbs to end, at most [`HubConfig::drain_timeout`].
    pub async fn shutdown(&self) {
        self.0.draining.store(true, Ordering::SeqCst);
        self.0.stopping.cancel();
        let connections = self.0.connections();
        let spread_ms = u64::try_from(self.0.config.drain_spread.as_millis()).unwrap_or(0);
        let count = connections.len().max(1) as u64;
        for (i, connection) in connections.iter().enumerate() {
            // An even spread: no two clients come back at the same moment.
            let after_ms = spread_ms * i as u64 / count;
            connection.direct_frame(&Reply::Reconnect { after_ms, reason: "draining" });
            connection.close(CloseCode::DRAINING);
        }
        drop(connections);
        let gone = async {
            while !lock(&self.0.people).connections.is_empty() {
                self.0.empty.notified().await;
            }
            self.0.tasks.close();
            self.0.tasks.wait().await;
        };
        tokio::select! {
            () = gone => {}
            () = self.0.clock.sleep(self.0.config.drain_timeout) => {
                tracing::warn!("connections or verbs did not end in time");
            }
        }
    }
}

/// Lets everybody else have their turn in between.
async fn wake_in_turns(asleep: Vec<Arc<Connection>>) {
    for some in asleep.chunks(WOKEN_AT_ONCE) {
        tokio::task::yield_now().await;
        for connection in some {
            connection.queue.wake();
        }
    }
}

impl Inner {
    fn shard(&self, key: &TopicKey) -> &Shard {
        let i = self.hasher.hash_one(key) % SHARDS;
        // SHARDS fits in usize, and so does what is below it.
        &self.shards[usize::try_from(i).unwrap_or(0)]
    }

    pub(crate) fn find(&self, tenant: TenantId, topic: Topic) -> Option<Arc<TopicCell>> {
        let key = (tenant, topic);
        lock(self.shard(&key)).get(&key).cloned()
    }

    pub(crate) fn cells(&self) -> Vec<Arc<TopicCell>> {
        self.shards
            .iter()
            .flat_map(|shard| lock(shard).values().cloned().collect::<Vec<_>>())
            .collect()
    }

    pub(crate) fn accept(self: &Arc<Self>, frame: StreamFrame) {
        // A topic that somebody joins after this look-up needs no frame that was committed before:
        // its snapshot is read later and has it.
        if let Some(cell) = self.find(frame.tenant, frame.topic.clone()) {
            let after = cell.accept(frame);
            self.follow_up(&cell, after);
        }
    }

    pub(crate) fn accept_live(&self, frame: &LiveFrame) {
        if let Some(cell) = self.find(frame.tenant, frame.topic.clone()) {
            let now = self.clock.monotonic();
            let (delivered, dropped) = cell.accept_live(frame, self.config.live_rate, now);
            self.meters.deliveries(delivered);
            self.meters.live_dropped(dropped);
        }
    }

    /// Does what a topic could not do under its lock.
    pub(crate) fn follow_up(self: &Arc<Self>, cell: &Arc<TopicCell>, after: After) {
        self.meters.deliveries(after.delivered);
        if after.repair {
            self.start_repair(cell);
        }
        if after.pace {
            self.start_pacing(cell);
        }
        if !after.asleep.is_empty() {
            self.spawn(wake_in_turns(after.asleep));
        }
    }

    // ---- topics ----

    pub(crate) fn join(
        &self,
        tenant: TenantId,
        topic: &Topic,
        sub: SubKey,
        connection: Arc<Connection>,
        token: u64,
    ) -> Arc<TopicCell> {
        let key = (tenant, topic.clone());
        let mut shard = lock(self.shard(&key));
        let cell = shard.entry(key).or_insert_with(|| {
            self.broker.follow(self.node, tenant, topic);
            TopicCell::new(tenant, topic.clone())
        });
        cell.join(sub, connection, token);
        cell.clone()
    }

    pub(crate) fn leave(&self, cell: &TopicCell, sub: SubKey, token: u64) {
        let key = (cell.tenant, cell.topic.clone());
        let mut shard = lock(self.shard(&key));
        if cell.leave(sub, token) {
            shard.remove(&key);
            self.broker.unfollow(self.node, cell.tenant, &cell.topic);
        }
    }

    // ---- people ----

    pub(crate) fn register(&self, connection: &Arc<Connection>) {
        let open = {
            let mut people = lock(&self.people);
            let seat = Seat { connection: Arc::downgrade(connection), user: None };
            people.connections.insert(connection.key, seat);
            people.connections.len()
        };
        self.meters.connections(open);
        // After the registration, so that a shutdown sees it or it sees the shutdown.
        if self.draining.load(Ordering::SeqCst) {
            connection.close(CloseCode::DRAINING);
        }
    }

    /// Counts a connection for its user. `false` when the user has as many as they may, or when
    /// the connection went away while its token was checked: nobody would uncount it.
    pub(crate) fn register_user(&self, user: UserId, connection: &Connection) -> bool {
        let mut people = lock(&self.people);
        let People { connections, users } = &mut *people;
        let Some(seat) = connections.get_mut(&connection.key) else { return false };
        let theirs = users.entry(user).or_default();
        if theirs.len() >= self.config.max_connections_per_user {
            return false;
        }
        theirs.push(connection.key);
        seat.user = Some(user);
        true
    }

    pub(crate) fn forget(&self, connection: &Connection) {
        let open = {
            let mut people = lock(&self.people);
            let seat = people.connections.remove(&connection.key);
            if let Some(user) = seat.and_then(|seat| seat.user)
                && let Some(theirs) = people.users.get_mut(&user)
            {
                theirs.retain(|key| *key != connection.key);
                if theirs.is_empty() {
                    people.users.remove(&user);
                }
            }
            people.connections.len()
        };
        self.meters.connections(open);
        if open == 0 {
            self.empty.notify_one();
        }
    }

    pub(crate) fn connections(&self) -> Vec<Arc<Connection>> {
        let people = lock(&self.people);
        people.connections.values().filter_map(|seat| seat.connection.upgrade()).collect()
    }

    // ---- work ----

    /// Runs on the hub's runtime, whatever thread this is; a shutdown waits for it.
    pub(crate) fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        self.tasks.spawn_on(task, &self.runtime);
    }

    pub(crate) async fn open(
        &self,
        scope: Scope,
        topic: Topic,
        since: Option<Position>,
        want_snapshot: bool,
    ) -> Result<Opened, Refusal> {
        self.backend.open(scope, topic, since, want_snapshot).await
    }

    /// The identity, and what [`Inner::disconnects`] said before it was asked for.
    pub(crate) async fn authenticate(&self, token: String) -> Result<(Identity, u64), Refusal> {
        let before = self.disconnects();
        Ok((self.backend.authenticate(token).await?, before))
    }

    /// Asks whether the session goes on that a connection lives with, until that is known.
    pub(crate) async fn ask_about(self: Arc<Self>, connection: Arc<Connection>, session: Id) {
        while connection.queue.closing().is_none() {
            let scope = connection.scope();
            // A panic of the backend is an error like others: nobody else asks.
            let asked = async { self.backend.session_end(scope, session).await };
            let answer = AssertUnwindSafe(asked).catch_unwind().await;
            match answer.unwrap_or_else(|_| Err(Refusal::internal())) {
                Ok(until) => return connection.outlive(session, until),
                Err(refusal) => {
                    tracing::warn!(%session, %refusal, "whether a session goes on is not known");
                }
            }
            tokio::select! {
                () = self.clock.sleep(ASK_AGAIN) => {}
                () = self.stopping.cancelled() => return,
            }
        }
    }

    pub(crate) fn disconnects(&self) -> u64 {
        self.disconnects.load(Ordering::SeqCst)
    }
}

//! One or more hubs over one journal.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{Clock, Id, IdGenerator, SharedClock, Sleep, Timestamp, Topic};
use hub::{Broker, CloseCode, Endpoint, Hub, HubConfig, MemoryBroker, Opening};
use tokio::{sync::oneshot, task::JoinHandle};
use tokio_util::task::TaskTracker;

use super::{
    endpoint::TestEndpoint,
    journal::{Journal, START, TENANT, identity},
    probe::{Client, settle},
};

/// A clock that stands still until it is told.
#[derive(Default)]
pub(crate) struct ManualClock(Mutex<Hands>);

#[derive(Default)]
struct Hands {
    now: Duration,
    sleepers: Vec<(Duration, oneshot::Sender<()>)>,
}

impl ManualClock {
    /// Moves on and wakes whoever sleeps no longer.
    pub(crate) fn advance(&self, by: Duration) {
        let mut state = self.0.lock().unwrap();
        state.now += by;
        let now = state.now;
        for (_, sleeper) in state.sleepers.extract_if(.., |(due, _)| *due <= now) {
            let _ = sleeper.send(());
        }
        state.sleepers.retain(|(_, sleeper)| !sleeper.is_closed());
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        START.plus(self.monotonic())
    }

    fn monotonic(&self) -> Duration {
        self.0.lock().unwrap().now
    }

    fn sleep(&self, duration: Duration) -> Sleep {
        let (wake, woken) = oneshot::channel();
        let mut state = self.0.lock().unwrap();
        let due = state.now + duration;
        state.sleepers.push((due, wake));
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}

/// The hub under test and everything around it.
pub(crate) struct World {
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) journal: Journal,
    pub(crate) hub: Hub,
    ids: IdGenerator,
    tasks: TaskTracker,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(HubConfig::default())
    }

    pub(crate) fn with(config: HubConfig) -> Self {
        Self::on(Journal::new(), MemoryBroker::new(), config)
    }

    /// A node on a shared journal and broker.
    pub(crate) fn on(journal: Journal, broker: Arc<dyn Broker>, config: HubConfig) -> Self {
        let clock = Arc::<ManualClock>::default();
        let shared: SharedClock = clock.clone();
        let hub = Hub::new(shared.clone(), config, Arc::new(journal.clone()), broker);
        Self { clock, journal, hub, ids: IdGenerator::new(shared), tasks: TaskTracker::new() }
    }

    /// Lets the house come to rest, moves the clock, and lets it come to rest again.
    pub(crate) async fn advance(&self, by: Duration) {
        settle().await;
        self.clock.advance(by);
        settle().await;
    }

    /// Runs something beside the test.
    pub(crate) fn run(&self, task: impl Future<Output = ()> + Send + 'static) -> JoinHandle<()> {
        self.tasks.spawn(task)
    }

    pub(crate) fn next_id(&self) -> Id {
        self.ids.next_id()
    }

    /// How a connection of nobody begins.
    pub(crate) fn opening(&self) -> Opening {
        Opening {
            identity: None,
            tenant: TENANT,
            token: None,
            remote: "test".to_owned(),
            session: self.next_id(),
            requires_user: false,
            refuse: None,
        }
    }

    pub(crate) fn serve(&self, endpoint: Arc<dyn Endpoint>, opening: Opening) -> Client {
        let (client, socket) = Client::new();
        let served = self.tasks.spawn(self.hub.serve(socket, endpoint, opening));
        client.served_by(served)
    }

    /// Somebody unknown on a plain socket.
    pub(crate) fn anonymous(&self) -> Client {
        self.serve(Arc::new(TestEndpoint::default()), self.opening())
    }

    /// The user with this number on a plain socket.
    pub(crate) fn user(&self, number: u128) -> Client {
        let opening = Opening { identity: Some(identity(number, None)), ..self.opening() };
        self.serve(Arc::new(TestEndpoint::default()), opening)
    }

    /// Commits events and publishes them, as a write on this node does.
    pub(crate) fn publish(&self, topic: &Topic, count: usize) {
        self.hub.publish(self.journal.commit(topic, count));
    }

    /// A client that follows a topic from its present head.
    pub(crate) async fn follower(&self, topic: &Topic) -> Client {
        let client = self.anonymous();
        client.send(subscribe(topic, None));
        client.expect("subscribed").await;
        client
    }

    /// Everybody hangs up; nothing of them is left.
    pub(crate) async fn expect_empty(&self, clients: Vec<Client>) {
        for mut client in clients {
            let code = client.ended().await;
            assert_eq!(code, CloseCode::NORMAL);
        }
        settle().await;
        let stats = self.hub.stats();
        assert_eq!(
            (stats.connections, stats.users, stats.topics, stats.subscriptions, stats.queue_bytes),
            (0, 0, 0, 0, 0)
        );
    }
}

pub(crate) fn topic(name: &str) -> Topic {
    name.parse().unwrap()
}

/// A `subscribe` frame.
pub(crate) fn subscribe(topic: &Topic, since: Option<u64>) -> String {
    let since = since.map_or(String::new(), |seq| format!(r#","since":[{seq},"db1"]"#));
    format!(r#"{{"type":"subscribe","id":"s","ch":"{topic}"{since}}}"#)
}

/// An `unsubscribe` frame.
pub(crate) fn unsubscribe(topic: &Topic) -> String {
    format!(r#"{{"type":"unsubscribe","id":"u","ch":"{topic}"}}"#)
}

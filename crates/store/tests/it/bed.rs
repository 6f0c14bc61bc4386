//! What the tests stand on: a database of their own, a small schema, an event.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, mpsc},
    task::{Context, Poll, Waker},
    time::{Duration, Instant, SystemTime},
};

use domain::{Clock, SharedClock, Sleep, TenantId, Timestamp, Topic};
use serde::{Deserialize, Serialize};
use store::{
    Class, Commit, CommittedFrame, Durability, Error, Frame, Migration, Migrations, Result, Store,
    StoreConfig, Tx, args, statements,
};
use tempfile::TempDir;
use testkit::servers::{PrivatePostgres, TestDatabase, TestPostgres};
use tokio::sync::oneshot;

/// Runs tests, which take a [`Bed`], on both databases.
macro_rules! on_both {
    ($($test:ident),+ $(,)?) => {
        mod sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::bed::Bed::sqlite()).await;
            })+
        }
        mod postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $test() {
                super::$test(crate::bed::Bed::postgres().await).await;
            })+
        }
    };
}

statements! {
    INSERT = "insert into things (id, n) values ($1, $2)";
    UPDATE = "update things set n = $2 where id = $1";
    FIND = "select n from things where id = $1";
    COUNT = "select count(*) from things";
    IDS = "select id from things order by id";
    EVENTS = "select pos from events order by pos";
}

/// The tests' own schema.
pub(crate) const THINGS: Migrations = Migrations {
    module: "things",
    steps: &[Migration::both(
        1,
        "0001_things",
        "create table things (
            id {int} not null primary key,
            n {int},
            x {real},
            flag {bool},
            label {text},
            raw {bytes},
            uid {id},
            doc {json}
        ) {strict};
        create table effects (ord {int} not null primary key, n {int} not null) {strict};",
    )],
};

/// The tests' own event.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Happened {
    pub(crate) n: i64,
}

impl events::Event for Happened {
    const NAME: &'static str = "tests.happened";
    const VERSION: u32 = 1;
}

/// An event that nobody listens to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Ignored;

impl events::Event for Ignored {
    const NAME: &'static str = "tests.ignored";
    const VERSION: u32 = 1;
}

/// Time as it is.
pub(crate) struct RealClock(Instant);

impl RealClock {
    #[expect(clippy::disallowed_methods, reason = "this is the tests' clock")]
    pub(crate) fn shared() -> SharedClock {
        Arc::new(Self(Instant::now()))
    }
}

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "this is the tests' clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        Timestamp::from_millis(since.unwrap().as_millis().try_into().unwrap())
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "this is the tests' clock")]
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Ends a loop that waits for something that never comes.
pub(crate) struct Patience(SharedClock);

impl Patience {
    pub(crate) fn new() -> Self {
        Self(RealClock::shared())
    }

    /// A moment between two looks: who asks without a pause takes the processor from those whom it
    /// waits for.
    pub(crate) async fn pause(&self, wanted: &str) {
        assert!(self.0.monotonic() < Duration::from_secs(60), "waited in vain: {wanted}");
        self.0.sleep(Duration::from_millis(2)).await;
    }
}

enum Database {
    Sqlite(TempDir),
    /// The database goes before its server.
    Postgres {
        database: TestDatabase,
        _server: Option<PrivatePostgres>,
    },
}

/// A database of one test.
pub(crate) struct Bed(Database);

impl Bed {
    pub(crate) fn sqlite() -> Self {
        Self(Database::Sqlite(tempfile::tempdir().unwrap()))
    }

    pub(crate) async fn postgres() -> Self {
        Self(Database::Postgres { database: TestPostgres::database().await, _server: None })
    }

    /// A server of its own, where nobody else's transactions are in the way.
    pub(crate) async fn private_postgres() -> Self {
        let server = TestPostgres::private(false).await;
        let database = server.database().await;
        Self(Database::Postgres { database, _server: Some(server) })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self.0, Database::Sqlite(_))
    }

    pub(crate) fn url(&self) -> String {
        match &self.0 {
            Database::Sqlite(folder) => format!("sqlite://{}/data.db", folder.path().display()),
            Database::Postgres { database, .. } => database.url().to_owned(),
        }
    }

    pub(crate) fn config(&self) -> StoreConfig {
        StoreConfig { durability: Durability::Off, ..StoreConfig::new(self.url()) }
    }

    /// One more node on this database.
    pub(crate) fn open(&self) -> Store {
        Store::open(&self.config(), RealClock::shared()).unwrap()
    }

    /// A node with the tests' schema.
    pub(crate) async fn store(&self) -> Store {
        self.store_with(RealClock::shared(), |_| ()).await
    }

    pub(crate) async fn store_with(
        &self,
        clock: SharedClock,
        change: impl FnOnce(&mut StoreConfig),
    ) -> Store {
        let mut config = self.config();
        change(&mut config);
        let store = Store::open(&config, clock).unwrap();
        store.migrate(&[THINGS]).await.unwrap();
        store
    }
}

const WAITING: &str = "select count(*) from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'";

/// A connection past the store, to PostgreSQL.
pub(crate) struct Raw {
    client: tokio_postgres::Client,
}

impl Raw {
    pub(crate) async fn connect(bed: &Bed) -> Self {
        let (client, connection) =
            tokio_postgres::connect(&bed.url(), tokio_postgres::NoTls).await.unwrap();
        tokio_util::task::TaskTracker::new().spawn(connection);
        Self { client }
    }

    pub(crate) async fn run(&self, sql: &str) {
        self.client.batch_execute(sql).await.unwrap();
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        self.client.query_one(sql, &[]).await.unwrap().get(0)
    }

    /// Asks until the answer is that number.
    pub(crate) async fn until(&self, sql: &str, number: i64) {
        let patience = Patience::new();
        while self.number(sql).await != number {
            patience.pause(sql).await;
        }
    }

    /// How many others in this database wait for a lock.
    pub(crate) async fn waiting(&self) -> i64 {
        self.number(WAITING).await
    }

    /// Waits until somebody else in this database waits for a lock.
    pub(crate) async fn until_somebody_waits(&self) {
        self.until(WAITING, 1).await;
    }

    /// What the flush does, step by step: takes a transaction number, then a position.
    pub(crate) async fn take_position(&self) -> i64 {
        self.number(
            // As the house does it: a transaction that has a position has its own number before.
            "with own as materialized (select pg_current_xact_id() as xact)
             insert into events (pos, id, tenant, name, version, body, at)
             select nextval('events_pos'), gen_random_uuid(), gen_random_uuid(),
                'tests.happened', 1, '{\"n\":0}', 0 from own where xact is not null returning pos",
        )
        .await
    }
}

/// Notes values from many threads.
#[derive(Clone)]
pub(crate) struct Log<T>(Arc<Mutex<Vec<T>>>);

impl<T: Clone> Log<T> {
    pub(crate) fn new() -> Self {
        Self(Arc::default())
    }

    pub(crate) fn push(&self, value: T) {
        self.0.lock().unwrap().push(value);
    }

    pub(crate) fn all(&self) -> Vec<T> {
        self.0.lock().unwrap().clone()
    }
}

/// Notes the commits of a store.
pub(crate) fn commits_of(store: &Store) -> Log<Commit> {
    let log = Log::new();
    let noted = log.clone();
    store.on_commit(Arc::new(move |commit| noted.push(commit)));
    log
}

/// Holds SQLite's writer inside a closure until it is let go.
pub(crate) struct Hold {
    release: mpsc::Sender<()>,
    write: Pin<Box<dyn Future<Output = Result<()>> + Send>>,
}

impl Hold {
    pub(crate) async fn writer(store: &Store) -> Self {
        let (release, released) = mpsc::channel();
        let (began, begun) = oneshot::channel();
        let (released, began) = (Mutex::new(released), Mutex::new(Some(began)));
        let store = store.clone();
        let mut write: Pin<Box<dyn Future<Output = Result<()>> + Send>> = Box::pin(async move {
            store
                .write(Class::Interactive, async move |_: &Tx| {
                    if let Some(began) = began.lock().unwrap().take() {
                        began.send(()).unwrap();
                    }
                    released.lock().unwrap().recv().unwrap();
                    Ok::<_, Error>(())
                })
                .await
        });
        assert!(queued(&mut write));
        begun.await.unwrap();
        Self { release, write }
    }

    pub(crate) async fn let_go(self) {
        self.release.send(()).unwrap();
        self.write.await.unwrap();
    }
}

/// Polls once: a write on SQLite is queued then. Whether it waits.
pub(crate) fn queued<F: Future + Unpin>(future: &mut F) -> bool {
    let mut context = Context::from_waker(Waker::noop());
    matches!(Pin::new(future).poll(&mut context), Poll::Pending)
}

pub(crate) const TENANT: TenantId = TenantId::DEFAULT;

pub(crate) fn topic(name: &str) -> Topic {
    name.parse().unwrap()
}

pub(crate) fn frame(name: &str, n: i64) -> Frame {
    Frame::new(topic(name), &Happened { n }).unwrap()
}

/// Inserts a row and emits an event about it, in one write.
pub(crate) async fn happen(store: &Store, n: i64, topics: &[&str]) -> Result<()> {
    let frames: Vec<Frame> = topics.iter().map(|name| frame(name, n)).collect();
    store
        .write(Class::Interactive, async move |tx: &Tx| {
            tx.exec(&INSERT, &args![n, n]).await?;
            tx.emit(TENANT, &Happened { n }, frames.clone())
        })
        .await
}

pub(crate) async fn count(store: &Store) -> i64 {
    store.one::<(i64,)>(&COUNT, &[]).await.unwrap().0
}

pub(crate) async fn ids(store: &Store) -> Vec<i64> {
    let rows: Vec<(i64,)> = store.all(&IDS, &[]).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

pub(crate) async fn positions(store: &Store) -> Vec<i64> {
    let rows: Vec<(i64,)> = store.all(&EVENTS, &[]).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

/// All frames of a topic.
pub(crate) async fn frames(store: &Store, name: &str) -> Vec<CommittedFrame> {
    let topic = topic(name);
    store
        .read(async move |tx: &Tx| tx.frames_after(TENANT, &topic, 0, 100_000).await)
        .await
        .unwrap()
}

/// Small, seeded, and the same everywhere.
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

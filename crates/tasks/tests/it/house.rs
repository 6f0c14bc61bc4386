//! A database, a clock and nodes for one story.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{Id, TenantId, Timestamp};
use serde::{Deserialize, Serialize};
use store::{Class, Durability, Store, StoreConfig, Tx};
use tasks::{
    Claimed, DeadTask, Enqueued, OpenTask, Options, Outcome, Runner, RunnerConfig, Schedule, Task,
    TaskError, TaskSpec,
};
use testkit::{
    clock::FakeClock,
    servers::{PrivatePostgres, TestDatabase, TestPostgres},
};
use tokio::sync::{Semaphore, mpsc};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// Makes of each story two tests, one for each database.
macro_rules! on_both {
    ($($story:ident),+ $(,)?) => {
        mod sqlite {
            use crate::it::house::House;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                crate::it::house::in_time(async {
                    super::$story(&House::sqlite().await).await;
                }).await;
            })+
        }
        mod postgres {
            use crate::it::house::House;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $story() {
                crate::it::house::in_time(async {
                    super::$story(&House::postgres().await).await;
                }).await;
            })+
        }
    };
}

/// A story that waits for what never comes fails instead of standing still.
#[expect(
    clippy::disallowed_methods,
    reason = "the guard is for when the clock of the test does not help any more"
)]
pub(crate) async fn in_time<T>(story: impl Future<Output = T>) -> T {
    let guarded = tokio::time::timeout(seconds(120), Box::pin(story));
    guarded.await.expect("the story stands still")
}

/// A task that most stories use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Work {
    pub(crate) number: u32,
}

impl Task for Work {
    const NAME: &'static str = "test.work";
    const MAX_ATTEMPTS: u32 = 3;
}

/// What a handler writes in its own transaction; no node knows it, so it stays to be counted.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Effect {
    pub(crate) by: String,
}

impl Task for Effect {
    const NAME: &'static str = "test.effect";
}

enum Kept {
    Folder(#[expect(dead_code, reason = "removed with the value")] tempfile::TempDir),
    Database(TestDatabase),
}

pub(crate) struct House {
    pub(crate) clock: FakeClock,
    pub(crate) store: Store,
    kept: Kept,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

fn open(url: &str, clock: &FakeClock) -> Store {
    let config = StoreConfig { durability: Durability::Off, pool_size: 4, ..StoreConfig::new(url) };
    Store::open(&config, clock.shared()).unwrap()
}

impl House {
    pub(crate) async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}", folder.path().join("test.db").display());
        Self::new(&url, Kept::Folder(folder)).await
    }

    pub(crate) async fn postgres() -> Self {
        let database = TestPostgres::database().await;
        let url = database.url().to_owned();
        Self::new(&url, Kept::Database(database)).await
    }

    /// On a server of its own, which may be killed.
    pub(crate) async fn private() -> (Self, PrivatePostgres) {
        let server = TestPostgres::private(true).await;
        let database = server.database().await;
        let url = database.url().to_owned();
        (Self::new(&url, Kept::Database(database)).await, server)
    }

    async fn new(url: &str, kept: Kept) -> Self {
        let clock = FakeClock::new(at("2026-03-02T10:00:00Z"));
        let store = open(url, &clock);
        store.migrate(&[tasks::migrations()]).await.unwrap();
        Self { clock, store, kept }
    }

    /// The store of another node: SQLite has one process, PostgreSQL many.
    pub(crate) fn other_store(&self) -> Store {
        match &self.kept {
            Kept::Folder(_) => self.store.clone(),
            Kept::Database(database) => open(database.url(), &self.clock),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        domain::Clock::now(&self.clock)
    }

    pub(crate) async fn enqueue<T: Task + Clone>(&self, task: &T, options: Options) -> Enqueued {
        let task = task.clone();
        let run = self.store.write(Class::Interactive, async move |tx: &Tx| {
            tasks::enqueue(tx, TenantId::DEFAULT, &task, options.clone()).await
        });
        run.await.unwrap()
    }

    pub(crate) async fn work(&self, number: u32) {
        let added = self.enqueue(&Work { number }, Options::default()).await;
        assert_eq!(added, Enqueued::New);
    }

    pub(crate) async fn open_tasks(&self) -> Vec<OpenTask> {
        let read =
            self.store.read(async |tx: &Tx| tasks::open_tasks(tx, None, None, None, 1000).await);
        read.await.unwrap()
    }

    /// The only task in the queue beside effects.
    pub(crate) async fn the_task(&self) -> OpenTask {
        let mut open = self.open_tasks().await;
        open.retain(|task| task.name != Effect::NAME);
        assert_eq!(open.len(), 1, "{open:?}");
        open.remove(0)
    }

    pub(crate) async fn effects(&self) -> usize {
        let open = self.open_tasks().await;
        open.iter().filter(|task| task.name == Effect::NAME).count()
    }

    pub(crate) async fn dead(&self) -> Vec<DeadTask> {
        let read =
            self.store.read(async |tx: &Tx| tasks::dead_letters(tx, None, None, None, 1000).await);
        read.await.unwrap()
    }

    /// Comes back when `is_so` holds of the only task in the queue.
    pub(crate) async fn until_task(&self, is_so: impl Fn(&OpenTask) -> bool) {
        while !is_so(&self.the_task().await) {
            tokio::task::yield_now().await;
        }
    }

    /// Moves the clock by seconds, each once somebody sleeps, until `done` is.
    pub(crate) async fn advance_until<T>(&self, done: impl Future<Output = T>) -> T {
        let mut done = std::pin::pin!(done);
        loop {
            tokio::select! {
                biased;
                value = &mut done => return value,
                () = self.clock.until_sleepers(1) => self.clock.advance(seconds(1)),
            }
            tokio::task::yield_now().await;
        }
    }
}

/// A running node.
pub(crate) struct Node {
    pub(crate) runner: Runner,
    pub(crate) tracker: TaskTracker,
    pub(crate) stop: CancellationToken,
}

impl Node {
    pub(crate) fn start(store: &Store, specs: Vec<TaskSpec>) -> Self {
        Self::with(store, specs, Vec::new(), RunnerConfig::default())
    }

    /// One task at a time.
    pub(crate) fn single(store: &Store, specs: Vec<TaskSpec>) -> Self {
        let config = RunnerConfig { concurrency: 1, ..RunnerConfig::default() };
        Self::with(store, specs, Vec::new(), config)
    }

    pub(crate) fn with(
        store: &Store,
        specs: Vec<TaskSpec>,
        schedules: Vec<Schedule>,
        config: RunnerConfig,
    ) -> Self {
        let node = Self {
            runner: Runner::new(store.clone(), specs, schedules, config).unwrap(),
            tracker: TaskTracker::new(),
            stop: CancellationToken::new(),
        };
        node.runner.start(&node.tracker, &node.stop);
        node
    }

    pub(crate) async fn idle(&self) {
        self.runner.idle().await;
    }

    pub(crate) async fn ended(&self) {
        self.tracker.close();
        self.tracker.wait().await;
    }

    pub(crate) async fn end(self) {
        self.stop.cancel();
        self.ended().await;
    }
}

/// What handlers have done, in order.
#[derive(Clone, Default)]
pub(crate) struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    pub(crate) fn add(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }

    /// A spec that notes each number and attempt and answers what `answer` says.
    pub(crate) fn spec(
        &self,
        answer: impl Fn(&Claimed) -> Result<Outcome, TaskError> + Send + Sync + 'static,
    ) -> TaskSpec {
        let (log, answer) = (self.clone(), Arc::new(answer));
        TaskSpec::of(move |claimed: Claimed, work: Work| {
            let (log, answer) = (log.clone(), answer.clone());
            async move {
                log.add(format!("{} attempt {}", work.number, claimed.attempt));
                answer(&claimed)
            }
        })
    }

    pub(crate) fn done(&self) -> TaskSpec {
        self.spec(|_| Ok(Outcome::Done))
    }
}

/// A handler that tells where it is and goes on when it is let.
pub(crate) struct Gate {
    said: mpsc::UnboundedReceiver<&'static str>,
    say: mpsc::UnboundedSender<&'static str>,
    open: Arc<Semaphore>,
}

/// Says "dropped" unless it was told that all went well.
struct Witness(Option<mpsc::UnboundedSender<&'static str>>);

impl Drop for Witness {
    fn drop(&mut self) {
        if let Some(say) = self.0.take() {
            let _ = say.send("dropped");
        }
    }
}

impl Gate {
    pub(crate) fn new() -> Self {
        let (say, said) = mpsc::unbounded_channel();
        Self { said, say, open: Arc::new(Semaphore::new(0)) }
    }

    /// The next of "started", "finished", "refused" and "dropped".
    pub(crate) async fn said(&mut self) -> &'static str {
        self.said.recv().await.unwrap()
    }

    pub(crate) fn open(&self) {
        self.open.add_permits(1);
    }

    /// A handler that waits at the gate and then writes an effect and its own end in one
    /// transaction.
    pub(crate) fn spec<T: Task>(&self, store: &Store, by: &'static str) -> TaskSpec {
        let (say, open, store) = (self.say.clone(), self.open.clone(), store.clone());
        TaskSpec::of(move |claimed: Claimed, _: T| {
            let (say, open, store) = (say.clone(), open.clone(), store.clone());
            async move {
                let mut witness = Witness(Some(say.clone()));
                let _ = say.send("started");
                open.acquire().await.unwrap().forget();
                let result = finish_with_effect(&store, &claimed, by).await;
                witness.0 = None;
                let _ = say.send(if result.is_ok() { "finished" } else { "refused" });
                result
            }
        })
    }
}

/// Ends the task together with an effect.
pub(crate) async fn finish_with_effect(
    store: &Store,
    claimed: &Claimed,
    by: &str,
) -> Result<Outcome, TaskError> {
    let (claimed, by) = (claimed.clone(), by.to_owned());
    let write = store.write(Class::Interactive, async move |tx: &Tx| {
        let effect = Effect { by: by.clone() };
        tasks::enqueue(tx, claimed.tenant, &effect, Options::default()).await?;
        if tasks::finish(tx, &claimed).await? {
            Ok(Outcome::Finished)
        } else {
            Err(TaskError::new("somebody else has it"))
        }
    });
    write.await
}

/// Something that no task has.
pub(crate) fn unknown_id() -> Id {
    "00000000-0000-7000-8000-00000000ffff".parse().unwrap()
}

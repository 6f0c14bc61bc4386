//! Claims due tasks and has them run.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use domain::Timestamp;
use store::{Class, Result, Store, Tx, args};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    attempt::Attempt,
    ids, queue,
    schedule::{Schedule, SetupError},
    scheduler::Scheduler,
    spec::{Claimed, TaskSpec},
    sql,
};

/// How often the depth of the queue is measured.
const MEASURE: Duration = Duration::from_secs(15);

/// How a node runs tasks.
#[derive(Debug, Clone)]
pub struct RunnerConfig {
    /// How many tasks run at once, at least 1.
    pub concurrency: usize,
    /// How often the queue is looked at without anybody having said that there is something.
    pub poll: Duration,
    /// How long tasks that run may go on once the node stops.
    pub grace: Duration,
}

impl Default for RunnerConfig {
    fn default() -> Self {
        Self { concurrency: 8, poll: Duration::from_secs(1), grace: Duration::from_secs(10) }
    }
}

/// How many more tasks of a name may run here; what is not named is not bounded.
type Rooms = HashMap<String, usize>;

/// What this node can run.
struct Known {
    specs: serde_json::Map<String, serde_json::Value>,
    /// The same as the statements take it.
    all: String,
}

impl Known {
    fn new(specs: serde_json::Map<String, serde_json::Value>) -> Self {
        let all = serde_json::Value::Object(specs.clone()).to_string();
        Self { specs, all }
    }

    /// That for which there is room, as the statements take it.
    fn with_room(&self, rooms: &Rooms) -> Cow<'_, str> {
        if rooms.values().all(|room| *room > 0) {
            return Cow::Borrowed(&self.all);
        }
        let mut specs = self.specs.clone();
        specs.retain(|name, _| rooms.get(name.as_str()) != Some(&0));
        Cow::Owned(serde_json::Value::Object(specs).to_string())
    }
}

/// What the loop has done.
#[derive(Debug, Clone, Copy)]
struct Progress {
    /// The newest call for a look that a pass has answered.
    answered: u64,
    /// The queue had nothing for this node, and nothing was running.
    idle: bool,
    /// The loop has ended or was never started.
    stopped: bool,
}

struct Shared {
    store: Store,
    specs: HashMap<&'static str, TaskSpec>,
    schedules: Vec<Schedule>,
    config: RunnerConfig,
    /// Name to `[version, lease in ms]`.
    known: Arc<Known>,
    /// Counts calls for a look.
    calls: watch::Sender<u64>,
    running: watch::Sender<usize>,
    /// How many more may run of the names that have a cap of their own.
    rooms: Mutex<Rooms>,
    progress: watch::Sender<Progress>,
}

/// The tasks and schedules of this node. Clones are the same runner.
#[derive(Clone)]
pub struct Runner {
    shared: Arc<Shared>,
}

impl Runner {
    /// A runner of these tasks and schedules; nothing happens before [`Runner::start`].
    ///
    /// # Errors
    /// When a name is there twice or malformed, or a schedule cannot be understood.
    pub fn new(
        store: Store,
        specs: Vec<TaskSpec>,
        schedules: Vec<Schedule>,
        config: RunnerConfig,
    ) -> Result<Self, SetupError> {
        Scheduler::new(&schedules)?;
        let mut known = serde_json::Map::new();
        let mut by_name = HashMap::with_capacity(specs.len());
        let room = |spec: &TaskSpec| Some((spec.name.to_owned(), spec.at_once?.max(1)));
        let rooms = specs.iter().filter_map(room).collect();
        for spec in specs {
            if !queue::is_name(spec.name) {
                return Err(SetupError::Name(spec.name));
            }
            let lease_ms = i64::try_from(spec.lease.as_millis()).unwrap_or(i64::MAX / 4);
            let what = serde_json::json!([spec.version, lease_ms]);
            known.insert(spec.name.to_owned(), what);
            let name = spec.name;
            if by_name.insert(name, spec).is_some() {
                return Err(SetupError::Twice(name));
            }
        }
        let shared = Shared {
            store,
            specs: by_name,
            schedules,
            config,
            known: Arc::new(Known::new(known)),
            rooms: Mutex::new(rooms),
            calls: watch::Sender::new(0),
            running: watch::Sender::new(0),
            progress: watch::Sender::new(Progress { answered: 0, idle: false, stopped: true }),
        };
        Ok(Self { shared: Arc::new(shared) })
    }

    /// Runs until `stop`: then no more is claimed, what runs has [`RunnerConfig::grace`] to end,
    /// and the rest is dropped and left to other nodes at once, without counting as an attempt.
    /// Call it once.
    pub fn start(&self, tracker: &TaskTracker, stop: &CancellationToken) {
        self.shared.progress.send_modify(|progress| progress.stopped = false);
        let looping = Loop {
            shared: self.shared.clone(),
            tracker: tracker.clone(),
            kill: CancellationToken::new(),
            measured_at: None,
        };
        tracker.spawn(looping.run(stop.clone()));
    }

    /// Has the runner look at the queue and the schedules now.
    pub fn wake(&self) {
        self.call();
    }

    fn call(&self) -> u64 {
        let mut mine = 0;
        self.shared.calls.send_modify(|calls| {
            *calls += 1;
            mine = *calls;
        });
        mine
    }

    /// Has the runner look, and waits until it has found nothing due and nothing of its own is
    /// running: whatever was committed before the call has been run, as often as its back-off
    /// allows at this time. Returns at once when the runner was not started or has stopped.
    pub async fn idle(&self) {
        let mut progress = self.shared.progress.subscribe();
        let mine = self.call();
        let reached = |p: &Progress| p.stopped || (p.idle && p.answered >= mine);
        // Fails only when the runner is gone, and `self` holds it.
        let _ = progress.wait_for(reached).await;
    }

    /// How many tasks that this node knows are due at `now`, those that run on any node included.
    ///
    /// # Errors
    /// What the database said.
    pub async fn due(&self, now: Timestamp) -> Result<i64> {
        let row = args![self.shared.known.all.as_str(), now];
        let (count,): (i64,) = self.shared.store.one(&sql::COUNT_DUE, &row).await?;
        Ok(count)
    }

    /// How many tasks run on this node at this moment.
    pub fn running(&self) -> usize {
        *self.shared.running.borrow()
    }
}

struct Loop {
    shared: Arc<Shared>,
    tracker: TaskTracker,
    /// Ends what runs.
    kill: CancellationToken,
    measured_at: Option<Duration>,
}

impl Loop {
    async fn run(mut self, stop: CancellationToken) {
        let shared = self.shared.clone();
        let mut committed = queue::committed();
        let mut calls = shared.calls.subscribe();
        let mut running = shared.running.subscribe();
        // It was understood before: the same list was tried when the runner was made.
        let mut scheduler = Scheduler::new(&shared.schedules).ok();
        while !stop.is_cancelled() {
            committed.mark_unchanged();
            let call = *calls.borrow_and_update();
            let busy = *running.borrow_and_update();
            match self.pass(scheduler.as_mut(), busy).await {
                Ok(claimed) => {
                    shared.progress.send_replace(Progress {
                        answered: call,
                        idle: claimed == 0 && busy == 0,
                        stopped: false,
                    });
                }
                Err(error) => tracing::warn!(%error, "the queue of tasks cannot be read"),
            }
            tokio::select! {
                _ = committed.changed() => {}
                _ = calls.changed() => {}
                _ = running.changed() => {}
                () = shared.store.clock().sleep(shared.config.poll) => {}
                () = stop.cancelled() => {}
            }
        }
        self.drain().await;
        shared.progress.send_modify(|progress| progress.stopped = true);
    }

    /// Fires schedules, then fills the free places. How many tasks were claimed.
    async fn pass(&mut self, scheduler: Option<&mut Scheduler>, busy: usize) -> Result<usize> {
        if let Some(scheduler) = scheduler {
            scheduler.tick(&self.shared.store).await?;
        }
        self.measure().await?;
        let free = self.shared.config.concurrency.max(1).saturating_sub(busy);
        let claimed = self.claim(free).await?;
        let count = claimed.len();
        for task in claimed {
            self.launch(task);
        }
        Ok(count)
    }

    async fn claim(&self, free: usize) -> Result<Vec<Claimed>> {
        if free == 0 || self.shared.specs.is_empty() {
            return Ok(Vec::new());
        }
        let store = &self.shared.store;
        let (known, rooms) = (self.shared.known.clone(), self.shared.rooms().clone());
        // A look first: nearly always there is nothing, and a read does not take the writer.
        let row = args![&*known.with_room(&rooms), store.clock().now()];
        let any: Option<(i64,)> = store.maybe(&sql::ANY_DUE, &row).await?;
        if any.is_none() {
            return Ok(Vec::new());
        }
        let claim = store.write(Class::Interactive, async move |tx: &Tx| {
            let (known, rooms) = (&known, &rooms);
            claim_due(tx, known, rooms.clone(), free).await
        });
        claim.await
    }

    fn launch(&self, task: Claimed) {
        let Some(spec) = self.shared.specs.get(task.name.as_str()) else {
            // The statement claims known names only.
            tracing::error!(task = %task.name, "a task was claimed that this node does not know");
            return;
        };
        let place = Place::take(self.shared.clone(), spec.name);
        let attempt =
            Attempt::new(self.shared.store.clone(), spec.clone(), task, self.kill.clone());
        self.tracker.spawn(async move {
            attempt.run().await;
            drop(place);
        });
    }

    /// Waits for what runs; ends it when the time of grace is over.
    async fn drain(&self) {
        let mut running = self.shared.running.subscribe();
        let grace = self.shared.store.clock().sleep(self.shared.config.grace);
        let over = {
            let ended = std::pin::pin!(running.wait_for(|count| *count == 0));
            tokio::select! {
                _ = ended => false,
                () = grace => true,
            }
        };
        if over {
            tracing::warn!(left = *running.borrow(), "tasks are cut short: the node stops");
            self.kill.cancel();
            let _ = running.wait_for(|count| *count == 0).await;
        }
    }

    /// Publishes how deep the queue is and how long its oldest task waits.
    async fn measure(&mut self) -> Result<()> {
        let store = &self.shared.store;
        let (time, now) = (store.clock().monotonic(), store.clock().now());
        let is_fresh = |at: Duration| time.saturating_sub(at) < MEASURE;
        if self.measured_at.is_some_and(is_fresh) {
            return Ok(());
        }
        let depths = store.read(async |tx: &Tx| crate::admin::depths(tx, None).await).await?;
        self.measured_at = Some(time);
        for name in self.shared.specs.keys().copied() {
            let depth = depths.iter().find(|depth| depth.name == name);
            let depth = depth.cloned().unwrap_or_default();
            let gauge = |state: &'static str, count: i64| {
                metrics::gauge!("openbell_task_queue_depth", "task" => name, "state" => state)
                    .set(count as f64);
            };
            gauge("running", depth.running);
            gauge("due", depth.due);
            gauge("waiting", depth.waiting);
            gauge("dead", depth.dead);
            let age = depth.oldest_due_at.map_or(Duration::ZERO, |at| now.since(at));
            metrics::gauge!("openbell_task_queue_age_seconds", "task" => name)
                .set(age.as_secs_f64());
        }
        Ok(())
    }
}

/// Claims what is due and has room, at most `free` tasks, in the order of their time.
async fn claim_due(tx: &Tx, known: &Known, mut rooms: Rooms, free: usize) -> Result<Vec<Claimed>> {
    let mut claimed: Vec<Claimed> = Vec::new();
    loop {
        let limit = i64::try_from(free.saturating_sub(claimed.len())).unwrap_or(i64::MAX);
        let names = known.with_room(&rooms).into_owned();
        let row = args![names, ids::new_id(tx.now()), tx.now(), limit];
        let mut found: Vec<Claimed> = tx.all(&sql::CLAIM, &row).await?;
        found.sort_by_key(|task| (task.run_at, task.id));
        let mut surplus = Vec::new();
        for task in found {
            match rooms.get_mut(task.name.as_str()) {
                Some(0) => surplus.push(args![task.id, task.lease_token]),
                room => {
                    if let Some(room) = room {
                        *room -= 1;
                    }
                    claimed.push(task);
                }
            }
        }
        if surplus.is_empty() {
            claimed.sort_by_key(|task| (task.run_at, task.id));
            return Ok(claimed);
        }
        // Given back as if it had never been claimed; then for what stands behind it.
        tx.exec_many(&sql::RELEASE, &surplus).await?;
    }
}

impl Shared {
    fn rooms(&self) -> MutexGuard<'_, Rooms> {
        self.rooms.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the places for tasks; free again when this is dropped, however the task ended.
struct Place {
    shared: Arc<Shared>,
    name: &'static str,
}

impl Place {
    fn take(shared: Arc<Shared>, name: &'static str) -> Self {
        if let Some(room) = shared.rooms().get_mut(name) {
            *room = room.saturating_sub(1);
        }
        shared.running.send_modify(|count| *count += 1);
        metrics::gauge!("openbell_tasks_running").increment(1.0);
        Self { shared, name }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        metrics::gauge!("openbell_tasks_running").decrement(1.0);
        // Before the loop is woken: it looks for what there is room for.
        if let Some(room) = self.shared.rooms().get_mut(self.name) {
            *room += 1;
        }
        self.shared.running.send_modify(|count| *count -= 1);
    }
}

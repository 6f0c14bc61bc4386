//! Claiming: order, wake-ups, what a node knows, several nodes, and stopping.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use domain::TenantId;
use serde::{Deserialize, Serialize};
use store::{Class, Tx};
use tasks::{
    Claimed, Options, Outcome, Runner, RunnerConfig, Schedule, SetupError, Task, TaskSpec,
};
use tokio::sync::mpsc;
use tokio_util::task::TaskTracker;

use crate::it::house::{Gate, House, Log, Node, Work, in_time, seconds};

on_both! {
    tasks_run_in_the_order_of_their_time,
    a_commit_wakes_the_runner,
    the_sweep_finds_what_nobody_announced,
    no_more_run_at_once_than_there_are_places,
    long_work_leaves_places_to_others,
    racing_nodes_never_run_one_task,
    what_a_node_does_not_know_stays_for_others,
    stopping_lets_what_runs_come_to_its_end,
    what_does_not_end_in_time_is_left_to_others_at_once,
    lists_must_fit_together,
}

async fn tasks_run_in_the_order_of_their_time(house: &House) {
    let start = house.now();
    for (number, earlier) in [(1, 10), (2, 30), (3, 20), (4, 30)] {
        let options = Options::at(start.minus(seconds(earlier)));
        house.enqueue(&Work { number }, options).await;
    }
    let log = Log::default();
    let node = Node::single(&house.store, vec![log.done()]);
    node.idle().await;
    assert_eq!(log.lines(), ["2 attempt 1", "4 attempt 1", "3 attempt 1", "1 attempt 1"]);
    node.end().await;
}

fn telling() -> (TaskSpec, mpsc::UnboundedReceiver<u32>) {
    let (say, said) = mpsc::unbounded_channel();
    let spec = TaskSpec::of(move |_: Claimed, work: Work| {
        let _ = say.send(work.number);
        async { Ok(Outcome::Done) }
    });
    (spec, said)
}

async fn a_commit_wakes_the_runner(house: &House) {
    let (spec, mut said) = telling();
    let node = Node::start(&house.store, vec![spec]);
    node.idle().await;
    // The clock stands still, so it is not the sweep.
    for number in 0..3 {
        house.work(number).await;
        assert_eq!(said.recv().await, Some(number));
    }
    node.end().await;
}

async fn the_sweep_finds_what_nobody_announced(house: &House) {
    let (spec, mut said) = telling();
    let node = Node::start(&house.store, vec![spec]);
    let later = house.now().plus(seconds(10));
    house.enqueue(&Work { number: 1 }, Options::at(later)).await;
    node.idle().await;
    assert_eq!(node.runner.due(house.now()).await.unwrap(), 0);
    assert_eq!(node.runner.due(later).await.unwrap(), 1);
    assert!(said.try_recv().is_err());

    assert_eq!(house.advance_until(said.recv()).await, Some(1));
    assert!(house.now() >= later);
    node.end().await;
}

async fn no_more_run_at_once_than_there_are_places(house: &House) {
    let mut gate = Gate::new();
    let config = RunnerConfig { concurrency: 2, ..RunnerConfig::default() };
    let specs = vec![gate.spec::<Work>(&house.store, "a")];
    for number in 0..3 {
        house.work(number).await;
    }
    let node = Node::with(&house.store, specs, Vec::new(), config);
    assert_eq!((gate.said().await, gate.said().await), ("started", "started"));
    assert_eq!(node.runner.running(), 2);
    let open = house.open_tasks().await;
    let attempts: Vec<u32> = open.iter().map(|task| task.attempt).collect();
    assert_eq!(attempts, [1, 1, 0]);

    gate.open();
    assert_eq!((gate.said().await, gate.said().await), ("finished", "started"));
    gate.open();
    gate.open();
    node.idle().await;
    assert_eq!((house.effects().await, node.runner.running()), (3, 0));
    node.end().await;
}

/// A task that takes long.
#[derive(Clone, Serialize, Deserialize)]
struct LongWork {}

impl Task for LongWork {
    const NAME: &'static str = "test.long_work";
    const AT_ONCE: Option<usize> = Some(2);
}

async fn long_work_leaves_places_to_others(house: &House) {
    let mut gate = Gate::new();
    // All of the long ones are due before the others.
    for minutes in 1..=6 {
        let options = Options::at(house.now().minus(seconds(60 * minutes)));
        house.enqueue(&LongWork {}, options).await;
    }
    for number in 0..3 {
        house.work(number).await;
    }
    let (spec, mut said) = telling();
    let config = RunnerConfig { concurrency: 4, ..RunnerConfig::default() };
    let specs = vec![gate.spec::<LongWork>(&house.store, "a"), spec];
    let node = Node::with(&house.store, specs, Vec::new(), config);
    assert_eq!((gate.said().await, gate.said().await), ("started", "started"));
    let mut numbers = Vec::new();
    for _ in 0..3 {
        numbers.extend(said.recv().await);
    }
    numbers.sort_unstable();
    assert_eq!(numbers, [0, 1, 2]);
    while node.runner.running() > 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(node.runner.due(house.now()).await.unwrap(), 6, "what waits for room is due");
    // What was passed over has lost no attempt, and comes when there is room.
    let open = house.open_tasks().await;
    let attempts: Vec<u32> = open.iter().map(|task| task.attempt).collect();
    assert_eq!(attempts.iter().filter(|attempt| **attempt == 0).count(), 4, "{attempts:?}");
    for _ in 0..6 {
        gate.open();
    }
    node.idle().await;
    assert_eq!((house.effects().await, node.runner.running()), (6, 0));
    node.end().await;
}

async fn racing_nodes_never_run_one_task(house: &House) {
    const COUNT: u32 = 600;
    let list: Vec<_> =
        (0..COUNT).map(|number| (TenantId::DEFAULT, Work { number }, Options::default())).collect();
    let add =
        house.store.write(Class::Bulk, async move |tx: &Tx| tasks::enqueue_many(tx, &list).await);
    assert_eq!(add.await.unwrap(), u64::from(COUNT));

    let runs: Arc<Mutex<BTreeMap<u32, usize>>> = Arc::default();
    let nodes: Vec<Node> = (0..4)
        .map(|_| {
            let runs = runs.clone();
            let spec = TaskSpec::of(move |_: Claimed, work: Work| {
                let runs = runs.clone();
                async move {
                    *runs.lock().unwrap().entry(work.number).or_default() += 1;
                    tokio::task::yield_now().await;
                    Ok(Outcome::Done)
                }
            });
            Node::start(&house.other_store(), vec![spec])
        })
        .collect();
    for node in &nodes {
        node.idle().await;
    }
    assert_eq!(house.open_tasks().await, []);
    let runs = runs.lock().unwrap().clone();
    assert_eq!(runs.len(), COUNT as usize);
    assert!(runs.values().all(|count| *count == 1), "{runs:?}");
    for node in nodes {
        node.end().await;
    }
}

/// On SQLite nobody writes beside a writer; here a claim goes round the rows that others hold.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_row_in_other_hands_holds_nobody_up() {
    in_time(async {
        let house = House::postgres().await;
        for number in 1..=2 {
            let options = Options::unique(number.to_string());
            house.enqueue(&Work { number }, options).await;
        }
        let (locked, mut is_locked) = mpsc::unbounded_channel();
        let (go_on, may_go_on) = std::sync::mpsc::channel::<()>();
        let (store, may_go_on) = (house.store.clone(), Mutex::new(may_go_on));
        // In a task of its own: it blocks its thread, since a closure awaits only its transaction.
        let cancelling = TaskTracker::new().spawn(async move {
            let cancel = store.write(Class::Bulk, async move |tx: &Tx| {
                let cancelled = tasks::cancel(tx, Work::NAME, "1").await?;
                let _ = locked.send(());
                let wait = || may_go_on.lock().unwrap().recv().is_ok();
                Ok::<_, store::Error>(cancelled && tokio::task::block_in_place(wait))
            });
            cancel.await.unwrap()
        });
        is_locked.recv().await.unwrap();
        let log = Log::default();
        let node = Node::start(&house.other_store(), vec![log.done()]);
        while log.lines().is_empty() {
            tokio::task::yield_now().await;
        }
        assert_eq!(log.lines(), ["2 attempt 1"]);
        go_on.send(()).unwrap();
        assert!(cancelling.await.unwrap());
        node.idle().await;
        node.end().await;
        assert_eq!(house.open_tasks().await, []);
    })
    .await;
}

/// The next version of [`Work`].
#[derive(Clone, Serialize, Deserialize)]
struct NewWork {
    number: u32,
    #[serde(default)]
    colour: String,
}

impl Task for NewWork {
    const NAME: &'static str = Work::NAME;
    const VERSION: u32 = 2;
}

async fn what_a_node_does_not_know_stays_for_others(house: &House) {
    let log = Log::default();
    let old = Node::start(&house.store, vec![log.done()]);
    let effect = crate::it::house::Effect { by: "a".into() };
    house.enqueue(&effect, Options::default()).await;
    let new_work = NewWork { number: 2, colour: "red".into() };
    house.enqueue(&new_work, Options::default()).await;
    house.work(1).await;
    old.idle().await;
    assert_eq!(log.lines(), ["1 attempt 1"]);
    let open = house.open_tasks().await;
    assert!(open.iter().all(|task| task.attempt == 0 && task.last_error.is_none()));
    assert_eq!(open.len(), 2);
    old.end().await;

    let seen = log.clone();
    let spec = TaskSpec::of(move |claimed: Claimed, work: NewWork| {
        seen.add(format!("{} {} {}", work.number, work.colour, claimed.version));
        async { Ok(Outcome::Done) }
    });
    let new = Node::single(&house.store, vec![spec]);
    house.work(3).await;
    new.idle().await;
    assert_eq!(log.lines()[1..], ["2 red 2", "3  1"]);
    assert_eq!(house.effects().await, 1);
    new.end().await;
}

async fn stopping_lets_what_runs_come_to_its_end(house: &House) {
    let mut gate = Gate::new();
    let node = Node::start(&house.store, vec![gate.spec::<Work>(&house.store, "a")]);
    house.work(1).await;
    assert_eq!(gate.said().await, "started");
    node.stop.cancel();
    gate.open();
    assert_eq!(gate.said().await, "finished");
    node.ended().await;
    assert_eq!(house.effects().await, 1);

    house.work(2).await;
    node.idle().await;
    assert_eq!(house.the_task().await.attempt, 0, "it has stopped");
}

async fn what_does_not_end_in_time_is_left_to_others_at_once(house: &House) {
    let mut gate = Gate::new();
    let node = Node::start(&house.store, vec![gate.spec::<Work>(&house.store, "a")]);
    house.work(1).await;
    assert_eq!(gate.said().await, "started");
    let stopped_at = house.now();
    node.stop.cancel();
    house.advance_until(node.ended()).await;
    assert_eq!(gate.said().await, "dropped");
    assert!(house.now().since(stopped_at) >= RunnerConfig::default().grace);

    let task = house.the_task().await;
    assert_eq!((task.attempt, task.lease_until.as_millis()), (0, 0));
    let other = house.other_store();
    let log = Log::default();
    let other = Node::start(&other, vec![log.done()]);
    other.idle().await;
    assert_eq!(log.lines(), ["1 attempt 1"]);
    other.end().await;
}

async fn lists_must_fit_together(house: &House) {
    let log = Log::default();
    let work = |_| Work { number: 1 };
    let new = |specs, schedules| {
        let config = RunnerConfig::default();
        Runner::new(house.store.clone(), specs, schedules, config).err()
    };
    let fine = Runner::new(house.store.clone(), vec![log.done()], vec![], RunnerConfig::default());
    fine.unwrap().idle().await; // Not started, so there is nothing to wait for.
    let twice = Some(SetupError::Twice(Work::NAME));
    assert_eq!(new(vec![log.done(), log.done()], vec![]), twice);
    let named = TaskSpec { name: "Not a name", ..log.done() };
    assert_eq!(new(vec![named], vec![]), Some(SetupError::Name("Not a name")));
    let schedule = || Schedule::every("test.every", seconds(60), work);
    let twice = Some(SetupError::Twice("test.every"));
    assert_eq!(new(vec![], vec![schedule(), schedule()]), twice);
    let wrong = Schedule::cron("test.cron", "every day", "UTC", work);
    assert!(matches!(new(vec![], vec![wrong]), Some(SetupError::Schedule { .. })));
}

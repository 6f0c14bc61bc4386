//! What an operator sees.

use store::{Class, Tx};
use tasks::{Depth, Hastened, Options, Task, TaskError};

use crate::it::house::{Effect, Gate, House, Log, Node, Work, seconds};

on_both! {
    depths_tell_the_states_apart,
    lists_go_on_behind_the_last_id,
    a_waiting_task_runs_now,
}

async fn depths(house: &House) -> Vec<Depth> {
    let read = house.store.read(async |tx: &Tx| tasks::depths(tx, None).await);
    read.await.unwrap()
}

async fn depths_tell_the_states_apart(house: &House) {
    assert_eq!(depths(house).await, []);
    // A dead one and one that waits after a failure …
    let log = Log::default();
    let failing = Node::single(
        &house.store,
        vec![log.spec(|task| match task.unique_key {
            Some(_) => Err(TaskError::permanent("dead")),
            None => Err(TaskError::new("failed")),
        })],
    );
    house.enqueue(&Work { number: 1 }, Options::unique("k")).await;
    house.work(2).await;
    failing.idle().await;
    failing.end().await;
    // … one that runs, one that is due, one that waits for its time, one of another name.
    let mut gate = Gate::new();
    house.work(3).await;
    let running = Node::single(&house.store, vec![gate.spec::<Work>(&house.store, "a")]);
    assert_eq!(gate.said().await, "started");
    let due_at = house.now().minus(seconds(5));
    house.enqueue(&Work { number: 4 }, Options::at(due_at)).await;
    let later = house.now().plus(seconds(60));
    house.enqueue(&Work { number: 5 }, Options::at(later)).await;
    let effect = Effect { by: "a".into() };
    house.enqueue(&effect, Options::at(later)).await;

    let waiting = Depth { name: Effect::NAME.into(), waiting: 1, ..Depth::default() };
    let mixed = Depth {
        name: Work::NAME.into(),
        running: 1,
        due: 1,
        waiting: 2,
        retrying: 1,
        dead: 1,
        oldest_due_at: Some(due_at),
    };
    assert_eq!(depths(house).await, [waiting, mixed]);
    gate.open();
    gate.open();
    running.idle().await;
    running.end().await;
}

async fn lists_go_on_behind_the_last_id(house: &House) {
    for number in 0..5 {
        house.work(number).await;
    }
    let all = house.open_tasks().await;
    let second = all[1].id;
    let page = house.store.read(async move |tx: &Tx| {
        tasks::open_tasks(tx, None, Some(Work::NAME), Some(second), 2).await
    });
    assert_eq!(page.await.unwrap(), all[2..4]);
    let none = house
        .store
        .read(async |tx: &Tx| tasks::open_tasks(tx, None, Some("test.none"), None, 10).await);
    assert_eq!(none.await.unwrap(), []);
}

async fn a_waiting_task_runs_now(house: &House) {
    let log = Log::default();
    let node = Node::start(&house.store, vec![log.done()]);
    let later = Options::at(house.now().plus(seconds(3600)));
    house.enqueue(&Work { number: 1 }, later).await;
    let id = house.the_task().await.id;
    for outcome in [Hastened::Due, Hastened::NotFound] {
        let run = house
            .store
            .write(Class::Interactive, async move |tx: &Tx| tasks::run_now(tx, None, id).await);
        assert_eq!(run.await.unwrap(), outcome);
        node.idle().await;
    }
    assert_eq!(log.lines(), ["1 attempt 1"]);
    node.end().await;
}

//! Enqueueing: in the caller's transaction, with keys, many at once, and taking back.

use domain::TenantId;
use futures_util::future::join_all;
use store::{Class, Error, Tx};
use tasks::{Enqueued, Options, Task};

use crate::it::house::{Effect, Gate, House, Log, Node, Work, seconds};

on_both! {
    a_task_shares_the_fate_of_its_transaction,
    a_key_is_taken_until_the_task_has_ended,
    of_racing_callers_with_one_key_one_is_first,
    many_at_once,
    a_waiting_task_is_cancelled,
    a_running_task_is_cancelled,
    every_statement_prepares,
}

async fn a_task_shares_the_fate_of_its_transaction(house: &House) {
    let failed = house
        .store
        .write(Class::Interactive, async |tx: &Tx| {
            let work = Work { number: 1 };
            tasks::enqueue(tx, TenantId::DEFAULT, &work, Options::default()).await?;
            Err::<(), _>(Error::NotFound)
        })
        .await;
    assert!(matches!(failed, Err(Error::NotFound)));
    assert_eq!(house.open_tasks().await, []);

    house.work(2).await;
    let task = house.the_task().await;
    assert_eq!((task.name.as_str(), task.version), ("test.work", 1));
    assert_eq!((task.tenant, task.attempt), (TenantId::DEFAULT, 0));
    assert_eq!((task.created_at, task.run_at), (house.now(), house.now()));
}

async fn a_key_is_taken_until_the_task_has_ended(house: &House) {
    let key = || Options::unique("42");
    let (work, other) = (Work { number: 1 }, Effect { by: "a".into() });
    assert_eq!(house.enqueue(&work, key()).await, Enqueued::New);
    assert_eq!(house.enqueue(&work, key()).await, Enqueued::AlreadyThere);
    assert_eq!(house.enqueue(&other, key()).await, Enqueued::New);
    let another = Options::unique("43").with_key("44");
    assert_eq!(house.enqueue(&work, another).await, Enqueued::New);

    let log = Log::default();
    let node = Node::start(&house.store, vec![log.done()]);
    node.idle().await;
    assert_eq!(house.enqueue(&work, key()).await, Enqueued::New);
    node.idle().await;
    assert_eq!(log.lines().len(), 3);
    node.end().await;
}

async fn of_racing_callers_with_one_key_one_is_first(house: &House) {
    let work = Work { number: 1 };
    let racing = (0..8).map(|_| house.enqueue(&work, Options::unique("k")));
    let outcomes = join_all(racing).await;
    let new = outcomes.iter().filter(|o| **o == Enqueued::New).count();
    assert_eq!((new, house.open_tasks().await.len()), (1, 1));
}

async fn many_at_once(house: &House) {
    let list: Vec<_> = (0..100)
        .map(|number| {
            // Every number but ten comes with a key that three share.
            let key = (number >= 10).then(|| (number / 3).to_string());
            let options = Options { unique_key: key, at: None };
            (TenantId::DEFAULT, Work { number }, options)
        })
        .collect();
    let added = house
        .store
        .write(Class::Bulk, async move |tx: &Tx| tasks::enqueue_many(tx, &list).await)
        .await
        .unwrap();
    assert_eq!(added, 10 + 31);
    assert_eq!(house.open_tasks().await.len(), 41);
}

async fn cancel(house: &House, key: &'static str) -> bool {
    let key = key.to_owned();
    let run = house
        .store
        .write(Class::Interactive, async move |tx: &Tx| tasks::cancel(tx, Work::NAME, &key).await);
    run.await.unwrap()
}

async fn a_waiting_task_is_cancelled(house: &House) {
    let later = Options::at(house.now().plus(seconds(60))).with_key("reminder");
    house.enqueue(&Work { number: 1 }, later).await;
    assert!(!cancel(house, "another").await);
    assert!(cancel(house, "reminder").await);
    assert!(!cancel(house, "reminder").await);
    assert_eq!(house.open_tasks().await, []);
}

async fn a_running_task_is_cancelled(house: &House) {
    let mut gate = Gate::new();
    let specs = vec![gate.spec::<Work>(&house.store, "a")];
    let node = Node::start(&house.store, specs);
    house.enqueue(&Work { number: 1 }, Options::unique("running")).await;
    assert_eq!(gate.said().await, "started");
    assert!(cancel(house, "running").await);

    // At the next renewal its handler is dropped.
    let said = house.advance_until(gate.said()).await;
    assert_eq!(said, "dropped");
    node.idle().await;
    assert_eq!(house.open_tasks().await, []);
    node.end().await;
}

async fn every_statement_prepares(house: &House) {
    let statements = tasks::statements().collect();
    house.store.prepare_all(statements).await.unwrap();
}

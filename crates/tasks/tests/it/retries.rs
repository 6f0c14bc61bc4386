//! Failures: back-off, dead letters, panics, and what handlers may answer.

use domain::{Id, TenantId};
use serde::{Deserialize, Serialize};
use store::{Class, Tx};
use tasks::{Claimed, Enqueued, Options, Outcome, Redriven, Task, TaskError, TaskSpec};

use crate::it::house::{Gate, House, Log, Node, Work, finish_with_effect, seconds, unknown_id};

on_both! {
    pauses_grow_until_the_task_is_a_dead_letter,
    a_dead_letter_goes_round_again,
    a_dead_letter_waits_while_its_key_is_taken,
    the_other_side_may_say_how_long_to_wait,
    a_permanent_failure_is_not_tried_again,
    a_payload_that_does_not_fit_is_a_dead_letter,
    a_panic_is_a_failed_attempt,
    again_begins_anew,
    finish_is_exactly_once,
    who_says_finished_must_have_finished,
    an_attempt_that_fell_silent_counts,
}

async fn pauses_grow_until_the_task_is_a_dead_letter(house: &House) {
    let log = Log::default();
    let node = Node::start(&house.store, vec![log.spec(|_| Err(TaskError::new("no line")))]);
    house.work(7).await;
    node.idle().await;

    for (attempt, pause) in [(1, 5), (2, 30)] {
        let task = house.the_task().await;
        assert_eq!(task.attempt, attempt);
        assert_eq!(task.last_error.as_deref(), Some("no line"));
        let wait = task.run_at.since(house.now());
        assert!(wait >= seconds(pause) * 4 / 5, "{wait:?}");
        assert!(wait <= seconds(pause) * 6 / 5, "{wait:?}");

        house.clock.advance(wait - seconds(1));
        node.idle().await;
        assert_eq!(house.the_task().await.attempt, attempt, "too early");
        house.clock.advance(seconds(1));
        node.idle().await;
    }

    assert_eq!(house.open_tasks().await, []);
    let dead = house.dead().await;
    assert_eq!(dead.len(), 1);
    assert_eq!((dead[0].error.as_str(), dead[0].attempt), ("no line", 3));
    assert_eq!((dead[0].body.as_str(), dead[0].at), ("{\"number\":7}", house.now()));
    assert_eq!(log.lines(), ["7 attempt 1", "7 attempt 2", "7 attempt 3"]);
    node.end().await;
}

async fn redrive(house: &House, id: Id) -> Redriven {
    let run = house
        .store
        .write(Class::Interactive, async move |tx: &Tx| tasks::redrive(tx, None, id).await);
    run.await.unwrap()
}

async fn a_dead_letter_goes_round_again(house: &House) {
    let log = Log::default();
    let dead_at = house.now();
    let spec = log.spec(move |task| match task.created_at == dead_at && task.run_at == dead_at {
        true => Err(TaskError::permanent("no such account")),
        false => Ok(Outcome::Done),
    });
    let node = Node::start(&house.store, vec![spec]);
    house.work(1).await;
    node.idle().await;
    let dead = house.dead().await;
    assert_eq!(dead.len(), 1);

    house.clock.advance(seconds(60));
    assert_eq!(redrive(house, unknown_id()).await, Redriven::NotFound);
    assert_eq!(redrive(house, dead[0].id).await, Redriven::Queued);
    assert_eq!(redrive(house, dead[0].id).await, Redriven::NotFound);
    node.idle().await;
    assert_eq!(log.lines(), ["1 attempt 1", "1 attempt 1"]);
    assert_eq!((house.dead().await, house.open_tasks().await), (vec![], vec![]));
    node.end().await;
}

async fn a_dead_letter_waits_while_its_key_is_taken(house: &House) {
    let log = Log::default();
    let node = Node::start(&house.store, vec![log.spec(|_| Err(TaskError::permanent("x")))]);
    house.enqueue(&Work { number: 1 }, Options::unique("k")).await;
    node.idle().await;
    let dead = house.dead().await;
    let later = Options::at(house.now().plus(seconds(60))).with_key("k");
    assert_eq!(house.enqueue(&Work { number: 2 }, later).await, Enqueued::New);
    assert_eq!(redrive(house, dead[0].id).await, Redriven::AlreadyThere);
    assert_eq!(house.dead().await, dead);

    let id = dead[0].id;
    for found in [true, false] {
        let discarded = house
            .store
            .write(Class::Interactive, async move |tx: &Tx| tasks::discard(tx, None, id).await);
        assert_eq!(discarded.await.unwrap(), found);
    }
    assert_eq!(house.dead().await, []);
    node.end().await;
}

async fn the_other_side_may_say_how_long_to_wait(house: &House) {
    let log = Log::default();
    let busy = || Err(TaskError::new("busy").retry_after(seconds(77)));
    let node = Node::start(&house.store, vec![log.spec(move |_| busy())]);
    house.work(1).await;
    node.idle().await;
    let task = house.the_task().await;
    assert_eq!(task.run_at, house.now().plus(seconds(77)));
    node.end().await;
}

async fn a_permanent_failure_is_not_tried_again(house: &House) {
    let log = Log::default();
    let node = Node::start(&house.store, vec![log.spec(|_| Err(TaskError::permanent("gone")))]);
    house.work(1).await;
    node.idle().await;
    assert_eq!(house.open_tasks().await, []);
    let dead = house.dead().await;
    assert_eq!((dead[0].error.as_str(), dead[0].attempt), ("gone", 1));
    node.end().await;
}

/// Bears the name of [`Work`] and lacks its field.
#[derive(Clone, Serialize, Deserialize)]
struct Other {
    word: String,
}

impl Task for Other {
    const NAME: &'static str = Work::NAME;
}

async fn a_payload_that_does_not_fit_is_a_dead_letter(house: &House) {
    let log = Log::default();
    let node = Node::start(&house.store, vec![log.done()]);
    let word = "x".to_owned();
    house.enqueue(&Other { word }, Options::default()).await;
    node.idle().await;
    let dead = house.dead().await;
    assert!(dead[0].error.contains("number"), "{}", dead[0].error);
    assert_eq!(log.lines(), Vec::<String>::new());
    node.end().await;
}

async fn a_panic_is_a_failed_attempt(house: &House) {
    let log = Log::default();
    let spec = log.spec(|task| match task.attempt {
        1 => panic!("the roof is on fire"),
        _ => Ok(Outcome::Done),
    });
    let node = Node::single(&house.store, vec![spec]);
    house.work(1).await;
    node.idle().await;
    let error = house.the_task().await.last_error;
    assert_eq!(error.as_deref(), Some("panic: the roof is on fire"));
    house.clock.advance(seconds(6));
    node.idle().await;
    assert_eq!(house.open_tasks().await, []);
    node.end().await;
}

async fn again_begins_anew(house: &House) {
    let log = Log::default();
    let (count, after) = (log.clone(), seconds(30));
    let spec = log.spec(move |_| match count.lines().len() {
        1 => Err(TaskError::new("stumbled")),
        2 => Ok(Outcome::Again { after }),
        _ => Ok(Outcome::Done),
    });
    let node = Node::start(&house.store, vec![spec]);
    house.work(1).await;
    node.idle().await;
    house.clock.advance(seconds(6));
    node.idle().await;
    let task = house.the_task().await;
    assert_eq!((task.attempt, task.last_error), (0, None));
    assert_eq!(task.run_at, house.now().plus(after));
    house.clock.advance(after);
    node.idle().await;
    assert_eq!(log.lines(), ["1 attempt 1", "1 attempt 2", "1 attempt 1"]);
    assert_eq!(house.open_tasks().await, []);
    node.end().await;
}

async fn finish_is_exactly_once(house: &House) {
    let log = Log::default();
    let (store, seen) = (house.store.clone(), log.clone());
    let spec = TaskSpec::of(move |claimed: Claimed, _: Work| {
        let (store, seen) = (store.clone(), seen.clone());
        async move {
            let first = finish_with_effect(&store, &claimed, "a").await;
            // Once more, as a retry after a lost answer would: nothing comes of it.
            let second = finish_with_effect(&store, &claimed, "a").await;
            seen.add(format!("{} {}", first.is_ok(), second.is_ok()));
            first
        }
    });
    let node = Node::start(&house.store, vec![spec]);
    house.work(1).await;
    node.idle().await;
    assert_eq!(log.lines(), ["true false"]);
    assert_eq!((house.effects().await, house.open_tasks().await.len()), (1, 1));
    node.end().await;
}

async fn who_says_finished_must_have_finished(house: &House) {
    let log = Log::default();
    let spec = log.spec(|task| match task.attempt {
        1 => Ok(Outcome::Finished),
        _ => Ok(Outcome::Done),
    });
    let node = Node::start(&house.store, vec![spec]);
    house.work(1).await;
    node.idle().await;
    let error = house.the_task().await.last_error.unwrap();
    assert!(error.contains("still there"), "{error}");
    house.clock.advance(seconds(6));
    node.idle().await;
    assert_eq!(house.open_tasks().await, []);
    node.end().await;
}

/// Has one attempt.
#[derive(Clone, Serialize, Deserialize)]
struct Poison {}

impl Task for Poison {
    const NAME: &'static str = "test.poison";
    const MAX_ATTEMPTS: u32 = 1;
}

async fn an_attempt_that_fell_silent_counts(house: &House) {
    let mut gate = Gate::new();
    let silent = Node::single(&house.store, vec![gate.spec::<Poison>(&house.store, "a")]);
    house.enqueue(&Poison {}, Options::default()).await;
    assert_eq!(gate.said().await, "started");

    // Its timers stand still, as those of a dead node do, while the lease runs out.
    house.clock.set(house.now().plus(seconds(61)));
    let other = house.other_store();
    let other = Node::start(&other, vec![Gate::new().spec::<Poison>(&other, "b")]);
    other.idle().await;
    let dead = house.dead().await;
    assert_eq!((dead.len(), dead[0].tenant), (1, TenantId::DEFAULT));
    assert!(dead[0].error.contains("fell silent"), "{}", dead[0].error);

    gate.open();
    assert_eq!(gate.said().await, "refused");
    assert_eq!(house.effects().await, 0);
    silent.end().await;
    other.end().await;
}

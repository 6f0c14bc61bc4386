//! Schedules over the database: once per occurrence, whoever is there.

use domain::Timestamp;
use futures_util::future::join;
use serde::{Deserialize, Serialize};
use store::Store;
use tasks::{Claimed, Outcome, RunnerConfig, Schedule, Task, TaskSpec};

use crate::it::house::{House, Log, Node, at, seconds};

on_both! {
    a_pace_begins_with_what_comes,
    what_was_missed_is_made_up_for_once,
    two_nodes_fire_once,
    once_on_the_day_with_a_gap,
    once_on_the_day_with_a_fold,
    a_clock_that_goes_back_does_not_silence_a_schedule,
}

#[derive(Clone, Serialize, Deserialize)]
struct Sweep {
    at: Timestamp,
}

impl Task for Sweep {
    const NAME: &'static str = "test.sweep";
}

fn node(store: &Store, log: &Log, schedule: &Schedule) -> Node {
    let log = log.clone();
    let spec = TaskSpec::of(move |claimed: Claimed, sweep: Sweep| {
        assert_eq!(claimed.run_at, sweep.at);
        log.add(sweep.at.to_string());
        async { Ok(Outcome::Done) }
    });
    let config = RunnerConfig::default();
    Node::with(store, vec![spec], vec![schedule.clone()], config)
}

fn quarter() -> Schedule {
    Schedule::every("test.quarter", seconds(900), |at| Sweep { at })
}

async fn a_pace_begins_with_what_comes(house: &House) {
    house.clock.set(at("2026-03-02T10:07:00Z"));
    let log = Log::default();
    let node = node(&house.store, &log, &quarter());
    node.idle().await;
    house.clock.advance(seconds(479));
    node.idle().await;
    assert_eq!(log.lines(), Vec::<String>::new());
    house.clock.advance(seconds(1));
    node.idle().await;
    house.clock.advance(seconds(900));
    node.idle().await;
    node.idle().await;
    assert_eq!(log.lines(), ["2026-03-02T10:15:00.000Z", "2026-03-02T10:30:00.000Z"]);
    node.end().await;
}

async fn what_was_missed_is_made_up_for_once(house: &House) {
    let log = Log::default();
    let first = node(&house.store, &log, &quarter());
    first.idle().await;
    first.end().await;
    house.clock.advance(seconds(4 * 3600 + 60));
    let second = node(&house.store, &log, &quarter());
    second.idle().await;
    assert_eq!(log.lines(), ["2026-03-02T14:00:00.000Z"]);
    second.end().await;
}

async fn two_nodes_fire_once(house: &House) {
    let log = Log::default();
    let nodes =
        [node(&house.store, &log, &quarter()), node(&house.other_store(), &log, &quarter())];
    both_idle(&nodes).await;
    for round in 1..=10 {
        house.clock.advance(seconds(900));
        both_idle(&nodes).await;
        assert_eq!(log.lines().len(), round);
    }
    let mut lines = log.lines();
    lines.dedup();
    assert_eq!(lines.len(), 10);
    for node in nodes {
        node.end().await;
    }
}

/// Nothing is due, and neither node runs anything: else the next step of the clock would be longer
/// than the lease of a task in somebody's hands.
async fn both_idle([one, two]: &[Node; 2]) {
    join(one.idle(), two.idle()).await;
    // One of them may have been done before the other fired, and have taken the task then.
    join(one.idle(), two.idle()).await;
}

/// What runs from `from` on for three days, looked at every ten minutes by two nodes at once.
async fn three_days(house: &House, from: &str, pattern: &str) -> Vec<String> {
    house.clock.set(at(from));
    let log = Log::default();
    let schedule = Schedule::cron("test.nightly", pattern, "America/New_York", |at| Sweep { at });
    let nodes = [node(&house.store, &log, &schedule), node(&house.other_store(), &log, &schedule)];
    for _ in 0..3 * 24 * 6 {
        both_idle(&nodes).await;
        house.clock.advance(seconds(600));
    }
    both_idle(&nodes).await;
    for node in nodes {
        node.end().await;
    }
    log.lines()
}

async fn once_on_the_day_with_a_gap(house: &House) {
    assert_eq!(
        three_days(house, "2026-03-07T05:00:00Z", "30 2 * * *").await,
        ["2026-03-07T07:30:00.000Z", "2026-03-08T07:00:00.000Z", "2026-03-09T06:30:00.000Z"]
    );
}

async fn once_on_the_day_with_a_fold(house: &House) {
    assert_eq!(
        three_days(house, "2026-10-31T04:00:00Z", "30 1 * * *").await,
        ["2026-10-31T05:30:00.000Z", "2026-11-01T05:30:00.000Z", "2026-11-02T06:30:00.000Z"]
    );
}

async fn a_clock_that_goes_back_does_not_silence_a_schedule(house: &House) {
    let log = Log::default();
    let node = node(&house.store, &log, &quarter());
    node.idle().await;
    house.clock.set(at("2036-01-01T00:00:00Z"));
    node.idle().await;
    house.clock.set(at("2026-03-02T10:01:00Z"));
    node.idle().await;
    house.clock.set(at("2026-03-02T10:15:00Z"));
    node.idle().await;
    assert_eq!(log.lines(), ["2036-01-01T00:00:00.000Z", "2026-03-02T10:15:00.000Z"]);
    node.end().await;
}

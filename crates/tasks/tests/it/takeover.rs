//! Leases of running tasks: renewed, run out, taken over.

use crate::it::house::{Gate, House, Node, Work, seconds};

on_both! {
    a_running_task_keeps_its_lease,
    a_lease_that_ran_out_is_taken_over_and_the_old_finish_refused,
    who_lost_the_lease_is_dropped_at_the_next_renewal,
}

async fn a_running_task_keeps_its_lease(house: &House) {
    let (mut gate, other_gate) = (Gate::new(), Gate::new());
    let node = Node::single(&house.store, vec![gate.spec::<Work>(&house.store, "a")]);
    house.work(1).await;
    assert_eq!(gate.said().await, "started");
    let other_store = house.other_store();
    let other = Node::start(&other_store, vec![other_gate.spec::<Work>(&other_store, "b")]);

    for _ in 0..9 {
        other.idle().await;
        // Two runners and one renewal sleep.
        house.clock.until_sleepers(3).await;
        house.clock.advance(seconds(20));
        let until = house.now().plus(seconds(60));
        house.until_task(|task| task.lease_until == until).await;
    }
    other.idle().await;
    assert_eq!(house.the_task().await.attempt, 1);
    gate.open();
    assert_eq!(gate.said().await, "finished");
    node.end().await;
    other.end().await;
    assert_eq!(house.effects().await, 1);
    other_gate.open();
}

async fn a_lease_that_ran_out_is_taken_over_and_the_old_finish_refused(house: &House) {
    let (mut gate, mut other_gate) = (Gate::new(), Gate::new());
    let node = Node::single(&house.store, vec![gate.spec::<Work>(&house.store, "a")]);
    house.work(1).await;
    assert_eq!(gate.said().await, "started");

    // The wall clock alone moves: the first node's timers stand still, as if it were frozen.
    house.clock.set(house.now().plus(seconds(59)));
    let other_store = house.other_store();
    let other = Node::start(&other_store, vec![other_gate.spec::<Work>(&other_store, "b")]);
    other.idle().await;
    assert_eq!(house.the_task().await.attempt, 1, "the lease still holds");

    house.clock.set(house.now().plus(seconds(1)));
    other.runner.wake();
    assert_eq!(other_gate.said().await, "started");
    assert_eq!(house.the_task().await.attempt, 2);

    gate.open();
    assert_eq!(gate.said().await, "refused");
    assert_eq!(house.effects().await, 0);
    assert_eq!(house.the_task().await.last_error, None, "the new claim is untouched");

    other_gate.open();
    assert_eq!(other_gate.said().await, "finished");
    other.idle().await;
    node.idle().await;
    assert_eq!((house.effects().await, house.open_tasks().await.len()), (1, 1));
    node.end().await;
    other.end().await;
}

async fn who_lost_the_lease_is_dropped_at_the_next_renewal(house: &House) {
    let (mut gate, mut other_gate) = (Gate::new(), Gate::new());
    let node = Node::single(&house.store, vec![gate.spec::<Work>(&house.store, "a")]);
    house.work(1).await;
    assert_eq!(gate.said().await, "started");
    house.clock.set(house.now().plus(seconds(60)));
    let other_store = house.other_store();
    let other = Node::start(&other_store, vec![other_gate.spec::<Work>(&other_store, "b")]);
    assert_eq!(other_gate.said().await, "started");

    // Two runners and two renewals sleep: it is the first node's renewal that finds out.
    house.clock.until_sleepers(4).await;
    house.clock.advance(seconds(20));
    assert_eq!(gate.said().await, "dropped");
    other_gate.open();
    assert_eq!(other_gate.said().await, "finished");
    other.end().await;
    node.end().await;
    assert_eq!(house.effects().await, 1);
}

//! The database goes away and comes back.

use crate::it::house::{Gate, House, Node, Work, in_time};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_task_outlives_a_crash_of_the_database() {
    in_time(story()).await;
}

async fn story() {
    let (house, server) = House::private().await;
    let mut gate = Gate::new();
    let node = Node::start(&house.store, vec![gate.spec::<Work>(&house.store, "a")]);
    house.work(1).await;
    assert_eq!(gate.said().await, "started");

    tokio::task::block_in_place(|| server.kill());
    gate.open();
    assert_eq!(gate.said().await, "refused");
    // Nobody can write down that it failed; the runner gives that up after a while and goes on
    // looking.
    house.advance_until(node_is_free(&node)).await;

    tokio::task::block_in_place(|| server.start());
    // The lease runs out, and the task runs again.
    assert_eq!(house.advance_until(gate.said()).await, "started");
    gate.open();
    assert_eq!(gate.said().await, "finished");
    node.idle().await;
    assert_eq!((house.effects().await, house.dead().await), (1, vec![]));
    node.end().await;
}

async fn node_is_free(node: &Node) {
    while node.runner.running() > 0 {
        tokio::task::yield_now().await;
    }
}

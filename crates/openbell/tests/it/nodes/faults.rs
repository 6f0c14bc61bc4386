//! Messages that are lost, and a Redis that ends and begins anew.

use tokio::sync::watch;

use super::pair::{Line, bid, expect_change, expect_silence, read_all};

/// One message is lost between Redis and a node: what follows shows it, or, where nothing follows,
/// the next look into the journal.
#[tokio::test(flavor = "multi_thread")]
async fn a_lost_message_is_healed_once_and_in_order() {
    let line = Line::new().await;
    let mut nodes = line.nodes().await;
    let mut there = nodes.follower(&nodes.two).await;
    let mut here = nodes.follower(&nodes.one).await;
    // Every second change is the second node's own; those of the first come by Redis.
    let lost = [3, 7, 11];
    for seq in lost {
        line.proxy.lose(&bid(seq).to_string());
    }
    nodes.change_times(10).await;
    for seq in 1..=10 {
        expect_change(&mut there, seq).await;
    }
    // Nothing follows the eleventh.
    nodes.change().await;
    expect_change(&mut there, 11).await;
    line.proxy.until_lost(lost.len() as u64).await;
    for seq in 1..=11 {
        expect_change(&mut here, seq).await;
    }
    for socket in [&mut there, &mut here] {
        expect_silence(socket).await;
    }
    nodes.stop().await;
}

/// Redis is killed under load and started anew, empty. The nodes say so, and say when it is over;
/// their sockets notice nothing.
#[tokio::test(flavor = "multi_thread")]
async fn a_restarted_redis_is_not_noticed_by_any_socket() {
    let line = Line::new().await;
    let mut nodes = line.nodes().await;
    let mut there = nodes.follower(&nodes.two).await;
    let mut here = nodes.follower(&nodes.one).await;
    let (goal, reached) = watch::channel(None);
    let load = async {
        for _ in 0..2 {
            nodes.change_times(50).await;
            line.redis.kill();
            nodes.change_until("degraded").await;
            nodes.change_times(50).await;
            line.redis.start();
            nodes.change_until("ok").await;
        }
        nodes.change_times(50).await;
        goal.send_replace(Some(nodes.changes()));
    };
    tokio::join!(load, read_all(&mut there, reached.clone()), read_all(&mut here, reached));
    nodes.stop().await;
}

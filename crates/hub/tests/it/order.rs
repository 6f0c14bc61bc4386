//! Frames reach the hub in any order, twice or never; subscribers get them in order, once.

use std::time::Duration;

use super::world::{World, topic};

const HOLD: Duration = Duration::from_millis(20);

#[tokio::test]
async fn commits_that_arrive_in_the_wrong_order_leave_in_the_right_one() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let mut frames = world.journal.commit(&a, 5);
    // Each commit comes from a thread of its own: the last may be the first to get here.
    frames.reverse();
    for frame in frames.clone() {
        world.hub.publish(vec![frame]);
    }
    client.expect_events(1..=5).await;
    // And once more: nothing comes twice, and the journal was not needed.
    world.hub.publish(frames.clone());
    world.hub.deliver_remote(frames);
    world.advance(HOLD).await;
    client.expect_silence().await;
    assert_eq!(world.journal.replays(), (0, 0));
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn a_gap_is_read_from_the_journal_once() {
    let world = World::new();
    let a = topic("property:a");
    let (first, second) = (world.follower(&a).await, world.follower(&a).await);
    let frames = world.journal.commit(&a, 6);
    for lost in [0, 2, 3, 5] {
        world.hub.publish(vec![frames[lost].clone()]);
    }
    for client in [&first, &second] {
        client.expect_events([1]).await;
        client.expect_silence().await;
    }
    world.advance(HOLD - Duration::from_millis(1)).await;
    first.expect_silence().await;
    world.advance(Duration::from_millis(1)).await;
    for client in [&first, &second] {
        client.expect_events(2..=6).await;
        client.expect_silence().await;
    }
    world.advance(HOLD).await;
    assert_eq!(world.journal.replays(), (1, 1));
    assert_eq!(world.hub.stats().repairs, 1);
}

#[tokio::test]
async fn a_gap_that_closes_by_itself_costs_no_read() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let frames = world.journal.commit(&a, 2);
    world.hub.publish(vec![frames[1].clone()]);
    world.advance(HOLD / 2).await;
    world.hub.publish(vec![frames[0].clone()]);
    client.expect_events(1..=2).await;
    world.advance(HOLD).await;
    assert_eq!(world.journal.replays().0, 0);
}

#[tokio::test]
async fn a_journal_that_is_away_is_asked_again() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let frames = world.journal.commit(&a, 3);
    world.journal.fail_replays(3);
    world.hub.publish(vec![frames[2].clone()]);
    for _ in 0..4 {
        world.advance(Duration::from_secs(1)).await;
    }
    client.expect_events(1..=3).await;
    assert_eq!(world.journal.replays(), (4, 1));
}

#[tokio::test]
async fn a_gap_that_is_no_longer_kept_is_announced() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let frames = world.journal.commit(&a, 6);
    world.hub.publish(vec![frames[0].clone()]);
    world.journal.keep_from(&a, 5);
    world.hub.publish(vec![frames[5].clone()]);
    world.advance(HOLD).await;
    client.expect_events([1]).await;
    let resync = client.expect("resync").await;
    assert_eq!((&resync["from"], &resync["to"]), (&2.into(), &4.into()));
    assert_eq!((&resync["ch"], &resync["reason"]), (&"property:a".into(), &"expired".into()));
    client.expect_events(5..=6).await;
    world.publish(&a, 1);
    client.expect_events([7]).await;
    assert_eq!(world.hub.stats().resyncs, 1);
}

#[tokio::test]
async fn a_gap_that_the_journal_never_had_is_announced_in_the_end() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let mut frame = world.journal.commit(&a, 1).remove(0);
    world.hub.publish(vec![frame.clone()]);
    frame.seq = 4;
    world.hub.publish(vec![frame]);
    client.expect_events([1]).await;
    for _ in 0..10 {
        world.advance(Duration::from_secs(1)).await;
    }
    let resync = client.expect("resync").await;
    assert_eq!((&resync["from"], &resync["to"]), (&2.into(), &3.into()));
    assert_eq!(resync["reason"], "missing");
    assert_eq!(client.expect("event").await["seq"], 4);
}

#[tokio::test]
async fn a_lost_last_frame_is_found_by_comparing_heads() {
    let world = World::new();
    let (a, b) = (topic("property:a"), topic("property:b"));
    let client = world.follower(&a).await;
    world.publish(&a, 2);
    client.expect_events(1..=2).await;
    world.journal.commit(&a, 2500);
    world.journal.commit(&b, 1);
    let live = world.hub.topics_live();
    assert_eq!(live.len(), 1);
    assert_eq!((&live[0].1, live[0].2), (&a, Some(2)));
    world.hub.check_heads(world.journal.heads());
    world.advance(HOLD).await;
    world.advance(HOLD).await;
    client.expect_events(3..=2502).await;
    client.expect_silence().await;
}

#[tokio::test]
async fn tenants_and_topics_are_apart() {
    let world = World::new();
    let (a, b) = (topic("property:a"), topic("property:b"));
    let client = world.follower(&a).await;
    world.publish(&b, 3);
    let mut foreign = world.journal.commit(&a, 1);
    foreign[0].tenant = domain::TenantId::from_uuid(world.next_id().as_uuid());
    world.hub.publish(foreign);
    client.expect_silence().await;
}

#[tokio::test]
async fn a_slow_journal_is_read_by_one_at_a_time() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let frames = world.journal.commit(&a, 9);
    world.journal.pause_replays(true);
    world.hub.publish(vec![frames[2].clone()]);
    world.advance(HOLD).await;
    // While it reads, more comes, in and out of order, and what it will find has come meanwhile.
    for seq in [5, 0, 1, 8] {
        world.hub.publish(vec![frames[seq].clone()]);
        world.advance(HOLD).await;
    }
    client.expect_events(1..=3).await;
    world.journal.pause_replays(false);
    client.expect_events(4..=9).await;
    world.advance(HOLD).await;
    client.expect_silence().await;
    assert_eq!(world.journal.replays(), (1, 1));
}

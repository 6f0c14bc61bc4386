//! Readers that are too slow, and writes that are gathered.

use std::{sync::Arc, time::Duration};

use hub::{CloseCode, Endpoint, HubConfig, Outbound, Rates};

use super::{
    endpoint::TestEndpoint,
    journal::TENANT,
    probe::{Client, settle},
    world::{World, subscribe, topic},
};

#[tokio::test]
async fn a_stalled_reader_lags_and_is_told_what_it_missed() {
    let world = World::new();
    let a = topic("property:a");
    let (slow, quick) = (world.follower(&a).await, world.follower(&a).await);
    slow.stall();
    for _ in 0..100 {
        world.hub.publish(world.journal.commit_sized(&a, 10, 1000));
        settle().await;
    }
    // The other one has everything, and what waits for the slow one is bounded.
    quick.expect_events(1..=1000).await;
    let config = HubConfig::default();
    assert!(world.hub.stats().queue_bytes <= config.hard_queue_bytes, "{:?}", world.hub.stats());
    slow.unstall();
    let mut last = 0;
    let resync = loop {
        let frame = slow.frame().await;
        if frame["type"] == "resync" {
            break frame;
        }
        assert_eq!(frame["seq"], last + 1);
        last += 1;
    };
    assert!(last > 200, "{last}");
    assert_eq!((&resync["from"], &resync["to"]), (&(last + 1).into(), &1000.into()));
    assert_eq!(resync["reason"], "slow_consumer");
    world.publish(&a, 2);
    slow.expect_events(1001..=1002).await;
    // What it missed it pulls.
    let mut since = last;
    while since < 1000 {
        slow.send(format!(
            r#"{{"type":"history","id":1,"ch":"property:a","since":[{since},"db1"],"limit":1000}}"#
        ));
        for event in slow.expect("history").await["events"].as_array().unwrap() {
            since += 1;
            assert_eq!(event["seq"], since);
        }
    }
    slow.expect_silence().await;
    assert_eq!(world.hub.stats().resyncs, 1);
    world.expect_empty(vec![slow, quick]).await;
}

#[tokio::test]
async fn lagging_again_is_announced_again() {
    let world = World::with(HubConfig {
        soft_queue_bytes: 1000,
        hard_queue_bytes: 4000,
        ..HubConfig::default()
    });
    let (a, b) = (topic("property:a"), topic("property:b"));
    let client = world.follower(&a).await;
    client.send(subscribe(&b, None));
    client.expect("subscribed").await;
    let mut view = (0, 0);
    for round in 1..=5 {
        client.stall();
        world.hub.publish(world.journal.commit_sized(&a, 20, 300));
        world.hub.publish(world.journal.commit_sized(&b, 20, 300));
        settle().await;
        client.unstall();
        for frame in client.frames().await {
            let place = if frame["ch"] == "property:a" { &mut view.0 } else { &mut view.1 };
            if frame["type"] == "resync" {
                assert_eq!(frame["from"], *place + 1);
                *place = frame["to"].as_u64().unwrap();
            } else {
                assert_eq!(frame["seq"], *place + 1);
                *place += 1;
            }
        }
        assert_eq!(view, (round * 20, round * 20));
    }
    assert_eq!(world.hub.stats().resyncs, 10);
}

#[tokio::test]
async fn a_frame_above_the_limit_passes_an_empty_queue() {
    let world = World::with(HubConfig { hard_queue_bytes: 1000, ..HubConfig::default() });
    let a = topic("property:a");
    let client = world.follower(&a).await;
    world.hub.publish(world.journal.commit_sized(&a, 1, 5000));
    client.expect_events([1]).await;
}

#[tokio::test]
async fn a_reader_that_takes_nothing_is_closed() {
    let world = World::new();
    let a = topic("property:a");
    let mut client = world.follower(&a).await;
    client.stall();
    world.publish(&a, 1);
    for _ in 0..19 {
        world.advance(Duration::from_secs(1)).await;
        client.send(r#"{"type":"ping"}"#);
    }
    assert_eq!(world.hub.stats().connections, 1);
    world.advance(Duration::from_secs(1)).await;
    // Nor does it take the close frame; the connection ends without it.
    world.advance(Duration::from_secs(2)).await;
    assert_eq!(client.ended().await, CloseCode::SLOW_CONSUMER);
    assert_eq!(world.hub.stats().topics, 0);
}

#[tokio::test]
async fn frames_without_history_are_dropped_first() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let live = |n| format!(r#"{{"type":"typing","n":{n}}}"#).into();
    world.hub.publish_live(TENANT, a.clone(), live(1));
    client.stall();
    settle().await;
    world.hub.publish(world.journal.commit_sized(&a, 70, 1000));
    world.hub.publish_live(TENANT, a.clone(), live(2));
    client.unstall();
    assert_eq!(client.expect("typing").await["n"], 1);
    client.expect_events(1..=70).await;
    world.hub.publish_live(TENANT, a.clone(), live(3));
    assert_eq!(client.expect("typing").await["n"], 3);
}

#[tokio::test]
async fn a_burst_is_written_in_batches() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let before = client.flushes();
    world.publish(&a, 640);
    client.expect_events(1..=640).await;
    assert_eq!(client.flushes() - before, 10);
}

#[tokio::test]
async fn frames_that_nobody_could_announce_close_in_the_end() {
    let world = World::with(HubConfig {
        hard_queue_bytes: 1000,
        rates: Rates::UNLIMITED,
        ..HubConfig::default()
    });
    let mut client = world.anonymous();
    client.stall();
    for _ in 0..500 {
        client.send(r#"{"type":"ping"}"#);
    }
    settle().await;
    assert!(world.hub.stats().queue_bytes < 6000, "{:?}", world.hub.stats());
    client.unstall();
    client.expect_close(CloseCode::SLOW_CONSUMER).await;
}

#[tokio::test]
async fn answers_wait_for_the_reader_and_verbs_for_the_answers() {
    let world = World::new();
    let client = world.anonymous();
    client.stall();
    let big = "x".repeat(60_000);
    for i in 0..200 {
        client.send(format!(r#"{{"type":"echo","id":{i},"pad":"{big}"}}"#));
    }
    settle().await;
    // The answers, each above 60 kB, stop at the soft limit; the socket is no longer read.
    assert!(world.hub.stats().queue_bytes < 400_000, "{:?}", world.hub.stats());
    client.unstall();
    for i in 0..200 {
        assert_eq!(client.expect("ack").await["id"], i);
    }
}

#[tokio::test]
async fn silence_of_an_unread_socket_is_no_death() {
    let world = World::new();
    let endpoint = Arc::new(TestEndpoint::default());
    let client = world.serve(endpoint.clone(), world.opening());
    for i in 0..100 {
        client.send(format!(r#"{{"type":"slow","id":{i}}}"#));
    }
    // 64 wait, the rest is not read, and the hub does not blame the client for that.
    for _ in 0..20 {
        world.advance(Duration::from_secs(25)).await;
    }
    assert_eq!(client.rest().await, vec![]);
    endpoint.gate.add_permits(100);
    for i in 0..100 {
        assert_eq!(client.expect("ack").await["id"], i);
    }
}

#[tokio::test]
async fn a_connection_is_small() {
    let world = World::new();
    let endpoint: Arc<dyn Endpoint> = Arc::new(TestEndpoint::default());
    let (_client, socket) = Client::new();
    let served = world.hub.serve(socket, endpoint, world.opening());
    let bytes = std::mem::size_of_val(&served);
    assert!(bytes <= 2048, "{bytes} bytes");
    // Dropped before it began: it leaves nothing.
    drop(served);
    assert_eq!(world.hub.stats().connections, 0);
}

#[tokio::test]
async fn an_observer_that_cannot_keep_up_begins_anew() {
    let world = World::with(HubConfig { max_queued_observed: 10, ..HubConfig::default() });
    let a = topic("user:1");
    let endpoint = Arc::new(TestEndpoint {
        observes: vec![a.clone()],
        gate_observing: true,
        ..TestEndpoint::default()
    });
    let mut client = world.serve(endpoint.clone(), world.opening());
    client.expect("observing").await;
    world.publish(&a, 10);
    settle().await;
    assert_eq!(client.rest().await, Vec::<Outbound>::new());
    world.publish(&a, 10);
    client.expect_close(CloseCode::POSITION_LOST).await;
}

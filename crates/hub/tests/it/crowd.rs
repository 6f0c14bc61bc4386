//! Many at once: threads that publish, and a crowd that listens.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use hub::{Outbound, StreamFrame};
use serde_json::Value;

use super::{
    probe::Client,
    world::{World, subscribe, topic},
};

/// Takes messages until an event has this number, and fails when one is skipped or comes twice.
/// Returns how many came.
async fn read_until(world: &World, client: &Client, last: u64) -> u64 {
    let mut known = None;
    let (mut idle, mut came) = (0_u32, 0);
    while known.unwrap_or_default() < last {
        let Some(message) = client.poll() else {
            idle += 1;
            assert!(idle < 2_000_000, "stopped at {known:?}");
            // A thread that was held up for long may have cost a read of the journal.
            if idle.is_multiple_of(1000) {
                world.clock.advance(Duration::from_millis(1));
            }
            tokio::task::yield_now().await;
            continue;
        };
        let Outbound::Text(text) = message else { panic!("{message:?}") };
        let frame: Value = serde_json::from_str(text.as_str()).unwrap();
        match frame["type"].as_str().unwrap() {
            "event" => {
                assert_eq!(frame["seq"].as_u64(), known.map(|seq| seq + 1));
                known = frame["seq"].as_u64();
                came += 1;
            }
            "subscribed" => known = frame["seq"].as_u64(),
            other => panic!("{other}"),
        }
    }
    came
}

#[tokio::test]
async fn a_burst_to_two_thousand_loses_nothing() {
    const CROWD: usize = 2000;
    const BURST: u64 = 1000;
    let world = World::new();
    let a = topic("property:a");
    let mut crowd = Vec::with_capacity(CROWD);
    for _ in 0..CROWD {
        crowd.push(world.follower(&a).await);
    }
    world.publish(&a, BURST as usize);
    for client in &crowd {
        let mut next = 1;
        while next <= BURST {
            let Outbound::Text(text) = client.next().await else { panic!("no text") };
            let head = format!(r#"{{"ch":"property:a","seq":{next},"#);
            assert!(text.as_bytes().starts_with(head.as_bytes()), "{next}: {text}");
            next += 1;
        }
    }
    let stats = world.hub.stats();
    assert_eq!((stats.deliveries, stats.resyncs), (CROWD as u64 * BURST, 0));
    world.expect_empty(crowd).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn threads_publish_in_any_order_while_clients_join() {
    const EVENTS: u64 = 3000;
    let world = World::new();
    let a = topic("property:a");
    // Each thread takes a commit's frames in turn and hands them over when it gets to it.
    let commits: Vec<Vec<StreamFrame>> = Vec::new();
    let commits = Arc::new(Mutex::new(commits));
    let published = Arc::new(AtomicUsize::new(0));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (hub, journal, a) = (world.hub.clone(), world.journal.clone(), a.clone());
            let (commits, published) = (commits.clone(), published.clone());
            std::thread::spawn(move || {
                while published.fetch_add(1, Ordering::SeqCst) < EVENTS as usize {
                    let frames = journal.commit(&a, 1);
                    let late = {
                        let mut commits = commits.lock().unwrap();
                        commits.push(frames);
                        // Some wait a little, so that they come behind later ones.
                        if commits.len() > 3 { commits.drain(..).rev().collect() } else { vec![] }
                    };
                    for frames in late {
                        hub.publish(frames);
                    }
                    std::thread::yield_now();
                }
            })
        })
        .collect();
    let mut crowd = Vec::new();
    for _ in 0..40 {
        let client = world.anonymous();
        client.send(subscribe(&a, None));
        crowd.push(client);
        // The next one comes a few commits later.
        let seen = world.journal.head(&a);
        while world.journal.head(&a) < (seen + 10).min(EVENTS) {
            tokio::task::yield_now().await;
        }
    }
    while threads.iter().any(|thread| !thread.is_finished()) {
        tokio::task::yield_now().await;
    }
    for thread in threads {
        thread.join().unwrap();
    }
    let rest: Vec<_> = commits.lock().unwrap().drain(..).collect();
    for frames in rest {
        world.hub.publish(frames);
    }
    let mut came = 0;
    for client in &crowd {
        came += read_until(&world, client, EVENTS).await;
    }
    assert!(came > EVENTS, "they have come too late to see anything: {came}");
    assert_eq!(world.hub.stats().resyncs, 0);
}

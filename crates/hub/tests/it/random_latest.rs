//! Newest values under all kinds of trouble: whatever happens, nobody sees an older version after
//! a newer one, and everybody has the newest in the end.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use domain::Topic;
use hub::HubConfig;
use proptest::prelude::*;
use serde_json::Value;

use super::{
    journal::TENANT,
    probe::{Client, settle},
    world::{World, topic},
};

const KEYS: usize = 5;
const CLIENTS: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    /// Writes so many versions of a key and publishes them, the last first, now or late.
    Publish {
        key: usize,
        count: u64,
        late: bool,
        padding: usize,
    },
    Subscribe {
        client: usize,
        throttle_ms: u64,
    },
    Stall(usize),
    Unstall(usize),
    Advance(u64),
    /// Publishes what is late, the newest first.
    Late,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..KEYS, 1..5_u64, any::<bool>(), prop_oneof![3 => 0..50_usize, 1 => 300..3000_usize])
            .prop_map(|(key, count, late, padding)| Step::Publish { key, count, late, padding }),
        2 => (0..CLIENTS, prop_oneof![Just(0), Just(100), Just(700)])
            .prop_map(|(client, throttle_ms)| Step::Subscribe { client, throttle_ms }),
        1 => (0..CLIENTS).prop_map(Step::Stall),
        1 => (0..CLIENTS).prop_map(Step::Unstall),
        2 => (1..400_u64).prop_map(Step::Advance),
        1 => Just(Step::Late),
    ]
}

#[derive(Default)]
struct View {
    newest: BTreeMap<String, u64>,
    subscribed: bool,
    stalled: bool,
}

impl View {
    fn take(&mut self, frame: &Value) {
        match frame["type"].as_str().unwrap() {
            "value" => {
                let version = frame["v"].as_u64().unwrap();
                let known = self.newest.insert(frame["key"].as_str().unwrap().to_owned(), version);
                assert!(known.is_none_or(|known| known < version), "{known:?} before {frame:.80}");
            }
            "subscribed" => {
                // A reply may repeat what is known, and is never older.
                for value in frame["values"].as_array().into_iter().flatten() {
                    let version = value["v"].as_u64().unwrap();
                    let key = value["key"].as_str().unwrap().to_owned();
                    let known = self.newest.insert(key, version);
                    assert!(known.is_none_or(|known| known <= version), "{known:?} {value:.80}");
                }
            }
            other => panic!("{other}"),
        }
    }
}

type Late = Vec<(String, u64, Arc<str>)>;

/// Writes the next `count` versions of a key, and hands them out newest first, now or later.
fn publish(
    world: &World,
    topic: &Topic,
    versions: &mut [u64; KEYS],
    late: &mut Late,
    (key, count, is_late, padding): (usize, u64, bool, usize),
) {
    let name = format!("k{key}");
    let first = versions[key] + 1;
    versions[key] += count;
    let pad = "x".repeat(padding);
    for version in (first..=versions[key]).rev() {
        let body: Arc<str> =
            format!(r#"{{"type":"value","key":"{name}","v":{version},"pad":"{pad}"}}"#).into();
        if version == versions[key] {
            world.journal.set_value(topic, Some(&name), version, body.clone());
        }
        late.push((name.clone(), version, body));
    }
    if !is_late {
        for (name, version, body) in late.drain(late.len() - count as usize..) {
            let key = Some(Arc::from(&*name));
            world.hub.publish_latest(TENANT, topic.clone(), key, version, body);
        }
    }
}

/// Once nobody stalls any more, every subscriber's view is the journal's newest value of each key.
async fn everybody_has_the_newest(
    world: &World,
    clients: &[Client],
    views: &mut [View],
    versions: &[u64; KEYS],
) {
    for client in clients {
        client.unstall();
    }
    world.hub.check_latest().await.unwrap();
    world.advance(Duration::from_secs(1)).await;
    for (client, view) in clients.iter().zip(views) {
        for frame in client.frames().await {
            view.take(&frame);
        }
        if view.subscribed {
            let written = versions.iter().enumerate().filter(|(_, version)| **version > 0);
            let expected: BTreeMap<_, _> =
                written.map(|(key, version)| (format!("k{key}"), *version)).collect();
            assert_eq!(view.newest, expected);
        }
    }
}

async fn play(steps: Vec<Step>) {
    let world = World::with(HubConfig {
        soft_queue_bytes: 1500,
        hard_queue_bytes: 5000,
        stalled_after: Duration::from_secs(36_000),
        heartbeat: Duration::from_secs(36_000),
        ..HubConfig::default()
    });
    let a = topic("jobs");
    world.journal.make_latest(&a);
    let clients: Vec<Client> = (0..CLIENTS).map(|_| world.anonymous()).collect();
    let mut views: Vec<View> = (0..CLIENTS).map(|_| View::default()).collect();
    let mut versions = [0_u64; KEYS];
    let mut late = Late::new();
    for step in steps {
        match step {
            Step::Publish { key, count, late: is_late, padding } => {
                publish(&world, &a, &mut versions, &mut late, (key, count, is_late, padding));
            }
            Step::Subscribe { client, throttle_ms } => {
                clients[client].send(format!(
                    r#"{{"type":"subscribe","ch":"jobs","throttle_ms":{throttle_ms}}}"#
                ));
                views[client].subscribed = true;
            }
            Step::Stall(client) => {
                clients[client].stall();
                views[client].stalled = true;
            }
            Step::Unstall(client) => {
                clients[client].unstall();
                views[client].stalled = false;
            }
            Step::Late => {
                for (name, version, body) in late.drain(..).rev() {
                    let key = Some(Arc::from(&*name));
                    world.hub.publish_latest(TENANT, a.clone(), key, version, body);
                }
            }
            Step::Advance(ms) => world.advance(Duration::from_millis(ms)).await,
        }
        for (client, view) in clients.iter().zip(&mut views) {
            for frame in client.frames().await {
                view.take(&frame);
            }
        }
    }
    everybody_has_the_newest(&world, &clients, &mut views, &versions).await;
    settle().await;
    world.expect_empty(clients).await;
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 128,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn nobody_goes_back_and_everybody_arrives(steps in prop::collection::vec(step(), 1..60)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(play(steps));
    }
}

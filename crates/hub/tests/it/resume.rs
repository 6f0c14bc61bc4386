//! Coming back to where one was.

use serde_json::Value;

use super::{
    probe::settle,
    world::{World, subscribe, topic},
};

fn seqs(reply: &Value) -> Vec<u64> {
    let events = reply["events"].as_array().map(Vec::as_slice).unwrap_or_default();
    events.iter().map(|event| event["seq"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn a_position_is_continued() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.commit(&a, 5);
    let client = world.anonymous();
    client.send(subscribe(&a, Some(2)));
    let reply = client.expect("subscribed").await;
    assert_eq!((&reply["recovered"], &reply["seq"]), (&true.into(), &5.into()));
    assert_eq!(seqs(&reply), [3, 4, 5]);
    let event = &reply["events"][0];
    assert_eq!((&event["ch"], &event["n"]), (&"property:a".into(), &3.into()));
    assert!(event["ts"].is_i64() && reply.get("snapshot").is_none());
    world.publish(&a, 1);
    client.expect_events([6]).await;
    // Twice in a row, and with the snapshot.
    client.send(
        r#"{"type":"subscribe","ch":"property:a","since":[6,"db1"],"snapshot":true}"#.to_owned(),
    );
    let reply = client.expect("subscribed").await;
    assert_eq!((&reply["recovered"], &reply["snapshot"]["count"]), (&true.into(), &6.into()));
    assert!(seqs(&reply).is_empty() && reply.get("id").is_none());
}

#[tokio::test]
async fn before_the_first_event() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.anonymous();
    client.send(subscribe(&a, Some(0)));
    let reply = client.expect("subscribed").await;
    assert_eq!((&reply["recovered"], &reply["seq"]), (&true.into(), &0.into()));
    world.publish(&a, 1);
    client.expect_events([1]).await;
}

#[tokio::test]
async fn what_cannot_be_continued_brings_the_state() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.commit(&a, 1200);
    let client = world.anonymous();
    let expect_snapshot = async |since: u64, why: &str| {
        client.send(subscribe(&a, Some(since)));
        let reply = client.expect("subscribed").await;
        assert_eq!((&reply["recovered"], &reply["seq"]), (&false.into(), &1200.into()), "{why}");
        assert_eq!(reply["snapshot"]["count"], 1200, "{why}");
        assert!(reply.get("events").is_none(), "{why}");
    };
    expect_snapshot(199, "too far behind").await;
    expect_snapshot(1300, "ahead").await;
    world.journal.keep_from(&a, 500);
    expect_snapshot(498, "no longer kept").await;
    world.journal.set_epoch("db2");
    expect_snapshot(1200, "another history").await;
}

#[tokio::test]
async fn a_live_subscription_begins_anew_without_a_gap() {
    let world = World::new();
    let a = topic("property:a");
    let client = world.follower(&a).await;
    world.publish(&a, 2);
    client.expect_events(1..=2).await;
    world.journal.gate();
    client.send(subscribe(&a, Some(1)));
    settle().await;
    world.publish(&a, 1);
    assert!(world.journal.step());
    settle().await;
    world.publish(&a, 1);
    client.expect_silence().await;
    world.journal.ungate();
    let reply = client.expect("subscribed").await;
    assert_eq!(seqs(&reply), [2, 3]);
    client.expect_events([4]).await;
    world.publish(&a, 1);
    client.expect_events([5]).await;
    client.expect_silence().await;
    assert_eq!(world.hub.stats().subscriptions, 1);
}

#[tokio::test]
async fn one_frame_restores_everything() {
    let world = World::new();
    let (a, b, c) = (topic("property:a"), topic("property:b"), topic("property:c"));
    world.journal.commit(&a, 3);
    world.journal.commit(&b, 2);
    world.journal.forbid(&c);
    let client = world.anonymous();
    client.send(
        r#"{"type":"connect","id":7,"resume":{"property:a":[1,"db1"],"property:b":null,
            "property:c":[0,"db1"],"not a topic":null}}"#,
    );
    let mut answers = Vec::new();
    for _ in 0..4 {
        let frame = client.frame().await;
        answers.push((
            frame["ch"].as_str().unwrap().to_owned(),
            frame["type"].as_str().unwrap().to_owned(),
            frame["code"].as_str().unwrap_or_default().to_owned(),
            seqs(&frame),
        ));
    }
    answers.sort();
    let row = |ch: &str, kind: &str, code: &str, seqs: &[u64]| {
        (ch.to_owned(), kind.to_owned(), code.to_owned(), seqs.to_vec())
    };
    assert_eq!(
        answers,
        [
            row("not a topic", "unsubscribed", "bad_request", &[]),
            row("property:a", "subscribed", "", &[2, 3]),
            row("property:b", "subscribed", "", &[]),
            row("property:c", "unsubscribed", "forbidden", &[]),
        ]
    );
    let ack = client.expect("ack").await;
    assert_eq!(ack["id"], 7);
    assert_eq!((&ack["result"]["restored"], &ack["result"]["refused"]), (&2.into(), &2.into()));
    world.publish(&a, 1);
    world.publish(&b, 1);
    client.expect_events([4]).await;
    client.expect_events([3]).await;
}

#[tokio::test]
async fn a_long_resume_does_not_make_the_topic_lag() {
    let world = World::new();
    let a = topic("property:a");
    world.journal.commit_sized(&a, 1000, 1000);
    let client = world.anonymous();
    client.stall();
    client.send(subscribe(&a, Some(0)));
    settle().await;
    world.publish(&a, 3);
    client.unstall();
    assert_eq!(seqs(&client.expect("subscribed").await).len(), 1000);
    client.expect_events(1001..=1003).await;
    assert_eq!(world.hub.stats().resyncs, 0);
}

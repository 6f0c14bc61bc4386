//! What clients say, right and wrong.

use std::{sync::Arc, time::Duration};

use hub::{CloseCode, Inbound, Text};

use super::{
    endpoint::TestEndpoint,
    probe::{Client, settle},
    world::{World, subscribe, topic},
};

fn with_endpoint(world: &World) -> (Client, Arc<TestEndpoint>) {
    let endpoint = Arc::new(TestEndpoint::default());
    (world.serve(endpoint.clone(), world.opening()), endpoint)
}

#[tokio::test]
async fn a_verb_is_acknowledged_with_its_id() {
    let world = World::new();
    let client = world.anonymous();
    client.send(r#"{"type":"echo","id":"x\"y","more":[1]}"#);
    let ack = client.expect("ack").await;
    assert_eq!(
        (&ack["id"], &ack["result"]),
        (&r#"x"y"#.into(), &r#"{"type":"echo","id":"x\"y","more":[1]}"#.into())
    );
    client.send(r#"{"type":"echo","id":12}"#);
    assert_eq!(client.expect("ack").await["id"], 12);
    client.send(r#"{"type":"echo"}"#);
    assert!(client.expect("ack").await.get("id").is_none());
    client.send(r#"{"type":"quiet","id":1}"#);
    client.expect_silence().await;
    client.send(r#"{"type":"shout","id":1}"#);
    client.expect("shouted").await;
}

#[tokio::test]
async fn a_ping_is_answered_while_a_verb_runs() {
    let world = World::new();
    let (client, endpoint) = with_endpoint(&world);
    client.send(r#"{"type":"slow","id":1}"#);
    client.send(r#"{"type":"echo","id":2}"#);
    world.advance(Duration::from_secs(3)).await;
    client.send(r#"{"type":"ping","id":3,"t0":17.5}"#);
    let pong = client.expect("pong").await;
    assert_eq!(
        pong,
        serde_json::json!({ "type": "pong", "id": 3, "t0": 17.5, "ts": 1_700_000_003_000_u64 })
    );
    client.expect_silence().await;
    endpoint.gate.add_permits(1);
    assert_eq!(client.expect("ack").await["id"], 1);
    assert_eq!(client.expect("ack").await["id"], 2);
}

#[tokio::test]
async fn what_waits_is_bounded_in_count_and_in_bytes() {
    let world = World::new();
    let (client, endpoint) = with_endpoint(&world);
    let (slow, ping) = (r#"{"type":"slow"}"#, r#"{"type":"ping"}"#);
    let long = format!(r#"{{"type":"quiet","pad":"{}"}}"#, "x".repeat(60_000));
    for (frame, fit) in [(&*long, 2), (r#"{"type":"quiet"}"#, 62)] {
        client.send(slow);
        for _ in 0..fit {
            client.send(frame);
        }
        client.send(ping);
        client.expect("pong").await;
        // One more, and nothing behind it is read until there is room.
        client.send(frame);
        client.send(ping);
        client.expect_silence().await;
        endpoint.gate.add_permits(1);
        client.expect("ack").await;
        client.expect("pong").await;
        client.expect_silence().await;
    }
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn a_refusal_keeps_its_code_and_the_connection() {
    let world = World::new();
    let client = world.anonymous();
    for _ in 0..20 {
        client.send(r#"{"type":"sell","id":5}"#);
        let error = client.expect_error("already_sold").await;
        assert_eq!(
            (&error["status"], &error["id"], &error["retry"]),
            (&409.into(), &5.into(), &false.into())
        );
    }
    client.send(r#"{"type":"echo"}"#);
    client.expect("ack").await;
}

#[tokio::test]
async fn a_panic_in_a_verb_is_an_error_and_no_end() {
    let world = World::new();
    let client = world.anonymous();
    client.send(r#"{"type":"boom","id":5}"#);
    let error = client.expect_error("internal").await;
    assert_eq!((&error["id"], &error["retry"]), (&5.into(), &true.into()));
    client.send(r#"{"type":"echo"}"#);
    client.expect("ack").await;
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn what_is_no_frame_is_an_error() {
    let world = World::new();
    for wrong in ["", "{", "[]", "7", r#"{"id":1}"#, r#"{"type":7}"#, r#"{"type":"a","id":[]}"#] {
        let client = world.anonymous();
        client.send(wrong);
        let error = client.expect_error("bad_request").await;
        assert_eq!(error["status"], 400);
        client.send(r#"{"type":"ping"}"#);
        client.expect("pong").await;
    }
    let client = world.anonymous();
    client.inbound(Inbound::Binary);
    client.expect_error("bad_request").await;
    for (wrong, code) in [
        (r#"{"type":"subscribe","id":1}"#, "bad_request"),
        (r#"{"type":"subscribe","id":1,"ch":"a b"}"#, "bad_request"),
        (r#"{"type":"subscribe","id":1,"ch":"a","since":5}"#, "bad_request"),
        (r#"{"type":"connect","id":1,"resume":[]}"#, "bad_request"),
        (r#"{"type":"what","id":1}"#, "unknown_type"),
    ] {
        client.send(wrong);
        assert_eq!(client.expect_error(code).await["id"], 1, "{wrong}");
    }
    // Fields that nobody knows are no error.
    client.send(r#"{"type":"subscribe","ch":"property:a","throttle_ms":5,"new":{}}"#);
    client.expect("subscribed").await;
}

#[tokio::test]
async fn a_frame_above_the_limit_is_not_read() {
    let world = World::new();
    let mut client = world.anonymous();
    let padding = "x".repeat(64 * 1024);
    client.send(format!(r#"{{"type":"echo","pad":"{padding}"}}"#));
    assert_eq!(client.expect_error("too_large").await["status"], 413);
    client.send(r#"{"type":"ping"}"#);
    client.expect("pong").await;
    // A transport that had to give up cannot go on.
    client.inbound(Inbound::TooLarge);
    client.expect_error("too_large").await;
    client.expect_close(CloseCode::MALFORMED).await;
}

#[tokio::test]
async fn what_is_not_the_protocol_closes() {
    let world = World::new();
    let mut client = world.anonymous();
    client.inbound(Inbound::Malformed);
    assert_eq!(client.expect_close(CloseCode::MALFORMED).await, 0);
    assert!(Text::from_utf8(&[0xff]).is_err());
}

#[tokio::test]
async fn ten_faults_in_ten_seconds_close() {
    let world = World::new();
    let mut client = world.anonymous();
    for i in 0..9 {
        client.send(if i % 2 == 0 { "{" } else { r#"{"type":"what"}"# });
    }
    settle().await;
    assert_eq!(client.frames().await.len(), 9);
    // The first of them have grown old.
    world.advance(Duration::from_secs(10)).await;
    for _ in 0..9 {
        client.send("{");
    }
    assert_eq!(client.frames().await.len(), 9);
    client.send("{");
    assert_eq!(client.expect_close(CloseCode::TOO_MANY_ERRORS).await, 1);
}

#[tokio::test]
async fn verbs_that_wait_are_dropped_with_the_connection() {
    let world = World::new();
    let (mut client, endpoint) = with_endpoint(&world);
    client.send(r#"{"type":"slow"}"#);
    client.send(r#"{"type":"boom"}"#);
    settle().await;
    assert_eq!(client.ended().await, CloseCode::NORMAL);
    assert_eq!(endpoint.log(), ["start nobody"]);
    endpoint.gate.add_permits(1);
    settle().await;
    // The one that had begun was let through, and then the endpoint could clear up.
    assert_eq!(endpoint.log(), ["start nobody", "closed"]);
}

#[tokio::test]
async fn observed_frames_go_to_the_endpoint_in_order() {
    let world = World::new();
    let a = topic("user:1");
    world.publish(&a, 2);
    let endpoint = Arc::new(TestEndpoint { observes: vec![a.clone()], ..TestEndpoint::default() });
    let client = world.serve(endpoint.clone(), world.opening());
    // It has joined at 0, so the journal fills what was before.
    client.expect("observing").await;
    world.hub.check_heads(world.journal.heads());
    world.advance(Duration::from_millis(20)).await;
    for seq in 1..=2 {
        assert_eq!(client.expect("seen").await["seq"], seq);
    }
    // The client may follow the same topic; the two know nothing of each other.
    client.send(subscribe(&a, Some(1)));
    client.expect("subscribed").await;
    world.publish(&a, 1);
    let mut kinds: Vec<_> =
        client.frames().await.iter().map(|frame| frame["type"].to_string()).collect();
    kinds.sort();
    assert_eq!(kinds, [r#""event""#, r#""seen""#]);
    client.send(super::world::unsubscribe(&a));
    client.expect("unsubscribed").await;
    world.publish(&a, 1);
    assert_eq!(client.expect("seen").await["seq"], 4);
    client.expect_silence().await;
    assert_eq!(endpoint.log().len(), 5);
}

#[tokio::test]
async fn an_observer_that_loses_frames_begins_anew() {
    let world = World::new();
    let a = topic("user:1");
    let endpoint = Arc::new(TestEndpoint { observes: vec![a.clone()], ..TestEndpoint::default() });
    let mut client = world.serve(endpoint, world.opening());
    client.expect("observing").await;
    let frames = world.journal.commit(&a, 5);
    world.journal.keep_from(&a, 4);
    world.hub.publish(vec![frames[4].clone()]);
    world.advance(Duration::from_millis(20)).await;
    client.expect_close(CloseCode::POSITION_LOST).await;
}

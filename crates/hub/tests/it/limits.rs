//! Clients that ask for too much, and topics that carry too much.

use std::time::Duration;

use hub::{CloseCode, HubConfig, Inbound, Outbound, Rate, Rates};

use super::{
    journal::TENANT,
    probe::settle,
    world::{World, subscribe, topic},
};

fn config(rates: Rates) -> HubConfig {
    HubConfig { rates, ..HubConfig::default() }
}

#[tokio::test]
async fn each_class_of_verb_has_its_own_rate() {
    let rates = Rates {
        subscribe: Rate::new(4, 1000),
        history: Rate::new(2, 1000),
        verbs: Rate::new(3, 1000),
        presence: Rate::new(1, 1000),
        ping: Rate::new(5, 1000),
        ..Rates::default()
    };
    let world = World::with(config(rates));
    let a = topic("property:a");
    let client = world.follower(&a).await;
    let history = r#"{"type":"history","id":7,"ch":"property:a"}"#;
    let verb = r#"{"type":"echo","id":7}"#;
    let unsubscribe = r#"{"type":"unsubscribe","id":7,"ch":"property:b"}"#;
    for (frame, answer, allowed) in [
        (history, "history", 2),
        (verb, "ack", 3),
        (r#"{"type":"ping","id":7}"#, "pong", 5),
        // One was used to follow.
        (unsubscribe, "unsubscribed", 3),
    ] {
        for _ in 0..allowed {
            client.send(frame);
            client.expect(answer).await;
        }
        client.send(frame);
        let refusal = client.expect_error("rate_limited").await;
        assert_eq!((&refusal["id"], &refusal["status"]), (&7.into(), &429.into()));
        assert_eq!(refusal["retry"], true);
        let wait = refusal["retry_after_ms"].as_u64().unwrap();
        assert!((1000..=1001).contains(&wait), "{wait}");
    }
    // Who waits as long as told is let in.
    world.advance(Duration::from_millis(1001)).await;
    client.send(verb);
    client.expect("ack").await;
    client.send(verb);
    client.expect_error("rate_limited").await;
    // It stays, however often.
    for _ in 0..100 {
        client.send(verb);
        client.expect_error("rate_limited").await;
    }
    world.publish(&a, 1);
    client.expect_events([1]).await;
    world.expect_empty(vec![client]).await;
}

#[tokio::test]
async fn what_goes_on_for_long_is_closed() {
    let rates = Rates { verbs: Rate::new(1, 60_000), ..Rates::default() };
    let world = World::with(config(rates));
    let (mut flood, patient) = (world.anonymous(), world.anonymous());
    let verb = r#"{"type":"echo"}"#;
    for client in [&flood, &patient] {
        client.send(verb);
        client.expect("ack").await;
    }
    for second in 0..30 {
        flood.send(verb);
        flood.expect_error("rate_limited").await;
        // This one pauses for ten seconds each time, and is never closed for it.
        if second % 10 == 0 {
            patient.send(verb);
            patient.expect_error("rate_limited").await;
        }
        world.advance(Duration::from_secs(1)).await;
    }
    flood.send(verb);
    flood.expect_close(CloseCode::RATE_LIMITED).await;
    patient.send(verb);
    patient.expect_error("rate_limited").await;
}

#[tokio::test]
async fn a_flood_is_closed_at_once() {
    let rates = Rates { ping: Rate::new(1, 60_000), ..Rates::default() };
    let world = World::with(HubConfig { max_rate_refusals: 100, ..config(rates) });
    let mut client = world.anonymous();
    for _ in 0..200 {
        client.send(r#"{"type":"ping"}"#);
    }
    let answered = client.expect_close(CloseCode::RATE_LIMITED).await;
    assert_eq!(answered, 100);
}

#[tokio::test]
async fn each_topic_of_a_resume_waits_for_its_turn() {
    let rates = Rates { subscribe: Rate::new(4, 1000), ..Rates::default() };
    let world = World::with(config(rates));
    let mut client = world.anonymous();
    let resume = r#"{"type":"connect","id":1,"resume":{"a:1":null,"a:2":null,"a:3":null,
        "a:4":null,"a:5":null}}"#;
    client.send(resume);
    // The frame itself took one.
    for _ in 0..3 {
        client.expect("subscribed").await;
    }
    for _ in 0..2 {
        client.expect_silence().await;
        world.advance(Duration::from_secs(1)).await;
        client.expect("subscribed").await;
    }
    assert_eq!(client.expect("ack").await["result"]["restored"], 5);
    // Who goes away meanwhile leaves nothing that waits.
    world.advance(Duration::from_secs(1)).await;
    client.send(resume);
    client.expect_silence().await;
    assert_eq!(client.ended().await, CloseCode::NORMAL);
    world.advance(Duration::from_secs(1)).await;
    let hub = world.hub.clone();
    let down = world.run(async move { hub.shutdown().await });
    settle().await;
    assert!(down.is_finished());
}

#[tokio::test]
async fn a_connection_comes_back_to_all_its_topics_at_once() {
    let world = World::new();
    let client = world.anonymous();
    let topics: Vec<String> = (0..1024).map(|i| format!(r#""property:{i}":null"#)).collect();
    client.send(format!(r#"{{"type":"connect","resume":{{{}}}}}"#, topics.join(",")));
    for _ in 0..1024 {
        client.expect("subscribed").await;
    }
    client.expect("ack").await;
}

#[tokio::test]
async fn control_frames_have_a_rate_too() {
    let world = World::with(HubConfig { max_rate_refusals: 100, ..HubConfig::default() });
    for frame in [Inbound::Ping([7].into()), Inbound::Pong] {
        let mut client = world.anonymous();
        for _ in 0..299 {
            client.inbound(frame.clone());
        }
        client.send(r#"{"type":"echo"}"#);
        // Nothing is said about those that were too many.
        let frames = client.frames().await;
        assert_eq!(frames.len(), 1, "{frames:?}");
        assert_eq!(frames[0]["type"], "ack");
        client.inbound(frame);
        client.expect_close(CloseCode::RATE_LIMITED).await;
    }
}

#[tokio::test]
async fn who_answers_our_pings_asks_for_nothing() {
    let rates = Rates { control: Rate::new(1, 3_600_000), ..Rates::default() };
    let world = World::with(HubConfig { max_rate_refusals: 1, ..config(rates) });
    let mut client = world.anonymous();
    for _ in 0..5 {
        world.advance(Duration::from_secs(25)).await;
        assert_eq!(client.next().await, Outbound::Ping);
        client.inbound(Inbound::Pong);
    }
    client.inbound(Inbound::Pong);
    client.expect_silence().await;
    client.inbound(Inbound::Pong);
    client.expect_close(CloseCode::RATE_LIMITED).await;
}

#[tokio::test]
async fn an_everyday_client_is_never_refused() {
    let world = World::new();
    let client = world.anonymous();
    for i in 0..1024 {
        client.send(subscribe(&topic(&format!("property:{i}")), None));
        client.expect("subscribed").await;
    }
    for _ in 0..200 {
        client.send(r#"{"type":"echo"}"#);
        client.expect("ack").await;
    }
}

#[tokio::test]
async fn frames_without_history_have_a_rate_and_others_do_not() {
    let live_rate = Rate::new(10, 100);
    let world = World::with(HubConfig { live_rate, ..HubConfig::default() });
    let (a, b) = (topic("room:a"), topic("room:b"));
    let client = world.follower(&a).await;
    client.send(subscribe(&b, None));
    client.expect("subscribed").await;
    let live = |n| format!(r#"{{"type":"typing","n":{n}}}"#).into();
    for n in 0..50 {
        world.hub.publish_live(TENANT, a.clone(), live(n));
    }
    world.hub.publish_live(TENANT, b.clone(), live(99));
    world.publish(&a, 100);
    for n in (0..10).chain([99]) {
        assert_eq!(client.expect("typing").await["n"], n);
    }
    client.expect_events(1..=100).await;
    assert_eq!(world.hub.stats().live_dropped, 40);
    world.advance(Duration::from_millis(200)).await;
    for n in 50..60 {
        world.hub.publish_live(TENANT, a.clone(), live(n));
    }
    assert_eq!(client.frames().await.len(), 2);
}

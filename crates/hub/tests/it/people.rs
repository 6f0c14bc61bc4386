//! Who connects, for how long, and how it ends.

use std::{sync::Arc, time::Duration};

use hub::{CloseCode, HubConfig, Identity, Inbound, Opening, Outbound, Refusal};

use super::{
    endpoint::TestEndpoint,
    journal::{START, identity, user},
    probe::{Client, settle},
    world::{World, subscribe, topic, unsubscribe},
};

fn with_token(
    world: &World,
    token: Option<&str>,
    requires_user: bool,
) -> (Client, Arc<TestEndpoint>) {
    let endpoint = Arc::new(TestEndpoint { greets: true, ..TestEndpoint::default() });
    let opening = Opening { token: token.map(ToOwned::to_owned), requires_user, ..world.opening() };
    (world.serve(endpoint.clone(), opening), endpoint)
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

#[tokio::test]
async fn a_greeting_comes_first() {
    let world = World::new();
    let (client, endpoint) = with_token(&world, Some("1"), true);
    client.send(r#"{"type":"ping"}"#);
    let hello = client.expect("connection_established").await;
    assert_eq!(hello["user_id"], user(1).to_string());
    assert_eq!(
        (&hello["heartbeat_ms"], &hello["server_time"]),
        (&25_000.into(), &START.as_millis().into())
    );
    assert_eq!(hello["limits"]["max_frame_bytes"], 65536);
    assert!(hello["session"].is_string() && hello["client"] == hello["session"]);
    client.expect("pong").await;
    assert_eq!(endpoint.log(), [format!("start {}", user(1))]);
    let (client, _) = with_token(&world, None, false);
    assert!(client.expect("connection_established").await.get("user_id").is_none());
}

#[tokio::test]
async fn a_bad_token_closes_after_the_handshake() {
    let world = World::new();
    for requires_user in [false, true] {
        let (mut client, endpoint) = with_token(&world, Some("bad"), requires_user);
        assert_eq!(client.expect_close(CloseCode::UNAUTHORIZED).await, 0);
        assert!(endpoint.log().is_empty());
        let (mut client, _) = with_token(&world, None, requires_user);
        client.expect("connection_established").await;
        client.send(r#"{"type":"connect","id":1,"token":"bad"}"#);
        assert_eq!(client.expect_close(CloseCode::UNAUTHORIZED).await, 0);
    }
}

#[tokio::test]
async fn a_socket_that_needs_a_user_waits_ten_seconds() {
    let world = World::new();
    let (mut client, endpoint) = with_token(&world, None, true);
    client.expect("connection_established").await;
    world.advance(seconds(9)).await;
    client.send(r#"{"type":"echo","id":1}"#);
    assert_eq!(client.expect_error("unauthorized").await["id"], 1);
    client.send(r#"{"type":"connect","id":2}"#);
    client.expect_error("unauthorized").await;
    assert!(endpoint.log().is_empty());
    world.advance(seconds(1)).await;
    client.expect_close(CloseCode::NO_AUTH).await;

    for verb in ["connect", "auth"] {
        let (client, endpoint) = with_token(&world, None, true);
        client.expect("connection_established").await;
        client.send(format!(r#"{{"type":"{verb}","id":2,"token":"7"}}"#));
        assert_eq!(client.expect("ack").await["result"]["user_id"], user(7).to_string());
        assert_eq!(endpoint.log(), [format!("start {}", user(7))]);
        world.advance(seconds(11)).await;
        client.send(r#"{"type":"echo"}"#);
        client.expect("ack").await;
    }
}

#[tokio::test]
async fn nobody_becomes_somebody() {
    let world = World::new();
    let (client, endpoint) = with_token(&world, None, false);
    client.expect("connection_established").await;
    client.send(r#"{"type":"connect","id":2,"token":"7","resume":{"property:a":[0,"db1"]}}"#);
    client.expect("subscribed").await;
    assert_eq!(client.expect("ack").await["result"]["restored"], 1);
    assert_eq!(endpoint.log(), ["start nobody".to_owned(), format!("user_changed {}", user(7))]);
    assert_eq!(world.hub.sessions_of(user(7)).len(), 1);
    client.send(r#"{"type":"auth","id":3,"token":"8"}"#);
    client.expect_error("forbidden").await;
    client.send(r#"{"type":"auth","id":3,"token":"bad"}"#);
    client.expect_error("unauthorized").await;
    assert_eq!(world.hub.sessions_of(user(7)).len(), 1);
    world.expect_empty(vec![client]).await;
}

/// Lets time pass for a client that shows that it lives.
async fn pass(world: &World, client: &Client, mut left: u64) {
    while left > 0 {
        let step = left.min(20);
        world.advance(seconds(step)).await;
        client.inbound(Inbound::Pong);
        left -= step;
    }
}

#[tokio::test]
async fn a_token_runs_out() {
    let world = World::new();
    let (mut client, _) = with_token(&world, Some("1/100"), true);
    client.expect("connection_established").await;
    pass(&world, &client, 39).await;
    client.expect_silence().await;
    pass(&world, &client, 1).await;
    let notice = client.expect("auth_expiring").await;
    assert_eq!(notice["expires_at"], START.plus(seconds(100)).as_millis());
    // A fresh token moves the end.
    client.send(r#"{"type":"auth","id":1,"token":"1/300"}"#);
    let ack = client.expect("ack").await;
    assert_eq!(ack["result"]["expires_at"], START.plus(seconds(300)).as_millis());
    pass(&world, &client, 199).await;
    client.expect_silence().await;
    pass(&world, &client, 1).await;
    client.expect("auth_expiring").await;
    pass(&world, &client, 59).await;
    client.expect_silence().await;
    pass(&world, &client, 1).await;
    client.expect_close(CloseCode::TOKEN_EXPIRED).await;
}

/// The first user, by a session that ends after 100 seconds as far as is known.
fn by_session(world: &World) -> Client {
    let proof = identity(1, Some(START.plus(seconds(100))));
    let identity = Some(Identity { session: Some(world.next_id()), ..proof });
    let opening = Opening { identity, ..world.opening() };
    world.serve(Arc::new(TestEndpoint::default()), opening)
}

#[tokio::test]
async fn a_connection_lives_as_long_as_its_session() {
    let world = World::new();
    let mut client = by_session(&world);
    // It was used meanwhile, and nobody is told of its end.
    world.journal.set_session_end(Ok(Some(START.plus(seconds(300)))));
    pass(&world, &client, 240).await;
    client.expect_silence().await;
    // For a while nobody knows.
    world.journal.set_session_end(Err(Refusal::unavailable("away")));
    pass(&world, &client, 80).await;
    client.expect_silence().await;
    world.journal.set_session_end(Ok(Some(START.plus(seconds(400)))));
    pass(&world, &client, 60).await;
    client.expect_silence().await;
    world.journal.set_session_end(Ok(None));
    pass(&world, &client, 20).await;
    client.expect_close(CloseCode::PERMISSIONS_CHANGED).await;
}

#[tokio::test]
async fn a_token_takes_the_place_of_a_session() {
    let world = World::new();
    let mut client = by_session(&world);
    client.send(r#"{"type":"auth","id":1,"token":"1/200"}"#);
    client.expect("ack").await;
    pass(&world, &client, 139).await;
    client.expect_silence().await;
    pass(&world, &client, 1).await;
    client.expect("auth_expiring").await;
    pass(&world, &client, 60).await;
    client.expect_close(CloseCode::TOKEN_EXPIRED).await;
}

#[tokio::test]
async fn a_user_has_so_many_connections() {
    let world = World::with(HubConfig { max_connections_per_user: 2, ..HubConfig::default() });
    let (mut first, second) = (world.user(1), world.user(1));
    settle().await;
    let mut third = world.user(1);
    third.expect_close(CloseCode::TOO_MANY_CONNECTIONS).await;
    // Others are not touched, nor those who were here.
    let other = world.user(2);
    for client in [&first, &second, &other] {
        client.send(r#"{"type":"echo"}"#);
        client.expect("ack").await;
    }
    assert_eq!(first.ended().await, CloseCode::NORMAL);
    let fourth = world.user(1);
    fourth.send(r#"{"type":"echo"}"#);
    fourth.expect("ack").await;
    // One who comes without a token is counted when it comes.
    let mut late = world.anonymous();
    late.send(r#"{"type":"auth","token":"1"}"#);
    late.expect_close(CloseCode::TOO_MANY_CONNECTIONS).await;
    assert_eq!(world.hub.sessions_of(user(1)).len(), 2);
    world.expect_empty(vec![second, fourth, other]).await;
}

#[tokio::test]
async fn silence_is_answered_by_pings_and_then_by_the_end() {
    let world = World::new();
    let mut client = world.anonymous();
    world.advance(seconds(24)).await;
    client.expect_silence().await;
    world.advance(seconds(1)).await;
    assert_eq!(client.rest().await, [Outbound::Ping]);
    client.inbound(Inbound::Pong);
    for _ in 0..2 {
        client.expect_silence().await;
        world.advance(seconds(25)).await;
        assert_eq!(client.next().await, Outbound::Ping);
    }
    world.advance(seconds(25)).await;
    client.expect_close(CloseCode::NO_PONG).await;
}

#[tokio::test]
async fn any_frame_is_a_sign_of_life() {
    let world = World::new();
    let client = world.anonymous();
    for message in [Inbound::Ping([].into()), Inbound::Pong, Inbound::Text("{}".into())] {
        for _ in 0..8 {
            world.advance(seconds(20)).await;
            client.inbound(message.clone());
            settle().await;
        }
        let pinged = client.rest().await.contains(&Outbound::Ping);
        assert!(!pinged, "{message:?}");
    }
}

#[tokio::test]
async fn some_are_closed_at_the_door() {
    let world = World::new();
    let opening = Opening { refuse: Some(CloseCode::UNKNOWN), ..world.opening() };
    let endpoint = Arc::new(TestEndpoint { greets: true, ..TestEndpoint::default() });
    let mut client = world.serve(endpoint.clone(), opening);
    assert_eq!(client.expect_close(CloseCode::UNKNOWN).await, 0);
    assert!(endpoint.log().is_empty());
    for (refusal, code) in [
        (Refusal::not_found("no such auction"), CloseCode::FORBIDDEN),
        (Refusal::forbidden("not yours"), CloseCode::FORBIDDEN),
        (Refusal::unavailable("away"), CloseCode::OVERLOADED),
        (Refusal::internal(), CloseCode::INTERNAL),
    ] {
        let endpoint = TestEndpoint { refuses: Some(refusal), ..TestEndpoint::default() };
        let mut client = world.serve(Arc::new(endpoint), world.opening());
        client.expect_close(code).await;
    }
    assert_eq!(world.hub.stats().connections, 0);
}

#[tokio::test]
async fn what_is_queued_goes_out_before_the_end() {
    let world = World::new();
    let a = topic("property:a");
    let opening = Opening { identity: Some(identity(1, None)), ..world.opening() };
    let mut client = world.serve(Arc::new(TestEndpoint::default()), opening);
    client.send(subscribe(&a, None));
    client.expect("subscribed").await;
    world.publish(&a, 100);
    world.hub.disconnect_user(user(1), CloseCode::BY_ADMIN);
    world.hub.disconnect_user(user(1), CloseCode::INTERNAL);
    world.publish(&a, 100);
    assert_eq!(client.expect_close(CloseCode::BY_ADMIN).await, 100);
}

#[tokio::test]
async fn a_closed_client_that_stays_is_dropped() {
    let world = World::new();
    let client = world.user(1);
    settle().await;
    world.hub.disconnect_user(user(1), CloseCode::BY_ADMIN);
    assert_eq!(
        client.next().await,
        Outbound::Close(CloseCode::BY_ADMIN, CloseCode::BY_ADMIN.reason())
    );
    settle().await;
    assert_eq!(world.hub.stats().connections, 1);
    world.advance(seconds(2)).await;
    assert_eq!(world.hub.stats().connections, 0);
}

#[tokio::test]
async fn a_shutdown_spreads_the_return() {
    let world = World::new();
    let endpoint = Arc::new(TestEndpoint::default());
    let mut clients: Vec<Client> = (0..5).map(|n| world.user(n)).collect();
    let busy = world.serve(endpoint.clone(), world.opening());
    busy.send(r#"{"type":"slow"}"#);
    settle().await;
    let hub = world.hub.clone();
    let down = world.run(async move { hub.shutdown().await });
    let mut waits = Vec::new();
    for client in clients.iter_mut().chain([&mut { busy }]) {
        let frame = client.expect("reconnect").await;
        waits.push(frame["after_ms"].as_u64().unwrap());
        assert_eq!(client.expect_close(CloseCode::DRAINING).await, 0);
    }
    waits.sort_unstable();
    assert_eq!(waits, [0, 833, 1666, 2500, 3333, 4166]);
    // Nobody new, and the verb that runs may end.
    let mut late = world.anonymous();
    late.expect_close(CloseCode::DRAINING).await;
    assert!(!down.is_finished());
    endpoint.gate.add_permits(1);
    settle().await;
    assert!(down.is_finished());
    assert!(endpoint.log().contains(&"closed".to_owned()));
}

#[tokio::test]
async fn a_shutdown_does_not_wait_for_ever() {
    let world = World::new();
    let client = world.anonymous();
    client.stall();
    settle().await;
    let hub = world.hub.clone();
    let down = world.run(async move { hub.shutdown().await });
    settle().await;
    world.advance(seconds(14)).await;
    assert!(!down.is_finished());
    world.advance(seconds(1)).await;
    assert!(down.is_finished());
}

#[tokio::test]
async fn one_who_leaves_while_the_token_is_checked_is_forgotten() {
    let world = World::new();
    world.journal.gate();
    // The token that came with the handshake takes too long.
    let (mut client, endpoint) = with_token(&world, Some("1"), false);
    world.advance(seconds(10)).await;
    client.expect_close(CloseCode::NO_AUTH).await;
    assert!(world.journal.step());
    settle().await;
    assert_eq!(world.hub.stats().users, 0);
    assert!(endpoint.log().is_empty());
    // The client of a later one hangs up.
    let (mut client, endpoint) = with_token(&world, None, false);
    client.expect("connection_established").await;
    client.send(r#"{"type":"auth","token":"1"}"#);
    settle().await;
    assert_eq!(client.ended().await, CloseCode::NORMAL);
    assert!(world.journal.step());
    settle().await;
    assert_eq!(world.hub.stats().users, 0);
    assert_eq!(endpoint.log(), ["start nobody", "closed"]);
}

#[tokio::test]
async fn a_token_about_to_end_is_told_after_the_greeting() {
    let world = World::new();
    let (client, _) = with_token(&world, Some("1/5"), true);
    client.expect("connection_established").await;
    client.expect("auth_expiring").await;
    client.expect_silence().await;
}

#[tokio::test]
async fn who_is_being_asked_about_when_rights_change_comes_again() {
    let world = World::new();
    world.journal.gate();
    let opening = Opening { token: Some("1".to_owned()), ..world.opening() };
    let mut client = world.serve(Arc::new(TestEndpoint::default()), opening);
    settle().await;
    // The answer is on its way, and is no longer true.
    world.hub.disconnect_user(user(1), CloseCode::PERMISSIONS_CHANGED);
    world.journal.ungate();
    client.expect_close(CloseCode::PERMISSIONS_CHANGED).await;
}

/// Somebody without a token where a user is required, but guests are let in.
fn guest(world: &World) -> (Client, Arc<TestEndpoint>) {
    let endpoint = Arc::new(TestEndpoint { guests: true, ..TestEndpoint::default() });
    let opening = Opening { requires_user: true, ..world.opening() };
    (world.serve(endpoint.clone(), opening), endpoint)
}

#[tokio::test]
async fn a_guest_stays_who_follows_something() {
    let world = World::new();
    let a = topic("property:a");
    let (mut idle, _) = guest(&world);
    let (mut fickle, _) = guest(&world);
    let (follower, endpoint) = guest(&world);
    let (user, _) = guest(&world);
    for client in [&fickle, &follower] {
        client.send(subscribe(&a, None));
        client.expect("subscribed").await;
    }
    fickle.send(unsubscribe(&a));
    fickle.expect("unsubscribed").await;
    user.send(r#"{"type":"connect","id":1,"token":"7"}"#);
    user.expect("ack").await;
    world.advance(seconds(9)).await;
    idle.expect_silence().await;
    world.advance(seconds(1)).await;
    for client in [&mut idle, &mut fickle] {
        client.expect_close(CloseCode::NO_AUTH).await;
    }
    // Later nobody asks any more: who changes topics may follow none for a moment.
    follower.send(unsubscribe(&a));
    follower.expect("unsubscribed").await;
    world.advance(seconds(5)).await;
    follower.send(subscribe(&a, None));
    follower.expect("subscribed").await;
    world.publish(&a, 1);
    follower.expect_events([1]).await;
    user.send(r#"{"type":"echo"}"#);
    user.expect("ack").await;
    // A guest may bring a token at any time.
    follower.send(r#"{"type":"auth","id":1,"token":"8"}"#);
    follower.expect("ack").await;
    assert!(endpoint.log().contains(&format!("user_changed {}", super::journal::user(8))));
    // As everywhere, one who signs in with a bad one has failed.
    let (mut bad, _) = guest(&world);
    bad.send(r#"{"type":"connect","token":"bad"}"#);
    bad.expect_close(CloseCode::UNAUTHORIZED).await;
    world.expect_empty(vec![follower, user]).await;
}

#[tokio::test]
async fn a_bad_token_does_not_end_what_goes_on_without_a_user() {
    let world = World::new();
    let (mut client, _) = with_token(&world, None, false);
    client.expect("connection_established").await;
    for _ in 0..4 {
        client.send(r#"{"type":"auth","id":1,"token":"bad"}"#);
        client.expect_error("unauthorized").await;
        client.send(r#"{"type":"echo"}"#);
        client.expect("ack").await;
    }
    client.send(r#"{"type":"auth","id":1,"token":"bad"}"#);
    client.expect_close(CloseCode::UNAUTHORIZED).await;
    // Where a user is required there is nothing to go on with.
    let (mut client, _) = with_token(&world, None, true);
    client.expect("connection_established").await;
    client.send(r#"{"type":"auth","id":1,"token":"bad"}"#);
    client.expect_close(CloseCode::UNAUTHORIZED).await;
}

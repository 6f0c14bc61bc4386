//! Who a request comes from, and how much of it is let in.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{http::Method, routing::get};
use domain::TenantId;
use kit::{Call, Module};
use serde_json::json;
use testkit::{Actor, Answer, Database, Home, SocketProbe, TestApp};
use utoipa_axum::router::OpenApiRouter;

use crate::notes;

const TENANT: &str = "00000000-0000-7000-8000-0000000000aa";
const WHOSE: &str = "/api/v1/whose";

/// Tells in which tenant a request acts.
fn whose() -> Module {
    let handler = get(async |call: Call| call.tenant().to_string());
    Module::new("whose").routes(OpenApiRouter::new().route(WHOSE, handler))
}

async fn house(settings: &[(&str, &str)]) -> TestApp {
    let mut home = Home::new(Database::Sqlite).await;
    for (name, value) in settings {
        home.set(name, value);
    }
    TestApp::start_in(Arc::new(home), vec![notes::module(), whose()]).await
}

fn peer(address: &str) -> SocketAddr {
    format!("{address}:4711").parse().expect("an address")
}

async fn ask(who: &Actor, forwarded: &str) -> Answer {
    who.send(Method::GET, WHOSE, None, &[("x-forwarded-for", forwarded)]).await
}

fn shown(answer: &Answer) -> [Option<&str>; 4] {
    ["ratelimit-limit", "ratelimit-remaining", "ratelimit-reset", "retry-after"]
        .map(|name| answer.headers.get(name).map(|value| value.to_str().expect("text")))
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks_too_often_waits() {
    let app = house(&[("OPENBELL_RATE_READ", "2/m")]).await;
    let stranger = app.anonymous().from_peer(peer("9.9.9.9"));
    let first = stranger.get(WHOSE).await.expect(200);
    assert_eq!(shown(&first), [Some("2"), Some("1"), Some("30"), None]);
    // What is not there is counted as well.
    stranger.get("/api/v1/nothing").await.expect(404);
    let refused = stranger.get(WHOSE).await.expect_problem(429, "rate_limited");
    assert_eq!(shown(&refused), [Some("2"), Some("0"), Some("60"), Some("30")]);
    // Others are not held up, and neither is who signs in.
    app.anonymous().from_peer(peer("9.9.9.8")).get(WHOSE).await.expect(200);
    app.user(&[]).from_peer(peer("9.9.9.9")).get(WHOSE).await.expect(200);
    // What watches over the server is not counted, and what has no limit says nothing of one.
    for _ in 0..5 {
        let answer = stranger.get("/health/live").await.expect(200);
        assert_eq!(shown(&answer), [None; 4]);
    }
    app.clock().advance(Duration::from_secs(30));
    stranger.get(WHOSE).await.expect(200);
    stranger.get(WHOSE).await.expect(429);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_stranger_says_of_the_way_is_not_believed() {
    let proxies = ("OPENBELL_TRUSTED_PROXIES", "10.0.0.0/8");
    let app = house(&[("OPENBELL_RATE_READ", "1/h"), proxies]).await;
    let forger = app.anonymous().from_peer(peer("9.9.9.9"));
    ask(&forger, "1.1.1.1").await.expect(200);
    ask(&forger, "2.2.2.2").await.expect_problem(429, "rate_limited");
    let proxy = app.anonymous().from_peer(peer("10.0.0.1"));
    ask(&proxy, "1.1.1.1").await.expect(200);
    ask(&proxy, "2.2.2.2").await.expect(200);
    ask(&proxy, "7.7.7.7, 2.2.2.2").await.expect_problem(429, "rate_limited");
    ask(&proxy, "2001:db8:1:2::1").await.expect(200);
    ask(&proxy, "2001:db8:1:2::2").await.expect_problem(429, "rate_limited");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_has_its_tenant() {
    let mapped = format!("shop.example.org={TENANT}");
    let app = house(&[("OPENBELL_TENANT_HOSTS", &mapped)]).await;
    let default = TenantId::DEFAULT.to_string();
    for (host, tenant) in [
        ("shop.example.org", TENANT),
        ("SHOP.example.org:8000", TENANT),
        ("example.org", &default),
        ("shop.example.org.evil.example", &default),
        ("[::1]:8000", &default),
    ] {
        let headers = [("host", host)];
        let answer = app.anonymous().send(Method::GET, WHOSE, None, &headers).await.expect(200);
        assert_eq!(answer.text, tenant, "{host}");
        // Who is signed in is at home.
        let answer = app.user(&[]).send(Method::GET, WHOSE, None, &headers).await.expect(200);
        assert_eq!(answer.text, default, "{host}");
    }
}

fn remotes(app: &TestApp, who: &Actor) -> Vec<String> {
    let hub = app.ctx().hub().expect("the hub");
    hub.sessions_of(who.id()).iter().map(|session| session.remote().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_know_from_where_they_come() {
    for (proxies, remote) in [("127.0.0.1", "2001:db8::7"), ("10.0.0.0/8", "127.0.0.1")] {
        let app = house(&[("OPENBELL_TRUSTED_PROXIES", proxies)]).await;
        let ann = app.user(&[]);
        let token = format!("Bearer {}", ann.token().expect("a token"));
        let headers = [("authorization", token.as_str()), ("x-forwarded-for", "2001:db8::7")];
        let mut socket = SocketProbe::try_open(app.address(), "/ws", &headers).await.expect("101");
        socket.expect("connection_established").await;
        socket.send(json!({"type": "ping"})).await;
        socket.expect("pong").await;
        assert_eq!(remotes(&app, &ann), [remote]);
    }
}

/// A socket, or the code with which it was closed at once.
async fn open(app: &TestApp, forwarded: &str) -> Result<SocketProbe, Option<u16>> {
    let headers = [("x-forwarded-for", forwarded)];
    let socket = SocketProbe::try_open(app.address(), "/ws/test", &headers).await;
    let mut socket = socket.expect("the handshake succeeds, so that a browser sees the code");
    match socket.try_next().await {
        Some(_) => Ok(socket),
        None => Err(socket.closed().await),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn sockets_are_opened_so_fast_and_no_faster() {
    let proxies = ("OPENBELL_TRUSTED_PROXIES", "127.0.0.1");
    let app = house(&[("OPENBELL_RATE_SOCKET", "2/m"), proxies]).await;
    for _ in 0..2 {
        assert!(open(&app, "1.1.1.1").await.is_ok());
    }
    let headers = [("x-forwarded-for", "1.1.1.1")];
    let refused = SocketProbe::try_open(app.address(), "/ws/test", &headers).await;
    assert_eq!(refused.expect("101").closed().await, Some(4102));
    assert!(open(&app, "2.2.2.2").await.is_ok());
    app.clock().advance(Duration::from_secs(30));
    assert!(open(&app, "1.1.1.1").await.is_ok());
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_a_proxy_a_client_has_so_many_sockets() {
    let proxies = ("OPENBELL_TRUSTED_PROXIES", "127.0.0.1");
    let app = house(&[("OPENBELL_MAX_CONNECTIONS_PER_ADDRESS", "2"), proxies]).await;
    let headers = [("x-forwarded-for", "1.1.1.1")];
    let refused = async || {
        let socket = SocketProbe::try_open(app.address(), "/ws/test", &headers).await;
        socket.expect("101").closed().await
    };
    let mut sockets = vec![open(&app, "1.1.1.1").await, open(&app, "1.1.1.1").await];
    assert_eq!(refused().await, Some(4100));
    assert!(open(&app, "2.2.2.2").await.is_ok());
    sockets.remove(0).expect("an open socket").close().await;
    let again = open(&app, "1.1.1.1").await;
    assert!(again.is_ok());
}

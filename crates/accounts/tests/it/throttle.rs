//! Guessing passwords is slow, and costs the server nothing.

use std::{net::SocketAddr, time::Duration};

use serde_json::json;
use testkit::{Answer, Database, TestApp};

use crate::world::{PASSWORD, hash_of, house, on_both, register, set_hash, sign_in};

/// A `Set-Cookie` or an answer makes no difference here; all ways to sign in are one.
async fn sign_in_by(app: &TestApp, path: &str, email: &str, password: &str) -> Answer {
    app.anonymous().post(path, json!({"email": email, "password": password})).await
}

fn retry_after(answer: &Answer) -> &str {
    answer.headers["retry-after"].to_str().expect("a text")
}

#[tokio::test(flavor = "multi_thread")]
async fn after_five_failures_pauses_grow() {
    on_both(async |app| {
        register(&app, "ann@example.org").await;
        for _ in 0..5 {
            let answer = sign_in(&app, "ann@example.org", "not the password").await;
            answer.expect_problem(401, "invalid_credentials");
        }
        let refused = sign_in(&app, "Ann@Example.org", PASSWORD).await;
        let refused = refused.expect_problem(429, "rate_limited");
        assert_eq!(retry_after(&refused), "1");
        assert_eq!(refused.json["retry_after_ms"], 1000);
        // Whichever way it is tried.
        for path in ["/api/token", "/api/v1/auth/session"] {
            sign_in_by(&app, path, "ann@example.org", PASSWORD).await.expect(429);
        }
        app.advance(Duration::from_secs(1)).await;
        sign_in(&app, "ann@example.org", "not the password").await.expect(401);
        let refused = sign_in(&app, "ann@example.org", PASSWORD).await.expect(429);
        assert_eq!(retry_after(&refused), "2");
        // Who waits gets in, and has a clean sheet.
        app.advance(Duration::from_secs(2)).await;
        sign_in(&app, "ann@example.org", PASSWORD).await.expect(200);
        for _ in 0..5 {
            sign_in(&app, "ann@example.org", "not the password").await.expect(401);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_is_not_hashed() {
    let app = house(Database::Sqlite).await;
    register(&app, "ann@example.org").await;
    let good = hash_of(&app, "ann@example.org").await;
    for _ in 0..5 {
        sign_in(&app, "ann@example.org", "not the password").await.expect(401);
    }
    // Whoever compared a password with this would fail.
    set_hash(&app, "ann@example.org", "no hash at all").await;
    sign_in(&app, "ann@example.org", PASSWORD).await.expect_problem(429, "rate_limited");
    app.advance(Duration::from_secs(1)).await;
    sign_in(&app, "ann@example.org", PASSWORD).await.expect_problem(500, "internal");
    set_hash(&app, "ann@example.org", &good).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_could_not_do_is_no_failure() {
    on_both(async |app| {
        register(&app, "ann@example.org").await;
        let good = hash_of(&app, "ann@example.org").await;
        set_hash(&app, "ann@example.org", "no hash at all").await;
        for _ in 0..8 {
            sign_in(&app, "ann@example.org", PASSWORD).await.expect_problem(500, "internal");
        }
        set_hash(&app, "ann@example.org", &good).await;
        for _ in 0..5 {
            sign_in(&app, "ann@example.org", "not the password").await.expect(401);
        }
        sign_in(&app, "ann@example.org", PASSWORD).await.expect_problem(429, "rate_limited");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_address_and_a_wrong_password_are_alike() {
    let app = house(Database::Sqlite).await;
    register(&app, "ann@example.org").await;
    let mut seen: Vec<Vec<String>> = Vec::new();
    for email in ["ann@example.org", "nobody@example.org", "no address at all"] {
        let mut answers = Vec::new();
        for _ in 0..7 {
            let answer = sign_in(&app, email, "not the password").await;
            let mut problem = answer.json.clone();
            problem["instance"] = json!("");
            let wait = answer.headers.get("retry-after").map(|v| v.to_str().unwrap().to_owned());
            answers.push(format!("{} {problem} {wait:?}", answer.status));
        }
        seen.push(answers);
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!(seen[0], seen[2]);
    assert!(seen[0][4].starts_with("401") && seen[0][5].starts_with("429"), "{:?}", seen[0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_at_once_get_no_further() {
    let app = house(Database::Sqlite).await;
    register(&app, "ann@example.org").await;
    let attempts = (0..40).map(|_| sign_in(&app, "ann@example.org", "not the password"));
    let answers = futures_util::future::join_all(attempts).await;
    let tried = answers.iter().filter(|answer| answer.status == 401).count();
    let refused = answers.iter().filter(|answer| answer.status == 429).count();
    assert_eq!((tried, refused), (5, 35));
}

/// Over a real connection, so that there is an address.
async fn from(app: &TestApp, forwarded: &str, email: &str, password: &str) -> u16 {
    let peer: SocketAddr = "10.0.0.1:4711".parse().expect("an address");
    let body = json!({"email": email, "password": password});
    let forwarded = [("x-forwarded-for", forwarded)];
    let (actor, login) = (app.anonymous().from_peer(peer), "/api/v1/auth/login");
    let answer = actor.send(axum::http::Method::POST, login, Some(body.to_string()), &forwarded);
    answer.await.status.as_u16()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_owner_is_not_locked_out() {
    for trusted in [true, false] {
        let mut home = testkit::Home::new(Database::Sqlite).await;
        if trusted {
            home.set("OPENBELL_TRUSTED_PROXIES", "10.0.0.0/8");
        }
        let app = TestApp::start_in(std::sync::Arc::new(home), vec![accounts::module()]).await;
        register(&app, "ann@example.org").await;
        assert_eq!(from(&app, "2001:db8:1:2::1", "ann@example.org", PASSWORD).await, 200);
        let mut last = 0;
        for number in 0..25 {
            let address = format!("9.9.9.{number}");
            last = from(&app, &address, "ann@example.org", "not the password").await;
        }
        assert_eq!(last, 429, "the account is under attack");
        // From where she has signed in before, she still does; unless the header was nobody's to
        // believe, and all of this came from one address.
        let ann = from(&app, "2001:db8:1:2::2", "ann@example.org", PASSWORD).await;
        assert_eq!(ann, if trusted { 200 } else { 429 }, "{trusted}");
    }
}

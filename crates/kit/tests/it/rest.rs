//! Requests: who asks, once per key, and what a refusal looks like.

use std::time::Duration;

use axum::http::Method;
use domain::{Id, TenantId};
use serde_json::json;
use store::{Class, Tx};
use testkit::{Database, TestApp};

use crate::notes;

async fn once_per_key(database: Database) {
    let app = TestApp::start(database, vec![notes::module()]).await;
    let (ann, bob) = (app.user(&[]), app.user(&[]));
    let send = async |who: &testkit::Actor, text: &str, key: &str| {
        let body = json!({"text": text}).to_string();
        who.send(Method::POST, "/api/v1/notes/", Some(body), &[("idempotency-key", key)]).await
    };
    let first = send(&ann, "hello", "k-1").await.expect(201);
    let again = send(&ann, "hello", "k-1").await.expect(201);
    assert_eq!(first.text, again.text, "the same answer, to the letter");
    assert_eq!(notes::rows(app.ctx()).await, 1);
    send(&ann, "something else", "k-1").await.expect_problem(422, "key_reused");
    // Somebody else's key of the same name is another key.
    let other = send(&bob, "hello", "k-1").await.expect(201);
    assert_ne!(first.json["id"], other.json["id"]);
    // A refused request changes nothing and leaves its key free.
    send(&ann, "refuse", "k-2").await.expect_problem(422, "invalid");
    send(&ann, "fine", "k-2").await.expect(201);
    send(&ann, "x", "a key").await.expect_problem(400, "bad_request");
    app.settle().await;
    assert_eq!(notes::counted(app.ctx()).await, 3, "a repeated answer makes no event");
    // After 48 hours the answer is forgotten, by the hourly task or by this call: the key is free.
    app.advance(Duration::from_secs(48 * 3600 + 1)).await;
    app.ctx().forget_answers().await.expect("it forgets");
    let ann = app.actor(ann.scope());
    send(&ann, "something else", "k-1").await.expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn once_per_key_on_sqlite() {
    once_per_key(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn once_per_key_on_postgres() {
    once_per_key(Database::Postgres).await;
}

async fn racing_with_one_key(database: Database) {
    let app = TestApp::start(database, vec![notes::module()]).await;
    let ann = app.user(&[]);
    let body = json!({"text": "hello"}).to_string();
    let headers = [("idempotency-key", "the-only-one")];
    let requests =
        (0..8).map(|_| ann.send(Method::POST, "/api/v1/notes", Some(body.clone()), &headers));
    let answers = futures_util::future::join_all(requests).await;
    for answer in &answers {
        assert_eq!((answer.status.as_u16(), &answer.text), (201, &answers[0].text));
    }
    assert_eq!(notes::rows(app.ctx()).await, 1, "eight requests, one note");
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_with_one_key_on_sqlite() {
    racing_with_one_key(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn racing_with_one_key_on_postgres() {
    racing_with_one_key(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_asks() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let ann = app.user(&[]);
    let id = ann.post("/api/v1/notes", json!({"text": "mine"})).await.expect(201).json["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/api/v1/notes/{id}");
    ann.get(&path).await.expect(200);
    ann.get(&format!("{path}/")).await.expect(200);
    app.anonymous().get(&path).await.expect_problem(401, "unauthorized");
    // Another tenant's ids, made-up ids and things that are no ids do not exist, all alike.
    let elsewhere = TenantId::from_uuid(app.ctx().new_id().as_uuid());
    let stranger = app.user_of(elsewhere, &[]);
    stranger.get(&path).await.expect_problem(404, "not_found");
    let made_up: Id = app.ctx().new_id();
    ann.get(&format!("/api/v1/notes/{made_up}")).await.expect_problem(404, "not_found");
    ann.get("/api/v1/notes/17").await.expect_problem(404, "not_found");
    ann.get("/api/v1/nothing").await.expect_problem(404, "not_found");
    ann.delete(&path).await.expect_problem(405, "method_not_allowed");
    // A token that was tampered with, and one that has run out.
    let bad = [("authorization", "Bearer x.y.z")];
    let anonymous = app.anonymous();
    anonymous.send(Method::GET, &path, None, &bad).await.expect_problem(401, "unauthorized");
    let basic = [("authorization", "Basic YTpi")];
    anonymous.send(Method::GET, &path, None, &basic).await.expect_problem(401, "unauthorized");
    app.clock().advance(Duration::from_secs(3600));
    ann.get(&path).await.expect_problem(401, "token_expired");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_body_may_be() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let ann = app.user(&[]);
    let post = async |body: &str| {
        ann.send(Method::POST, "/api/v1/notes", Some(body.to_owned()), &[]).await
    };
    post("{").await.expect_problem(400, "bad_request");
    post("{}").await.expect_problem(422, "invalid");
    post(r#"{"text":1}"#).await.expect_problem(422, "invalid");
    post(r#"{"text":"a\u0000b"}"#).await.expect_problem(422, "invalid");
    let large = format!(r#"{{"text":"{}"}}"#, "x".repeat(2 * 1024 * 1024));
    post(&large).await.expect_problem(413, "too_large");
    let deep = format!(r#"{{"text":{}{}}}"#, "[".repeat(20_000), "]".repeat(20_000));
    post(&deep).await.expect_problem(400, "bad_request");
    assert_eq!(notes::rows(app.ctx()).await, 0, "nothing of it was written");
}

store::statements! {
    NO_ROOM = "pragma max_page_count = 1";
    ROOM = "pragma max_page_count = 1000000";
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_refuses_writes_says_so_and_is_over_by_itself() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let limit = async |statement: &'static store::Statement| {
        let set = async |tx: &Tx| tx.all::<(i64,)>(statement, &[]).await;
        app.ctx().store().write(Class::Interactive, set).await.unwrap();
    };
    let (ann, text) = (app.user(&[]), "x".repeat(100_000));
    let write = async || ann.post("/api/v1/notes", json!({ "text": text })).await;
    limit(&NO_ROOM).await;
    // The file has a little room left.
    let mut answer = write().await;
    for _ in 0..100 {
        if answer.status == 503 {
            break;
        }
        answer = write().await;
    }
    answer.expect_problem(503, "unavailable");
    let nobody = app.anonymous();
    let health = nobody.get("/health/ready").await.expect(200).json;
    assert_eq!(health["status"], "degraded");
    let reason = health["reasons"][0].as_str().expect("a reason");
    assert!(reason.starts_with("the database takes no writes since"), "{reason}");
    assert!(reason.ends_with("is full"), "{reason}");
    let kept = notes::rows(app.ctx()).await;
    limit(&ROOM).await;
    write().await.expect(201);
    assert_eq!(notes::rows(app.ctx()).await, kept + 1);
    let health = nobody.get("/health/ready").await.expect(200).json;
    assert_eq!(health, json!({ "status": "ok", "reasons": [] }));
}

#[tokio::test(flavor = "multi_thread")]
async fn health_and_figures() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let nobody = app.anonymous();
    assert_eq!(nobody.get("/health/live").await.expect(200).json["status"], "ok");
    assert_eq!(nobody.get("/health/ready").await.expect(200).json["status"], "ok");
    let figures = nobody.get("/metrics").await.expect(200).text;
    assert!(figures.contains("openbell_http_requests_total"), "{figures}");
    assert!(figures.contains("openbell_reaction_lag_events"), "{figures}");
    // A house without its database is not ready, and says why.
    app.ctx().store().close().await;
    let ready = nobody.get("/health/ready").await.expect(503);
    assert!(ready.text.contains("database"), "{}", ready.text);
}

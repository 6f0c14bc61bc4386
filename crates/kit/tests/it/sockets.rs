//! Sockets end to end: handshake, subscribe with a snapshot, resume, another node.

use std::time::Duration;

use domain::TenantId;
use serde_json::{Value, json};
use testkit::{Actor, Database, SocketProbe, TestApp, TestPostgres};
use tokio_tungstenite::tungstenite::Message;

use crate::notes;

async fn new_note(who: &Actor, text: &str) -> String {
    let note = who.post("/api/v1/notes", json!({"text": text})).await.expect(201);
    note.json["id"].as_str().expect("an id").to_owned()
}

async fn change(who: &Actor, id: &str, text: &str) {
    who.put(&format!("/api/v1/notes/{id}"), json!({"text": text})).await.expect(200);
}

async fn subscribe_and_resume(database: Database) {
    let app = TestApp::start(database, vec![notes::module()]).await;
    let ann = app.user(&[]);
    let id = new_note(&ann, "one").await;
    let topic = format!("note:{id}");
    let mut socket = ann.socket("/ws").await;
    let hello = socket.expect("connection_established").await;
    assert_eq!(hello["user_id"], ann.id().to_string());
    // One's own stream is followed at once.
    let own = socket.expect("subscribed").await;
    assert_eq!(own["ch"], format!("user:{}", ann.id()));

    socket.send(json!({"type": "subscribe", "id": 7, "ch": topic, "snapshot": true})).await;
    let joined = socket.expect("subscribed").await;
    assert_eq!((&joined["id"], &joined["seq"]), (&json!(7), &json!(1)));
    assert_eq!(joined["recovered"], false);
    assert_eq!(joined["snapshot"]["text"], "one");
    change(&ann, &id, "two").await;
    let event = socket.expect("note_changed").await;
    assert_eq!(
        (&event["ch"], &event["seq"], &event["text"]),
        (&json!(topic), &json!(2), &json!("two"))
    );
    assert!(event["ts"].is_i64());

    // Away while two changes happen; one frame brings them, in order.
    drop(socket);
    change(&ann, &id, "three").await;
    change(&ann, &id, "four").await;
    let mut socket = ann.socket("/ws").await;
    let resume = json!({"type": "connect", "id": 1, "resume": {&topic: [2, joined["ep"]]}});
    socket.send(resume).await;
    let back = loop {
        let frame = socket.expect("subscribed").await;
        if frame["ch"] == topic {
            break frame;
        }
    };
    assert_eq!(back["recovered"], true);
    let texts: Vec<&Value> =
        back["events"].as_array().expect("events").iter().map(|e| &e["text"]).collect();
    assert_eq!(texts, [&json!("three"), &json!("four")]);
    change(&ann, &id, "five").await;
    assert_eq!(socket.expect("note_changed").await["seq"], 5);

    // Another history: no recovery, a snapshot instead, never silence.
    let since = json!([3, "another-database"]);
    socket.send(json!({"type": "subscribe", "ch": topic, "since": since})).await;
    let fresh = socket.expect("subscribed").await;
    assert_eq!((&fresh["recovered"], &fresh["snapshot"]["text"]), (&json!(false), &json!("five")));
    // A position from the future neither.
    let since = json!([99, joined["ep"]]);
    socket.send(json!({"type": "subscribe", "ch": topic, "since": since})).await;
    assert_eq!(socket.expect("subscribed").await["recovered"], false);
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribe_and_resume_on_sqlite() {
    subscribe_and_resume(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn subscribe_and_resume_on_postgres() {
    subscribe_and_resume(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_yours_does_not_exist() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let ann = app.user(&[]);
    let id = new_note(&ann, "mine").await;
    let elsewhere = TenantId::from_uuid(app.ctx().new_id().as_uuid());
    let stranger = app.user_of(elsewhere, &[]);
    let mut socket = stranger.socket("/ws").await;
    let bob = app.user(&[]);
    for topic in [format!("note:{id}"), format!("user:{}", bob.id()), "nothing:1".to_owned()] {
        socket.send(json!({"type": "subscribe", "id": 1, "ch": topic})).await;
        let refused = socket.expect("error").await;
        assert_eq!((&refused["code"], &refused["status"]), (&json!("not_found"), &json!(404)));
    }
    change(&ann, &id, "secret").await;
    let leaked = socket.so_far().await;
    assert!(leaked.iter().all(|frame| frame.kind() != "note_changed"), "{leaked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn handshakes() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let ann = app.user(&[]);
    let token = ann.token().expect("a token").to_owned();
    // Unknown paths close 4004, a bad token 4001, none in time 4008: a browser sees why.
    assert_eq!(ann.socket("/ws/nowhere/").await.closed().await, Some(4004));
    let open = async |token: Option<&str>| SocketProbe::open(app.address(), "/ws/", token).await;
    assert_eq!(open(Some("x.y.z")).await.closed().await, Some(4001));
    let mut silent = open(None).await;
    silent.send(json!({"type": "ping"})).await;
    silent.expect("pong").await;
    app.clock().advance(Duration::from_secs(11));
    assert_eq!(silent.closed().await, Some(4008));
    // The token may come with the first frame.
    let mut late = open(None).await;
    late.send(json!({"type": "connect", "id": 1, "token": token})).await;
    late.expect("connection_established").await;
    late.expect("ack").await;
    // It runs out: told a minute before, closed at the end.
    app.clock().advance(Duration::from_secs(14 * 60));
    late.expect("auth_expiring").await;
    app.clock().advance(Duration::from_secs(61));
    assert_eq!(late.closed().await, Some(4202));
    // It is no page.
    let plain = ann.get("/ws/").await;
    plain.expect_problem(426, "upgrade_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn hostile_frames_get_an_answer() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let ann = app.user(&[]);
    let mut socket = ann.socket("/ws").await;
    for (text, code) in [
        ("{", "bad_request"),
        ("[1]", "bad_request"),
        (r#"{"no":"type"}"#, "bad_request"),
        (r#"{"type":"dance","id":3}"#, "unknown_type"),
        (r#"{"type":"subscribe"}"#, "bad_request"),
    ] {
        socket.send_text(text).await;
        assert_eq!(socket.expect("error").await["code"], code, "{text}");
    }
    socket.send(json!({"type": "ping", "t0": 5})).await;
    assert_eq!(socket.expect("pong").await["t0"], 5);
    // Too long: an error, and the connection lives; far too long: it ends, and says why.
    let mut large = ann.socket("/ws").await;
    large.send_message(Message::text("x".repeat(80 * 1024))).await;
    assert_eq!(large.expect("error").await["code"], "too_large");
    large.send(json!({"type": "ping"})).await;
    large.expect("pong").await;
    large.send_message(Message::text("x".repeat(1024 * 1024))).await;
    assert_eq!(large.closed().await, Some(4009));
    // Not the protocol: a reserved opcode, text that is not UTF-8.
    for bytes in [[0x83, 0x80, 0, 0, 0, 0, 0], [0x81, 0x81, 0, 0, 0, 0, 0xff]] {
        let mut broken = ann.socket("/ws").await;
        broken.expect("subscribed").await;
        broken.send_bytes(&bytes).await;
        assert_eq!(broken.closed().await, Some(4009), "{bytes:x?}");
    }
    // Ten faults within ten seconds.
    let mut rude = ann.socket("/ws").await;
    for _ in 0..10 {
        rude.send_text("{").await;
    }
    assert_eq!(rude.closed().await, Some(4014));
}

/// Another process on the same PostgreSQL, without anything between the two but the database.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_commits_is_seen() {
    let database = TestPostgres::database().await;
    let mut first = testkit::Home::new(Database::Sqlite).await;
    first.use_postgres(database.url());
    let mut second = testkit::Home::new(Database::Sqlite).await;
    second.use_postgres(database.url());
    let here = TestApp::start_in(first.into(), vec![notes::module()]).await;
    let there = TestApp::start_in(second.into(), vec![notes::module()]).await;
    let ann = here.user(&[]);
    let id = new_note(&ann, "one").await;
    let mut socket = ann.socket("/ws").await;
    socket.expect("subscribed").await;
    socket.send(json!({"type": "subscribe", "ch": format!("note:{id}")})).await;
    socket.expect("subscribed").await;
    let ann_there = there.actor(ann.scope());
    for text in ["two", "three"] {
        change(&ann_there, &id, text).await;
    }
    here.advance(Duration::from_millis(200)).await;
    assert_eq!(socket.expect("note_changed").await["seq"], 2);
    assert_eq!(socket.expect("note_changed").await["text"], "three");
}

//! Topics of newest values, of who is there, and without history, over real sockets.

use std::time::Duration;

use domain::{Role, TenantId};
use serde_json::{Value, json};
use testkit::{Actor, Database, Frame, Home, SocketProbe, TestApp, TestPostgres};

use crate::board;

const TENANT: TenantId = TenantId::DEFAULT;

async fn opened(who: &Actor) -> SocketProbe {
    let mut socket = who.socket("/ws").await;
    socket.expect("connection_established").await;
    if who.token().is_some() {
        socket.expect("subscribed").await;
    }
    socket
}

async fn follow(socket: &mut SocketProbe, topic: &str, more: Value) -> Frame {
    let mut frame = json!({"type": "subscribe", "ch": topic});
    for (name, value) in more.as_object().into_iter().flatten() {
        frame[name] = value.clone();
    }
    socket.send(frame).await;
    let subscribed = socket.expect("subscribed").await;
    assert_eq!(subscribed["ch"], topic);
    subscribed
}

/// The next frame of this type, while time goes on: slowly enough that the house has done what is
/// due long before anything else is, such as the end of a token.
async fn in_time(app: &TestApp, socket: &mut SocketProbe, kind: &str) -> Frame {
    let passing = async {
        loop {
            app.advance(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        frame = socket.expect(kind) => frame,
        () = passing => unreachable!("time does not end"),
    }
}

fn cents(frames: &Value) -> Vec<(&str, i64)> {
    let frames = frames.as_array().expect("values").iter();
    let pair = |frame| (name(frame), frame["cents"].as_i64().expect("a price"));
    frames.map(pair).collect()
}

fn name(frame: &Value) -> &str {
    frame["name"].as_str().expect("a name")
}

async fn newest_values(database: Database) {
    let app = TestApp::start(database, vec![board::module()]).await;
    board::set(app.ctx(), TENANT, "gold", 100, true).await;
    board::set(app.ctx(), TENANT, "iron", 7, true).await;
    let ann = app.user(&[]);
    let mut socket = opened(&ann).await;

    // One value: its version is the position, and it comes with the reply.
    let gold = follow(&mut socket, "price:gold", json!({})).await;
    assert_eq!((&gold["version"], &gold["recovered"]), (&json!(1), &json!(false)));
    assert!(gold["seq"].is_null() && gold["snapshot"].is_null());
    assert_eq!(cents(&gold["values"]), [("gold", 100)]);
    // Values by key: each has versions of its own, so the reply brings all of them.
    let all = follow(&mut socket, "prices", json!({})).await;
    assert_eq!(
        (&all["version"], cents(&all["values"])),
        (&json!(0), vec![("gold", 100), ("iron", 7)])
    );

    board::set(app.ctx(), TENANT, "gold", 110, true).await;
    let seen = [socket.expect("price").await, socket.expect("price").await];
    for frame in &seen {
        assert_eq!((&frame["cents"], &frame["version"]), (&json!(110), &json!(2)));
        assert!(frame["seq"].is_null() && frame["ts"].is_i64());
    }
    assert_ne!(seen[0]["ch"], seen[1]["ch"]);

    // Back with the newest: nothing comes again. With an older one, or of another history: all.
    drop(socket);
    let mut socket = opened(&ann).await;
    let known = follow(&mut socket, "price:gold", json!({"since": [2, gold["ep"]]})).await;
    assert_eq!((&known["recovered"], &known["values"]), (&json!(true), &Value::Null));
    let again = json!({"since": [2, gold["ep"]], "snapshot": true});
    let again = follow(&mut socket, "price:gold", again).await;
    assert_eq!((&again["recovered"], cents(&again["values"])), (&json!(true), vec![("gold", 110)]));
    for since in [json!([1, gold["ep"]]), json!([3, gold["ep"]]), json!([2, "another"])] {
        let stale = follow(&mut socket, "price:gold", json!({"since": since})).await;
        assert_eq!((&stale["recovered"], &stale["version"]), (&json!(false), &json!(2)));
        assert_eq!(cents(&stale["values"]), [("gold", 110)], "{since}");
    }
    // No number says what somebody knows of values by key.
    let keyed = follow(&mut socket, "prices", json!({"since": [0, all["ep"]]})).await;
    assert_eq!((&keyed["recovered"], cents(&keyed["values"]).len()), (&json!(false), 2));
    board::set(app.ctx(), TENANT, "iron", 8, true).await;
    assert_eq!(socket.expect("price").await["ch"], "prices");
}

#[tokio::test(flavor = "multi_thread")]
async fn newest_values_on_sqlite() {
    newest_values(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn newest_values_on_postgres() {
    newest_values(Database::Postgres).await;
}

async fn lost_values_are_read_again(database: Database) {
    let app = TestApp::start(database, vec![board::module()]).await;
    board::set(app.ctx(), TENANT, "gold", 100, true).await;
    let mut socket = opened(&app.user(&[])).await;
    follow(&mut socket, "price:gold", json!({})).await;
    let mut other = opened(&app.user(&[])).await;
    follow(&mut other, "prices", json!({})).await;
    // Nobody tells the hub.
    board::set(app.ctx(), TENANT, "gold", 110, false).await;
    board::set(app.ctx(), TENANT, "iron", 7, false).await;
    assert!(socket.so_far().await.is_empty() && other.so_far().await.is_empty());
    assert_eq!(in_time(&app, &mut socket, "price").await["cents"], 110);
    let [first, second] = [other.expect("price").await, other.expect("price").await];
    let mut seen = [(name(&first.json), &first["cents"]), (name(&second.json), &second["cents"])];
    seen.sort_by_key(|(name, _)| *name);
    assert_eq!(seen, [("gold", &json!(110)), ("iron", &json!(7))]);
    // What has come is not sent again.
    app.advance(Duration::from_secs(2)).await;
    assert!(socket.so_far().await.is_empty() && other.so_far().await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_values_are_read_again_on_sqlite() {
    lost_values_are_read_again(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn lost_values_are_read_again_on_postgres() {
    lost_values_are_read_again(Database::Postgres).await;
}

/// Nothing is between the two but the database.
#[tokio::test(flavor = "multi_thread")]
async fn what_another_process_sets_is_seen() {
    let database = TestPostgres::database().await;
    let mut houses = Vec::new();
    for _ in 0..2 {
        let mut home = Home::new(Database::Sqlite).await;
        home.use_postgres(database.url());
        houses.push(TestApp::start_in(home.into(), vec![board::module()]).await);
    }
    let [here, there] = &*houses else { unreachable!("there are two") };
    board::set(here.ctx(), TENANT, "gold", 100, true).await;
    let mut socket = opened(&here.user(&[])).await;
    follow(&mut socket, "price:gold", json!({})).await;
    board::set(there.ctx(), TENANT, "gold", 120, true).await;
    assert_eq!(in_time(here, &mut socket, "price").await["cents"], 120);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_throttled_subscription_gets_the_last() {
    let app = TestApp::start(Database::Sqlite, vec![board::module()]).await;
    board::set(app.ctx(), TENANT, "gold", 100, true).await;
    let mut socket = opened(&app.user(&[])).await;
    follow(&mut socket, "price:gold", json!({"throttle_ms": 500})).await;
    // The first comes at once, of those that follow only the last, when the time is over.
    board::set(app.ctx(), TENANT, "gold", 101, true).await;
    assert_eq!(socket.expect("price").await["cents"], 101);
    for price in [102, 103, 104] {
        board::set(app.ctx(), TENANT, "gold", price, true).await;
    }
    assert!(socket.so_far().await.is_empty(), "its time has not come");
    assert_eq!(in_time(&app, &mut socket, "price").await["cents"], 104);
    assert!(socket.so_far().await.is_empty());
}

async fn strangers_see_nothing(database: Database) {
    let app = TestApp::start(database, vec![board::module()]).await;
    board::set(app.ctx(), TENANT, "gold", 100, true).await;
    let elsewhere = TenantId::from_uuid(app.ctx().new_id().as_uuid());
    let mut stranger = opened(&app.user_of(elsewhere, &[])).await;
    // What is another tenant's does not exist, nor do names that no family has.
    for topic in ["price:gold", "price", "prices:gold", "desk:1", "nothing:1"] {
        stranger.send(json!({"type": "subscribe", "id": topic, "ch": topic})).await;
        let refused = stranger.expect("error").await;
        assert_eq!((&refused["code"], &refused["id"]), (&json!("not_found"), &json!(topic)));
    }
    // The same name is another topic in another tenant.
    let empty = follow(&mut stranger, "prices", json!({})).await;
    assert!(empty["values"].is_null(), "{empty:?}");
    follow(&mut stranger, "whisper:hall", json!({})).await;
    board::set(app.ctx(), TENANT, "gold", 110, true).await;
    board::set(app.ctx(), TENANT, "gold", 120, false).await;
    board::whisper(app.ctx(), TENANT, "whisper:hall", "not for you");
    let mut own = opened(&app.user(&[])).await;
    follow(&mut own, "price:gold", json!({})).await;
    board::set(app.ctx(), TENANT, "gold", 130, false).await;
    in_time(&app, &mut own, "price").await;
    let leaked = stranger.so_far().await;
    assert!(leaked.is_empty(), "{leaked:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_see_nothing_on_sqlite() {
    strangers_see_nothing(Database::Sqlite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_see_nothing_on_postgres() {
    strangers_see_nothing(Database::Postgres).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_at_a_desk() {
    let app = TestApp::start(Database::Sqlite, vec![board::module()]).await;
    let (ann, bob) = (app.user(&[Role::Agent]), app.user(&[Role::Agent]));
    let mut anns = opened(&ann).await;
    let joined = follow(&mut anns, "desk:7", json!({})).await;
    assert!(joined["seq"].is_null() && joined["version"].is_null());
    let there = anns.expect("presence_state").await;
    assert_eq!(there["users"], json!([{"user_id": ann.id().to_string()}]));
    // Bob, with two connections, comes once and goes once.
    let mut bobs = opened(&bob).await;
    follow(&mut bobs, "desk:7", json!({})).await;
    assert_eq!(bobs.expect("presence_state").await["count"], 2);
    let mut second = opened(&bob).await;
    follow(&mut second, "desk:7", json!({})).await;
    assert_eq!(anns.expect("presence_join").await["user_id"], bob.id().to_string());
    let state = json!({"type": "presence_update", "id": 1, "ch": "desk:7", "state": {"x": 1}});
    bobs.send(state).await;
    bobs.expect("ack").await;
    assert_eq!(anns.expect("presence_update").await["state"], json!({"x": 1}));
    drop(bobs);
    drop(second);
    let gone = in_time(&app, &mut anns, "presence_leave").await;
    assert_eq!(gone["user_id"], bob.id().to_string());
    assert!(anns.so_far().await.is_empty(), "nothing else was told");
    // Who is no agent learns of no desk.
    let mut other = opened(&app.user(&[])).await;
    other.send(json!({"type": "subscribe", "ch": "desk:7"})).await;
    assert_eq!(other.expect("error").await["code"], "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn whispers_leave_no_trace() {
    let app = TestApp::start(Database::Sqlite, vec![board::module()]).await;
    let mut socket = opened(&app.user(&[])).await;
    board::whisper(app.ctx(), TENANT, "whisper:hall", "too early");
    let joined = follow(&mut socket, "whisper:hall", json!({"since": [3, "x"]})).await;
    assert!(joined["seq"].is_null() && joined["ep"].is_null() && joined["version"].is_null());
    board::whisper(app.ctx(), TENANT, "whisper:hall", "hello");
    let heard = socket.expect("whisper").await;
    assert_eq!((&heard["text"], &heard["seq"]), (&json!("hello"), &Value::Null));
    socket.send(json!({"type": "history", "id": 1, "ch": "whisper:hall"})).await;
    assert_eq!(socket.expect("history").await["events"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn guests_follow_what_is_public() {
    let app = TestApp::start(Database::Sqlite, vec![board::module()]).await;
    board::set(app.ctx(), TENANT, "gold", 100, true).await;
    let ann = app.user(&[]);
    let mut guest = opened(&app.anonymous()).await;
    let own = format!("user:{}", ann.id());
    // What is not public is for users, whether it exists or not; verbs and aliases are as well.
    for topic in ["price:gold", "price:nothing", "desk:1", &own, "everything"] {
        guest.send(json!({"type": "subscribe", "id": topic, "ch": topic})).await;
        let refused = guest.expect("error").await;
        assert_eq!((&refused["code"], &refused["id"]), (&json!("unauthorized"), &json!(topic)));
    }
    guest.send(json!({"type": "shout", "id": 1})).await;
    assert_eq!(guest.expect("error").await["code"], "unauthorized");
    guest.send(json!({"type": "subscribe", "ch": "nothing:1"})).await;
    assert_eq!(guest.expect("error").await["code"], "not_found");
    // One frame restores what may be restored.
    let resume = json!({"prices": null, "price:gold": null});
    guest.send(json!({"type": "connect", "id": 2, "resume": resume})).await;
    assert_eq!(cents(&guest.expect("subscribed").await["values"]), [("gold", 100)]);
    assert_eq!(guest.expect("unsubscribed").await["code"], "unauthorized");
    guest.expect("ack").await;
    // They stay as long as they like, and may sign in later: then everything is theirs.
    app.advance(Duration::from_secs(11)).await;
    board::set(app.ctx(), TENANT, "gold", 110, true).await;
    assert_eq!(guest.expect("price").await["cents"], 110);
    guest.send(json!({"type": "connect", "id": 3, "token": ann.token()})).await;
    assert_eq!(guest.expect("subscribed").await["ch"], own);
    assert_eq!(guest.expect("ack").await["result"]["user_id"], ann.id().to_string());
    guest.send(json!({"type": "shout", "id": 4})).await;
    assert_eq!(guest.expect("ack").await["result"], ann.id().to_string());
    follow(&mut guest, "price:gold", json!({})).await;
    // A guest who follows nothing is no guest.
    let mut idle = opened(&app.anonymous()).await;
    app.advance(Duration::from_secs(11)).await;
    assert_eq!(idle.closed().await, Some(4008));
}

//! The socket laboratory.

use std::time::Duration;

use serde_json::{Value, json};
use testkit::{Actor, Database, SocketProbe, TestApp};

async fn opened(who: &Actor) -> SocketProbe {
    let mut socket = who.socket("/ws/test/").await;
    assert_eq!(socket.next().await.kind(), "connection_established");
    socket
}

async fn status(socket: &mut SocketProbe) -> Value {
    socket.send(json!({"type": "auth_test", "id": "s"})).await;
    let status = socket.expect("auth_status").await.json;
    assert_eq!(status["id"], "s");
    status
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_said_comes_back_to_the_letter() {
    let app = TestApp::start(Database::Sqlite, Vec::new()).await;
    for who in [app.anonymous(), app.user(&[])] {
        let mut socket = opened(&who).await;
        for message in
            [r#""hi""#, "null", "1.10", "1e3", r#"{"b":1,"a":[ 2,"\u00e9"],"b":2}"#, "[]"]
        {
            let frame = format!(r#"{{"type":"echo","id":7,"message":{message}}}"#);
            socket.send_text(&frame).await;
            let echo = socket.expect("echo").await;
            let end = format!(r#""id":7,"message":{message},"ts":"#);
            assert!(echo.text.contains(&end), "{}", echo.text);
        }
        socket.send(json!({"type": "echo", "message": 1})).await;
        let echo = socket.expect("echo").await;
        assert!(echo["id"].is_null());
        assert_eq!(echo["ts"], app.ctx().now().as_millis());
        socket.send(json!({"type": "echo", "id": 8})).await;
        let refused = socket.expect("error").await;
        assert_eq!((&refused["code"], &refused["id"]), (&json!("bad_request"), &json!(8)));
        socket.send(json!({"type": "ping", "t0": 1.5})).await;
        assert_eq!(socket.expect("pong").await["t0"], 1.5);
        socket.send(json!({"type": "dance"})).await;
        assert_eq!(socket.expect("error").await["code"], "unknown_type");
        // It is a laboratory, not a back door.
        let own = format!("user:{}", app.user(&[]).id());
        socket.send(json!({"type": "subscribe", "ch": own})).await;
        socket.expect("error").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn it_tells_what_became_of_a_token() {
    let app = TestApp::start(Database::Sqlite, Vec::new()).await;
    let ann = app.user(&[]);
    let token = ann.token().expect("a token").to_owned();
    let mut socket = opened(&app.anonymous()).await;
    let nobody = json!({"type": "auth_status", "id": "s", "authenticated": false, "roles": [],
        "reason": "no_token"});
    assert_eq!(status(&mut socket).await, nobody);
    // It waits for nobody to sign in.
    app.advance(Duration::from_secs(60)).await;
    socket.send(json!({"type": "auth", "id": 1, "token": "x.y.z"})).await;
    assert_eq!(socket.expect("error").await["code"], "unauthorized");
    assert_eq!(status(&mut socket).await["reason"], "unauthorized");
    socket.send(json!({"type": "auth", "id": 2, "token": token})).await;
    let signed_in = socket.expect("ack").await;
    let expires_at = &signed_in["result"]["expires_at"];
    let somebody = json!({"type": "auth_status", "id": "s", "authenticated": true,
        "user_id": ann.id().to_string(), "roles": ["user"], "expires_at": expires_at});
    assert_eq!(status(&mut socket).await, somebody);
    // Later a new socket is brought the same token.
    drop(socket);
    app.advance(Duration::from_secs(16 * 60)).await;
    let mut socket = opened(&app.anonymous()).await;
    socket.send(json!({"type": "auth", "id": 1, "token": token})).await;
    assert_eq!(socket.expect("error").await["code"], "token_expired");
    let told = status(&mut socket).await;
    assert_eq!((&told["authenticated"], &told["reason"]), (&json!(false), &json!("token_expired")));
    // A handful of bad ones is more than a mistake.
    for _ in 0..4 {
        socket.send(json!({"type": "auth", "token": "x.y.z"})).await;
    }
    assert_eq!(socket.closed().await, Some(4001));
    // With the handshake it is accepted, and closed so that a browser can see why.
    let path = "/ws/test";
    let mut bad = SocketProbe::open(app.address(), path, Some("x.y.z")).await;
    assert_eq!(bad.closed().await, Some(4001));
    let mut good = opened(&app.actor(ann.scope())).await;
    assert_eq!(status(&mut good).await["user_id"], ann.id().to_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn it_has_limits_as_everywhere() {
    let app = TestApp::start(Database::Sqlite, Vec::new()).await;
    let mut socket = opened(&app.anonymous()).await;
    for n in 0..250 {
        socket.send(json!({"type": "echo", "id": n, "message": n})).await;
    }
    let mut frames = Vec::new();
    while frames.len() < 250 {
        frames.push(socket.next().await);
    }
    let of = |kind: &str| frames.iter().filter(|frame| frame.kind() == kind).count();
    assert_eq!((of("echo"), of("error")), (200, 50));
    let refused = frames.iter().find(|frame| frame.kind() == "error").expect("one is refused");
    assert_eq!(refused["code"], "rate_limited");
    assert!(refused["retry_after_ms"].is_u64());
}

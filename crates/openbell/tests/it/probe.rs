//! `openbell probe` against a real server, and against servers that are not to be trusted.

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use testkit::{Installation, Server, TlsFront};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::{WebSocketStream, accept_async, tungstenite::Message};

const PASSWORD: &[u8] = b"correct horse battery\n";

fn house() -> Installation {
    Installation::new(env!("CARGO_BIN_EXE_openbell"), None)
}

/// Runs a measurement: its exit code, what it found, what it said of it.
async fn probe(house: &Installation, url: &str, args: &[&str]) -> (i32, Value, String) {
    let mut all = vec!["probe", url, "--json"];
    all.extend(args);
    let (code, out, error) = house.run(&all, b"").await;
    (code, serde_json::from_str(&out).unwrap_or_default(), error)
}

fn url(server: &Server, path: &str) -> String {
    format!("ws://{}{path}", server.address())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sound_server_is_found_sound() {
    let house = house();
    let server = house.serve().await;
    let laboratory = url(&server, "/ws/test/");
    let (code, echo, error) = probe(&house, &laboratory, &["--echo", "200"]).await;
    assert_eq!(code, 0, "{error}");
    for (field, expected) in [("sent", 200), ("received", 200), ("lost", 0), ("changed", 0)] {
        assert_eq!(echo[field], expected, "{echo}");
    }
    assert_eq!((&echo["out_of_order"], &echo["mode"]), (&json!(0), &json!("echo")));
    let times = &echo["round_trip"];
    let [min, p50, p99] = ["min_ms", "p50_ms", "p99_ms"].map(|name| times[name].as_f64().unwrap());
    assert!(0.0 < min && min <= p50 && p50 <= p99, "{times}");
    let (code, ping, error) = probe(&house, &url(&server, "/ws"), &["--ping", "44"]).await;
    assert_eq!((code, &ping["received"]), (0, &json!(44)), "{error}");
    // The pauses before the last of them, 250 ms each, are no part of their times: an answer is
    // there when it comes, not when the next message has gone.
    assert!(ping["round_trip"]["max_ms"].as_f64().unwrap() < 500.0, "{ping}");
    let (code, crowd, error) = probe(&house, &laboratory, &["--concurrent", "100"]).await;
    assert_eq!((code, &crowd["opened"]), (0, &json!(100)), "{error}");
    assert!(crowd["connects_per_second"].as_f64().unwrap() > 0.0);
    assert!(crowd["first_frame"]["p99_ms"].as_f64() >= crowd["connect"]["min_ms"].as_f64());
    // For people the same in words.
    let words = house.succeed(&["probe", &laboratory, "--echo", "5"], b"").await;
    assert!(words.contains("5 sent, 5 came back") && words.contains("p99"), "{words}");
    // On a socket that has no echo nothing was measured.
    let (code, found, error) = probe(&house, &url(&server, "/ws"), &["--echo", "5"]).await;
    assert_eq!((code, found), (1, Value::Null));
    assert!(error.contains("unknown_type"), "{error}");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_a_token_is_and_what_it_may() {
    let house = house();
    let server = house.serve().await;
    house.succeed(&["user", "add", "ann@example.com"], PASSWORD).await;
    let laboratory = url(&server, "/ws/test/");
    let (code, nobody, _) = probe(&house, &laboratory, &["--auth"]).await;
    assert_eq!((code, &nobody["authenticated"]), (0, &json!(false)));
    assert_eq!(nobody["reason"], "no_token");
    let (code, ann, error) =
        probe(&house, &laboratory, &["--auth", "--as", "ann@example.com"]).await;
    assert_eq!((code, &ann["authenticated"]), (0, &json!(true)), "{error}");
    assert_eq!(ann["roles"], json!(["user"]));
    assert!(ann["user_id"].is_string() && ann["expires_at"].is_i64());
    let (code, found, error) = probe(&house, &laboratory, &["--auth", "--token", "x.y.z"]).await;
    assert_eq!((code, found), (1, Value::Null));
    assert!(error.contains("4001"), "{error}");
    // A user has twenty connections; the others are told why not.
    let many = ["--concurrent", "25", "--as", "ann@example.com"];
    let (code, crowd, _) = probe(&house, &url(&server, "/ws/notifications/me/"), &many).await;
    assert_eq!((code, &crowd["opened"]), (1, &json!(20)), "{crowd}");
    let failures = crowd["failures"].as_object().unwrap();
    assert!(failures.iter().any(|(why, count)| why.contains("4010") && *count == 5), "{crowd}");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_cut_and_nothing_is_missed() {
    let house = house();
    let server = house.serve().await;
    house.succeed(&["user", "add", "ann@example.com"], PASSWORD).await;
    let token = house.succeed(&["token", "ann@example.com"], b"").await.trim().to_owned();
    let everything = url(&server, "/ws");
    let cut = ["--reconnect", "40", "--token", &token];
    // Meanwhile the stream goes on: each of these is one event on it, or two.
    let busy = async {
        for n in 0..20 {
            let body = json!({"property_id": "0190a5b8-7b1e-7c3d-8f00-00000000000f", "n": n});
            server.request("POST", "/api/v1/watchlist", &token, Some(&body)).await;
        }
    };
    let ((code, found, error), ()) = tokio::join!(probe(&house, &everything, &cut), busy);
    assert_eq!(code, 0, "{error} {found}");
    assert_eq!((&found["reconnects"], &found["recovered"]), (&json!(40), &json!(40)));
    assert_eq!(found["gaps"], 0);
    assert!(found["topic"].as_str().unwrap().starts_with("user:"));
    assert!(found["resume"]["p50_ms"].as_f64().unwrap() > 0.0);
    // What is refused is not followed; nobody has no stream.
    let (code, _, error) =
        probe(&house, &everything, &["--reconnect", "1", "--topic", "nothing:1"]).await;
    assert!(code == 1 && error.contains("not_found"), "{error}");
    let (code, _, error) = probe(&house, &everything, &["--reconnect", "1"]).await;
    assert!(code == 2 && error.contains("--topic"), "{error}");
    assert_eq!(server.terminate().await, Some(0));
}

#[tokio::test(flavor = "multi_thread")]
async fn wrong_usage_and_servers_that_are_not_there() {
    let house = house();
    for args in [
        &["probe"][..],
        &["probe", "--echo", "0"],
        &["probe", "--echo", "1", "--ping", "1"],
        &["probe", "/ws", "--topic", "a:1"],
        &["probe", "/ws", "--timeout", "5"],
        &["probe", "--concurrent", "10001"],
        &["probe", "ws://localhost/ws", "--ping", "1", "--ca", "Cargo.toml"],
        &["probe", "wss://localhost/ws", "--ping", "1", "--ca", "nowhere.pem"],
        &["probe", "http://localhost/ws", "--ping", "1"],
        &["probe", "/ws", "--auth", "--token", "x", "--as", "ann@example.com"],
    ] {
        let (code, out, error) = house.run(args, b"").await;
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {error}");
    }
    // A port that nobody listens on, and one on which nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = format!("ws://{}/ws/test/", silent.local_addr().unwrap());
    let (code, _, error) = probe(&house, &here, &["--echo", "1", "--timeout", "1"]).await;
    assert!(code == 1 && error.contains("not done within 1 s"), "{error}");
    drop(silent);
    let (code, _, error) = probe(&house, &here, &["--echo", "1"]).await;
    assert!(code == 1 && error.contains("refused"), "{error}");
}

/// Behind a proxy that speaks TLS, as servers are in production.
#[tokio::test(flavor = "multi_thread")]
async fn a_server_behind_tls_is_believed_by_its_certificate() {
    let house = house();
    let server = house.serve().await;
    let front = TlsFront::before(server.address().port()).await;
    let port = front.address().port();
    let file = house.folder().join("authority.pem");
    std::fs::write(&file, TlsFront::AUTHORITY).unwrap();
    let file = file.to_str().unwrap();
    for host in ["localhost", "127.0.0.1"] {
        let here = format!("wss://{host}:{port}/ws/test/");
        let trusting = ["--echo", "20", "--ca", file];
        let (code, echo, error) = probe(&house, &here, &trusting).await;
        assert_eq!((code, &echo["received"]), (0, &json!(20)), "{error}");
        // The system does not know this authority.
        let (code, found, error) = probe(&house, &here, &["--echo", "20"]).await;
        assert_eq!((code, found), (1, Value::Null));
        assert!(error.contains("certificate"), "{error}");
    }
    let empty = house.folder().join("empty.pem");
    std::fs::write(&empty, "").unwrap();
    let args = ["--echo", "1", "--ca", empty.to_str().unwrap()];
    let (code, _, error) = probe(&house, "wss://localhost/", &args).await;
    assert!(code == 2 && error.contains("holds no certificate"), "{error}");
    assert_eq!(server.terminate().await, Some(0));
}

type Peer = WebSocketStream<TcpStream>;

/// The next frame from the probe; none when it has gone.
async fn hear(peer: &mut Peer) -> Option<Value> {
    let message = peer.next().await?.ok()?;
    serde_json::from_str(message.to_text().ok()?).ok()
}

async fn say(peer: &mut Peer, frame: Value) {
    let sent = peer.send(Message::text(frame.to_string())).await;
    sent.expect("the probe listens");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_loses_changes_and_mixes_up_is_found_out() {
    let house = house();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = format!("ws://{}/", listener.local_addr().unwrap());
    let liar = async {
        let (stream, _) = listener.accept().await.unwrap();
        let mut peer = accept_async(stream).await.unwrap();
        let mut kept = None;
        while let Some(frame) = hear(&mut peer).await {
            let mut echo = json!({"type": "echo", "id": frame["id"], "ts": 0});
            echo["message"] = frame["message"].clone();
            match frame["id"].as_u64() {
                Some(1) => echo["message"]["text"] = json!("something else"),
                Some(3) => kept = Some(echo.clone()),
                Some(5) => continue,
                _ => {}
            }
            if echo["id"] != 3 {
                say(&mut peer, echo).await;
            }
            if frame["id"] == 4
                && let Some(late) = kept.take()
            {
                say(&mut peer, late).await;
            }
        }
    };
    let args = ["--echo", "9", "--timeout", "2"];
    let ((code, found, error), ()) = tokio::join!(probe(&house, &here, &args), liar);
    assert_eq!(code, 1, "{error}");
    assert_eq!((&found["changed"], &found["lost"]), (&json!(1), &json!(1)), "{found}");
    // 4 came before 3, and what followed came before 5.
    assert_eq!((&found["out_of_order"], &found["received"]), (&json!(4), &json!(8)), "{found}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_forgets_is_found_out() {
    let house = house();
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let here = format!("ws://{}/", listener.local_addr().unwrap());
    // What it says when the probe comes back for the first, second and third time.
    let replies = [
        json!({"seq": 9, "recovered": true, "events": [{"seq": 8}, {"seq": 9}]}),
        json!({"seq": 12, "recovered": true, "events": [{"seq": 10}, {"seq": 12}]}),
        json!({"seq": 14, "recovered": false}),
    ];
    let forgetful = async {
        for n in 0..4 {
            let (stream, _) = listener.accept().await.unwrap();
            let mut peer = accept_async(stream).await.unwrap();
            say(&mut peer, json!({"type": "connection_established", "user_id": "u"})).await;
            // One's own stream is joined unasked.
            let own = json!({"type": "subscribed", "ch": "user:u", "seq": 7, "ep": "e"});
            say(&mut peer, own).await;
            if n > 0 {
                let asked = hear(&mut peer).await.unwrap();
                let position = [(7, "e"), (9, "e"), (12, "e")][n - 1];
                assert_eq!(asked["resume"]["user:u"], json!(position));
                let mut reply = replies[n - 1].clone();
                reply["type"] = json!("subscribed");
                reply["ch"] = json!("user:u");
                reply["ep"] = json!("e");
                say(&mut peer, reply).await;
                say(&mut peer, json!({"type": "ack", "id": asked["id"], "result": {}})).await;
            }
            while hear(&mut peer).await.is_some() {}
        }
    };
    let args = ["--reconnect", "3"];
    let ((code, found, error), ()) = tokio::join!(probe(&house, &here, &args), forgetful);
    assert_eq!(code, 1, "{error}");
    assert_eq!((&found["recovered"], &found["events"]), (&json!(2), &json!(4)), "{found}");
    // 11 is missing, and so is all of what the last reply passed over.
    assert_eq!(found["gaps"], 2, "{found}");
}

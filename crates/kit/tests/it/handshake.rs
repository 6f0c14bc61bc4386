//! The handshake and what follows it, byte by byte over TCP, on a plain connection and on one of
//! which the server does not know the kind.

use std::net::SocketAddr;

use axum::{body::Body, http::Request};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use testkit::{Database, TestApp};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tower::ServiceExt;

use crate::notes;

/// Header lines with other values, or without one.
type Changes<'a> = &'a [(&'a str, Option<&'a str>)];

const KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";

/// The same house behind the server that the binary has, which keeps its connections plain.
#[expect(clippy::disallowed_methods, reason = "a test's server lives as long as the test")]
async fn plain(app: &TestApp) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let router = app.app().router();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let router = router.clone();
            let service = service_fn(move |request: Request<Incoming>| {
                router.clone().oneshot(request.map(Body::new))
            });
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
            tokio::spawn(connection.with_upgrades());
        }
    });
    address
}

async fn both(app: &TestApp) -> [SocketAddr; 2] {
    [plain(app).await, app.address()]
}

/// A request for a socket with these header lines in place of the usual ones.
fn request(first: &str, changes: Changes<'_>) -> String {
    let mut lines = vec![
        ("Host", "here".to_owned()),
        ("Connection", "keep-alive, Upgrade".to_owned()),
        ("Upgrade", "WebSocket".to_owned()),
        ("Sec-WebSocket-Version", "13".to_owned()),
        ("Sec-WebSocket-Key", KEY.to_owned()),
    ];
    for (name, value) in changes {
        lines.retain(|(other, _)| other != name);
        lines.extend(value.map(|value| (*name, value.to_owned())));
    }
    let lines: String = lines.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
    format!("{first}\r\n{lines}\r\n")
}

/// Sends bytes and reads the head of the answer.
async fn ask(address: SocketAddr, bytes: &[u8]) -> (TcpStream, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(bytes).await.expect("it reads");
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await.expect("a whole head"));
    }
    (stream, String::from_utf8(head).expect("a head is text").to_ascii_lowercase())
}

/// A client's frame with a mask of zeros, which changes nothing.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![first];
    match u8::try_from(payload.len()) {
        Ok(short) if short < 126 => bytes.push(0x80 | short),
        _ => {
            bytes.push(0xfe);
            bytes.extend(u16::try_from(payload.len()).expect("a short frame").to_be_bytes());
        }
    }
    bytes.extend([0; 4]);
    bytes.extend(payload);
    bytes
}

/// The first byte and the payload of the server's next frame.
async fn next(stream: &mut TcpStream) -> (u8, Vec<u8>) {
    let first = stream.read_u8().await.expect("a frame");
    let length = match stream.read_u8().await.expect("a length") {
        126 => usize::from(stream.read_u16().await.expect("a length")),
        short => usize::from(short),
    };
    let mut payload = vec![0; length];
    stream.read_exact(&mut payload).await.expect("a payload");
    (first, payload)
}

/// What the server's close frame says; other frames are passed over.
async fn closed(stream: &mut TcpStream) -> Vec<u8> {
    loop {
        if let (0x88, payload) = next(stream).await {
            return payload;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_a_handshake() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let get = "GET /ws/ HTTP/1.1";
    let good: [Changes<'_>; 4] = [
        &[],
        &[("Connection", Some("upgrade")), ("Upgrade", Some("websocket"))],
        &[("Connection", Some("x,UPGRADE")), ("Upgrade", Some("h2c, websocket"))],
        &[("Sec-WebSocket-Extensions", Some("permessage-deflate; client_max_window_bits"))],
    ];
    let bad: [(&str, Changes<'_>, &str); 13] = [
        (get, &[("Connection", None)], "426"),
        (get, &[("Connection", Some("keep-alive"))], "426"),
        (get, &[("Upgrade", None)], "426"),
        (get, &[("Upgrade", Some("h2c"))], "426"),
        (get, &[("Sec-WebSocket-Version", None)], "426"),
        (get, &[("Sec-WebSocket-Version", Some("8"))], "426"),
        (get, &[("Sec-WebSocket-Version", Some("13, 8"))], "426"),
        ("GET /ws/ HTTP/1.0", &[], "426"),
        ("HEAD /ws/ HTTP/1.1", &[], "426"),
        ("POST /ws/ HTTP/1.1", &[], "405"),
        (get, &[("Sec-WebSocket-Key", None)], "400"),
        (get, &[("Sec-WebSocket-Key", Some("dGhlIHNhbXBsZSBub25j"))], "400"),
        (
            get,
            &[("Sec-WebSocket-Key", Some("dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Key: x"))],
            "400",
        ),
    ];
    for address in both(&app).await {
        for changes in good {
            let (_, head) = ask(address, request(get, changes).as_bytes()).await;
            assert!(head.starts_with("http/1.1 101"), "{changes:?}: {head}");
            assert!(head.contains("\r\nupgrade: websocket\r\n"), "{head}");
            assert!(head.contains("\r\nconnection: upgrade\r\n"), "{head}");
            let accept = "s3pplmbitxaq9kygzzhzrbk+xoo=";
            assert!(head.contains(&format!("\r\nsec-websocket-accept: {accept}\r\n")), "{head}");
            assert!(!head.contains("extensions") && !head.contains("protocol:"), "{head}");
        }
        for (first, changes, status) in bad {
            let (_, head) = ask(address, request(first, changes).as_bytes()).await;
            assert_eq!(head.split(' ').nth(1), Some(status), "{first} {changes:?}: {head}");
            assert!(head.contains("content-type: application/problem+json"), "{head}");
            assert_eq!(
                head.contains("\r\nsec-websocket-version: 13\r\n"),
                status == "426",
                "{head}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_our_protocol_comes_back_and_never_the_token() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let token = app.user(&[]).token().expect("a token").to_owned();
    for address in both(&app).await {
        for (offered, answered) in [
            (format!("openbell.v1, bearer.{token}"), true),
            (format!("bearer.{token} ,openbell.v1"), true),
            (format!("bearer.{token}"), false),
            // A list may be spread over lines.
            (format!("openbell.v1\r\nSec-WebSocket-Protocol: bearer.{token}"), true),
            (format!("chat\r\nSec-WebSocket-Protocol: x, bearer.{token}"), false),
            ("OPENBELL.V1, chat".to_owned(), false),
        ] {
            let ask_for =
                request("GET /ws HTTP/1.1", &[("Sec-WebSocket-Protocol", Some(&offered))]);
            let (mut stream, head) = ask(address, ask_for.as_bytes()).await;
            assert!(head.starts_with("http/1.1 101"), "{head}");
            let echoed = head.contains("\r\nsec-websocket-protocol: openbell.v1\r\n");
            assert_eq!(echoed, answered, "{offered}: {head}");
            assert!(!head.contains("bearer"), "{head}");
            if offered.contains("bearer") {
                let (_, hello) = next(&mut stream).await;
                let hello = String::from_utf8_lossy(&hello).into_owned();
                assert!(hello.contains("connection_established"), "{hello}");
                assert!(hello.contains(r#""user_id":""#), "{offered}: {hello}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_with_the_handshake_is_not_lost() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    for address in both(&app).await {
        let mut bytes = request("GET /ws/ HTTP/1.1", &[]).into_bytes();
        let padding = "x".repeat(4000);
        for number in 0..5 {
            let text = format!(r#"{{"type":"ping","id":{number},"pad":"{padding}"}}"#);
            bytes.extend(frame(0x81, text.as_bytes()));
        }
        bytes.extend(frame(0x89, b"early"));
        // The last frame is only half there.
        let last = frame(0x88, &[0x03, 0xe8]);
        bytes.extend(&last[..3]);
        let (mut stream, head) = ask(address, &bytes).await;
        assert!(head.starts_with("http/1.1 101"), "{head}");
        let mut pongs = 0;
        let mut early = false;
        while pongs < 5 || !early {
            match next(&mut stream).await {
                (0x81, text) => {
                    let text = String::from_utf8(text).expect("a frame is text");
                    if text.contains("connection_established") {
                        continue;
                    }
                    assert!(text.contains(&format!(r#""id":{pongs},"#)), "{text}");
                    pongs += 1;
                }
                (first, payload) => {
                    assert_eq!((first, &payload[..]), (0x8a, &b"early"[..]));
                    early = true;
                }
            }
        }
        stream.write_all(&last[3..]).await.expect("it reads");
        assert_eq!(closed(&mut stream).await, [0x03, 0xe8]);
        assert_eq!(stream.read(&mut [0]).await.expect("an end in order"), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_breaks_the_protocol_closes_4009_on_the_wire() {
    let app = TestApp::start(Database::Sqlite, vec![notes::module()]).await;
    let far_too_long = [&[0x81, 0xff][..], &(1_u64 << 40).to_be_bytes(), &[0; 4]].concat();
    let cases = [
        vec![0x81, 1, b'a'],
        frame(0xc1, b""),
        frame(0x83, b""),
        frame(0x09, b""),
        frame(0x80, b"x"),
        frame(0x88, &[1]),
        frame(0x88, &[0x03, 0xed]),
        frame(0x81, &[0xff]),
        [frame(0x01, b"a"), frame(0x81, b"b")].concat(),
        frame(0x89, &[0; 126]),
        vec![0x81, 0xfe, 0, 1, 0, 0, 0, 0],
        far_too_long,
    ];
    for address in both(&app).await {
        for bytes in &cases {
            // What follows is not looked at.
            let bytes = [&bytes[..], &[0xff; 3000]].concat();
            let (mut stream, _) = ask(address, request("GET /ws/ HTTP/1.1", &[]).as_bytes()).await;
            stream.write_all(&bytes).await.expect("it reads");
            let payload = closed(&mut stream).await;
            assert_eq!(payload[..2], 4009_u16.to_be_bytes(), "{:x?}", &bytes[..8]);
            stream.shutdown().await.expect("it is still there");
            assert_eq!(stream.read(&mut [0]).await.expect("an end in order"), 0);
        }
        for (theirs, ours) in [(vec![0x0b, 0xb9], vec![0x0b, 0xb9]), (vec![], vec![])] {
            let (mut stream, _) = ask(address, request("GET /ws/ HTTP/1.1", &[]).as_bytes()).await;
            stream.write_all(&frame(0x88, &theirs)).await.expect("it reads");
            assert_eq!(closed(&mut stream).await, ours);
            assert_eq!(stream.read(&mut [0]).await.expect("an end in order"), 0);
        }
    }
}

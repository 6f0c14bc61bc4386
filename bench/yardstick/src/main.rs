//! The yardstick of `openbell bench fanout`: what anybody writes first with axum, a broadcast
//! channel and a loop in each socket. No history, no order beyond the channel's, no back-pressure.
//!
//! It is driven as the bench's own server is: it prints where it listens, and
//! `publish <room> <count> <bytes>` on standard input sends that many messages to everybody.

// It stands outside of the house on purpose: its clock and its tasks are nobody's.
#![allow(clippy::disallowed_methods, clippy::unwrap_used)]

use std::{
    io::{BufRead, Write},
    time::{SystemTime, UNIX_EPOCH},
};

use axum::{
    Router,
    extract::ws::{Message, Utf8Bytes, WebSocketUpgrade},
    response::Response,
    routing::any,
};
use tokio::{net::TcpListener, sync::broadcast};

/// More than the bench ever has on its way.
const CHANNEL: usize = 4096;

#[tokio::main]
async fn main() {
    let (sender, _) = broadcast::channel::<Utf8Bytes>(CHANNEL);
    let subscribe = sender.clone();
    let handler = async move |upgrade: WebSocketUpgrade| -> Response {
        let mut messages = subscribe.subscribe();
        upgrade.on_upgrade(async move |mut socket| {
            if socket.send(Message::Text(r#"{"type":"welcome"}"#.into())).await.is_err() {
                return;
            }
            while let Ok(text) = messages.recv().await {
                if socket.send(Message::Text(text)).await.is_err() {
                    return;
                }
            }
        })
    };
    let router = Router::new().route("/ws/bench/{room}", any(handler));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    say(&format!("listening {}", listener.local_addr().unwrap()));
    tokio::spawn(async move { axum::serve(listener, router).await });
    tokio::task::spawn_blocking(move || publish(&sender)).await.unwrap();
}

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).unwrap();
}

fn publish(sender: &broadcast::Sender<Utf8Bytes>) {
    let mut seq = 0_u64;
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split(' ').collect();
        let ["publish", room, count, bytes] = words[..] else { panic!("unknown command: {line}") };
        let (count, bytes): (u64, usize) = (count.parse().unwrap(), bytes.parse().unwrap());
        let pad = "x".repeat(bytes);
        for _ in 0..count {
            seq += 1;
            let micros = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
            let millis = micros / 1000;
            let place = format!(r#""ch":"bench:{room}","seq":{seq},"ts":{millis}"#);
            let text = format!(r#"{{{place},"type":"tick","t":{micros},"pad":"{pad}"}}"#);
            let _ = sender.send(text.into());
        }
        say("published");
    }
}

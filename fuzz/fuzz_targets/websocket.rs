//! Any bytes, whole and in two pieces: the same messages, within the limit, and one end.

#![no_main]

use std::io::Cursor;

use hub::{Inbound, Transport, TransportReader, websocket::WebSocket};
use libfuzzer_sys::fuzz_target;

const LIMIT: usize = 4096;

fn messages(early: &[u8], late: &[u8]) -> Vec<Inbound> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let stream = Cursor::new(late.to_vec());
    let (mut reader, _) = WebSocket::new(stream, Vec::new(), early.to_vec(), LIMIT).split();
    runtime.block_on(async {
        let mut messages = Vec::new();
        while let Some(message) = reader.recv().await {
            messages.push(message);
        }
        messages
    })
}

fuzz_target!(|data: &[u8]| {
    let Some((&cut, bytes)) = data.split_first() else {
        return;
    };
    let whole = messages(&[], bytes);
    let (early, late) = bytes.split_at(usize::from(cut).min(bytes.len()));
    assert_eq!(messages(early, late), whole);
    for (place, message) in whole.iter().enumerate() {
        match message {
            Inbound::Text(text) => assert!(text.len() <= LIMIT),
            Inbound::Ping(payload) => assert!(payload.len() <= 125),
            Inbound::Binary | Inbound::Pong => {}
            Inbound::Close(_) | Inbound::TooLarge | Inbound::Malformed => {
                assert_eq!(place + 1, whole.len(), "nothing follows an end");
            }
        }
    }
});

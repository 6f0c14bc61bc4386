//! RFC 6455, case by case: bytes of a client and what becomes of them, messages of the server and
//! the bytes they become.

use std::{
    io,
    pin::Pin,
    sync::{Arc, Mutex},
    task::{Context, Poll, Waker},
};

use hub::{
    CloseCode, Inbound, Outbound, Sent, Text, Transport, TransportReader, TransportWriter,
    websocket::{Reader, WebSocket, Writer},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::raw::{self, BINARY, CLOSE, CONTINUATION, MORE, PING, PONG, TEXT, close, frame, frames};

const LIMIT: usize = 1000;

/// Messages made of these bytes.
async fn decoded(bytes: &[u8]) -> Vec<Inbound> {
    let bytes = io::Cursor::new(bytes.to_vec());
    raw::all(WebSocket::new(bytes, io::Cursor::new(Vec::new()), Vec::new(), LIMIT).split().0).await
}

fn text(text: &str) -> Inbound {
    Inbound::Text(Text::from(text))
}

fn ping(payload: &[u8]) -> Inbound {
    Inbound::Ping(payload.into())
}

#[tokio::test]
async fn what_is_in_order_is_read() {
    let long = "x".repeat(LIMIT);
    let full = [b'p'; 125];
    let reason = "é".repeat(61);
    let cases: Vec<(&str, Vec<u8>, Vec<Inbound>)> = vec![
        ("text", frame(TEXT, b"hello"), vec![text("hello")]),
        ("empty", frame(TEXT, b""), vec![text("")]),
        ("two at once", frames(&[(TEXT, b"a"), (TEXT, b"b")]), vec![text("a"), text("b")]),
        ("as long as may be", frame(TEXT, long.as_bytes()), vec![text(&long)]),
        ("binary", frame(BINARY, &[0xff, 0]), vec![Inbound::Binary]),
        (
            "fragments",
            frames(&[(TEXT | MORE, b"he"), (CONTINUATION | MORE, b"ll"), (CONTINUATION, b"o")]),
            vec![text("hello")],
        ),
        (
            "empty fragments",
            frames(&[(TEXT | MORE, b""), (CONTINUATION | MORE, b""), (CONTINUATION, b"")]),
            vec![text("")],
        ),
        (
            "a letter across fragments",
            frames(&[(TEXT | MORE, &[0xc3]), (CONTINUATION, &[0xa9])]),
            vec![text("é")],
        ),
        (
            "binary fragments",
            frames(&[(BINARY | MORE, &[0xff]), (CONTINUATION, &[0xff])]),
            vec![Inbound::Binary],
        ),
        (
            "control frames between fragments",
            frames(&[
                (TEXT | MORE, b"a"),
                (PING, b"1"),
                (CONTINUATION | MORE, b"b"),
                (PONG, b""),
                (PING, b"2"),
                (CONTINUATION, b"c"),
            ]),
            vec![ping(b"1"), Inbound::Pong, ping(b"2"), text("abc")],
        ),
        ("a full ping", frame(PING, &full), vec![ping(&full)]),
        ("close", frame(CLOSE, b""), vec![Inbound::Close(None)]),
        ("close with a reason", close(1000, reason.as_bytes()), vec![Inbound::Close(Some(1000))]),
        (
            "close within a message, and nothing behind it",
            [frame(TEXT | MORE, b"a"), frame(CLOSE, b""), frame(CONTINUATION, b"b")].concat(),
            vec![Inbound::Close(None)],
        ),
        ("an end within a frame", frame(TEXT, b"hello")[..8].to_vec(), vec![]),
        ("an end within a header", vec![0x81], vec![]),
    ];
    for (name, bytes, expected) in cases {
        assert_eq!(decoded(&bytes).await, expected, "{name}");
    }
}

#[tokio::test]
async fn what_breaks_the_protocol_is_malformed() {
    let unmasked = [0x81, 1, b'a'].to_vec();
    let mut cases: Vec<(&str, Vec<u8>)> = vec![
        ("no mask", unmasked),
        ("no mask on a ping", vec![0x89, 0]),
        ("a continuation of nothing", frame(CONTINUATION, b"a")),
        ("a last continuation of nothing", frame(CONTINUATION | MORE, b"a")),
        ("a message within a message", frames(&[(TEXT | MORE, b"a"), (TEXT, b"b")])),
        ("another kind within a message", frames(&[(TEXT | MORE, b"a"), (BINARY, b"b")])),
        ("a fragmented ping", frame(PING | MORE, b"")),
        ("a fragmented close", frame(CLOSE | MORE, b"")),
        ("a ping of 126 bytes", frame(PING, &[0; 126])),
        ("a close of 126 bytes", frame(CLOSE, &[0; 126])),
        ("a ping with a long length", [&[0x89, 0xff][..], &[0; 12]].concat()),
        ("a close of one byte", frame(CLOSE, &[3])),
        ("a reason that is not UTF-8", close(1000, &[0xc3])),
        ("text that is not UTF-8", frame(TEXT, &[b'a', 0xff])),
        ("half a letter", frame(TEXT, &[0xc3])),
        ("a surrogate", frame(TEXT, &[0xed, 0xa0, 0x80])),
        ("an overlong form", frame(TEXT, &[0xc0, 0xaf])),
        (
            "text that is not UTF-8 across fragments",
            frames(&[(TEXT | MORE, &[0xc3]), (CONTINUATION, b"a")]),
        ),
        ("7 as two bytes", vec![0x81, 0xfe, 0, 7, 0, 0, 0, 0]),
        ("125 as two bytes", vec![0x81, 0xfe, 0, 125, 0, 0, 0, 0]),
        ("65535 as eight bytes", vec![0x81, 0xff, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0, 0, 0]),
        ("a length of 64 bits", [&[0x81, 0xff, 0x80][..], &[0; 11]].concat()),
        ("no WebSocket at all", b"GET / HTTP/1.1\r\n\r\n".to_vec()),
    ];
    for opcode in [3, 4, 5, 6, 7, 11, 12, 13, 14, 15] {
        cases.push(("a reserved opcode", vec![0x80 | opcode, 0x80, 0, 0, 0, 0]));
    }
    for bit in [0x10, 0x20, 0x40] {
        cases.push(("a reserved bit", vec![0x81 | bit, 0x80, 0, 0, 0, 0]));
        cases.push(("a reserved bit on a ping", vec![0x89 | bit, 0x80, 0, 0, 0, 0]));
    }
    for code in [0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65_535] {
        cases.push(("a close code that must not travel", close(code, b"")));
    }
    for (name, bytes) in cases {
        assert_eq!(decoded(&bytes).await, [Inbound::Malformed], "{name}: {bytes:x?}");
        // What was whole before it counts, what comes behind it does not.
        let around = [frame(TEXT, b"1"), bytes.clone(), frame(TEXT, b"2")].concat();
        assert_eq!(decoded(&around).await, [text("1"), Inbound::Malformed], "{name}");
    }
    for code in [1000, 1001, 1002, 1003, 1007, 1008, 1011, 1014, 3000, 4000, 4999] {
        assert_eq!(decoded(&close(code, b"x")).await, [Inbound::Close(Some(code))]);
    }
}

#[tokio::test]
async fn what_is_too_long_is_refused_by_its_header() {
    let header = |length: u16| [&[0x81, 0xfe][..], &length.to_be_bytes(), &[0; 4]].concat();
    let [allowed, above] = [LIMIT as u16, LIMIT as u16 + 1];
    assert_eq!(decoded(&header(allowed)).await, [], "waits for its body");
    assert_eq!(decoded(&header(above)).await, [Inbound::TooLarge]);
    let huge = [0x82, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0];
    assert_eq!(decoded(&huge).await, [Inbound::TooLarge]);
    // Fragments count together, also those of binary messages.
    for opcode in [TEXT, BINARY] {
        let half = frame(opcode | MORE, &[b'x'; LIMIT / 2]);
        let rest = frame(CONTINUATION, &[b'x'; LIMIT / 2]);
        assert_eq!(decoded(&[half.clone(), rest].concat()).await.len(), 1);
        let rest = frame(CONTINUATION, &[b'x'; LIMIT / 2 + 1]);
        assert_eq!(decoded(&[half, rest].concat()).await, [Inbound::TooLarge]);
    }
    // Fragments of nothing are too much some time, too.
    let mut flood = frame(TEXT | MORE, b"");
    for _ in 0..5000 {
        flood.extend(frame(CONTINUATION | MORE, b""));
    }
    assert_eq!(decoded(&flood).await, [Inbound::TooLarge]);
}

#[tokio::test]
async fn what_came_with_the_handshake_comes_first() {
    let bytes = frames(&[(TEXT, b"one"), (TEXT, b"two"), (TEXT | MORE, b"th")]);
    for cut in 0..bytes.len() {
        let (early, late) = bytes.split_at(cut);
        let late = [late, &frame(CONTINUATION, b"ree")].concat();
        let socket = WebSocket::new(io::Cursor::new(late), Vec::new(), early.to_vec(), LIMIT);
        let messages = raw::all(socket.split().0).await;
        assert_eq!(messages, [text("one"), text("two"), text("three")], "{cut}");
    }
}

// ---- writing ----

/// A stream that takes so many bytes of each write, and each second time none.
#[derive(Clone, Default)]
struct Slow(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    bytes: Vec<u8>,
    at_once: usize,
    refuses: bool,
    writes: usize,
    waker: Option<Waker>,
    ended: bool,
}

impl Slow {
    fn taking(at_once: usize) -> Self {
        Self(Arc::new(Mutex::new(Taken { at_once, ..Taken::default() })))
    }

    fn bytes(&self) -> Vec<u8> {
        self.0.lock().unwrap().bytes.clone()
    }

    fn writes(&self) -> usize {
        self.0.lock().unwrap().writes
    }
}

impl AsyncWrite for Slow {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_vectored(context, &[io::IoSlice::new(bytes)])
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let mut taken = self.0.lock().unwrap();
        let at_once = taken.at_once;
        if at_once < usize::MAX {
            taken.refuses = !taken.refuses;
            if taken.refuses {
                taken.waker = Some(context.waker().clone());
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
        }
        let mut count = 0;
        for piece in pieces {
            let part = &piece[..piece.len().min(at_once - count)];
            taken.bytes.extend_from_slice(part);
            count += part.len();
        }
        taken.writes += 1;
        Poll::Ready(Ok(count))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.0.lock().unwrap().ended = true;
        Poll::Ready(Ok(()))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }
}

fn writer(stream: &Slow) -> Writer<Slow> {
    let nothing = io::Cursor::new(Vec::<u8>::new());
    WebSocket::new(nothing, stream.clone(), Vec::new(), LIMIT).split().1
}

/// Messages of every kind and size, and the bytes that they are.
fn everything() -> (Vec<Outbound>, Vec<u8>) {
    let (mut messages, mut bytes) = (Vec::new(), Vec::new());
    for length in [0, 1, 125, 126, 8_180, 8_190, 8_200, 20_000, 3, 65_535, 65_536, 7] {
        let text = Text::from("x".repeat(length));
        bytes.extend_from_slice(text.wire());
        messages.push(Outbound::Text(text));
    }
    let more = [
        (Outbound::Ping, &[0x89, 0][..]),
        (Outbound::Pong((*b"hi").into()), &[0x8a, 2, b'h', b'i']),
        (Outbound::CloseBack(None), &[0x88, 0]),
        (Outbound::CloseBack(Some(3000)), &[0x88, 2, 0x0b, 0xb8]),
        (Outbound::Close(CloseCode::MALFORMED, "bad"), &[0x88, 5, 0x0f, 0xa9, b'b', b'a', b'd']),
    ];
    for (message, wire) in more {
        messages.push(message);
        bytes.extend_from_slice(wire);
    }
    (messages, bytes)
}

#[tokio::test]
async fn frames_are_written_whole_and_in_order_however_little_is_taken() {
    let (messages, bytes) = everything();
    for at_once in [1, 997, 30_000, usize::MAX] {
        let stream = Slow::taking(at_once);
        let mut writer = writer(&stream);
        let mut left = messages.clone();
        while writer.send(&mut left).await == Ok(Sent::Part) {
            assert!(left.is_empty(), "all were taken");
        }
        assert!(stream.bytes() == bytes, "{at_once}");
        writer.end().await.unwrap();
        assert!(stream.0.lock().unwrap().ended);
    }
}

#[tokio::test]
async fn a_write_that_was_dropped_goes_on() {
    let (messages, bytes) = everything();
    let stream = Slow::taking(997);
    let mut writer = writer(&stream);
    let mut waiting = messages;
    while !waiting.is_empty() {
        let rest = waiting.split_off(3.min(waiting.len()));
        let mut context = Context::from_waker(Waker::noop());
        // Polled once, then dropped.
        let _ = std::pin::pin!(writer.send(&mut waiting)).poll(&mut context);
        assert!(waiting.is_empty());
        waiting = rest;
    }
    while writer.send(&mut waiting).await == Ok(Sent::Part) {}
    assert!(stream.bytes() == bytes);
}

#[tokio::test]
async fn a_batch_is_one_write_and_large_frames_are_not_copied() {
    let stream = Slow::taking(usize::MAX);
    let mut writer = writer(&stream);
    let small = Outbound::Text("x".repeat(200).into());
    assert_eq!(writer.send(&mut vec![small.clone(); 64]).await, Ok(Sent::All));
    assert_eq!(stream.writes(), 1);
    let large = Outbound::Text("x".repeat(100_000).into());
    assert_eq!(writer.send(&mut vec![small.clone(), large, small]).await, Ok(Sent::All));
    assert_eq!(stream.writes(), 3);
    assert_eq!(stream.bytes().len(), 66 * 204 + 100_010);
}

#[tokio::test]
async fn a_stream_that_is_gone_is_gone() {
    let (ours, theirs) = tokio::io::duplex(10);
    drop(theirs);
    let (reader, writer) = tokio::io::split(ours);
    let (mut reader, mut writer) = WebSocket::new(reader, writer, Vec::new(), LIMIT).split();
    assert_eq!(reader.recv().await, None);
    assert!(writer.send(&mut vec![Outbound::Ping]).await.is_err());
}

/// A stream that gives one byte at each read.
struct Drip(io::Cursor<Vec<u8>>);

impl AsyncRead for Drip {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut one = [0];
        let mut single = ReadBuf::new(&mut one);
        let polled = Pin::new(&mut self.0).poll_read(context, &mut single);
        buffer.put_slice(single.filled());
        polled
    }
}

#[tokio::test]
async fn bytes_may_come_one_by_one() {
    let long = "y".repeat(700);
    let list: [(u8, &[u8]); 6] = [
        (TEXT | MORE, "ä".as_bytes()),
        (PING, b"ping"),
        (CONTINUATION | MORE, b""),
        (CONTINUATION, long.as_bytes()),
        (BINARY, &[1; 300]),
        (CLOSE, &[0x0b, 0xb8]),
    ];
    let reader: Reader<Drip> =
        WebSocket::new(Drip(io::Cursor::new(frames(&list))), Vec::new(), Vec::new(), LIMIT)
            .split()
            .0;
    let expected =
        [ping(b"ping"), text(&format!("ä{long}")), Inbound::Binary, Inbound::Close(Some(3000))];
    assert_eq!(raw::all(reader).await, expected);
}

//! Any stream in any pieces, and any bytes at all.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use hub::{Inbound, Text, Transport, TransportReader, websocket::WebSocket};
use proptest::{collection::vec, prelude::*};
use tokio::io::{AsyncRead, ReadBuf};

use super::raw::{self, BINARY, CLOSE, CONTINUATION, MORE, PING, PONG, TEXT, frame};

const LIMIT: usize = 4000;

/// Gives its pieces one after another, then ends, or waits for ever.
struct Pieces {
    pieces: std::vec::IntoIter<Vec<u8>>,
    ends: bool,
}

impl AsyncRead for Pieces {
    fn poll_read(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.pieces.next() {
            Some(piece) => buffer.put_slice(&piece),
            None if self.ends => {}
            None => return Poll::Pending,
        }
        Poll::Ready(Ok(()))
    }
}

fn cut(bytes: &[u8], sizes: &[usize]) -> Vec<Vec<u8>> {
    let (mut pieces, mut rest) = (Vec::new(), bytes);
    for size in sizes.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        let (piece, behind) = rest.split_at((*size).min(rest.len()));
        pieces.push(piece.to_vec());
        rest = behind;
    }
    pieces
}

fn socket(pieces: Vec<Vec<u8>>, early: Vec<u8>, ends: bool) -> impl TransportReader {
    let stream = Pieces { pieces: pieces.into_iter(), ends };
    WebSocket::new(stream, Vec::new(), early, LIMIT).split().0
}

/// Everything that comes before it ends or waits.
fn read(mut reader: impl TransportReader) -> Vec<Inbound> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let mut messages = Vec::new();
        loop {
            let next = tokio::select! {
                biased;
                next = reader.recv() => next,
                () = std::future::ready(()) => None,
            };
            match next {
                Some(message) => messages.push(message),
                None => return messages,
            }
        }
    })
}

/// What a client may send, and what is made of it.
#[derive(Debug, Clone)]
enum Said {
    Text { text: String, cuts: Vec<usize>, pings: bool },
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong(Vec<u8>),
}

impl Said {
    fn any() -> impl Strategy<Value = Self> {
        prop_oneof![
            4 => ("\\PC{0,400}", vec(0_usize..200, 0..5), any::<bool>())
                .prop_map(|(text, cuts, pings)| Self::Text { text, cuts, pings }),
            1 => vec(any::<u8>(), 0..300).prop_map(Self::Binary),
            1 => vec(any::<u8>(), 0..=125).prop_map(Self::Ping),
            1 => vec(any::<u8>(), 0..=125).prop_map(Self::Pong),
        ]
    }

    fn write(&self, bytes: &mut Vec<u8>, expected: &mut Vec<Inbound>) {
        match self {
            Self::Text { text, cuts, pings } => {
                let mut rest = text.as_bytes();
                let mut opcode = TEXT;
                for cut in cuts {
                    let (part, behind) = rest.split_at((*cut).min(rest.len()));
                    bytes.extend(frame(opcode | MORE, part));
                    if *pings {
                        bytes.extend(frame(PING, b"between"));
                        expected.push(Inbound::Ping((*b"between").into()));
                    }
                    (rest, opcode) = (behind, CONTINUATION);
                }
                bytes.extend(frame(opcode, rest));
                expected.push(Inbound::Text(Text::from(text.as_str())));
            }
            Self::Binary(payload) => {
                bytes.extend(frame(BINARY, payload));
                expected.push(Inbound::Binary);
            }
            Self::Ping(payload) => {
                bytes.extend(frame(PING, payload));
                expected.push(Inbound::Ping(payload.as_slice().into()));
            }
            Self::Pong(payload) => {
                bytes.extend(frame(PONG, payload));
                expected.push(Inbound::Pong);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn any_split_gives_the_same_messages(
        said in vec(Said::any(), 0..12),
        sizes in vec(1_usize..600, 1..8),
        early in 0_usize..2000,
    ) {
        let (mut bytes, mut expected) = (Vec::new(), Vec::new());
        for message in &said {
            message.write(&mut bytes, &mut expected);
        }
        bytes.extend(frame(CLOSE, &[0x0f, 0xa0]));
        expected.push(Inbound::Close(Some(4000)));
        let (early, late) = bytes.split_at(early.min(bytes.len()));
        prop_assert_eq!(read(socket(cut(late, &sizes), early.to_vec(), false)), expected);
    }

    #[test]
    fn any_bytes_end_or_wait(
        // Half of them begin as a frame does, so that they get further.
        frames in vec((0_u8..16, any::<bool>(), vec(any::<u8>(), 0..200)), 0..8),
        bytes in vec(any::<u8>(), 0..500),
        sizes in vec(1_usize..300, 1..5),
        ends in any::<bool>(),
    ) {
        let mut stream = Vec::new();
        for (opcode, more, payload) in &frames {
            stream.extend(frame(if *more { opcode | MORE } else { *opcode }, payload));
        }
        stream.extend(bytes);
        let messages = read(socket(cut(&stream, &sizes), Vec::new(), ends));
        let is_end = |message: &Inbound| {
            matches!(message, Inbound::Malformed | Inbound::TooLarge | Inbound::Close(_))
        };
        // An end comes once, and nothing behind it.
        let end = messages.iter().position(is_end);
        prop_assert!(end.is_none_or(|end| end + 1 == messages.len()), "{messages:?}");
        let total: usize = messages
            .iter()
            .map(|message| match message {
                Inbound::Text(text) => text.len(),
                Inbound::Ping(payload) => payload.len(),
                _ => 0,
            })
            .sum();
        prop_assert!(total <= stream.len());
        prop_assert_eq!(messages, read(socket(vec![stream.clone()], Vec::new(), ends)));
    }
}

#[test]
fn raw_frames_are_what_the_rfc_shows() {
    // Section 5.7: a masked text "Hello", with another mask than ours.
    let bytes = [0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58];
    let hello = [Inbound::Text("Hello".into())];
    assert_eq!(read(socket(vec![bytes.to_vec()], Vec::new(), true)), hello);
    assert_eq!(read(socket(vec![raw::frame(TEXT, b"Hello")], Vec::new(), true)), hello);
}

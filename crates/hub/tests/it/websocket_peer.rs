//! Our WebSocket against one that others wrote.

use futures_util::{SinkExt, StreamExt};
use hub::{
    CloseCode, Inbound, Outbound, Sent, Text, Transport, TransportReader, TransportWriter,
    websocket::{Reader, WebSocket, Writer},
};
use tokio::io::{DuplexStream, ReadHalf, WriteHalf};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Message,
        protocol::{
            CloseFrame, Role,
            frame::{
                Frame,
                coding::{Data, OpCode},
            },
        },
    },
};

const LIMIT: usize = 200_000;

type Client = WebSocketStream<DuplexStream>;

/// Both ends; so many bytes fit between them.
async fn pair(
    room: usize,
) -> (Client, Reader<ReadHalf<DuplexStream>>, Writer<WriteHalf<DuplexStream>>) {
    let (ours, theirs) = tokio::io::duplex(room);
    let client = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
    let (reader, writer) = tokio::io::split(ours);
    let (reader, writer) = WebSocket::new(reader, writer, Vec::new(), LIMIT).split();
    (client, reader, writer)
}

fn lengths() -> impl Iterator<Item = usize> {
    [0, 1, 2, 3, 4, 5, 7, 8, 9, 124, 125, 126, 127, 1000, 8191, 8192, 16_384]
        .into_iter()
        .chain([65_535, 65_536, 65_537, 150_000])
}

#[tokio::test]
async fn it_reads_what_we_write() {
    for room in [64, 5000, 1 << 20] {
        let (mut client, _reader, mut writer) = pair(room).await;
        let texts: Vec<_> = lengths().map(|length| "ä".repeat(length / 2)).collect();
        let mut messages: Vec<_> =
            texts.iter().map(|text| Outbound::Text(text.as_str().into())).collect();
        messages.push(Outbound::Ping);
        messages.push(Outbound::Pong((*b"pong").into()));
        messages.push(Outbound::Close(CloseCode::DRAINING, "draining"));
        let writing = async {
            while writer.send(&mut messages).await.unwrap() == Sent::Part {}
            writer.end().await.unwrap();
        };
        let reading = async {
            for text in texts {
                assert_eq!(client.next().await.unwrap().unwrap(), Message::text(text));
            }
            assert_eq!(client.next().await.unwrap().unwrap(), Message::Ping("".into()));
            assert_eq!(client.next().await.unwrap().unwrap(), Message::Pong("pong".into()));
            let Some(Ok(Message::Close(Some(frame)))) = client.next().await else {
                panic!("no close frame");
            };
            assert_eq!((u16::from(frame.code), frame.reason.as_str()), (4200, "draining"));
        };
        tokio::join!(writing, reading);
    }
}

#[tokio::test]
async fn we_read_what_it_writes() {
    for room in [64, 5000, 1 << 20] {
        let (mut client, mut reader, _writer) = pair(room).await;
        let texts: Vec<_> = lengths().map(|length| "é".repeat(length / 2)).collect();
        let writing = async {
            for text in &texts {
                client.send(Message::text(text.as_str())).await.unwrap();
            }
            client.send(Message::binary(vec![0xff; 70_000])).await.unwrap();
            client.send(Message::Ping("ping".into())).await.unwrap();
            client.send(Message::Pong("pong".into())).await.unwrap();
            for (text, opcode, last) in [
                ("a", Data::Text, false),
                ("b", Data::Continue, false),
                ("c", Data::Continue, true),
            ] {
                let frame = Frame::message(text, OpCode::Data(opcode), last);
                client.send(Message::Frame(frame)).await.unwrap();
            }
            let close = CloseFrame { code: 4999.into(), reason: "over".into() };
            client.send(Message::Close(Some(close))).await.unwrap();
        };
        let reading = async {
            for text in &texts {
                let expected = Inbound::Text(Text::from(text.as_str()));
                assert!(reader.recv().await == Some(expected), "{}", text.len());
            }
            assert_eq!(reader.recv().await, Some(Inbound::Binary));
            assert_eq!(reader.recv().await, Some(Inbound::Ping((*b"ping").into())));
            assert_eq!(reader.recv().await, Some(Inbound::Pong));
            assert_eq!(reader.recv().await, Some(Inbound::Text("abc".into())));
            assert_eq!(reader.recv().await, Some(Inbound::Close(Some(4999))));
        };
        tokio::join!(writing, reading);
    }
}

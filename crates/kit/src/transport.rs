//! A WebSocket of the HTTP server, as the hub takes it.

use axum::{
    Error,
    extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket},
};
use futures_util::{
    SinkExt, StreamExt,
    stream::{SplitSink, SplitStream},
};
use hub::{Gone, Inbound, Outbound, Text, Transport, TransportReader, TransportWriter};

/// A WebSocket after its handshake.
pub(crate) struct AxumTransport(pub(crate) WebSocket);

impl Transport for AxumTransport {
    type Reader = Reader;
    type Writer = Writer;

    fn split(self) -> (Reader, Writer) {
        let (writer, reader) = self.0.split();
        (Reader { stream: reader, ended: false }, Writer(writer))
    }
}

/// The half that reads.
pub(crate) struct Reader {
    stream: SplitStream<WebSocket>,
    /// What came was no WebSocket any more: the library reads no further.
    ended: bool,
}

impl TransportReader for Reader {
    async fn recv(&mut self) -> Option<Inbound> {
        if self.ended {
            // Nothing more will come, but the close frame that says why is still to be written.
            // Whoever serves the connection ends this wait with it.
            return std::future::pending().await;
        }
        match self.stream.next().await? {
            Ok(Message::Text(text)) => {
                let bytes = bytes::Bytes::from(text);
                Some(Text::from_utf8(bytes).map_or(Inbound::Malformed, Inbound::Text))
            }
            Ok(Message::Binary(_)) => Some(Inbound::Binary),
            Ok(Message::Ping(_)) => Some(Inbound::Ping),
            Ok(Message::Pong(_)) => Some(Inbound::Pong),
            Ok(Message::Close(_)) => Some(Inbound::Close),
            Err(error) => {
                let fault = fault(error);
                self.ended = fault.is_some();
                fault
            }
        }
    }
}

/// What an error of the library means. It does not export its own error type, so the words decide;
/// a test holds them.
fn fault(error: Error) -> Option<Inbound> {
    let text = error.into_inner().to_string();
    if text.contains("too long") || text.contains("too big") || text.contains("Space limit") {
        Some(Inbound::TooLarge)
    } else if text.contains("protocol error: Connection reset") || text.starts_with("IO error") {
        None
    } else {
        Some(Inbound::Malformed)
    }
}

/// The half that writes.
pub(crate) struct Writer(SplitSink<WebSocket, Message>);

impl TransportWriter for Writer {
    async fn feed(&mut self, message: Outbound) -> Result<(), Gone> {
        let message = match message {
            Outbound::Text(text) => Message::Text(utf8(text)?),
            Outbound::Ping => Message::Ping(bytes::Bytes::new()),
            Outbound::Close(code, reason) => {
                Message::Close(Some(CloseFrame { code: code.as_u16(), reason: reason.into() }))
            }
        };
        self.0.feed(message).await.map_err(|_| Gone)
    }

    async fn flush(&mut self) -> Result<(), Gone> {
        self.0.flush().await.map_err(|_| Gone)
    }
}

fn utf8(text: Text) -> Result<Utf8Bytes, Gone> {
    Utf8Bytes::try_from(text.into_bytes()).map_err(|_| Gone)
}

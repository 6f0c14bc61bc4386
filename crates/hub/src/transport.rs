//! One WebSocket, whatever the library.

use std::future::Future;

use crate::{CloseCode, Text};

/// What came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inbound {
    /// A text message, whole.
    Text(Text),
    /// A binary message; the protocol has none.
    Binary,
    /// A ping; the transport answers it itself.
    Ping,
    /// A pong.
    Pong,
    /// The peer closes; the transport answers it at the next flush.
    Close,
    /// A message above the limit that was not read. The connection ends.
    TooLarge,
    /// Not the protocol or not UTF-8. The connection ends.
    Malformed,
}

/// What goes out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outbound {
    /// A text message.
    Text(Text),
    /// A ping.
    Ping,
    /// The end, with a word for people.
    Close(CloseCode, &'static str),
}

/// The peer is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the connection is gone")]
pub struct Gone;

/// One WebSocket after its handshake. It is split so that reading and writing go on side by side
/// without one cancelling the other.
pub trait Transport: Send + 'static {
    /// The half that reads.
    type Reader: TransportReader;
    /// The half that writes.
    type Writer: TransportWriter;

    /// Both halves.
    fn split(self) -> (Self::Reader, Self::Writer);
}

/// The half that reads.
pub trait TransportReader: Send + 'static {
    /// The next message; `None` when there will be no more. The hub drops this future before it
    /// is ready only when the connection is over.
    fn recv(&mut self) -> impl Future<Output = Option<Inbound>> + Send;
}

/// The half that writes. The hub feeds all that is queued and flushes once.
pub trait TransportWriter: Send + 'static {
    /// Takes a message; it need not be on its way before the flush.
    ///
    /// # Errors
    /// The peer is gone.
    fn feed(&mut self, message: Outbound) -> impl Future<Output = Result<(), Gone>> + Send;

    /// Sends all that was fed. May be called again after it was dropped half done.
    ///
    /// # Errors
    /// The peer is gone.
    fn flush(&mut self) -> impl Future<Output = Result<(), Gone>> + Send;
}

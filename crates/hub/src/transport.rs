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
    /// A ping, with what the pong has to bring back.
    Ping(Box<[u8]>),
    /// A pong.
    Pong,
    /// The peer closes, with its code, if it gave one. Nothing comes behind it.
    Close(Option<u16>),
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
    /// The answer to a ping, with what came with it.
    Pong(Box<[u8]>),
    /// The end, with a word for people.
    Close(CloseCode, &'static str),
    /// The answer to the peer's close, with its code.
    CloseBack(Option<u16>),
}

/// How far a write has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Everything is on its way.
    All,
    /// The peer has taken some of it; the rest waits for the next call.
    Part,
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
    /// The next message; `None` when the peer has ended. After [`Inbound::TooLarge`] and
    /// [`Inbound::Malformed`] whatever comes is forgotten, so that it does not stand in the way of
    /// the close frame. The hub drops this future before it is ready only when the connection is
    /// over.
    fn recv(&mut self) -> impl Future<Output = Option<Inbound>> + Send;
}

/// The half that writes. The hub gives it all that is queued, up to a bound, at once.
pub trait TransportWriter: Send + 'static {
    /// Takes these messages and writes them in order, behind what an earlier call left over, until
    /// all is written or the peer, after a wait, has taken a part. May be dropped half done and
    /// called again: what had begun goes on.
    ///
    /// # Errors
    /// The peer is gone.
    fn send(
        &mut self,
        messages: &mut Vec<Outbound>,
    ) -> impl Future<Output = Result<Sent, Gone>> + Send;

    /// Writes what is left over and says that nothing more will come.
    ///
    /// # Errors
    /// The peer is gone.
    fn end(&mut self) -> impl Future<Output = Result<(), Gone>> + Send;
}

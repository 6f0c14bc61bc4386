//! The server's end of RFC 6455, behind its handshake.
//!
//! Own code, because three things matter here that no library has together. A frame is made once,
//! with the text ([`crate::Text::wire`]), and whoever gets it shares its bytes. A connection on
//! which nothing happens has no buffers: those for reading and for gathering belong to the thread.
//! And what breaks the protocol ends exactly as docs/protocol.md says.
//!
//! * `header` – heads of frames, and the mask.
//! * `decoder` – a client's bytes into messages, in whatever pieces they come.
//! * `reader`, `writer` – the two halves on a stream.
//!
//! What is refused as malformed: frames without a mask, reserved bits and opcodes, lengths in a
//! longer form than needed, control frames that are fragmented or longer than 125 bytes, a
//! continuation of nothing, a new message within another, close frames of one byte or with a code
//! that must not travel, and text that is not UTF-8. Extensions are not spoken.

mod decoder;
pub(crate) mod header;
mod reader;
mod writer;

use tokio::io::{AsyncRead, AsyncWrite};

pub use self::{reader::Reader, writer::Writer};
use crate::Transport;

/// A WebSocket after its handshake, over the two directions of a stream.
pub struct WebSocket<R, W> {
    reader: Reader<R>,
    writer: Writer<W>,
}

impl<R: AsyncRead + Unpin, W: AsyncWrite + Unpin> WebSocket<R, W> {
    /// A socket over these halves of a stream. `already_read` came with the handshake and stands
    /// before everything else. A message longer than `limit` bytes, fragments together, is refused
    /// by its header.
    pub const fn new(reader: R, writer: W, already_read: Vec<u8>, limit: usize) -> Self {
        let reader = Reader::new(reader, already_read, limit);
        Self { reader, writer: Writer::new(writer) }
    }
}

impl<R, W> Transport for WebSocket<R, W>
where
    R: AsyncRead + Unpin + Send + 'static,
    W: AsyncWrite + Unpin + Send + 'static,
{
    type Reader = Reader<R>;
    type Writer = Writer<W>;

    fn split(self) -> (Self::Reader, Self::Writer) {
        (self.reader, self.writer)
    }
}

//! The half that reads.

use std::{
    cell::Cell,
    future::poll_fn,
    pin::Pin,
    task::{Context, Poll, ready},
};

use tokio::io::{AsyncRead, ReadBuf};

use super::decoder::Decoder;
use crate::{Inbound, TransportReader};

/// How much is read at once.
const READ_BYTES: usize = 16 * 1024;

thread_local! {
    /// Where a thread's connections read into, one after another.
    static ARRIVING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Reads what a client sends. While nothing comes it holds no buffer: bytes arrive in one that the
/// thread's connections share, and only what belongs to an unfinished message, or stands behind a
/// finished one, is kept.
pub struct Reader<R> {
    stream: R,
    decoder: Decoder,
    /// Read, but behind the message that was given out last.
    behind: Vec<u8>,
    /// So much of that has been used.
    used: usize,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(super) const fn new(stream: R, already_read: Vec<u8>, limit: usize) -> Self {
        Self { stream, decoder: Decoder::new(limit), behind: already_read, used: 0 }
    }

    fn poll_recv(&mut self, context: &mut Context<'_>) -> Poll<Option<Inbound>> {
        if let Some(message) = self.next_behind() {
            return Poll::Ready(Some(message));
        }
        let mut buffer = ARRIVING.take();
        buffer.resize(READ_BYTES, 0);
        let message = self.poll_stream(context, &mut buffer);
        ARRIVING.set(buffer);
        message
    }

    fn next_behind(&mut self) -> Option<Inbound> {
        if self.behind.is_empty() {
            return None;
        }
        let (used, message) = self.decoder.take(&mut self.behind[self.used..]);
        self.used += used;
        if self.used == self.behind.len() {
            self.behind = Vec::new();
            self.used = 0;
        }
        message
    }

    /// Reads until a message is whole, nothing more is there, or the stream ends.
    fn poll_stream(
        &mut self,
        context: &mut Context<'_>,
        buffer: &mut [u8],
    ) -> Poll<Option<Inbound>> {
        loop {
            let mut read = ReadBuf::new(buffer);
            let Ok(()) = ready!(Pin::new(&mut self.stream).poll_read(context, &mut read)) else {
                return Poll::Ready(None);
            };
            let arrived = read.filled_mut();
            if arrived.is_empty() {
                return Poll::Ready(None);
            }
            let (used, message) = self.decoder.take(arrived);
            if message.is_some() {
                if !self.decoder.is_over() {
                    self.behind = arrived[used..].to_vec();
                }
                return Poll::Ready(message);
            }
        }
    }
}

impl<R: AsyncRead + Unpin + Send + 'static> TransportReader for Reader<R> {
    /// After a close frame or a fault whatever comes is read and forgotten, until the peer ends:
    /// unread bytes could take our last words with them.
    async fn recv(&mut self) -> Option<Inbound> {
        poll_fn(|context| self.poll_recv(context)).await
    }
}

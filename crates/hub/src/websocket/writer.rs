//! The half that writes.

use std::{
    cell::Cell,
    collections::VecDeque,
    future::poll_fn,
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use bytes::{Buf, Bytes};
use tokio::io::AsyncWrite;

use super::header;
use crate::{Gone, Outbound, Sent, TransportWriter};

/// Frames shorter than this are copied side by side: that costs less than another piece of a write.
const SHARED_FROM: usize = 8 * 1024;
/// So much is gathered for one write, and one frame more.
const GATHER_BYTES: usize = 16 * 1024;
/// The most pieces of one write of what was left over.
const PIECES: usize = 16;

thread_local! {
    /// Where a thread's connections gather small frames, one after another.
    static GATHERED: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Writes frames of a server. While all is written it holds nothing.
pub struct Writer<W> {
    stream: W,
    /// What the stream did not take at once.
    unsent: VecDeque<Bytes>,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    pub(super) const fn new(stream: W) -> Self {
        Self { stream, unsent: VecDeque::new() }
    }

    fn poll_send(
        &mut self,
        context: &mut Context<'_>,
        messages: &mut Vec<Outbound>,
    ) -> Poll<io::Result<Sent>> {
        if self.unsent.is_empty() {
            let mut gathered = GATHERED.take();
            let written = self.poll_fresh(context, messages, &mut gathered);
            gathered.clear();
            GATHERED.set(gathered);
            written?;
        }
        // Whatever of them is still here stands behind what is left over.
        self.unsent.extend(messages.drain(..).map(frame));
        if !self.unsent.is_empty() {
            let progress = ready!(self.poll_unsent(context))?;
            if !self.unsent.is_empty() {
                return Poll::Ready(Ok(progress));
            }
            self.unsent = VecDeque::new();
        }
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        Poll::Ready(Ok(Sent::All))
    }

    /// Writes messages while the stream takes them: small frames side by side, then at most one
    /// that is not copied. What the stream does not take becomes `unsent`.
    fn poll_fresh(
        &mut self,
        context: &mut Context<'_>,
        messages: &mut Vec<Outbound>,
        gathered: &mut Vec<u8>,
    ) -> io::Result<()> {
        let mut fresh = messages.drain(..).peekable();
        while fresh.peek().is_some() && self.unsent.is_empty() {
            gathered.clear();
            let mut large = Bytes::new();
            while gathered.len() < GATHER_BYTES {
                match fresh.next() {
                    Some(Outbound::Text(text)) if text.wire().len() >= SHARED_FROM => {
                        large = text.wire().clone();
                        break;
                    }
                    Some(message) => push_frame(gathered, &message),
                    None => break,
                }
            }
            let mut done = 0;
            let total = gathered.len() + large.len();
            while done < total {
                let head = &gathered[done.min(gathered.len())..];
                let tail = &large[done.saturating_sub(gathered.len())..];
                match poll_pieces(&mut self.stream, context, &[head, tail])? {
                    Poll::Ready(taken) => done += taken,
                    Poll::Pending => break,
                }
            }
            if done < gathered.len() {
                self.unsent.push_back(Bytes::copy_from_slice(&gathered[done..]));
            }
            if done < total && !large.is_empty() {
                large.advance(done.saturating_sub(gathered.len()));
                self.unsent.push_back(large);
            }
        }
        self.unsent.extend(fresh.map(frame));
        Ok(())
    }

    /// Writes more of what was left over, once.
    fn poll_unsent(&mut self, context: &mut Context<'_>) -> Poll<io::Result<Sent>> {
        let mut pieces: [&[u8]; PIECES] = [&[]; PIECES];
        for (piece, unsent) in pieces.iter_mut().zip(&self.unsent) {
            *piece = unsent;
        }
        let pieces = &pieces[..self.unsent.len().min(PIECES)];
        let mut taken = match poll_pieces(&mut self.stream, context, pieces)? {
            Poll::Ready(taken) => taken,
            Poll::Pending => return Poll::Pending,
        };
        while let Some(first) = self.unsent.front_mut() {
            if taken < first.len() {
                first.advance(taken);
                break;
            }
            taken -= first.len();
            self.unsent.pop_front();
        }
        Poll::Ready(Ok(Sent::Part))
    }

    fn poll_end(&mut self, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            ready!(self.poll_unsent(context))?;
        }
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// One write. A stream that takes nothing for good is at its end.
fn poll_pieces<W: AsyncWrite + Unpin>(
    stream: &mut W,
    context: &mut Context<'_>,
    pieces: &[&[u8]],
) -> io::Result<Poll<usize>> {
    let mut slices = [IoSlice::new(&[]); PIECES];
    let mut count = 0;
    for piece in pieces.iter().filter(|piece| !piece.is_empty()).take(PIECES) {
        slices[count] = IoSlice::new(piece);
        count += 1;
    }
    let stream = Pin::new(stream);
    let written = match &slices[..count] {
        [only] => stream.poll_write(context, only),
        several => stream.poll_write_vectored(context, several),
    };
    match written? {
        Poll::Ready(0) => Err(io::ErrorKind::WriteZero.into()),
        written => Ok(written),
    }
}

fn push_frame(out: &mut Vec<u8>, message: &Outbound) {
    match message {
        Outbound::Text(text) => out.extend_from_slice(text.wire()),
        Outbound::Ping => header::push_control(out, header::PING, [&[], &[]]),
        Outbound::Pong(payload) => header::push_control(out, header::PONG, [payload, &[]]),
        Outbound::Close(code, reason) => {
            let code = code.as_u16().to_be_bytes();
            header::push_control(out, header::CLOSE, [&code, reason.as_bytes()]);
        }
        Outbound::CloseBack(code) => {
            let code = code.map(u16::to_be_bytes);
            let code = code.as_ref().map_or(&[][..], |code| code);
            header::push_control(out, header::CLOSE, [code, &[]]);
        }
    }
}

fn frame(message: Outbound) -> Bytes {
    match message {
        Outbound::Text(text) => text.wire().clone(),
        other => {
            let mut frame = Vec::new();
            push_frame(&mut frame, &other);
            frame.into()
        }
    }
}

impl<W: AsyncWrite + Unpin + Send + 'static> TransportWriter for Writer<W> {
    async fn send(&mut self, messages: &mut Vec<Outbound>) -> Result<Sent, Gone> {
        poll_fn(|context| self.poll_send(context, messages)).await.map_err(|_| Gone)
    }

    async fn end(&mut self) -> Result<(), Gone> {
        poll_fn(|context| self.poll_end(context)).await.map_err(|_| Gone)
    }
}

//! A connection of the HTTP server becomes a WebSocket of the hub.

use std::{any::Any, sync::Arc};

use futures_util::FutureExt as _;
use hub::{
    Endpoint, Gone, Hub, Opening, Outbound, Sent, Transport, TransportWriter, websocket::WebSocket,
};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// What becomes a socket once its handshake is answered.
pub(crate) struct Socket {
    pub(crate) endpoint: Arc<dyn Endpoint>,
    pub(crate) opening: Opening,
    /// The longest message that is read, in bytes.
    pub(crate) limit: usize,
    /// Kept until the socket has ended.
    pub(crate) held: Box<dyn Any + Send>,
}

/// Waits until the handshake is answered, then lets the hub serve the connection in a task of its
/// own: this one, with what the handshake needed, is gone by then.
pub(crate) async fn serve(upgrade: OnUpgrade, hub: Hub, to_be: Socket) {
    let limit = to_be.limit;
    let upgraded = match upgrade.await {
        Ok(upgraded) => upgraded,
        Err(error) => return tracing::debug!(%error, "a handshake was not finished"),
    };
    match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => {
            let (reader, writer) = parts.io.into_inner().into_split();
            let socket = WebSocket::new(reader, writer, parts.read_buf.to_vec(), limit);
            serve_on(&hub, socket, to_be);
        }
        // Behind TLS, say. The two directions share the stream under a lock.
        Err(upgraded) => {
            let (reader, writer) = tokio::io::split(TokioIo::new(upgraded));
            let socket = WebSocket::new(reader, writer, Vec::new(), limit);
            serve_on(&hub, socket, to_be);
        }
    }
}

fn serve_on<T: Transport>(hub: &Hub, socket: T, to_be: Socket) {
    let Socket { endpoint, opening, held, .. } = to_be;
    hub.spawn(hub.serve(Holding { held, socket }, endpoint, opening).map(drop));
}

/// A socket with what it holds until it ends.
struct Holding<T> {
    held: Box<dyn Any + Send>,
    socket: T,
}

impl<T: Transport> Transport for Holding<T> {
    type Reader = T::Reader;
    type Writer = HoldingWriter<T::Writer>;

    fn split(self) -> (Self::Reader, Self::Writer) {
        let (reader, writer) = self.socket.split();
        (reader, HoldingWriter { held: Some(self.held), writer })
    }
}

struct HoldingWriter<W> {
    held: Option<Box<dyn Any + Send>>,
    writer: W,
}

impl<W: TransportWriter> TransportWriter for HoldingWriter<W> {
    async fn send(&mut self, messages: &mut Vec<Outbound>) -> Result<Sent, Gone> {
        self.writer.send(messages).await
    }

    async fn end(&mut self) -> Result<(), Gone> {
        // Before the peer sees the end: whoever comes again at once finds the place free.
        self.held = None;
        self.writer.end().await
    }
}

//! A connection of the HTTP server becomes a WebSocket of the hub.

use std::{any::Any, sync::Arc};

use futures_util::FutureExt as _;
use hub::{Endpoint, Hub, Opening, Transport, websocket::WebSocket};
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
    hub.spawn(hub.serve(socket, endpoint, opening).map(move |_| drop(held)));
}

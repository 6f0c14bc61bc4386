//! A connection of the HTTP server becomes a WebSocket of the hub.

use std::sync::Arc;

use futures_util::FutureExt as _;
use hub::{Endpoint, Hub, Opening, Transport, websocket::WebSocket};
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

/// Waits until the handshake is answered, then lets the hub serve the connection in a task of its
/// own: this one, with what the handshake needed, is gone by then. `limit` is the longest message
/// that is read, in bytes.
pub(crate) async fn serve(
    upgrade: OnUpgrade,
    hub: Hub,
    endpoint: Arc<dyn Endpoint>,
    opening: Opening,
    limit: usize,
) {
    let upgraded = match upgrade.await {
        Ok(upgraded) => upgraded,
        Err(error) => return tracing::debug!(%error, "a handshake was not finished"),
    };
    match upgraded.downcast::<TokioIo<TcpStream>>() {
        Ok(parts) => {
            let (reader, writer) = parts.io.into_inner().into_split();
            let socket = WebSocket::new(reader, writer, parts.read_buf.to_vec(), limit);
            serve_on(&hub, socket, endpoint, opening);
        }
        // Behind TLS, say. The two directions share the stream under a lock.
        Err(upgraded) => {
            let (reader, writer) = tokio::io::split(TokioIo::new(upgraded));
            let socket = WebSocket::new(reader, writer, Vec::new(), limit);
            serve_on(&hub, socket, endpoint, opening);
        }
    }
}

fn serve_on<T: Transport>(hub: &Hub, socket: T, endpoint: Arc<dyn Endpoint>, opening: Opening) {
    hub.spawn(hub.serve(socket, endpoint, opening).map(drop));
}

//! Accepts connections and serves requests on them.
//!
//! Not by `axum::serve`: that one waits for the head of a request for ever, so that anybody could
//! hold connections by sending a byte now and then, or none.

use std::{convert::Infallible, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
};
use domain::SharedClock;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use kit::{Connections, Place, PlaceOfConnection, Proxies};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower::ServiceExt as _;

/// Pause after the system has refused a connection, for want of descriptors say.
const REFUSED_PAUSE: Duration = Duration::from_secs(1);

/// Serves a router on connections.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) router: Router,
    pub(crate) clock: SharedClock,
    /// How long the whole head of a request may take to come, counted from when the connection
    /// is ready for it: also how long a kept connection may be silent.
    pub(crate) head_timeout: Duration,
    /// From now on no connection is accepted, and those that are there end with their request.
    pub(crate) ending: CancellationToken,
    /// Counts connections; sockets only until their handshake.
    pub(crate) connections: TaskTracker,
    /// How many may be open, sockets included.
    pub(crate) places: Arc<Connections>,
    /// Proxies of one's own, which stand for many clients.
    pub(crate) proxies: Proxies,
}

impl Server {
    /// Accepts connections until it is ending. Waiting ones are taken one after another without
    /// going to sleep in between; run it where the connections themselves are not served, so that
    /// it does not wait for its turn among thousands of them.
    pub(crate) async fn accept(self, listener: TcpListener) {
        loop {
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = self.ending.cancelled() => return,
            };
            match accepted {
                Ok((stream, peer)) => match self.place_of(peer) {
                    Some(place) => {
                        self.connections.spawn(self.clone().serve(stream, peer, place));
                    }
                    None => tracing::debug!(%peer, "too many connections are open"),
                },
                Err(error) if is_of_the_peer(&error) => {}
                Err(error) => {
                    tracing::warn!(%error, "no connection can be accepted");
                    self.clock.sleep(REFUSED_PAUSE).await;
                }
            }
        }
    }

    fn place_of(&self, peer: SocketAddr) -> Option<Place> {
        let one = !self.proxies.contains(peer.ip());
        self.places.enter(one.then(|| peer.ip()))
    }

    async fn serve(self, stream: TcpStream, peer: SocketAddr, place: Place) {
        // The default would hold small frames back until the one before is acknowledged.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        let (router, place) = (self.router, PlaceOfConnection(Arc::new(place)));
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            request.extensions_mut().insert(place.clone());
            let answer = router.clone().oneshot(request);
            async move { Ok::<_, Infallible>(answer.await.unwrap_or_else(|never| match never {})) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.head_timeout)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades();
        let mut connection = pin!(connection);
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = self.ending.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%error, %peer, "a connection ended early");
        }
    }
}

/// Whether only this one connection has failed, before it was accepted.
fn is_of_the_peer(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use kit::SystemClock;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        sync::Notify,
    };

    use super::*;

    /// A server of this router, and where it listens.
    async fn start(router: Router, head_timeout: Duration) -> (Server, SocketAddr) {
        start_for(router, head_timeout, 100).await
    }

    /// The same for so many connections of one address.
    async fn start_for(
        router: Router,
        head_timeout: Duration,
        most_of_address: usize,
    ) -> (Server, SocketAddr) {
        let server = Server {
            router,
            clock: Arc::new(SystemClock::new()),
            head_timeout,
            ending: CancellationToken::new(),
            connections: TaskTracker::new(),
            places: Connections::new(100, most_of_address),
            proxies: Proxies::default(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        server.connections.spawn(server.clone().accept(listener));
        (server, address)
    }

    #[tokio::test]
    async fn who_does_not_finish_asking_is_cut() {
        let (_server, address) = start(Router::new(), Duration::from_millis(50)).await;
        for beginning in ["", "GET / HTTP/1.1\r\nhost: x\r\nx-slow: "] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(beginning.as_bytes()).await.unwrap();
            let mut rest = Vec::new();
            // Ends only when the server ends the connection.
            let _ = stream.read_to_end(&mut rest).await;
        }
    }

    #[tokio::test]
    async fn who_has_asked_is_answered_at_the_end_and_the_silent_go() {
        let (asked, go) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let handler = {
            let (asked, go) = (asked.clone(), go.clone());
            async move || {
                asked.notify_one();
                go.notified().await;
                "done"
            }
        };
        let router = Router::new().route("/", get(handler));
        let (server, address) = start(router, Duration::from_secs(60)).await;
        let mut silent = TcpStream::connect(address).await.unwrap();
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
        asked.notified().await;
        server.ending.cancel();
        server.connections.close();
        assert_eq!(silent.read(&mut [0; 8]).await.unwrap_or(0), 0, "it has nothing to say");
        go.notify_one();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
        server.connections.wait().await;
        assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
    }

    #[tokio::test]
    async fn an_address_has_so_many_places() {
        let router = Router::new().route("/", get(async || "here"));
        let (_server, address) = start_for(router, Duration::from_secs(60), 2).await;
        let request = b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
        let mut silent = TcpStream::connect(address).await.unwrap();
        let mut other = TcpStream::connect(address).await.unwrap();
        let mut refused = TcpStream::connect(address).await.unwrap();
        let mut answer = Vec::new();
        let _ = refused.write_all(request).await;
        let _ = refused.read_to_end(&mut answer).await;
        assert!(answer.is_empty(), "it is closed without a word");
        other.write_all(request).await.unwrap();
        other.read_to_end(&mut answer).await.unwrap();
        assert!(answer.ends_with(b"here"));
        // Its place is free once the server has let go of it: a silent one that is let go of too
        // is seen to end before a new one comes.
        silent.write_all(request).await.unwrap();
        let mut rest = String::new();
        silent.read_to_string(&mut rest).await.unwrap();
        assert!(rest.ends_with("here"));
    }
}

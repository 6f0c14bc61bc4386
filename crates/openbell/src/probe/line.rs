//! One connection of a measurement, with an end in time.

use std::time::Duration;

use anyhow::{Context as _, anyhow};
use domain::Clock;
use futures_util::{SinkExt, StreamExt};
use kit::SystemClock;
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    Connector, MaybeTlsStream, WebSocketStream, connect_async_tls_with_config,
    tungstenite::{Message, client::IntoClientRequest, http::header},
};

use crate::cli::Failure;

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

/// Where a measurement goes, as whom, and until when.
pub(super) struct Target {
    pub(super) url: String,
    pub(super) clock: SystemClock,
    /// How TLS is spoken; as the system does it when there is none.
    connector: Option<Connector>,
    token: Option<String>,
    deadline: Duration,
    timeout: Duration,
}

impl Target {
    /// Everything has to be done within `timeout` from now on.
    pub(super) fn new(
        url: String,
        connector: Option<Connector>,
        token: Option<String>,
        timeout: Duration,
    ) -> Self {
        let clock = SystemClock::new();
        let deadline = clock.monotonic() + timeout;
        Self { url, clock, connector, token, deadline, timeout }
    }

    /// Opens a socket, however long that takes.
    pub(super) async fn connect(&self) -> anyhow::Result<Socket> {
        let address = || format!("{} is no address", self.url);
        let mut request = self.url.as_str().into_client_request().with_context(address)?;
        if let Some(token) = &self.token {
            let value = format!("Bearer {token}").parse().context("the token cannot be sent")?;
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let connector = self.connector.clone();
        // Boxed: a handshake by TLS is large, and every measurement would carry it.
        let connecting = Box::pin(connect_async_tls_with_config(request, None, false, connector));
        let (socket, _) = connecting.await.with_context(|| self.url.clone())?;
        Ok(socket)
    }

    /// Opens a socket in time.
    pub(super) async fn open(&self) -> anyhow::Result<Line<'_>> {
        let socket = self.in_time(self.connect()).await??;
        Ok(Line { target: self, socket })
    }

    /// How many milliseconds have passed since `began`.
    pub(super) fn millis_since(&self, began: Duration) -> f64 {
        (self.clock.monotonic() - began).as_secs_f64() * 1_000.0
    }

    /// The outcome, when it comes before the end of the measurement's time.
    pub(super) async fn in_time<T>(&self, work: impl Future<Output = T>) -> anyhow::Result<T> {
        let left = self.deadline.saturating_sub(self.clock.monotonic());
        tokio::select! {
            outcome = work => Ok(outcome),
            () = self.clock.sleep(left) => {
                Err(anyhow!("not done within {} s", self.timeout.as_secs()))
            }
        }
    }
}

/// An open socket. Dropping it cuts the connection without a word.
pub(super) struct Line<'a> {
    target: &'a Target,
    socket: Socket,
}

impl Line<'_> {
    /// Sends a frame.
    pub(super) async fn send(&mut self, frame: &Value) -> anyhow::Result<()> {
        let sending = self.socket.send(Message::text(frame.to_string()));
        Ok(self.target.in_time(sending).await??)
    }

    /// The next frame.
    pub(super) async fn next(&mut self) -> anyhow::Result<Value> {
        loop {
            match self.target.in_time(self.socket.next()).await? {
                Some(Ok(Message::Text(text))) => {
                    return serde_json::from_str(&text).context("a frame is not JSON");
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err(anyhow!("closed: {} {}", u16::from(frame.code), frame.reason));
                }
                Some(Ok(Message::Close(None))) | None => {
                    return Err(anyhow!("the connection ended"));
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Err(error.into()),
            }
        }
    }

    /// The next frame of one of these types; others are passed over.
    pub(super) async fn expect(&mut self, kinds: &[&str]) -> anyhow::Result<Value> {
        loop {
            let frame = self.next().await?;
            if frame["type"].as_str().is_some_and(|kind| kinds.contains(&kind)) {
                return Ok(frame);
            }
        }
    }

    /// Closes it in order.
    pub(super) async fn close(mut self) {
        let _ = self.target.in_time(self.socket.close(None)).await;
    }
}

/// What an `error` frame says, for people.
pub(super) fn refusal(frame: &Value) -> Failure {
    let word = |name: &str| frame[name].as_str().unwrap_or_default().to_owned();
    anyhow!("{}: {}", word("code"), word("message")).into()
}

//! A WebSocket client that tests speak through.

use std::{collections::VecDeque, net::SocketAddr, sync::Arc};

use futures_util::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::{io::AsyncWriteExt, net::TcpStream};
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{Error, Message, client::IntoClientRequest, http::header},
};

use crate::{app::PATIENCE, frames::FrameBook};

/// An open socket, and the frames that were read but not asked for yet.
pub struct SocketProbe {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    kept: VecDeque<Frame>,
    path: String,
    book: Option<Arc<FrameBook>>,
}

/// A frame from the server.
#[derive(Debug, Clone)]
pub struct Frame {
    /// As it came; amounts are seen here to the digit.
    pub text: String,
    /// As JSON.
    pub json: Value,
}

impl Frame {
    /// Its `type`.
    pub fn kind(&self) -> &str {
        self.json["type"].as_str().unwrap_or_default()
    }
}

impl std::ops::Index<&str> for Frame {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.json[field]
    }
}

impl SocketProbe {
    /// Connects to a path, with a bearer token when there is one.
    pub async fn open(address: SocketAddr, path: &str, token: Option<&str>) -> Self {
        let url = format!("ws://{address}{path}");
        let mut request = url.into_client_request().expect("a request");
        if let Some(token) = token {
            let value = format!("Bearer {token}").parse().expect("a header");
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        let (stream, _) = Box::pin(connect_async(request)).await.expect("the handshake");
        Self { stream, kept: VecDeque::new(), path: path.to_owned(), book: None }
    }

    /// Connects to a path with these headers.
    ///
    /// # Errors
    /// The status when the server answers with anything but a socket.
    pub async fn try_open(
        address: SocketAddr,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Self, u16> {
        let mut request = format!("ws://{address}{path}").into_client_request().expect("a request");
        for (name, value) in headers {
            let name: header::HeaderName = name.parse().expect("a name");
            request.headers_mut().insert(name, value.parse().expect("a header"));
        }
        match Box::pin(connect_async(request)).await {
            Ok((stream, _)) => {
                Ok(Self { stream, kept: VecDeque::new(), path: path.to_owned(), book: None })
            }
            Err(Error::Http(answer)) => Err(answer.status().as_u16()),
            Err(error) => panic!("the handshake: {error}"),
        }
    }

    /// The same; from here on every frame is held against what the house says of its sockets.
    #[must_use]
    pub fn held_against(mut self, book: Arc<FrameBook>) -> Self {
        self.book = Some(book);
        self
    }

    /// Sends a frame.
    pub async fn send(&mut self, frame: Value) {
        self.send_text(&frame.to_string()).await;
    }

    /// Sends any text.
    pub async fn send_text(&mut self, text: &str) {
        self.stream.send(Message::text(text)).await.expect("the socket takes a frame");
    }

    /// Sends any text; over a connection that is closing nothing is sent.
    pub async fn try_send_text(&mut self, text: &str) {
        // What the server has said before it closed is read next.
        let _ = self.stream.send(Message::text(text)).await;
    }

    /// Sends any message.
    pub async fn send_message(&mut self, message: Message) {
        self.stream.send(message).await.expect("the socket takes a message");
    }

    /// Sends bytes past the WebSocket library, for what no library would send.
    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        let stream = self.stream.get_mut();
        stream.write_all(bytes).await.expect("the connection takes bytes");
    }

    /// The next frame.
    #[track_caller]
    #[expect(clippy::should_implement_trait, reason = "it is no iterator: it waits and fails")]
    pub fn next(&mut self) -> impl Future<Output = Frame> + '_ {
        let place = std::panic::Location::caller();
        async move {
            match self.step().await {
                Ok(frame) => frame,
                Err(code) => panic!("{place}: closed with {code:?} where a frame was expected"),
            }
        }
    }

    /// The next frame of this type; frames of other types are kept for later.
    #[track_caller]
    pub fn expect(&mut self, kind: &str) -> impl Future<Output = Frame> + '_ {
        let place = std::panic::Location::caller();
        let kind = kind.to_owned();
        async move {
            if let Some(index) = self.kept.iter().position(|frame| frame.kind() == kind) {
                return self.kept.remove(index).expect("it is there");
            }
            loop {
                match self.read().await {
                    Ok(frame) if frame.kind() == kind => return frame,
                    Ok(frame) => self.kept.push_back(frame),
                    Err(code) => panic!(
                        "{place}: closed with {code:?} where `{kind}` was expected; kept: {:?}",
                        self.kept
                    ),
                }
            }
        }
    }

    /// The next frame; none when the connection is gone.
    pub async fn try_next(&mut self) -> Option<Frame> {
        self.step().await.ok()
    }

    /// The next frame.
    ///
    /// # Errors
    /// The close code, if the server gave one, when the connection is gone.
    pub async fn next_or_closed(&mut self) -> Result<Frame, Option<u16>> {
        self.step().await
    }

    /// Every frame that the server sent before it answered a ping: what is not here was not sent.
    pub async fn so_far(&mut self) -> Vec<Frame> {
        self.send(serde_json::json!({"type": "ping", "t0": 4711})).await;
        let mut frames: Vec<Frame> = self.kept.drain(..).collect();
        loop {
            match self.read().await {
                Ok(frame) if frame.kind() == "pong" => return frames,
                Ok(frame) => frames.push(frame),
                Err(code) => panic!("closed with {code:?} where a pong was expected"),
            }
        }
    }

    /// Reads until the server closes; the close code, if it gave one.
    pub async fn closed(&mut self) -> Option<u16> {
        loop {
            match self.read().await {
                Ok(frame) => self.kept.push_back(frame),
                Err(code) => return code,
            }
        }
    }

    /// Closes, and waits until the server has ended the connection.
    pub async fn close(mut self) {
        self.send_message(Message::Close(None)).await;
        while let Some(Ok(_)) = self.message().await {}
    }

    async fn step(&mut self) -> Result<Frame, Option<u16>> {
        match self.kept.pop_front() {
            Some(frame) => Ok(frame),
            None => self.read().await,
        }
    }

    #[expect(clippy::disallowed_methods, reason = "a test that waits too long has failed")]
    async fn message(&mut self) -> Option<Result<Message, Error>> {
        let message = tokio::time::timeout(PATIENCE, self.stream.next());
        message.await.unwrap_or_else(|_| panic!("nothing came in time; kept: {:?}", self.kept))
    }

    async fn read(&mut self) -> Result<Frame, Option<u16>> {
        loop {
            match self.message().await {
                Some(Ok(Message::Text(text))) => {
                    let text = text.as_str().to_owned();
                    let json = serde_json::from_str(&text).expect("frames are JSON");
                    if let Some(book) = &self.book
                        && let Err(wrong) = book.check(&self.path, &json)
                    {
                        panic!("a frame is not what asyncapi.json says: {wrong}");
                    }
                    return Ok(Frame { text, json });
                }
                Some(Ok(Message::Close(frame))) => return Err(frame.map(|f| f.code.into())),
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return Err(None),
            }
        }
    }
}

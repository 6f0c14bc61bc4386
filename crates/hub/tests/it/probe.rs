//! A socket whose other end is the test.

use std::{
    collections::VecDeque,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use hub::{
    CloseCode, Gone, Inbound, Outbound, Sent, Text, Transport, TransportReader, TransportWriter,
};
use serde_json::Value;
use tokio::{
    sync::{Notify, mpsc},
    task::JoinHandle,
};

#[derive(Default)]
struct Wire {
    arrived: Mutex<VecDeque<Outbound>>,
    stalled: AtomicBool,
    moves: Notify,
    flushes: AtomicUsize,
}

/// The server's end.
pub(crate) struct Socket {
    inbound: mpsc::UnboundedReceiver<Inbound>,
    wire: Arc<Wire>,
}

pub(crate) struct SocketReader(mpsc::UnboundedReceiver<Inbound>);

pub(crate) struct SocketWriter {
    wire: Arc<Wire>,
}

impl Transport for Socket {
    type Reader = SocketReader;
    type Writer = SocketWriter;

    fn split(self) -> (SocketReader, SocketWriter) {
        (SocketReader(self.inbound), SocketWriter { wire: self.wire })
    }
}

impl TransportReader for SocketReader {
    async fn recv(&mut self) -> Option<Inbound> {
        self.0.recv().await
    }
}

impl TransportWriter for SocketWriter {
    async fn send(&mut self, messages: &mut Vec<Outbound>) -> Result<Sent, Gone> {
        while self.wire.stalled.load(Ordering::SeqCst) {
            self.wire.moves.notified().await;
        }
        self.wire.flushes.fetch_add(1, Ordering::SeqCst);
        self.wire.arrived.lock().unwrap().extend(messages.drain(..));
        Ok(Sent::All)
    }

    async fn end(&mut self) -> Result<(), Gone> {
        Ok(())
    }
}

/// The test's end.
pub(crate) struct Client {
    outbound: Option<mpsc::UnboundedSender<Inbound>>,
    wire: Arc<Wire>,
    served: Option<JoinHandle<CloseCode>>,
}

/// Enough turns for every task of a test to come to rest.
pub(crate) async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

impl Client {
    /// A socket and its other end, which [`Client::served_by`] completes.
    pub(crate) fn new() -> (Self, Socket) {
        let (outbound, inbound) = mpsc::unbounded_channel();
        let wire = Arc::<Wire>::default();
        let client = Self { outbound: Some(outbound), wire: wire.clone(), served: None };
        (client, Socket { inbound, wire })
    }

    pub(crate) fn served_by(mut self, served: JoinHandle<CloseCode>) -> Self {
        self.served = Some(served);
        self
    }

    /// Sends anything.
    pub(crate) fn inbound(&self, message: Inbound) {
        let _ = self.outbound.as_ref().unwrap().send(message);
    }

    /// Sends a text.
    pub(crate) fn send(&self, text: impl Into<String>) {
        self.inbound(Inbound::Text(Text::from(text.into())));
    }

    /// Stops taking what the server writes.
    pub(crate) fn stall(&self) {
        self.wire.stalled.store(true, Ordering::SeqCst);
    }

    /// Takes it again.
    pub(crate) fn unstall(&self) {
        self.wire.stalled.store(false, Ordering::SeqCst);
        self.wire.moves.notify_one();
    }

    /// How often the server has flushed.
    pub(crate) fn flushes(&self) -> usize {
        self.wire.flushes.load(Ordering::SeqCst)
    }

    /// Goes away without a word.
    pub(crate) fn cut(&mut self) {
        self.outbound = None;
    }

    /// Whether a message is there.
    pub(crate) fn has_something(&self) -> bool {
        !self.wire.arrived.lock().unwrap().is_empty()
    }

    /// A message, when one is there.
    pub(crate) fn poll(&self) -> Option<Outbound> {
        self.wire.arrived.lock().unwrap().pop_front()
    }

    /// The next message. Fails when the house is at rest and none has come.
    pub(crate) async fn next(&self) -> Outbound {
        for _ in 0..2000 {
            if let Some(message) = self.wire.arrived.lock().unwrap().pop_front() {
                return message;
            }
            tokio::task::yield_now().await;
        }
        panic!("nothing came");
    }

    /// The next message, which is a frame.
    pub(crate) async fn frame(&self) -> Value {
        match self.next().await {
            Outbound::Text(text) => serde_json::from_str(text.as_str()).unwrap(),
            other => panic!("{other:?} came instead of a frame"),
        }
    }

    /// The next message, which is a frame of this type.
    pub(crate) async fn expect(&self, kind: &str) -> Value {
        let frame = self.frame().await;
        assert_eq!(frame["type"], kind, "{frame}");
        frame
    }

    /// The next frame, which is an error with this code.
    pub(crate) async fn expect_error(&self, code: &str) -> Value {
        let frame = self.expect("error").await;
        assert_eq!(frame["code"], code, "{frame}");
        frame
    }

    /// The next frames, which are events of these numbers.
    pub(crate) async fn expect_events(&self, seqs: impl IntoIterator<Item = u64>) {
        for seq in seqs {
            let frame = self.expect("event").await;
            assert_eq!(frame["seq"], seq, "{frame:.120}");
            assert_eq!(frame["n"], seq);
        }
    }

    /// Everything that has come once the house is at rest.
    pub(crate) async fn rest(&self) -> Vec<Outbound> {
        settle().await;
        self.wire.arrived.lock().unwrap().drain(..).collect()
    }

    /// The frames among [`Client::rest`].
    pub(crate) async fn frames(&self) -> Vec<Value> {
        let parse = |message| match message {
            Outbound::Text(text) => serde_json::from_str(text.as_str()).ok(),
            _ => None,
        };
        self.rest().await.into_iter().filter_map(parse).collect()
    }

    /// Fails when anything has come.
    pub(crate) async fn expect_silence(&self) {
        let rest = self.rest().await;
        assert!(rest.is_empty(), "{rest:?}");
    }

    /// Skips what is left, expects the close frame and hangs up; returns what was skipped.
    pub(crate) async fn expect_close(&mut self, code: CloseCode) -> usize {
        let mut skipped = 0;
        loop {
            match self.next().await {
                Outbound::Close(got, _) => {
                    assert_eq!(got, code);
                    break;
                }
                _ => skipped += 1,
            }
        }
        assert_eq!(self.ended().await, code);
        skipped
    }

    /// Hangs up and returns why the connection ended.
    pub(crate) async fn ended(&mut self) -> CloseCode {
        self.cut();
        self.served.take().unwrap().await.unwrap()
    }
}

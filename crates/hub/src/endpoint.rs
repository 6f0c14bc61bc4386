//! What is special about one socket path.

use domain::{Id, JsonScan, TenantId, Topic};
use futures_util::future::BoxFuture;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::value::RawValue;

use crate::{CloseCode, Identity, LatestFrame, Position, Refusal, Session, StreamFrame, Text};

/// How a connection begins.
#[derive(Clone)]
pub struct Opening {
    /// Who it is, when the handshake has proved it.
    pub identity: Option<Identity>,
    /// The tenant of a connection without a user.
    pub tenant: TenantId,
    /// A token that is still to be checked; a bad one closes 4001.
    pub token: Option<String>,
    /// The peer's address, for logs.
    pub remote: String,
    /// The id of the connection, new for each.
    pub session: Id,
    /// Whether nothing happens until there is a user; see [`Endpoint::admits_guests`].
    pub requires_user: bool,
    /// Accept the socket only to close it with this code, so that a browser can see why.
    pub refuse: Option<CloseCode>,
}

/// A frame from a client: a JSON object with a `type`.
#[derive(Debug, Clone)]
pub struct ClientFrame {
    text: Text,
    kind: Box<str>,
    id: Option<Box<RawValue>>,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(rename = "type")]
    kind: Option<Box<str>>,
    #[serde(default)]
    id: Option<Box<RawValue>>,
}

/// The longest `id` of a request, in bytes of JSON.
const MAX_ID_BYTES: usize = 130;

impl ClientFrame {
    /// Reads the envelope of a frame.
    ///
    /// # Errors
    /// `bad_request`: not JSON, not an object, no `type`, or an `id` that is neither a short text
    /// nor a number.
    pub fn parse_text(text: Text) -> Result<Self, Refusal> {
        // serde would read a struct from an array, too.
        if !text.as_bytes().trim_ascii_start().starts_with(b"{") {
            return Err(Refusal::bad_request("a frame is a JSON object"));
        }
        if JsonScan::of(text.as_str()).is_too_deep() {
            return Err(Refusal::bad_request(JsonScan::TOO_DEEP));
        }
        let envelope: Envelope =
            serde_json::from_slice(text.as_bytes()).map_err(|error| malformed(&error))?;
        let Some(kind) = envelope.kind else {
            return Err(Refusal::bad_request("a frame has a `type`"));
        };
        let id = envelope.id.filter(|id| id.get() != "null");
        if let Some(id) = &id {
            let start = id.get().as_bytes().first().copied().unwrap_or_default();
            let simple = start == b'"' || start == b'-' || start.is_ascii_digit();
            // It is sent back: nobody could read half a surrogate, or a number too great.
            let is_readable = || serde_json::from_str::<serde_json::Value>(id.get()).is_ok();
            if !simple || id.get().len() > MAX_ID_BYTES || !is_readable() {
                return Err(Refusal::bad_request(
                    "`id` is a text of at most 128 bytes or a number",
                ));
            }
        }
        Ok(Self { text, kind, id })
    }

    /// The `type`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// The client's id of the request: a JSON text or number, echoed as it came.
    pub fn id(&self) -> Option<&RawValue> {
        self.id.as_deref()
    }

    /// The whole frame.
    pub fn text(&self) -> &Text {
        &self.text
    }

    /// The frame's fields as `T`. Unknown fields are no error unless `T` says so.
    ///
    /// # Errors
    /// `bad_request` with what is wrong and where.
    pub fn parse<T: DeserializeOwned>(&self) -> Result<T, Refusal> {
        serde_json::from_slice(self.text.as_bytes()).map_err(|error| malformed(&error))
    }
}

fn malformed(error: &serde_json::Error) -> Refusal {
    Refusal::bad_request(error.to_string())
}

/// A stretch of an observed topic that the endpoint will not see: the journal no longer has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// Which topic.
    pub topic: Topic,
    /// The first event that is lost.
    pub from: u64,
    /// The last event that is lost.
    pub to: u64,
}

/// A socket path's own part. Session, queue, resume and limits are shared.
///
/// All methods of one connection run one after another, in the order of what caused them, beside
/// reading and writing. A panic inside becomes an `error internal`; the connection lives.
pub trait Endpoint: Send + Sync + 'static {
    /// The name for logs and metrics.
    fn name(&self) -> &'static str;

    /// Whether `connection_established` goes out first.
    fn greets(&self) -> bool {
        false
    }

    /// Where a user is required: whether somebody unknown may come in all the same, to follow what
    /// is open to everyone. Who has neither signed in nor followed a topic within
    /// [`crate::HubConfig::auth_timeout`] is closed as everywhere.
    fn admits_guests(&self) -> bool {
        false
    }

    /// Whether this endpoint takes the frame type `kind`, although it is an engine's verb.
    fn claims(&self, kind: &str) -> bool {
        let _ = kind;
        false
    }

    /// Once, when the connection may begin: implicit subscriptions and first frames. A refusal
    /// closes the connection with [`CloseCode::for_refusal`].
    fn start(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>>;

    /// An anonymous connection has brought a user's token after it began. A refusal closes.
    fn user_changed(&self, session: Session) -> BoxFuture<'static, Result<(), Refusal>> {
        let _ = session;
        Box::pin(std::future::ready(Ok(())))
    }

    /// A frame that is not an engine's verb, or that this endpoint claims. `Some` becomes
    /// `ack {id, result}`, `None` says that the endpoint has answered itself or that there is
    /// nothing to say.
    fn verb(
        &self,
        session: Session,
        frame: ClientFrame,
    ) -> BoxFuture<'static, Result<Option<Box<RawValue>>, Refusal>>;

    /// Whether this endpoint itself answers `subscribe`, `unsubscribe` and `resume` of `topic`,
    /// because it is an alias that stands for other topics.
    fn aliases(&self, topic: &Topic) -> bool {
        let _ = topic;
        false
    }

    /// Joins what the alias `topic` stands for, and answers with `id`.
    fn open_alias(
        &self,
        session: Session,
        topic: Topic,
        id: Option<Box<RawValue>>,
        since: Option<Position>,
    ) -> BoxFuture<'static, Result<(), Refusal>> {
        let _ = (session, id, since);
        let refusal = Refusal::not_found(format!("there is no topic {topic}"));
        Box::pin(std::future::ready(Err(refusal)))
    }

    /// Leaves what the alias `topic` stands for. The engine answers.
    fn leave_alias(&self, session: Session, topic: Topic) -> BoxFuture<'static, ()> {
        let _ = (session, topic);
        Box::pin(std::future::ready(()))
    }

    /// The client has joined a topic by its name, be it joined already for an alias.
    fn named(&self, session: &Session, topic: &Topic) {
        let _ = (session, topic);
    }

    /// The client no longer asks for a topic by its name. Whether something else still follows it,
    /// an alias say, so that the engine must not leave it.
    fn keeps(&self, session: &Session, topic: &Topic) -> bool {
        let _ = (session, topic);
        false
    }

    /// Whether something else than the client's asking for a topic by its name follows it, an alias
    /// say. That goes on while the client joins it by its name: it misses nothing of what comes
    /// meanwhile, and an attempt that fails leaves it where it was.
    fn needs(&self, session: &Session, topic: &Topic) -> bool {
        let _ = (session, topic);
        false
    }

    /// A frame of a topic that was joined with [`crate::Mode::Observe`]: each once, in order.
    fn observe(&self, session: Session, frame: StreamFrame) -> BoxFuture<'static, ()> {
        let _ = (session, frame);
        Box::pin(std::future::ready(()))
    }

    /// The newest value of a topic that was joined with [`crate::Mode::Observe`] by
    /// [`crate::Hold::release_latest`]. Values that were not seen in time are replaced by newer
    /// ones.
    fn observe_latest(&self, session: Session, frame: LatestFrame) -> BoxFuture<'static, ()> {
        let _ = (session, frame);
        Box::pin(std::future::ready(()))
    }

    /// Frames of an observed topic are lost. Unless overridden the connection closes 4203, so that
    /// the client starts anew.
    fn lost(&self, session: Session, lost: Lost) -> BoxFuture<'static, ()> {
        let _ = lost;
        session.close(CloseCode::POSITION_LOST);
        Box::pin(std::future::ready(()))
    }

    /// The connection is over; it has left its topics. Called once, last, if it ever started.
    fn closed(&self, session: Session) -> BoxFuture<'static, ()> {
        let _ = session;
        Box::pin(std::future::ready(()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<ClientFrame, Refusal> {
        ClientFrame::parse_text(Text::from(text))
    }

    #[test]
    fn what_is_a_frame() {
        let frame = parse(r#" {"type":"a","id":"x","z":1}"#).unwrap();
        assert_eq!((frame.kind(), frame.id().unwrap().get()), ("a", r#""x""#));
        assert!(parse(r#"{"type":"a","id":null}"#).unwrap().id().is_none());
        assert_eq!(parse(r#"{"type":"a","id":-1.5}"#).unwrap().id().unwrap().get(), "-1.5");
        let long = format!(r#"{{"type":"a","id":"{}"}}"#, "x".repeat(129));
        for wrong in
            ["", "{", "[]", r#"["a"]"#, "1", "null", "{}", r#"{"type":1}"#, r#"{"type":null}"#]
                .into_iter()
                .chain([r#"{"type":"a","id":{}}"#, r#"{"type":"a","id":true}"#, &long])
                .chain([r#"{"type":"a"} x"#])
        {
            let refusal = parse(wrong).unwrap_err();
            assert!(refusal.protocol_fault && refusal.code == "bad_request", "{wrong:.60}");
        }
    }
}

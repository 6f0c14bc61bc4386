//! The engine's own frames, as they stand on the wire.

use std::{collections::BTreeMap, time::Duration};

use domain::{Id, Timestamp, Topic, UserId};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{HubConfig, LatestFrame, Position, Refusal, Text, frame::Events, session::Wish};

/// Nobody needs the newest value less often than once in a minute.
const MAX_THROTTLE_MS: u64 = 60_000;

/// The text of a frame; `None`, and a line in the log, when the value has no JSON form.
pub(crate) fn encode<T: Serialize + ?Sized>(frame: &T) -> Option<Text> {
    match serde_json::to_vec(frame).map(|json| Text::from_utf8(json.into())) {
        Ok(Ok(text)) => Some(text),
        Ok(Err(_)) => None,
        Err(error) => {
            tracing::error!(%error, "a frame has no JSON form and is left out");
            None
        }
    }
}

fn millis<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_i64(at.as_millis())
}

/// Everything that the engine sends.
#[derive(Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Reply<'a> {
    ConnectionEstablished {
        client: Id,
        #[serde(skip_serializing_if = "Option::is_none")]
        user_id: Option<UserId>,
        session: Id,
        #[serde(serialize_with = "millis")]
        server_time: Timestamp,
        heartbeat_ms: u64,
        limits: Limits,
        version: &'static str,
    },
    Subscribed {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a RawValue>,
        ch: &'a Topic,
        #[serde(skip_serializing_if = "Option::is_none")]
        seq: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        ep: Option<&'a str>,
        recovered: bool,
        #[serde(skip_serializing_if = "Events::is_empty")]
        events: Events<'a>,
        #[serde(skip_serializing_if = "Events::is_empty")]
        values: Events<'a, LatestFrame>,
        #[serde(skip_serializing_if = "Option::is_none")]
        snapshot: Option<&'a RawValue>,
    },
    Unsubscribed {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a RawValue>,
        ch: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        code: Option<&'a str>,
    },
    Ack {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a RawValue>,
        result: &'a RawValue,
    },
    Error {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a RawValue>,
        code: &'a str,
        status: u16,
        message: &'a str,
        retry: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        details: Option<&'a RawValue>,
    },
    Resync {
        ch: &'a Topic,
        from: u64,
        to: u64,
        reason: &'static str,
    },
    History {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a RawValue>,
        ch: &'a Topic,
        events: Events<'a>,
        more: bool,
    },
    Pong {
        #[serde(skip_serializing_if = "Option::is_none")]
        id: Option<&'a RawValue>,
        #[serde(skip_serializing_if = "Option::is_none")]
        t0: Option<&'a RawValue>,
        #[serde(serialize_with = "millis")]
        ts: Timestamp,
    },
    AuthExpiring {
        #[serde(serialize_with = "millis")]
        expires_at: Timestamp,
    },
    Reconnect {
        after_ms: u64,
        reason: &'static str,
    },
}

impl<'a> Reply<'a> {
    /// The `error` frame for a refusal.
    pub(crate) fn error(id: Option<&'a RawValue>, refusal: &'a Refusal) -> Self {
        Self::Error {
            id,
            code: &refusal.code,
            status: refusal.status,
            message: &refusal.message,
            retry: refusal.retry,
            retry_after_ms: refusal.retry_after_ms,
            details: refusal.details.as_deref(),
        }
    }
}

/// What a client should know of the limits.
#[derive(Serialize)]
pub(crate) struct Limits {
    max_frame_bytes: usize,
    max_topics: usize,
    max_replay: usize,
    max_queue_bytes: usize,
}

impl Limits {
    pub(crate) fn of(config: &HubConfig) -> Self {
        Self {
            max_frame_bytes: config.max_frame_bytes,
            max_topics: config.max_topics,
            max_replay: config.replay_limit,
            max_queue_bytes: config.hard_queue_bytes,
        }
    }
}

/// The result of `connect` and of `auth`.
#[derive(Serialize)]
pub(crate) struct SignedIn {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) user_id: Option<UserId>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) expires_at: Option<i64>,
    pub(crate) session: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) restored: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) refused: Option<usize>,
}

/// `connect`.
#[derive(Deserialize)]
pub(crate) struct Connect {
    #[serde(default)]
    pub(crate) token: Option<String>,
    #[serde(default)]
    pub(crate) resume: BTreeMap<String, Option<Resume>>,
}

/// One of the topics to restore: where the client stands, or all that a `subscribe` may say.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Resume {
    Position(Position),
    Wish {
        #[serde(default)]
        since: Option<Position>,
        #[serde(default)]
        throttle_ms: Option<u64>,
    },
}

impl Resume {
    /// How the client wants to follow the topic.
    pub(crate) fn wish(self) -> Wish {
        match self {
            Self::Position(since) => Wish { since: Some(since), ..Wish::default() },
            Self::Wish { since, throttle_ms } => {
                Wish { since, throttle: throttle_ms.map(throttle), ..Wish::default() }
            }
        }
    }
}

fn throttle(ms: u64) -> Duration {
    Duration::from_millis(ms.min(MAX_THROTTLE_MS))
}

/// `auth`.
#[derive(Deserialize)]
pub(crate) struct Auth {
    pub(crate) token: String,
}

/// `subscribe`.
#[derive(Deserialize)]
pub(crate) struct Subscribe {
    pub(crate) ch: Topic,
    #[serde(default)]
    pub(crate) since: Option<Position>,
    #[serde(default)]
    pub(crate) snapshot: Option<bool>,
    #[serde(default)]
    pub(crate) throttle_ms: Option<u64>,
}

impl Subscribe {
    /// How the client wants to follow the topic.
    pub(crate) fn wish(self) -> (Topic, Wish) {
        let throttle = self.throttle_ms.map(throttle);
        let snapshot = self.snapshot.unwrap_or(false);
        (self.ch, Wish { since: self.since, snapshot, throttle })
    }
}

/// `unsubscribe`.
#[derive(Deserialize)]
pub(crate) struct Unsubscribe {
    pub(crate) ch: Topic,
}

/// Where a `history` begins: a bare `seq`, or a position whose epoch is compared.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Since {
    Seq(u64),
    Position(Position),
}

/// `history`.
#[derive(Deserialize)]
pub(crate) struct History {
    pub(crate) ch: Topic,
    #[serde(default)]
    pub(crate) since: Option<Since>,
    #[serde(default)]
    pub(crate) limit: Option<usize>,
    #[serde(default)]
    pub(crate) reverse: Option<bool>,
}

/// `ping`. A `t0` that is no number is not echoed.
#[derive(Deserialize)]
pub(crate) struct Ping<'a> {
    #[serde(borrow, default)]
    t0: Option<&'a RawValue>,
}

impl Ping<'_> {
    pub(crate) fn t0(&self) -> Option<&RawValue> {
        self.t0.filter(|raw| raw.get().parse::<f64>().is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Direction, protocol_frames};
    use serde_json::{Value, value::to_raw_value};

    fn samples(check: impl Fn(&Reply<'_>)) {
        let raw = to_raw_value(&1).unwrap();
        let id = Some(&*raw);
        let ch: Topic = "property:1".parse().unwrap();
        let session = Id::from(UserId::from_uuid(domain::TenantId::DEFAULT.as_uuid()));
        let at = Timestamp::from_millis(1_700_000_000_000);
        let user_id = Some(UserId::from_uuid(session.as_uuid()));
        let limits = Limits::of(&HubConfig::default());
        let event = crate::StreamFrame {
            tenant: domain::TenantId::DEFAULT,
            topic: ch.clone(),
            seq: 1,
            at,
            body: "{}".into(),
        };
        let events = std::slice::from_ref(&event);
        let value = LatestFrame {
            tenant: event.tenant,
            topic: ch.clone(),
            key: None,
            version: 1,
            at,
            body: "{}".into(),
        };
        let refusal = Refusal::rate_limited(5).with_details(&1);
        check(&Reply::ConnectionEstablished {
            client: session,
            user_id,
            session,
            server_time: at,
            heartbeat_ms: 1,
            limits,
            version: "1",
        });
        check(&Reply::Subscribed {
            id,
            ch: &ch,
            seq: Some(1),
            version: Some(1),
            ep: Some("e"),
            recovered: true,
            events: Events(events),
            values: Events(&[value]),
            snapshot: id,
        });
        check(&Reply::Unsubscribed { id, ch: "a", code: Some("forbidden") });
        check(&Reply::Ack { id, result: &raw });
        check(&Reply::error(id, &refusal));
        check(&Reply::Resync { ch: &ch, from: 1, to: 2, reason: "expired" });
        check(&Reply::History { id, ch: &ch, events: Events(events), more: false });
        check(&Reply::Pong { id, t0: id, ts: at });
        check(&Reply::AuthExpiring { expires_at: at });
        check(&Reply::Reconnect { after_ms: 1, reason: "draining" });
    }

    #[test]
    fn the_documents_name_every_field_that_is_sent() {
        let seen = std::cell::Cell::new(0);
        samples(|reply| {
            let value: Value = serde_json::to_value(reply).unwrap();
            let kind = value["type"].as_str().unwrap();
            let doc = protocol_frames()
                .iter()
                .find(|doc| doc.kind == kind && doc.direction == Direction::ToClient)
                .unwrap_or_else(|| panic!("{kind} is not described"));
            let mut sent: Vec<&str> =
                value.as_object().unwrap().keys().map(String::as_str).collect();
            sent.retain(|name| *name != "type");
            let mut told: Vec<&str> = doc.fields.iter().map(|field| field.name).collect();
            sent.sort_unstable();
            told.sort_unstable();
            assert_eq!(sent, told, "{kind}");
            seen.set(seen.get() + 1);
        });
        let described =
            protocol_frames().iter().filter(|doc| doc.direction == Direction::ToClient).count();
        assert_eq!(seen.get(), described);
    }

    #[test]
    fn what_is_not_known_is_left_out() {
        let text = encode(&Reply::Unsubscribed { id: None, ch: "a", code: None }).unwrap();
        assert_eq!(text.as_str(), r#"{"type":"unsubscribed","ch":"a"}"#);
        let ping: Ping<'_> = serde_json::from_str(r#"{"type":"ping","t0":"x"}"#).unwrap();
        assert!(ping.t0().is_none());
        let ping: Ping<'_> = serde_json::from_str(r#"{"type":"ping","t0":17.25}"#).unwrap();
        assert_eq!(ping.t0().unwrap().get(), "17.25");
    }
}

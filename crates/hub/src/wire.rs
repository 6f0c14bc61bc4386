//! What the engine sends, as it stands on the wire.

use std::sync::Arc;

use domain::{Id, Timestamp, Topic, UserId};
use serde::{Serialize, Serializer};
use serde_json::value::RawValue;

use crate::{HubConfig, LatestFrame, Refusal, Text, frame::Events, text::Draft};

/// Most frames of the engine are shorter than this.
const USUAL_BYTES: usize = 246;

/// The text of a frame; `None`, and a line in the log, when the value has no JSON form.
pub(crate) fn encode<T: Serialize + ?Sized>(frame: &T) -> Option<Text> {
    let mut draft = Draft::with_capacity(USUAL_BYTES);
    match serde_json::to_writer(draft.bytes_mut(), frame) {
        // JSON is always text.
        Ok(()) => draft.check().ok(),
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
    PresenceState {
        ch: &'a Topic,
        users: Vec<PresentUser>,
        count: usize,
    },
    PresenceJoin {
        ch: &'a Topic,
        user_id: UserId,
        #[serde(skip_serializing_if = "Json::is_none")]
        state: Json,
    },
    PresenceLeave {
        ch: &'a Topic,
        user_id: UserId,
    },
    PresenceUpdate {
        ch: &'a Topic,
        user_id: UserId,
        state: Json,
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

/// A user who is there.
#[derive(Serialize)]
pub(crate) struct PresentUser {
    pub(crate) user_id: UserId,
    #[serde(skip_serializing_if = "Json::is_none")]
    pub(crate) state: Json,
}

/// The text of a JSON value, or nothing.
pub(crate) struct Json(Option<Arc<str>>);

impl Json {
    fn is_none(&self) -> bool {
        self.0.is_none()
    }
}

impl From<Option<&Arc<str>>> for Json {
    fn from(text: Option<&Arc<str>>) -> Self {
        Self(text.cloned())
    }
}

impl From<&Option<Arc<str>>> for Json {
    fn from(text: &Option<Arc<str>>) -> Self {
        Self(text.clone())
    }
}

impl Serialize for Json {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // It may come from another node: what is no JSON is shown as nothing.
        let raw = self.0.as_deref().and_then(|text| serde_json::from_str::<&RawValue>(text).ok());
        raw.serialize(serializer)
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
        let user = UserId::from_uuid(session.as_uuid());
        let user_id = Some(user);
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
        let state = || Json(Some("1".into()));
        let present = PresentUser { user_id: user, state: state() };
        check(&Reply::PresenceState { ch: &ch, users: vec![present], count: 1 });
        check(&Reply::PresenceJoin { ch: &ch, user_id: user, state: state() });
        check(&Reply::PresenceLeave { ch: &ch, user_id: user });
        check(&Reply::PresenceUpdate { ch: &ch, user_id: user, state: state() });
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
    }
}

//! Frames of topics, and how they get the engine's fields.

use std::{
    fmt::Write as _,
    sync::{Arc, OnceLock},
};

use domain::{TenantId, Timestamp, Topic};
use serde::{Serialize, Serializer, ser::SerializeSeq};
use serde_json::value::RawValue;

use crate::{Text, text::Draft};

/// A committed event on a stream topic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamFrame {
    /// Whose topic.
    pub tenant: TenantId,
    /// Which topic.
    pub topic: Topic,
    /// Its number within the topic: 1, 2, 3 …
    pub seq: u64,
    /// When it was committed.
    pub at: Timestamp,
    /// The text of a JSON object without the engine's fields.
    pub body: Arc<str>,
}

impl StreamFrame {
    /// The frame as clients get it: the body with `ch`, `seq` and `ts` in front.
    pub fn encode(&self) -> Text {
        splice(&self.topic, Some(self.seq), self.at, &self.body)
    }
}

/// A frame without history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveFrame {
    /// Whose topic.
    pub tenant: TenantId,
    /// Which topic.
    pub topic: Topic,
    /// When it was sent.
    pub at: Timestamp,
    /// The text of a JSON object without the engine's fields.
    pub body: Arc<str>,
}

impl LiveFrame {
    /// The frame as clients get it: the body with `ch` and `ts` in front.
    pub fn encode(&self) -> Text {
        splice(&self.topic, None, self.at, &self.body)
    }
}

/// The newest value of a topic, or of one key in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestFrame {
    /// Whose topic.
    pub tenant: TenantId,
    /// Which topic.
    pub topic: Topic,
    /// What within the topic it is the value of; `None` where the topic has one value.
    pub key: Option<Arc<str>>,
    /// Grows with every change of this key.
    pub version: u64,
    /// When it was published.
    pub at: Timestamp,
    /// The text of a JSON object without the engine's fields; the version is in it, under the
    /// feature's own name.
    pub body: Arc<str>,
}

impl LatestFrame {
    /// The frame as clients get it: the body with `ch` and `ts` in front.
    pub fn encode(&self) -> Text {
        splice(&self.topic, None, self.at, &self.body)
    }
}

/// A version that exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LatestVersion {
    /// Whose topic.
    pub tenant: TenantId,
    /// Which topic.
    pub topic: Topic,
    /// What within the topic; `None` where the topic has one value.
    pub key: Option<Arc<str>>,
    /// The newest version.
    pub version: u64,
}

fn splice(topic: &Topic, seq: Option<u64>, at: Timestamp, body: &str) -> Text {
    let inner = body.trim().strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let inner = inner.map(str::trim).unwrap_or_else(|| {
        tracing::error!(%topic, ?seq, "a frame's body is no JSON object; it goes out empty");
        ""
    });
    let mut text = Draft::with_capacity(inner.len() + topic.as_str().len() + 64);
    // A topic has no character that JSON would escape.
    text.push_str("{\"ch\":\"");
    text.push_str(topic.as_str());
    text.push_str("\"");
    // Writing to a draft cannot fail.
    if let Some(seq) = seq {
        let _ = write!(text, ",\"seq\":{seq}");
    }
    let _ = write!(text, ",\"ts\":{}", at.as_millis());
    if !inner.is_empty() {
        text.push_str(",");
        text.push_str(inner);
    }
    text.push_str("}");
    text.finish()
}

/// A frame on its way through a topic: encoded when the first connection wants it, then shared.
pub(crate) struct Shared {
    pub(crate) source: StreamFrame,
    text: OnceLock<Text>,
}

impl Shared {
    pub(crate) fn new(source: StreamFrame) -> Arc<Self> {
        Arc::new(Self { source, text: OnceLock::new() })
    }

    pub(crate) fn text(&self) -> &Text {
        self.text.get_or_init(|| self.source.encode())
    }

    pub(crate) fn seq(&self) -> u64 {
        self.source.seq
    }
}

/// What stands in a reply with the engine's fields.
pub(crate) trait Embedded: Clone {
    fn encode(&self) -> Text;
    fn topic(&self) -> &Topic;
    /// The same without a body.
    fn bare(&self) -> Self;
}

impl Embedded for StreamFrame {
    fn encode(&self) -> Text {
        self.encode()
    }

    fn topic(&self) -> &Topic {
        &self.topic
    }

    fn bare(&self) -> Self {
        Self { body: Arc::from("{}"), ..self.clone() }
    }
}

impl Embedded for LatestFrame {
    fn encode(&self) -> Text {
        self.encode()
    }

    fn topic(&self) -> &Topic {
        &self.topic
    }

    fn bare(&self) -> Self {
        Self { body: Arc::from("{}"), ..self.clone() }
    }
}

/// Frames inside of a reply, each with the engine's fields.
pub(crate) struct Events<'a, F = StreamFrame>(pub(crate) &'a [F]);

impl<F> Events<'_, F> {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<F: Embedded> Serialize for Events<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_seq(Some(self.0.len()))?;
        for event in self.0 {
            let text = event.encode();
            match serde_json::from_slice::<&RawValue>(text.as_bytes()) {
                Ok(raw) => list.serialize_element(raw)?,
                Err(error) => {
                    // One broken body must not break the reply it is part of.
                    tracing::error!(topic = %event.topic(), %error, "bad frame");
                    let bare = event.bare().encode();
                    if let Ok(raw) = serde_json::from_slice::<&RawValue>(bare.as_bytes()) {
                        list.serialize_element(raw)?;
                    }
                }
            }
        }
        list.end()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(body: &str) -> StreamFrame {
        StreamFrame {
            tenant: TenantId::DEFAULT,
            topic: "property:1".parse().unwrap(),
            seq: 7,
            at: Timestamp::from_millis(1_700_000_000_000),
            body: body.into(),
        }
    }

    #[test]
    fn the_engines_fields_stand_in_front() {
        let head = r#"{"ch":"property:1","seq":7,"ts":1700000000000"#;
        for (body, rest) in [
            (r#"{"type":"a","b":{"c":"}"}}"#, r#","type":"a","b":{"c":"}"}}"#),
            (" { \"type\":\"a\" }\n", r#","type":"a"}"#),
            ("{}", "}"),
            ("{ }", "}"),
            ("[1]", "}"),
            ("", "}"),
        ] {
            assert_eq!(frame(body).encode().as_str(), format!("{head}{rest}"), "{body}");
        }
    }

    #[test]
    fn live_frames_have_no_seq() {
        let StreamFrame { tenant, topic, at, .. } = frame("{}");
        let live = LiveFrame { tenant, topic, at, body: r#"{"type":"typing"}"#.into() };
        let text = r#"{"ch":"property:1","ts":1700000000000,"type":"typing"}"#;
        assert_eq!(live.encode().as_str(), text);
    }

    #[test]
    fn a_broken_body_does_not_break_a_reply() {
        let events = [frame(r#"{"type":"a"}"#), frame("{broken}")];
        let text = serde_json::to_string(&Events(&events)).unwrap();
        let parsed: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(parsed[0]["type"], "a");
        assert_eq!(parsed[1]["seq"], 7);
    }
}

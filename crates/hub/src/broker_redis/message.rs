//! What nodes tell each other: a line of JSON that says what follows, and the body as it is.
//!
//! `{"v":1,"from":"<node>","k":"stream","seq":7,"at":1700000000000}` and, behind a line break, the
//! frame's text. The channel says whose topic it is. Fields may be added; a reader passes over
//! those that it does not know, and over messages of a kind or version that it does not know.

use std::{borrow::Cow, fmt};

use domain::{Id, Timestamp, UserId};
use serde::{Deserialize, Serialize};

use crate::NodeId;

/// Raised when a reader of the version before could misunderstand.
const VERSION: u32 = 1;

/// What one node tells the others.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Message<'a> {
    Stream { seq: u64, at: Timestamp, body: &'a str },
    Live { at: Timestamp, body: &'a str },
    Latest { key: Option<Cow<'a, str>>, version: u64, at: Timestamp, body: &'a str },
    Presence(Change<'a>),
    Nudge,
}

/// Who has come or gone.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Change<'a> {
    Here { user: UserId, at: Timestamp, until: Timestamp, state: Option<&'a str> },
    Gone { user: UserId },
}

/// Why a message is passed over.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// A newer node speaks.
    Newer(String),
    /// No node of ours speaks like this.
    Malformed(String),
}

impl fmt::Display for Unread {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Newer(what) => write!(f, "of a newer node: {what}"),
            Self::Malformed(what) => write!(f, "malformed: {what}"),
        }
    }
}

/// The first line. One flat object, because what is flat is read without a detour.
#[derive(Default, Serialize, Deserialize)]
#[serde(default)]
struct Head<'a> {
    v: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<Id>,
    #[serde(borrow)]
    k: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<u64>,
    #[serde(borrow, skip_serializing_if = "Option::is_none")]
    key: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<UserId>,
    /// Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<i64>,
    /// Unix milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<i64>,
}

#[derive(Deserialize)]
struct Version {
    #[serde(default)]
    v: u32,
}

impl<'a> Message<'a> {
    /// The text as it travels.
    pub(super) fn encode(&self, from: NodeId) -> Vec<u8> {
        let mut head = Head { v: VERSION, from: Some(from.0), ..Head::default() };
        let mut body = None;
        match self {
            Message::Stream { seq, at, body: text } => {
                head.k = "stream".into();
                (head.seq, head.at, body) = (Some(*seq), Some(at.as_millis()), Some(*text));
            }
            Message::Live { at, body: text } => {
                head.k = "live".into();
                (head.at, body) = (Some(at.as_millis()), Some(*text));
            }
            Message::Latest { key, version, at, body: text } => {
                head.k = "latest".into();
                (head.seq, head.at, body) = (Some(*version), Some(at.as_millis()), Some(*text));
                head.key.clone_from(key);
            }
            Message::Presence(Change::Here { user, at, until, state }) => {
                head.k = "here".into();
                (head.user, head.at) = (Some(*user), Some(at.as_millis()));
                (head.until, body) = (Some(until.as_millis()), *state);
            }
            Message::Presence(Change::Gone { user }) => {
                head.k = "gone".into();
                head.user = Some(*user);
            }
            Message::Nudge => head.k = "nudge".into(),
        }
        // A head has nothing that JSON cannot say.
        let mut text = serde_json::to_vec(&head).unwrap_or_default();
        if let Some(body) = body {
            text.reserve_exact(body.len() + 1);
            text.push(b'\n');
            text.extend_from_slice(body.as_bytes());
        }
        text
    }

    /// Who says what.
    pub(super) fn decode(text: &'a [u8]) -> Result<(NodeId, Self), Unread> {
        let wrong = |what: &str| Unread::Malformed(what.to_owned());
        let text = std::str::from_utf8(text).map_err(|_| wrong("not UTF-8"))?;
        let (head, body) = match text.split_once('\n') {
            Some((head, body)) => (head, Some(body)),
            None => (text, None),
        };
        // The version alone first: what else there is may have changed its form.
        let malformed = |error: serde_json::Error| Unread::Malformed(error.to_string());
        let Version { v } = serde_json::from_str(head).map_err(malformed)?;
        if v > VERSION {
            return Err(Unread::Newer(format!("version {v}")));
        }
        let head: Head<'a> = serde_json::from_str(head).map_err(malformed)?;
        let from = head.from.filter(|_| head.v > 0).map(NodeId);
        let from = from.ok_or_else(|| wrong("no version or sender"))?;
        let missing = || wrong("a field is missing");
        let at = head.at.map(Timestamp::from_millis);
        let message = match &*head.k {
            "stream" => Message::Stream {
                seq: head.seq.ok_or_else(missing)?,
                at: at.ok_or_else(missing)?,
                body: body.ok_or_else(missing)?,
            },
            "live" => {
                Message::Live { at: at.ok_or_else(missing)?, body: body.ok_or_else(missing)? }
            }
            "latest" => Message::Latest {
                key: head.key,
                version: head.seq.ok_or_else(missing)?,
                at: at.ok_or_else(missing)?,
                body: body.ok_or_else(missing)?,
            },
            "here" => Message::Presence(Change::Here {
                user: head.user.ok_or_else(missing)?,
                at: at.ok_or_else(missing)?,
                until: head.until.map(Timestamp::from_millis).ok_or_else(missing)?,
                state: body,
            }),
            "gone" => Message::Presence(Change::Gone { user: head.user.ok_or_else(missing)? }),
            "nudge" => Message::Nudge,
            other => return Err(Unread::Newer(format!("kind {other:?}"))),
        };
        Ok((from, message))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "00000000-0000-7000-8000-0000000000aa";

    fn node() -> NodeId {
        NodeId(ID.parse().unwrap())
    }

    fn all<'a>(text: &'a str, key: &'a str, number: u64, at: i64) -> Vec<Message<'a>> {
        let user: UserId = ID.parse().unwrap();
        let (at, until) = (Timestamp::from_millis(at), Timestamp::from_millis(i64::MAX));
        let latest = |key| Message::Latest { key, version: number, at, body: text };
        let here = |state| Message::Presence(Change::Here { user, at, until, state });
        vec![
            Message::Stream { seq: number, at, body: text },
            Message::Live { at, body: text },
            latest(None),
            latest(Some(key.into())),
            here(None),
            here(Some(text)),
            Message::Presence(Change::Gone { user }),
            Message::Nudge,
        ]
    }

    proptest! {
        #[test]
        fn what_is_told_is_what_is_heard(text: String, key: String, number: u64, at: i64) {
            for message in all(&text, &key, number, at) {
                let encoded = message.encode(node());
                prop_assert_eq!(Message::decode(&encoded), Ok((node(), message)));
            }
        }

        #[test]
        fn nothing_makes_it_panic(text: Vec<u8>, cut in 0_usize..200, flip: u8) {
            let _ = Message::decode(&text);
            for message in all("{\"a\":1}", "k", 1, 2) {
                let mut encoded = message.encode(node());
                let place = cut % encoded.len();
                encoded[place] ^= flip;
                let _ = Message::decode(&encoded);
                let _ = Message::decode(&encoded[..place]);
            }
        }
    }

    #[test]
    fn the_form_is_kept() {
        let message = Message::Latest {
            key: Some("".into()),
            version: 7,
            at: Timestamp::from_millis(9),
            body: "{}",
        };
        let head = format!(r#"{{"v":1,"from":"{ID}","k":"latest","seq":7,"key":"","at":9}}"#);
        let text = format!("{head}\n{{}}");
        assert_eq!(String::from_utf8(message.encode(node())).unwrap(), text);
    }

    #[test]
    fn strange_messages_are_passed_over() {
        let newer = |text: &str| matches!(Message::decode(text.as_bytes()), Err(Unread::Newer(_)));
        assert!(newer(r#"{"v":2,"from":7,"k":[]}"#));
        assert!(newer(&format!(r#"{{"v":1,"from":"{ID}","k":"song","verse":3}}"#)));
        // A field that was added says nothing to this version.
        let added = format!(r#"{{"v":1,"from":"{ID}","k":"nudge","later":[1]}}"#);
        assert_eq!(Message::decode(added.as_bytes()), Ok((node(), Message::Nudge)));
        for malformed in [
            "",
            "\n",
            "{}",
            "x\n{}",
            r#"{"v":1,"k":"nudge"}"#,
            r#"{"v":0,"from":"00000000-0000-7000-8000-0000000000aa","k":"nudge"}"#,
            r#"{"v":1,"from":"me","k":"nudge"}"#,
            r#"{"v":1,"from":"00000000-0000-7000-8000-0000000000aa","k":"stream","at":1}"#,
            r#"{"v":1,"from":"00000000-0000-7000-8000-0000000000aa","k":"gone"}"#,
        ] {
            let read = Message::decode(malformed.as_bytes());
            assert!(matches!(read, Err(Unread::Malformed(_))), "{malformed}: {read:?}");
        }
        assert!(Message::decode(&[0xff, b'\n']).is_err());
    }
}

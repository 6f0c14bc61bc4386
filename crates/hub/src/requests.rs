//! What clients ask of the engine, as it stands on the wire.

use std::{collections::BTreeMap, time::Duration};

use domain::Topic;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::{Position, session::Wish};

/// Nobody needs the newest value less often than once in a minute.
const MAX_THROTTLE_MS: u64 = 60_000;

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
        #[serde(default)]
        presence: bool,
    },
}

impl Resume {
    /// How the client wants to follow the topic.
    pub(crate) fn wish(self) -> Wish {
        match self {
            Self::Position(since) => Wish { since: Some(since), ..Wish::default() },
            Self::Wish { since, throttle_ms, presence } => {
                let throttle = throttle_ms.map(throttle);
                Wish { since, throttle, presence, ..Wish::default() }
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
    #[serde(default)]
    pub(crate) presence: Option<bool>,
}

impl Subscribe {
    /// How the client wants to follow the topic.
    pub(crate) fn wish(self) -> (Topic, Wish) {
        let throttle = self.throttle_ms.map(throttle);
        let snapshot = self.snapshot.unwrap_or(false);
        let presence = self.presence.unwrap_or(false);
        (self.ch, Wish { since: self.since, snapshot, throttle, presence })
    }
}

/// `unsubscribe`.
#[derive(Deserialize)]
pub(crate) struct Unsubscribe {
    pub(crate) ch: Topic,
}

/// `presence_update`. Null, or nothing, takes the state away.
#[derive(Deserialize)]
pub(crate) struct PresenceUpdate<'a> {
    pub(crate) ch: Topic,
    #[serde(borrow, default)]
    pub(crate) state: Option<&'a RawValue>,
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

    #[test]
    fn only_a_number_is_echoed() {
        let ping: Ping<'_> = serde_json::from_str(r#"{"type":"ping","t0":"x"}"#).unwrap();
        assert!(ping.t0().is_none());
        let ping: Ping<'_> = serde_json::from_str(r#"{"type":"ping","t0":17.25}"#).unwrap();
        assert_eq!(ping.t0().unwrap().get(), "17.25");
    }

    #[test]
    fn a_topic_is_restored_by_a_position_or_by_all_its_wishes() {
        let text =
            r#"{"resume":{"a":null,"b":[7,"e"],"c":{"throttle_ms":5},"d":{"presence":true}}}"#;
        let connect: Connect = serde_json::from_str(text).unwrap();
        let wishes: Vec<_> = connect
            .resume
            .into_values()
            .map(|resume| resume.map(Resume::wish).unwrap_or_default())
            .collect();
        let none = Wish::default();
        assert_eq!(wishes[0], none);
        assert_eq!(wishes[1], Wish { since: Some(Position::new(7, "e")), ..none.clone() });
        let throttle = Some(Duration::from_millis(5));
        assert_eq!(wishes[2], Wish { throttle, ..none.clone() });
        assert_eq!(wishes[3], Wish { presence: true, ..none });
    }
}

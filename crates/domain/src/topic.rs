//! Live addresses.

use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::{Id, UserId};

/// A live address such as `property:<id>`: a family, and behind a colon what within it. The tenant
/// is not part of the name; the hub keys topics by (tenant, name).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Topic(Arc<str>);

/// The text is not a topic.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a topic is 1 to 128 characters of letters, digits, and _ - . : |")]
pub struct TopicError;

impl Topic {
    /// The longest name, in bytes.
    pub const MAX_LEN: usize = 128;

    /// The stream of one user: `user:<id>`.
    pub fn user(id: UserId) -> Self {
        Self(format!("user:{id}").into())
    }

    /// The topic of one entity: `<family>:<id>`.
    pub fn entity(family: &'static str, id: Id) -> Self {
        Self(format!("{family}:{id}").into())
    }

    /// The name as clients send it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What stands before the first colon.
    pub fn family(&self) -> &str {
        self.0.split(':').next().unwrap_or_default()
    }

    /// What stands behind the first colon; empty when there is none.
    pub fn key(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, key)| key)
    }

    /// [`Topic::key`] as an id.
    pub fn id(&self) -> Option<Id> {
        self.key().parse().ok()
    }
}

impl FromStr for Topic {
    type Err = TopicError;

    fn from_str(text: &str) -> Result<Self, TopicError> {
        let allowed = |b: u8| b.is_ascii_alphanumeric() || b"_-.:|".contains(&b);
        let named = !text.starts_with(':');
        if (1..=Self::MAX_LEN).contains(&text.len()) && named && text.bytes().all(allowed) {
            Ok(Self(text.into()))
        } else {
            Err(TopicError)
        }
    }
}

impl fmt::Display for Topic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Serialize for Topic {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Topic {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_name() {
        let topic: Topic = "auction:7:leaderboard".parse().unwrap();
        assert_eq!((topic.family(), topic.key()), ("auction", "7:leaderboard"));
        let topic: Topic = "watchlist".parse().unwrap();
        assert_eq!((topic.family(), topic.key(), topic.id()), ("watchlist", "", None));
    }

    #[test]
    fn names_are_bounded() {
        for wrong in ["", ":x", "a b", "a/b", "a\u{0}", "ü", &"x".repeat(129)] {
            assert!(wrong.parse::<Topic>().is_err(), "{wrong}");
        }
    }
}

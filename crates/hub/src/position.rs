//! Where somebody stands in a topic.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// The greatest `seq` that a client in JavaScript can hold exactly.
pub const MAX_SEQ: u64 = 1 << 53;

/// A place in a stream topic: everything up to `seq` is known. On the wire `[seq, "epoch"]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The number of the last event that is known; 0 before the first.
    pub seq: u64,
    /// Which history the number belongs to. A restored database starts another one.
    pub epoch: Arc<str>,
}

impl Position {
    /// The place behind event `seq` of the history `epoch`.
    pub fn new(seq: u64, epoch: impl Into<Arc<str>>) -> Self {
        Self { seq, epoch: epoch.into() }
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.seq, self.epoch)
    }
}

impl Serialize for Position {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (self.seq, &*self.epoch).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Position {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (seq, epoch) = <(u64, String)>::deserialize(deserializer)?;
        if seq > MAX_SEQ {
            return Err(D::Error::custom("seq is above 2^53"));
        }
        Ok(Self { seq, epoch: epoch.into() })
    }
}

/// What a topic promises to those who follow it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// A journal with `seq` 1, 2, 3 …: at least once, in order, resumable.
    #[default]
    Stream,
    /// No history and no `seq`: at most once, dropped first under pressure.
    Ephemeral,
    /// The newest value, or the newest of each key, in the end: any may be skipped, and never an
    /// older one after a newer one.
    Latest,
    /// Who is there, each with a small state, for as long as they are.
    Map,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wire_form_is_a_pair() {
        let position = Position::new(7, "db1");
        assert_eq!(serde_json::to_string(&position).unwrap(), r#"[7,"db1"]"#);
        assert_eq!(serde_json::from_str::<Position>(r#"[7,"db1"]"#).unwrap(), position);
        for wrong in ["[7]", "7", r#"[-1,"a"]"#, r#"[9007199254740993,"a"]"#, r#"["7","a"]"#] {
            assert!(serde_json::from_str::<Position>(wrong).is_err(), "{wrong}");
        }
    }
}

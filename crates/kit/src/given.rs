//! Fields of a change: what is not named, what is taken away, and what is set.

use serde::{Deserialize, Deserializer};

/// A value that may be absent, null, or there. The field needs `#[serde(default)]`.
#[derive(Debug, Default, Clone, PartialEq)]
pub enum Given<T> {
    /// The body does not name the field.
    #[default]
    Absent,
    /// Null: unknown, or nothing is asked.
    Null,
    /// A value.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Option::<T>::deserialize(deserializer)?;
        Ok(value.map_or(Self::Null, Self::Value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Deserialize)]
    struct Body {
        #[serde(default)]
        rooms: Given<i64>,
    }

    #[test]
    fn absent_is_not_null() {
        let read = |text: &str| serde_json::from_str::<Body>(text).map(|body| body.rooms);
        assert_eq!(read("{}").unwrap(), Given::Absent);
        assert_eq!(read(r#"{"rooms": null}"#).unwrap(), Given::Null);
        assert_eq!(read(r#"{"rooms": 0}"#).unwrap(), Given::Value(0));
        assert!(read(r#"{"rooms": "0"}"#).is_err());
    }
}

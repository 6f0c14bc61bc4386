//! Ids as clients give them.

use domain::Id;
use kit::{Error, Result};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

/// How many ids one request may name.
pub(crate) const MAX_IDS: usize = 200;

/// An id from a body. What is no id does not exist: it is answered `not_found`, not as an error of
/// form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct GivenId(pub(crate) Option<Id>);

impl<'de> Deserialize<'de> for GivenId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(value.as_str().and_then(|text| text.parse().ok())))
    }
}

/// The ids of a request.
///
/// # Errors
/// `not_found` when one is no id, `invalid` when there are more than [`MAX_IDS`].
pub(crate) fn ids(given: &[GivenId]) -> Result<Vec<Id>> {
    if given.len() > MAX_IDS {
        let message = format!("must have at most {MAX_IDS} ids");
        return Err(Error::invalid("ids", "too_many", message));
    }
    given.iter().map(|id| id.0.ok_or_else(Error::not_found)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_id_does_not_exist() {
        let good = r#"["0190A5B8-7B1E-7C3D-8F00-1234567890AB"]"#;
        let given: Vec<GivenId> = serde_json::from_str(good).unwrap();
        assert_eq!(ids(&given).unwrap()[0].to_string(), "0190a5b8-7b1e-7c3d-8f00-1234567890ab");
        for wrong in [r#"["17"]"#, "[17]", "[null]", "[{}]"] {
            let given: Vec<GivenId> = serde_json::from_str(wrong).unwrap();
            assert_eq!(ids(&given).unwrap_err().code().code, "not_found", "{wrong}");
        }
        let many = vec![given[0]; MAX_IDS + 1];
        assert_eq!(ids(&many).unwrap_err().code().code, "invalid");
    }
}

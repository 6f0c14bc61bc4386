//! Identifiers: UUIDv7, lower-case hyphenated text on the wire.

use std::{fmt, str::FromStr, sync::Mutex};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use uuid::{Uuid, timestamp::context::ContextV7};

use crate::SharedClock;

/// The text is not a UUID in its hyphenated form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id")]
pub struct ParseIdError;

macro_rules! id_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Wraps a UUID that is known to be one of ours.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID inside.
            pub const fn as_uuid(&self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.as_hyphenated().fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = ParseIdError;

            /// Accepts the hyphenated form only, so that one id has one spelling up to case.
            fn from_str(text: &str) -> Result<Self, ParseIdError> {
                if text.len() != 36 {
                    return Err(ParseIdError);
                }
                Uuid::try_parse(text).map(Self).map_err(|_| ParseIdError)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(D::Error::custom)
            }
        }

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                        utoipa::openapi::KnownFormat::Uuid,
                    )))
                    .description(Some("UUIDv7, lower-case"))
                    .build()
                    .into()
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}

id_type! {
    /// The id of any entity that has no type of its own here.
    Id
}
id_type! {
    /// A tenant: a customer of this installation. Every row belongs to one.
    TenantId
}
id_type! {
    /// A user. A user belongs to exactly one tenant.
    UserId
}

impl TenantId {
    /// The tenant that exists from the first migration on; registration joins it.
    pub const DEFAULT: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0001));
}

impl From<UserId> for Id {
    fn from(user: UserId) -> Self {
        Self(user.0)
    }
}

/// Makes UUIDv7 ids whose time part comes from the house's clock, ordered within a millisecond.
pub struct IdGenerator {
    clock: SharedClock,
    context: Mutex<ContextV7>,
}

impl IdGenerator {
    /// A generator that takes the time from `clock`.
    pub fn new(clock: SharedClock) -> Self {
        Self { clock, context: Mutex::new(ContextV7::new()) }
    }

    /// The next id; greater than every id this generator made before while the clock does not
    /// go back.
    pub fn next_uuid(&self) -> Uuid {
        let now = self.clock.now().as_millis();
        let seconds = u64::try_from(now.div_euclid(1000)).unwrap_or(0);
        // rem_euclid(1000) is below 1000, so the nanoseconds fit in u32.
        let nanos = u32::try_from(now.rem_euclid(1000)).unwrap_or(0) * 1_000_000;
        let context = self.context.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        Uuid::new_v7(uuid::Timestamp::from_unix(&*context, seconds, nanos))
    }

    /// The next id of an entity.
    pub fn next_id(&self) -> Id {
        Id(self.next_uuid())
    }

    /// The next id of a user.
    pub fn next_user_id(&self) -> UserId {
        UserId(self.next_uuid())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_spelling_only() {
        let id: Id = "0190A5B8-7B1E-7C3D-8F00-1234567890AB".parse().unwrap();
        assert_eq!(id.to_string(), "0190a5b8-7b1e-7c3d-8f00-1234567890ab");
        for wrong in ["", "123", "0190a5b87b1e7c3d8f001234567890ab", "{0190a5b8-7b1e-7c3d-8f00-12}"]
        {
            assert!(wrong.parse::<Id>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn json_is_text() {
        let id: UserId = "0190a5b8-7b1e-7c3d-8f00-1234567890ab".parse().unwrap();
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, "\"0190a5b8-7b1e-7c3d-8f00-1234567890ab\"");
        assert_eq!(serde_json::from_str::<UserId>(&json).unwrap(), id);
        assert!(serde_json::from_str::<UserId>("17").is_err());
    }
}

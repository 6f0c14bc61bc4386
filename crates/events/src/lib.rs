//! The facts that features tell each other.
//!
//! An event is committed with the rows that it speaks of and is read by other features' reactions.
//! It has a stable name and a version; changes are additive with defaults, and one golden JSON per
//! name and version is decoded by a test for ever. Bodies carry ids, never names or addresses, so
//! that erasing a person does not mean rewriting the journal.

mod accounts;
mod foreclosures;
mod notifications;
mod properties;

pub use accounts::{RolesChanged, SessionsEnded, UserRegistered};
pub use foreclosures::{AlertChanged, WatchlistChanged};
pub use notifications::{
    Category, InboxChange, InboxChanged, NoticeRaised, ObjectRef, PreferencesChanged, Priority,
};
pub use properties::{
    Amount, AuctionView, Change, PropertyChanged, PropertyFacts, PropertyKind, PropertyStatus,
    spoken_time,
};

use serde::{Serialize, de::DeserializeOwned};

/// A fact that was committed.
pub trait Event: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// Stable name in the journal: `<feature>.<past participle>`.
    const NAME: &'static str;
    /// Grows when the body's meaning grows; a reader of a version decodes all lower ones.
    const VERSION: u32;
}

/// Name, version and golden body of every event, for tests and for the events table of the docs.
pub struct Description {
    /// [`Event::NAME`].
    pub name: &'static str,
    /// [`Event::VERSION`].
    pub version: u32,
    /// What the event says, for the generated documentation.
    pub about: &'static str,
    /// A body of this version as it was first written; must decode for ever.
    pub golden: &'static str,
    /// Decodes a body and encodes it again, or says why it cannot.
    pub round_trip: fn(&str) -> Result<String, serde_json::Error>,
}

fn round_trip<E: Event>(body: &str) -> Result<String, serde_json::Error> {
    serde_json::to_string(&serde_json::from_str::<E>(body)?)
}

macro_rules! describe {
    ($event:ty, $about:literal, $golden:literal) => {
        Description {
            name: <$event as Event>::NAME,
            version: <$event as Event>::VERSION,
            about: $about,
            golden: include_str!(concat!("../golden/", $golden)),
            round_trip: round_trip::<$event>,
        }
    };
}

/// Every event that exists.
pub const ALL: &[Description] = &[
    describe!(UserRegistered, "a user account came into being", "accounts.registered.v1.json"),
    describe!(RolesChanged, "a user's roles changed", "accounts.roles_changed.v1.json"),
    describe!(
        SessionsEnded,
        "sessions of a user ended before their time",
        "accounts.sessions_ended.v1.json"
    ),
    describe!(
        PropertyChanged,
        "a property was added, changed or removed; all differences of one write",
        "properties.changed.v1.json"
    ),
    describe!(
        WatchlistChanged,
        "a user began or ceased to watch a property",
        "foreclosures.watchlist_changed.v1.json"
    ),
    describe!(
        AlertChanged,
        "an alert was made, changed, switched on or off, or removed",
        "foreclosures.alert_changed.v1.json"
    ),
    describe!(
        NoticeRaised,
        "people are to be told something; the notification centre decides how",
        "notices.raised.v1.json"
    ),
    describe!(
        InboxChanged,
        "rows of one user's inbox came or were read, dismissed, seen or expired",
        "notifications.inbox_changed.v1.json"
    ),
    describe!(
        PreferencesChanged,
        "a user changed how they want to be told",
        "notifications.preferences_changed.v1.json"
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_bodies_decode_for_ever_and_lose_nothing() {
        for event in ALL {
            let again = (event.round_trip)(event.golden)
                .unwrap_or_else(|e| panic!("{} v{}: {e}", event.name, event.version));
            let expected: serde_json::Value = serde_json::from_str(event.golden).unwrap();
            let found: serde_json::Value = serde_json::from_str(&again).unwrap();
            assert_eq!(found, expected, "{} v{}", event.name, event.version);
        }
    }

    #[test]
    fn unknown_fields_are_ignored_so_that_old_nodes_read_new_events() {
        for event in ALL {
            let mut body: serde_json::Value = serde_json::from_str(event.golden).unwrap();
            body["a_field_of_a_later_version"] = 1.into();
            (event.round_trip)(&body.to_string()).unwrap();
        }
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<_> = ALL.iter().map(|e| (e.name, e.version)).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), ALL.len());
    }
}

//! The forms of a watchlist entry and its rules.

use domain::{Id, Money, Timestamp};
use events::{AuctionView, PropertyFacts, PropertyStatus};
use kit::{Error, Result};
use serde::{Deserialize, Serialize};

/// The longest notes, in characters.
pub const MAX_NOTES: usize = 2_000;
/// How many properties of a watchlist a socket follows at once: the newest.
pub const MAX_FOLLOWED: usize = 500;
/// How many alerts a user may have, on or off.
pub const MAX_ALERTS_PER_USER: i64 = 50;
/// How many alerts may be on in an installation: each change of a property looks at those around
/// it one by one.
pub const MAX_ACTIVE_ALERTS: i64 = 20_000;
/// How far matching properties are counted for a new alert.
pub const MAX_COUNTED: u32 = 1_000;
/// How many properties are looked at for it, the newest first.
pub const MAX_LOOKED_AT: u32 = 100_000;

/// A row of the watchlist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// The row's id.
    pub id: Id,
    /// Which property.
    pub property: Id,
    /// The user's own words.
    pub notes: Option<String>,
    /// Since when it is watched.
    pub created_at: Timestamp,
    /// When the notes were last changed.
    pub updated_at: Timestamp,
}

store::from_row!(Watch { id, property, notes, created_at, updated_at });

/// Notes as they are kept: nothing but white space is no notes.
///
/// # Errors
/// `invalid` when they have more than [`MAX_NOTES`] characters.
pub fn tidy_notes(notes: Option<String>) -> Result<Option<String>> {
    let notes = notes.filter(|text| !text.trim().is_empty());
    if notes.as_ref().is_some_and(|text| text.chars().count() > MAX_NOTES) {
        let message = format!("may have at most {MAX_NOTES} characters");
        return Err(Error::invalid("notes", "too_long", message));
    }
    Ok(notes)
}

/// An entry of the watchlist as REST shows it.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WatchEntry {
    /// The entry's id.
    pub id: Id,
    /// Which property.
    pub property_id: Id,
    /// The user's own words.
    pub notes: Option<String>,
    /// Since when it is watched.
    pub created_at: Timestamp,
    /// When the notes were last changed.
    pub updated_at: Timestamp,
    /// The property as it stands now; null when it was removed.
    pub auction: Option<WatchedAuction>,
}

/// What a watcher sees of a property. The same facts as in the frames of `/ws/auctions/`, in the
/// spelling of REST.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct WatchedAuction {
    /// Which property.
    pub property_id: Id,
    /// Street and number.
    pub street: String,
    /// City.
    pub city: String,
    /// Two-letter state.
    pub state: String,
    /// ZIP code.
    pub zip_code: Option<String>,
    /// Where it stands on its way.
    #[schema(value_type = String, example = "auction")]
    pub foreclosure_status: PropertyStatus,
    /// Local date of the auction, `YYYY-MM-DD`.
    pub auction_date: Option<String>,
    /// Local hour of the auction as people say it.
    #[schema(example = "10:00 AM")]
    pub auction_time: Option<String>,
    /// The opening bid.
    pub opening_bid: Option<Money>,
}

impl WatchedAuction {
    /// The view of a property with these facts.
    pub fn of(property: Id, facts: &PropertyFacts) -> Self {
        // By way of the frames' view, so that the two never say different things.
        let view = AuctionView::of(property, facts);
        Self {
            property_id: view.property_id,
            street: view.street,
            city: view.city,
            state: view.state,
            zip_code: view.zip_code,
            foreclosure_status: view.foreclosure_status,
            auction_date: view.auction_date,
            auction_time: view.auction_time,
            opening_bid: view.opening_bid,
        }
    }
}

impl WatchEntry {
    /// The entry of a row, with what is known of its property.
    pub fn of(watch: Watch, facts: Option<&PropertyFacts>) -> Self {
        Self {
            auction: facts.map(|facts| WatchedAuction::of(watch.property, facts)),
            id: watch.id,
            property_id: watch.property,
            notes: watch.notes,
            created_at: watch.created_at,
            updated_at: watch.updated_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_have_a_length_and_a_form() {
        let tidy = |text: &str| tidy_notes(Some(text.to_owned()));
        assert_eq!(tidy("  roof? ").unwrap().as_deref(), Some("  roof? "));
        for nothing in ["", " ", "\n\t"] {
            assert_eq!(tidy(nothing).unwrap(), None);
        }
        assert_eq!(tidy_notes(None).unwrap(), None);
        assert!(tidy(&"ü".repeat(MAX_NOTES)).is_ok());
        let error = tidy(&"ü".repeat(MAX_NOTES + 1)).unwrap_err();
        assert_eq!((error.code().status, &*error.fields()[0].code), (422, "too_long"));
    }
}

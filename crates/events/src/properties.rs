//! What properties tells.

use domain::{Currency, Id, Money, Timestamp};
use serde::{Deserialize, Serialize};

use crate::Event;

/// Where a property stands on its way to an auction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyStatus {
    /// The lender has given notice.
    Preforeclosure,
    /// An auction is set.
    Auction,
    /// Sold at the auction.
    Sold,
    /// Went back to the lender (real estate owned).
    Reo,
    /// The auction was called off.
    Cancelled,
    /// The owner paid.
    Redeemed,
}

/// What kind of building or land it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PropertyKind {
    /// One family.
    SingleFamily,
    /// A unit in a building.
    Condo,
    /// Two to four families or more.
    MultiFamily,
    /// Business use.
    Commercial,
    /// Row house.
    Townhouse,
    /// Built in a factory.
    Manufactured,
    /// No building.
    Land,
    /// None of these.
    Other,
}

/// Money in an event body: integers, so that no reader can round it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amount {
    /// Minor units of `currency`.
    pub minor: i64,
    /// ISO 4217 code.
    pub currency: Currency,
}

impl From<Money> for Amount {
    fn from(money: Money) -> Self {
        Self {
            minor: money.minor,
            currency: money.currency,
        }
    }
}

impl From<Amount> for Money {
    fn from(amount: Amount) -> Self {
        Self::new(amount.minor, amount.currency)
    }
}

/// What reactions need to know of a property, before or after a change. Postal addresses of
/// buildings are facts about a thing; nothing here names a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PropertyFacts {
    /// Street and number.
    pub street: String,
    /// City.
    pub city: String,
    /// Two-letter state.
    pub state: String,
    /// ZIP code.
    pub zip_code: String,
    /// Where it stands.
    pub status: PropertyStatus,
    /// What it is.
    #[serde(default)]
    pub kind: Option<PropertyKind>,
    /// Degrees north.
    #[serde(default)]
    pub latitude: Option<f64>,
    /// Degrees east.
    #[serde(default)]
    pub longitude: Option<f64>,
    /// Local date of the auction, `YYYY-MM-DD`.
    #[serde(default)]
    pub auction_date: Option<String>,
    /// Local hour of the auction, `HH:MM`.
    #[serde(default)]
    pub auction_time: Option<String>,
    /// IANA zone of the venue.
    #[serde(default)]
    pub time_zone: Option<String>,
    /// The instant that date, hour and zone mean.
    #[serde(default)]
    pub auction_at: Option<Timestamp>,
    /// The opening bid.
    #[serde(default)]
    pub opening_bid: Option<Amount>,
    /// What it may be worth.
    #[serde(default)]
    pub estimated_value: Option<Amount>,
    /// Rooms to sleep in.
    #[serde(default)]
    pub bedrooms: Option<i64>,
    /// Bathrooms.
    #[serde(default)]
    pub bathrooms: Option<i64>,
    /// Square feet.
    #[serde(default)]
    pub living_area: Option<i64>,
}

/// One kind of difference between two versions of a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The property is new here.
    Added,
    /// The property was deleted.
    Removed,
    /// Its status.
    Status,
    /// The auction went to a later date.
    Postponement,
    /// The auction went to an earlier date.
    Advancement,
    /// An auction date was set where there was none.
    Scheduled,
    /// The auction date was taken away.
    Unscheduled,
    /// The hour alone.
    AuctionTime,
    /// The opening bid.
    OpeningBid,
    /// Anything else (description, rooms, estimate …).
    Minor,
}

/// A property was added, changed or removed. All differences of one write are one event; a write
/// that changes nothing has none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PropertyChanged {
    /// Which property.
    pub property: Id,
    /// Its version after the write; grows by one with each event.
    pub version: i64,
    /// As it was; none when it is new.
    #[serde(default)]
    pub before: Option<PropertyFacts>,
    /// As it is; none when it was deleted.
    #[serde(default)]
    pub after: Option<PropertyFacts>,
    /// What differs.
    pub changes: Vec<Change>,
}

impl Event for PropertyChanged {
    const NAME: &'static str = "properties.changed";
    const VERSION: u32 = 1;
}

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
        Self { minor: money.minor, currency: money.currency }
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
    /// ZIP code; empty when it is not known.
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

/// A property as the watchers of auctions see it: the object in `initial_state.auctions` and
/// `subscribed.auction`, and the snapshot of the topic `property:<id>`. camelCase on the wire;
/// what is unknown is null. It has no other source than the facts, so that whoever may read those
/// renders the same object.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuctionView {
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
    /// Where it stands.
    pub foreclosure_status: PropertyStatus,
    /// Local date of the auction, `YYYY-MM-DD`.
    pub auction_date: Option<String>,
    /// Local hour of the auction as people say it: `10:00 AM`.
    pub auction_time: Option<String>,
    /// The opening bid, a decimal number with the currency's digits.
    pub opening_bid: Option<Money>,
}

impl AuctionView {
    /// The view of a property with these facts.
    pub fn of(property: Id, facts: &PropertyFacts) -> Self {
        Self {
            property_id: property,
            street: facts.street.clone(),
            city: facts.city.clone(),
            state: facts.state.clone(),
            zip_code: Some(facts.zip_code.clone()).filter(|zip| !zip.is_empty()),
            foreclosure_status: facts.status,
            auction_date: facts.auction_date.clone(),
            auction_time: facts.auction_time.as_deref().map(spoken_time),
            opening_bid: facts.opening_bid.map(Money::from),
        }
    }
}

/// `HH:MM` as people in the United States say it: `00:05` is `12:05 AM`, `14:30` is `2:30 PM`. A
/// text of another form stays as it is.
pub fn spoken_time(time: &str) -> String {
    let parts = time.split_once(':').and_then(|(hour, minute)| {
        let hour = hour.parse::<u8>().ok().filter(|hour| *hour < 24)?;
        (minute.len() == 2).then_some((hour, minute))
    });
    let Some((hour, minute)) = parts else {
        return time.to_owned();
    };
    let half = if hour < 12 { "AM" } else { "PM" };
    let hour = match hour % 12 {
        0 => 12,
        hour => hour,
    };
    format!("{hour}:{minute} {half}")
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
    /// Whether the property came with its source's first import: it is new here, but no news. Only
    /// ever true of [`Change::Added`].
    #[serde(default, skip_serializing_if = "is_false")]
    pub initial: bool,
}

const fn is_false(flag: &bool) -> bool {
    !*flag
}

impl Event for PropertyChanged {
    const NAME: &'static str = "properties.changed";
    const VERSION: u32 = 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_as_people_say_them() {
        let cases = [
            ("00:00", "12:00 AM"),
            ("00:05", "12:05 AM"),
            ("10:00", "10:00 AM"),
            ("12:00", "12:00 PM"),
            ("14:30", "2:30 PM"),
            ("23:59", "11:59 PM"),
            ("noon", "noon"),
            ("24:00", "24:00"),
        ];
        for (time, said) in cases {
            assert_eq!(spoken_time(time), said);
        }
    }

    #[test]
    fn a_first_import_is_told_where_it_matters_alone() {
        let golden = include_str!("../golden/properties.changed.v1.json");
        let mut event: PropertyChanged = serde_json::from_str(golden).unwrap();
        assert!(!event.initial, "what was written before is news");
        assert!(!serde_json::to_string(&event).unwrap().contains("initial"));
        event.initial = true;
        let body = serde_json::to_string(&event).unwrap();
        assert!(serde_json::from_str::<PropertyChanged>(&body).unwrap().initial);
    }

    #[test]
    fn the_view_is_what_the_protocol_shows() {
        let golden = include_str!("../golden/properties.changed.v1.json");
        let event: PropertyChanged = serde_json::from_str(golden).unwrap();
        let mut facts = event.before.unwrap();
        let view = AuctionView::of(event.property, &facts);
        assert_eq!(
            serde_json::to_string(&view).unwrap(),
            concat!(
                r#"{"propertyId":"0190a5b8-7b1e-7c3d-8f00-00000000000f","#,
                r#""street":"123 Main St","city":"San Francisco","state":"CA","#,
                r#""zipCode":"94102","foreclosureStatus":"preforeclosure","#,
                r#""auctionDate":"2024-01-15","auctionTime":"10:00 AM","openingBid":250000.00}"#,
            )
        );
        facts.zip_code.clear();
        (facts.auction_date, facts.auction_time, facts.opening_bid) = (None, None, None);
        let view = serde_json::to_value(AuctionView::of(event.property, &facts)).unwrap();
        for field in ["zipCode", "auctionDate", "auctionTime", "openingBid"] {
            assert!(view[field].is_null(), "{field}");
        }
    }
}

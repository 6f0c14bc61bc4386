//! What differs between two versions of a property, told three ways: to reactions, to watchers,
//! and to the history.

use domain::Money;
use events::{Change, PropertyStatus, spoken_time};
use serde::Serialize;

use super::{CURRENCY, Field, Property, kind_name, status_name};

/// How an auction moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Shift {
    /// To a later date or hour.
    Postponement,
    /// To an earlier date or hour.
    Advancement,
    /// From none to one.
    Scheduled,
    /// To none.
    Unscheduled,
}

/// Another status.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct StatusChange {
    /// Before.
    #[schema(value_type = String)]
    pub old: PropertyStatus,
    /// Now.
    #[schema(value_type = String)]
    pub new: PropertyStatus,
}

/// Another date of the auction.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct DateChange {
    /// Local date before, `YYYY-MM-DD`; null when there was none.
    pub old: Option<String>,
    /// Local date now; null when there is none.
    pub new: Option<String>,
    /// How it moved.
    #[serde(rename = "type")]
    #[schema(inline)]
    pub shift: Shift,
    /// The hour now, as `10:00 AM`; only there when it changed together with the date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new_time: Option<Option<String>>,
}

/// Another hour on the same date.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct TimeChange {
    /// Local hour before, as `10:00 AM`; null when it was not known.
    pub old: Option<String>,
    /// Local hour now; null when it is not known.
    pub new: Option<String>,
    /// How it moved.
    #[serde(rename = "type")]
    #[schema(inline)]
    pub shift: Shift,
}

/// Another opening bid.
#[derive(Debug, Clone, PartialEq, Serialize, utoipa::ToSchema)]
pub struct BidChange {
    /// Before; null when it was not known.
    #[schema(value_type = Option<f64>)]
    pub old: Option<Money>,
    /// Now; null when it is not known.
    #[schema(value_type = Option<f64>)]
    pub new: Option<Money>,
    /// New less old; null when either is.
    #[schema(value_type = Option<f64>)]
    pub difference: Option<Money>,
}

/// The `update` of an `auction_update`: only what changed is there.
#[derive(Debug, Clone, Default, PartialEq, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Update {
    /// The status.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub status_changed: Option<StatusChange>,
    /// The date of the auction.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub auction_date_changed: Option<DateChange>,
    /// The hour alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub auction_time_changed: Option<TimeChange>,
    /// The opening bid.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(inline)]
    pub opening_bid_changed: Option<BidChange>,
    /// Names of the other fields that changed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub minor_changed: Vec<&'static str>,
    /// The property was deleted.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
}

/// One field that changed, for the history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// Its name in REST.
    pub field: &'static str,
    /// The JSON text before; none for unknown.
    pub old: Option<String>,
    /// The JSON text now.
    pub new: Option<String>,
}

/// What differs.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Differences {
    /// For reactions.
    pub changes: Vec<Change>,
    /// For watchers.
    pub update: Update,
    /// For the history, in the order of the fields.
    pub history: Vec<HistoryLine>,
}

impl Differences {
    /// Whether nothing differs.
    pub const fn is_empty(&self) -> bool {
        self.history.is_empty()
    }
}

/// What differs between two states of one property. Derived values (keys, instant) follow from the
/// others and are not told.
pub fn diff(before: &Property, after: &Property) -> Differences {
    let mut found = Differences::default();
    let date_moved = before.auction_date != after.auction_date;
    for field in Field::ALL {
        if before.has_same(*field, after) {
            continue;
        }
        found.history.push(HistoryLine {
            field: field.name(),
            old: before.json(*field),
            new: after.json(*field),
        });
        match field {
            Field::Status => {
                found.changes.push(Change::Status);
                let (old, new) = (before.status, after.status);
                found.update.status_changed = Some(StatusChange { old, new });
            }
            Field::AuctionDate => found.date(before, after),
            // Told with the date when that moved too.
            Field::AuctionTime if date_moved => {}
            Field::AuctionTime => found.time(before, after),
            Field::OpeningBid => {
                found.changes.push(Change::OpeningBid);
                found.update.opening_bid_changed =
                    Some(bid_change(before.opening_bid_minor, after.opening_bid_minor));
            }
            field => found.update.minor_changed.push(field.camel()),
        }
    }
    if !found.update.minor_changed.is_empty() {
        found.changes.push(Change::Minor);
    }
    found.changes.sort_unstable();
    found
}

impl Differences {
    fn date(&mut self, before: &Property, after: &Property) {
        let (old, new) = (before.auction_date.clone(), after.auction_date.clone());
        // Dates in this form sort as texts.
        let shift = shift(old.as_deref(), new.as_deref());
        self.changes.push(match shift {
            Shift::Postponement => Change::Postponement,
            Shift::Advancement => Change::Advancement,
            Shift::Scheduled => Change::Scheduled,
            Shift::Unscheduled => Change::Unscheduled,
        });
        let time_moved = before.auction_time != after.auction_time;
        let new_time = time_moved.then(|| spoken(after));
        self.update.auction_date_changed = Some(DateChange { old, new, shift, new_time });
    }

    fn time(&mut self, before: &Property, after: &Property) {
        let shift = shift(before.auction_time.as_deref(), after.auction_time.as_deref());
        self.changes.push(Change::AuctionTime);
        self.update.auction_time_changed =
            Some(TimeChange { old: spoken(before), new: spoken(after), shift });
    }
}

fn spoken(property: &Property) -> Option<String> {
    property.auction_time.as_deref().map(spoken_time)
}

fn shift(old: Option<&str>, new: Option<&str>) -> Shift {
    match (old, new) {
        (None, _) => Shift::Scheduled,
        (_, None) => Shift::Unscheduled,
        (Some(old), Some(new)) if new > old => Shift::Postponement,
        _ => Shift::Advancement,
    }
}

fn bid_change(old: Option<i64>, new: Option<i64>) -> BidChange {
    let money = |minor: i64| Money::new(minor, CURRENCY);
    // Both lie between nothing and a trillion dollars: the difference cannot overflow.
    let difference = old.zip(new).map(|(old, new)| money(new - old));
    BidChange { old: old.map(money), new: new.map(money), difference }
}

/// The value of a field as it stands in the property, borrowed.
#[derive(PartialEq)]
enum Seen<'a> {
    Text(Option<&'a str>),
    Whole(Option<i64>),
    Minor(Option<i64>),
    Degrees(Option<f64>),
}

impl Property {
    fn seen(&self, field: Field) -> Seen<'_> {
        match field {
            Field::Street => Seen::Text(Some(&self.street)),
            Field::City => Seen::Text(Some(&self.city)),
            Field::State => Seen::Text(Some(&self.state)),
            Field::ZipCode => Seen::Text(self.zip_code.as_deref()),
            Field::County => Seen::Text(self.county.as_deref()),
            Field::ParcelNumber => Seen::Text(self.parcel_number.as_deref()),
            Field::Latitude => Seen::Degrees(self.latitude),
            Field::Longitude => Seen::Degrees(self.longitude),
            Field::TimeZone => Seen::Text(Some(&self.time_zone)),
            Field::Kind => Seen::Text(self.kind.map(kind_name)),
            Field::Status => Seen::Text(Some(status_name(self.status))),
            Field::AuctionDate => Seen::Text(self.auction_date.as_deref()),
            Field::AuctionTime => Seen::Text(self.auction_time.as_deref()),
            Field::Venue => Seen::Text(self.venue.as_deref()),
            Field::OpeningBid => Seen::Minor(self.opening_bid_minor),
            Field::EstimatedValue => Seen::Minor(self.estimated_value_minor),
            Field::JudgmentAmount => Seen::Minor(self.judgment_amount_minor),
            Field::ListPrice => Seen::Minor(self.list_price_minor),
            Field::Bedrooms => Seen::Whole(self.bedrooms),
            Field::Bathrooms => Seen::Whole(self.bathrooms),
            Field::LivingArea => Seen::Whole(self.living_area),
            Field::LotSize => Seen::Whole(self.lot_size),
            Field::YearBuilt => Seen::Whole(self.year_built),
            Field::Trustee => Seen::Text(self.trustee.as_deref()),
            Field::CaseNumber => Seen::Text(self.case_number.as_deref()),
            Field::Description => Seen::Text(self.description.as_deref()),
        }
    }

    fn has_same(&self, field: Field, other: &Self) -> bool {
        self.seen(field) == other.seen(field)
    }

    /// The JSON text of a field as REST shows it; none for unknown.
    pub fn json(&self, field: Field) -> Option<String> {
        match self.seen(field) {
            Seen::Text(text) => text.and_then(|text| serde_json::to_string(text).ok()),
            Seen::Whole(number) => number.map(|number| number.to_string()),
            Seen::Minor(minor) => minor.map(|minor| Money::new(minor, CURRENCY).to_string()),
            Seen::Degrees(degrees) => degrees.and_then(|d| serde_json::to_string(&d).ok()),
        }
    }
}

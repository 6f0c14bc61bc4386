//! What a property is, and what happens to it; pure.

mod address;
mod diff;
mod field;
mod grid;
mod names;
mod places;
mod read;
mod words;

pub use address::{address_key, parcel_key};
pub use diff::{
    BidChange, DateChange, Differences, HistoryLine, Shift, StatusChange, TimeChange, Update, diff,
};
pub use field::{Datum, Fault, Field, MAX_MINOR};
pub use grid::{Bounds, CellRange, Circle, cell};
pub use names::{KINDS, STATUSES, kind, kind_name, status, status_name};
pub use places::{STATES, State, state};
pub use words::{MAX_QUERY, Words, fold, text};

use domain::{Currency, Id, Money, Timestamp};
use events::{Amount, PropertyFacts, PropertyKind, PropertyStatus};
use jiff::{
    civil::{Date, Time},
    tz::TimeZone,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// The currency of every amount; all properties are in the United States.
pub const CURRENCY: Currency = Currency::Usd;

/// A property as it is kept. Amounts are minor units of [`CURRENCY`]; what is unknown is none.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Property {
    /// Which.
    pub id: Id,
    /// 1 when it was made; grows by one with each change.
    pub version: i64,
    /// Street and number, unit included, as first written.
    pub street: String,
    /// City.
    pub city: String,
    /// Two letters.
    pub state: String,
    /// `94102` or `94102-1234`.
    pub zip_code: Option<String>,
    /// County.
    pub county: Option<String>,
    /// See [`address_key`].
    pub address_key: String,
    /// The county's number of the land.
    pub parcel_number: Option<String>,
    /// See [`parcel_key`].
    pub parcel_key: Option<String>,
    /// Degrees north; there is a longitude too, or neither.
    pub latitude: Option<f64>,
    /// Degrees east.
    pub longitude: Option<f64>,
    /// IANA zone of the auction venue: as given, else the state's main one.
    pub time_zone: String,
    /// What it is.
    pub kind: Option<PropertyKind>,
    /// Where it stands.
    pub status: PropertyStatus,
    /// Local date of the auction, `YYYY-MM-DD`.
    pub auction_date: Option<String>,
    /// Local hour of the auction, `HH:MM`.
    pub auction_time: Option<String>,
    /// The instant that date, hour and zone mean; none when date or hour is unknown.
    pub auction_at: Option<Timestamp>,
    /// Where the auction is held.
    pub venue: Option<String>,
    /// The opening bid.
    pub opening_bid_minor: Option<i64>,
    /// What it may be worth.
    pub estimated_value_minor: Option<i64>,
    /// What the court found to be owed.
    pub judgment_amount_minor: Option<i64>,
    /// What it is listed for.
    pub list_price_minor: Option<i64>,
    /// Rooms to sleep in.
    pub bedrooms: Option<i64>,
    /// Bathrooms, half ones counted as one.
    pub bathrooms: Option<i64>,
    /// Square feet to live on.
    pub living_area: Option<i64>,
    /// Square feet of land.
    pub lot_size: Option<i64>,
    /// Year.
    pub year_built: Option<i64>,
    /// Who conducts the sale.
    pub trustee: Option<String>,
    /// The court's or the trustee's number of the case.
    pub case_number: Option<String>,
    /// What else is to say.
    pub description: Option<String>,
    /// When it came here.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Values to write: a field that is not named stays, one without a value is cleared.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Edit(pub Vec<(Field, Option<Datum>)>);

impl Edit {
    /// The words that the edit sets for a field; none when it does not set it or clears it.
    pub fn text(&self, field: Field) -> Option<&str> {
        self.0.iter().rev().find(|(named, _)| *named == field).and_then(|(_, datum)| match datum {
            Some(Datum::Text(text)) => Some(text.as_str()),
            _ => None,
        })
    }

    /// A number that stands for what it says, in whatever order: eight bytes of a SHA-256.
    pub(crate) fn fingerprint(&self) -> i64 {
        fn text_of(word: &impl Serialize) -> String {
            // Words of the journal always have a form.
            serde_json::to_string(word).unwrap_or_default()
        }
        let word = |(field, datum): &(Field, Option<Datum>)| {
            let value = match datum {
                None => String::new(),
                Some(Datum::Text(text)) => format!("t{text}"),
                Some(Datum::Whole(number)) => format!("w{number}"),
                Some(Datum::Minor(minor)) => format!("m{minor}"),
                Some(Datum::Degrees(degrees)) => format!("d{degrees}"),
                Some(Datum::Status(status)) => format!("s{}", text_of(status)),
                Some(Datum::Kind(kind)) => format!("k{}", text_of(kind)),
            };
            format!("{}\0{value}\0", field.name())
        };
        let mut words: Vec<_> = self.0.iter().map(word).collect();
        words.sort_unstable();
        let mut hash = Sha256::new();
        words.iter().for_each(|word| hash.update(word));
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&hash.finalize()[..8]);
        i64::from_be_bytes(bytes)
    }

    /// A new property of this edit.
    ///
    /// A status that is not given is the first of the life cycle that fits: `auction` when there
    /// is an auction date, else `preforeclosure`.
    ///
    /// # Errors
    /// What is missing or does not fit together.
    pub fn create(self, id: Id, now: Timestamp) -> Result<Property, Vec<Fault>> {
        let has_status =
            self.0.iter().any(|(field, datum)| *field == Field::Status && datum.is_some());
        let mut made = Property::blank(id, now);
        let missing = [Field::Street, Field::City, Field::State]
            .into_iter()
            .filter(|field| self.text(*field).is_none_or(str::is_empty))
            .map(|field| Fault::new(field, "required", "is missing"));
        let faults: Vec<Fault> = missing.collect();
        if !faults.is_empty() {
            return Err(faults);
        }
        for (field, datum) in self.0 {
            made.set(field, datum);
        }
        if !has_status && made.auction_date.is_some() {
            made.status = PropertyStatus::Auction;
        }
        made.settle(None)?;
        Ok(made)
    }

    /// The property after this edit; version and times stay.
    ///
    /// # Errors
    /// A required field would be cleared, or values do not fit together.
    pub fn apply(self, before: &Property) -> Result<Property, Vec<Fault>> {
        let mut after = before.clone();
        let mut faults = Vec::new();
        for (field, datum) in self.0 {
            let is_empty = match &datum {
                Some(Datum::Text(text)) => text.is_empty(),
                datum => datum.is_none(),
            };
            if field.is_required() && is_empty {
                faults.push(Fault::new(field, "required", "cannot be unknown"));
                continue;
            }
            after.set(field, datum);
        }
        if !faults.is_empty() {
            return Err(faults);
        }
        after.settle(Some(before))?;
        Ok(after)
    }
}

impl Property {
    fn blank(id: Id, now: Timestamp) -> Self {
        Self {
            id,
            version: 1,
            street: String::new(),
            city: String::new(),
            state: String::new(),
            zip_code: None,
            county: None,
            address_key: String::new(),
            parcel_number: None,
            parcel_key: None,
            latitude: None,
            longitude: None,
            time_zone: String::new(),
            kind: None,
            status: PropertyStatus::Preforeclosure,
            auction_date: None,
            auction_time: None,
            auction_at: None,
            venue: None,
            opening_bid_minor: None,
            estimated_value_minor: None,
            judgment_amount_minor: None,
            list_price_minor: None,
            bedrooms: None,
            bathrooms: None,
            living_area: None,
            lot_size: None,
            year_built: None,
            trustee: None,
            case_number: None,
            description: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Puts a value into its place. What a field cannot hold never gets here: `Field::read` and
    /// its siblings make the data.
    fn set(&mut self, field: Field, datum: Option<Datum>) {
        let (mut text, mut whole, mut degrees) = (None, None, None);
        match datum {
            Some(Datum::Text(value)) => text = Some(value).filter(|value| !value.is_empty()),
            Some(Datum::Whole(value) | Datum::Minor(value)) => whole = Some(value),
            Some(Datum::Degrees(value)) => degrees = Some(value),
            Some(Datum::Status(value)) => return self.status = value,
            Some(Datum::Kind(value)) => return self.kind = Some(value),
            None => {}
        }
        match field {
            Field::Street => self.street = text.unwrap_or_default(),
            Field::City => self.city = text.unwrap_or_default(),
            Field::State => self.state = text.unwrap_or_default(),
            Field::ZipCode => self.zip_code = text,
            Field::County => self.county = text,
            Field::ParcelNumber => self.parcel_number = text,
            Field::Latitude => self.latitude = degrees,
            Field::Longitude => self.longitude = degrees,
            Field::TimeZone => self.time_zone = text.unwrap_or_default(),
            Field::Kind => self.kind = None,
            Field::Status => {}
            Field::AuctionDate => self.auction_date = text,
            Field::AuctionTime => self.auction_time = text,
            Field::Venue => self.venue = text,
            Field::OpeningBid => self.opening_bid_minor = whole,
            Field::EstimatedValue => self.estimated_value_minor = whole,
            Field::JudgmentAmount => self.judgment_amount_minor = whole,
            Field::ListPrice => self.list_price_minor = whole,
            Field::Bedrooms => self.bedrooms = whole,
            Field::Bathrooms => self.bathrooms = whole,
            Field::LivingArea => self.living_area = whole,
            Field::LotSize => self.lot_size = whole,
            Field::YearBuilt => self.year_built = whole,
            Field::Trustee => self.trustee = text,
            Field::CaseNumber => self.case_number = text,
            Field::Description => self.description = text,
        }
    }

    /// Derives what follows from the other fields: keys, zone, instant.
    fn settle(&mut self, before: Option<&Self>) -> Result<(), Vec<Fault>> {
        if self.latitude.is_some() != self.longitude.is_some() {
            let missing = match self.latitude {
                Some(_) => Field::Longitude,
                None => Field::Latitude,
            };
            return Err(vec![Fault::new(missing, "required", "is missing beside the other")]);
        }
        let zone_of = |code: &str| state(code).map_or("", |state| state.zone);
        // A zone that came from the state follows the state.
        let follows = before.is_some_and(|before| {
            before.state != self.state
                && before.time_zone == self.time_zone
                && before.time_zone == zone_of(&before.state)
        });
        if self.time_zone.is_empty() || follows {
            zone_of(&self.state).clone_into(&mut self.time_zone);
        }
        let same_place = before.is_some_and(|b| {
            b.street == self.street
                && b.city == self.city
                && b.state == self.state
                && b.zip_code == self.zip_code
                && b.county == self.county
                && b.parcel_number == self.parcel_number
        });
        if !same_place {
            let zip = self.zip_code.as_deref();
            self.address_key = address_key(&self.street, &self.city, &self.state, zip);
            let parcel = self.parcel_number.as_deref();
            self.parcel_key = parcel_key(&self.state, self.county.as_deref(), parcel);
        }
        let same_instant = before.is_some_and(|b| {
            b.auction_date == self.auction_date
                && b.auction_time == self.auction_time
                && b.time_zone == self.time_zone
        });
        if !same_instant {
            let (date, time) = (self.auction_date.as_deref(), self.auction_time.as_deref());
            self.auction_at = auction_at(date, time, &self.time_zone);
        }
        Ok(())
    }

    /// An amount for people and the wire.
    pub fn money(minor: Option<i64>) -> Option<Money> {
        minor.map(|minor| Money::new(minor, CURRENCY))
    }

    /// What other features may know.
    pub fn facts(&self) -> PropertyFacts {
        let amount = |minor: Option<i64>| minor.map(|minor| Amount { minor, currency: CURRENCY });
        PropertyFacts {
            street: self.street.clone(),
            city: self.city.clone(),
            state: self.state.clone(),
            zip_code: self.zip_code.clone().unwrap_or_default(),
            status: self.status,
            kind: self.kind,
            latitude: self.latitude,
            longitude: self.longitude,
            auction_date: self.auction_date.clone(),
            auction_time: self.auction_time.clone(),
            time_zone: Some(self.time_zone.clone()),
            auction_at: self.auction_at,
            opening_bid: amount(self.opening_bid_minor),
            estimated_value: amount(self.estimated_value_minor),
            bedrooms: self.bedrooms,
            bathrooms: self.bathrooms,
            living_area: self.living_area,
        }
    }
}

/// The instant that a local date and hour mean in a zone. Without an hour there is none: a day is
/// not an instant. An hour that the clocks skip means the same distance behind midnight as if they
/// had not (02:30 becomes 03:30), one that comes twice means the first (RFC 5545's rule).
pub fn auction_at(date: Option<&str>, time: Option<&str>, zone: &str) -> Option<Timestamp> {
    let date: Date = date?.parse().ok()?;
    let (hour, minute) = time?.split_once(':')?;
    let time = Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()?;
    let zone = TimeZone::get(zone).ok()?;
    let zoned = date.to_datetime(time).to_zoned(zone).ok()?;
    Some(zoned.timestamp().into())
}

#[cfg(test)]
#[path = "model/tests.rs"]
mod tests;

//! A property on its way in and out.

use domain::{DecimalInput, Id, Money, Timestamp};
use events::{PropertyKind, PropertyStatus};
use kit::{Given, Result};
use serde::{Deserialize, Serialize};

use crate::{
    change::refused,
    model::{CURRENCY, Datum, Edit, Fault, Field, Property},
};

/// What becomes of a field that a body does not name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Absent {
    /// It stays: POST and PATCH.
    Stays,
    /// It becomes unknown: PUT.
    IsCleared,
}

/// A property to make or to change. A property must have street, city, state and status; a new one
/// without status is in `auction` when it has an auction date, else in `preforeclosure`.
#[derive(Debug, Default, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PropertyBody {
    /// Street and number, unit included.
    #[schema(value_type = Option<String>, max_length = 200)]
    #[serde(default)]
    street: Given<String>,
    /// City.
    #[schema(value_type = Option<String>, max_length = 100)]
    #[serde(default)]
    city: Given<String>,
    /// Two letters, or the name in full.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    state: Given<String>,
    /// `94102` or `94102-1234`.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    zip_code: Given<String>,
    /// County.
    #[schema(value_type = Option<String>, max_length = 100)]
    #[serde(default)]
    county: Given<String>,
    /// The county's number of the land.
    #[schema(value_type = Option<String>, max_length = 64)]
    #[serde(default)]
    parcel_number: Given<String>,
    /// Degrees north, −90 to 90; only together with `longitude`.
    #[schema(value_type = Option<f64>)]
    #[serde(default)]
    latitude: Given<f64>,
    /// Degrees east, −180 to 180.
    #[schema(value_type = Option<f64>)]
    #[serde(default)]
    longitude: Given<f64>,
    /// IANA zone of the auction venue; the state's main one when it is not given.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    time_zone: Given<String>,
    /// `single_family`, `condo`, `multi_family`, `commercial`, `townhouse`, `manufactured`,
    /// `land` or `other`; other usual spellings are taken too.
    #[schema(value_type = Option<String>)]
    #[serde(default, rename = "type")]
    kind: Given<String>,
    /// `preforeclosure`, `auction`, `sold`, `reo`, `cancelled` or `redeemed`.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    status: Given<String>,
    /// Local date of the auction, `YYYY-MM-DD`.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    auction_date: Given<String>,
    /// Local hour of the auction, `HH:MM` or `10:00 AM`.
    #[schema(value_type = Option<String>)]
    #[serde(default)]
    auction_time: Given<String>,
    /// Where the auction is held.
    #[schema(value_type = Option<String>, max_length = 300)]
    #[serde(default)]
    venue: Given<String>,
    /// Dollars.
    #[schema(value_type = Option<DecimalInput>)]
    #[serde(default)]
    opening_bid: Given<DecimalInput>,
    /// Dollars.
    #[schema(value_type = Option<DecimalInput>)]
    #[serde(default)]
    estimated_value: Given<DecimalInput>,
    /// Dollars.
    #[schema(value_type = Option<DecimalInput>)]
    #[serde(default)]
    judgment_amount: Given<DecimalInput>,
    /// Dollars.
    #[schema(value_type = Option<DecimalInput>)]
    #[serde(default)]
    list_price: Given<DecimalInput>,
    /// Rooms to sleep in.
    #[schema(value_type = Option<i64>)]
    #[serde(default)]
    bedrooms: Given<i64>,
    /// Bathrooms, half ones counted as one.
    #[schema(value_type = Option<i64>)]
    #[serde(default)]
    bathrooms: Given<i64>,
    /// Square feet to live on.
    #[schema(value_type = Option<i64>)]
    #[serde(default)]
    living_area: Given<i64>,
    /// Square feet of land.
    #[schema(value_type = Option<i64>)]
    #[serde(default)]
    lot_size: Given<i64>,
    /// Year.
    #[schema(value_type = Option<i64>)]
    #[serde(default)]
    year_built: Given<i64>,
    /// Who conducts the sale.
    #[schema(value_type = Option<String>, max_length = 200)]
    #[serde(default)]
    trustee: Given<String>,
    /// The number of the case.
    #[schema(value_type = Option<String>, max_length = 100)]
    #[serde(default)]
    case_number: Given<String>,
    /// What else is to say.
    #[schema(value_type = Option<String>, max_length = 10000)]
    #[serde(default)]
    description: Given<String>,
}

struct Reader {
    absent: Absent,
    edit: Edit,
    faults: Vec<Fault>,
}

impl Reader {
    fn take<T>(
        &mut self,
        field: Field,
        given: Given<T>,
        read: impl FnOnce(Field, T) -> Result<Datum, Fault>,
    ) {
        let value = match given {
            Given::Absent if self.absent == Absent::Stays => return,
            Given::Absent | Given::Null => None,
            Given::Value(value) => match read(field, value) {
                Ok(datum) => Some(datum),
                Err(fault) => return self.faults.push(fault),
            },
        };
        self.edit.0.push((field, value));
    }

    /// Text; one without anything in it is unknown.
    fn text(&mut self, field: Field, given: Given<String>) {
        let given = match given {
            Given::Value(text) if text.trim().is_empty() => Given::Null,
            given => given,
        };
        self.take(field, given, |field, text| field.read(&text));
    }

    fn money(&mut self, field: Field, given: Given<DecimalInput>) {
        self.take(field, given, |field, amount| field.read(amount.as_str()));
    }

    fn whole(&mut self, field: Field, given: Given<i64>) {
        self.take(field, given, Field::whole);
    }
}

impl PropertyBody {
    /// The values to write.
    ///
    /// # Errors
    /// `invalid`, with every field that breaks a rule.
    pub(crate) fn edit(self, absent: Absent) -> Result<Edit> {
        let mut reader = Reader { absent, edit: Edit::default(), faults: Vec::new() };
        reader.text(Field::Street, self.street);
        reader.text(Field::City, self.city);
        reader.text(Field::State, self.state);
        reader.text(Field::ZipCode, self.zip_code);
        reader.text(Field::County, self.county);
        reader.text(Field::ParcelNumber, self.parcel_number);
        reader.take(Field::Latitude, self.latitude, Field::degrees);
        reader.take(Field::Longitude, self.longitude, Field::degrees);
        reader.text(Field::TimeZone, self.time_zone);
        reader.text(Field::Kind, self.kind);
        reader.text(Field::Status, self.status);
        reader.text(Field::AuctionDate, self.auction_date);
        reader.text(Field::AuctionTime, self.auction_time);
        reader.text(Field::Venue, self.venue);
        reader.money(Field::OpeningBid, self.opening_bid);
        reader.money(Field::EstimatedValue, self.estimated_value);
        reader.money(Field::JudgmentAmount, self.judgment_amount);
        reader.money(Field::ListPrice, self.list_price);
        reader.whole(Field::Bedrooms, self.bedrooms);
        reader.whole(Field::Bathrooms, self.bathrooms);
        reader.whole(Field::LivingArea, self.living_area);
        reader.whole(Field::LotSize, self.lot_size);
        reader.whole(Field::YearBuilt, self.year_built);
        reader.text(Field::Trustee, self.trustee);
        reader.text(Field::CaseNumber, self.case_number);
        reader.text(Field::Description, self.description);
        if reader.faults.is_empty() { Ok(reader.edit) } else { Err(refused(reader.faults)) }
    }
}

/// A property as it is now. What is unknown is null.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct PropertyView {
    /// Which.
    pub(super) id: Id,
    /// Grows by one with each change; also the entity tag.
    version: i64,
    /// Street and number, unit included.
    street: String,
    /// City.
    city: String,
    /// Two letters.
    state: String,
    /// ZIP code.
    zip_code: Option<String>,
    /// County.
    county: Option<String>,
    /// The county's number of the land.
    parcel_number: Option<String>,
    /// Degrees north.
    pub(super) latitude: Option<f64>,
    /// Degrees east.
    pub(super) longitude: Option<f64>,
    /// Kilometres from `near`; only in a list that was asked for by it.
    #[serde(skip_serializing_if = "Option::is_none")]
    distance_km: Option<f64>,
    /// IANA zone of the auction venue.
    time_zone: String,
    /// What it is.
    #[serde(rename = "type")]
    #[schema(value_type = Option<String>)]
    kind: Option<PropertyKind>,
    /// Where it stands.
    #[schema(value_type = String)]
    status: PropertyStatus,
    /// Local date of the auction, `YYYY-MM-DD`.
    auction_date: Option<String>,
    /// Local hour of the auction, `HH:MM`.
    auction_time: Option<String>,
    /// The instant that date, hour and zone mean; null when date or hour is unknown.
    auction_at: Option<Timestamp>,
    /// Where the auction is held.
    venue: Option<String>,
    /// ISO 4217 code of all amounts.
    #[schema(value_type = String)]
    currency: domain::Currency,
    /// The opening bid.
    opening_bid: Option<Money>,
    /// What it may be worth.
    estimated_value: Option<Money>,
    /// What the court found to be owed.
    judgment_amount: Option<Money>,
    /// What it is listed for.
    list_price: Option<Money>,
    /// Rooms to sleep in.
    bedrooms: Option<i64>,
    /// Bathrooms.
    bathrooms: Option<i64>,
    /// Square feet to live on.
    living_area: Option<i64>,
    /// Square feet of land.
    lot_size: Option<i64>,
    /// Year.
    year_built: Option<i64>,
    /// Who conducts the sale.
    trustee: Option<String>,
    /// The number of the case.
    case_number: Option<String>,
    /// What else is to say.
    description: Option<String>,
    /// When it came here.
    created_at: Timestamp,
    /// When it last changed.
    updated_at: Timestamp,
}

impl PropertyView {
    /// The same with its distance from a point.
    pub(super) fn with_distance(self, distance_km: Option<f64>) -> Self {
        Self { distance_km, ..self }
    }

    pub(crate) fn of(p: Property) -> Self {
        Self {
            id: p.id,
            version: p.version,
            street: p.street,
            city: p.city,
            state: p.state,
            zip_code: p.zip_code,
            county: p.county,
            parcel_number: p.parcel_number,
            latitude: p.latitude,
            longitude: p.longitude,
            distance_km: None,
            time_zone: p.time_zone,
            kind: p.kind,
            status: p.status,
            auction_date: p.auction_date,
            auction_time: p.auction_time,
            auction_at: p.auction_at,
            venue: p.venue,
            currency: CURRENCY,
            opening_bid: Property::money(p.opening_bid_minor),
            estimated_value: Property::money(p.estimated_value_minor),
            judgment_amount: Property::money(p.judgment_amount_minor),
            list_price: Property::money(p.list_price_minor),
            bedrooms: p.bedrooms,
            bathrooms: p.bathrooms,
            living_area: p.living_area,
            lot_size: p.lot_size,
            year_built: p.year_built,
            trustee: p.trustee,
            case_number: p.case_number,
            description: p.description,
            created_at: p.created_at,
            updated_at: p.updated_at,
        }
    }
}

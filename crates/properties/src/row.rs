//! Properties in and out of the table.

use domain::{Currency, Id, TenantId};
use events::{Amount, PropertyFacts, PropertyKind, PropertyStatus};
use kit::ports::PropertyCard;
use store::{Error, FromRow, Result, Row, Value, args};

use crate::model::{CURRENCY, Property, kind, kind_name, status, status_name};

/// A property as a row of `sql::BY_ID` and the lists.
pub(crate) struct Stored(pub(crate) Property);

impl FromRow for Stored {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self(Property {
            id: row.get(0)?,
            version: row.get(1)?,
            street: row.get(2)?,
            city: row.get(3)?,
            state: row.get(4)?,
            zip_code: row.get(5)?,
            county: row.get(6)?,
            address_key: row.get(7)?,
            parcel_number: row.get(8)?,
            parcel_key: row.get(9)?,
            latitude: row.get(10)?,
            longitude: row.get(11)?,
            time_zone: row.get(12)?,
            kind: read_kind(row.get(13)?)?,
            status: read_status(&row.get::<String>(14)?)?,
            auction_date: row.get(15)?,
            auction_time: row.get(16)?,
            auction_at: row.get(17)?,
            venue: row.get(18)?,
            opening_bid_minor: row.get(19)?,
            estimated_value_minor: row.get(20)?,
            judgment_amount_minor: row.get(21)?,
            list_price_minor: row.get(22)?,
            bedrooms: row.get(23)?,
            bathrooms: row.get(24)?,
            living_area: row.get(25)?,
            lot_size: row.get(26)?,
            year_built: row.get(27)?,
            trustee: row.get(28)?,
            case_number: row.get(29)?,
            description: row.get(30)?,
            created_at: row.get(31)?,
            updated_at: row.get(32)?,
        }))
    }
}

/// The arguments of `sql::INSERT`, and of `sql::UPDATE` but for the last.
pub(crate) fn written(tenant: TenantId, property: &Property, last: Value) -> [Value; 35] {
    let p = property;
    args![
        p.id,
        tenant,
        p.version,
        &p.street,
        &p.city,
        &p.state,
        p.zip_code.as_deref(),
        p.county.as_deref(),
        &p.address_key,
        p.parcel_number.as_deref(),
        p.parcel_key.as_deref(),
        p.latitude,
        p.longitude,
        &p.time_zone,
        p.kind.map(kind_name),
        status_name(p.status),
        p.auction_date.as_deref(),
        p.auction_time.as_deref(),
        p.auction_at,
        p.venue.as_deref(),
        p.opening_bid_minor,
        p.estimated_value_minor,
        p.judgment_amount_minor,
        p.list_price_minor,
        p.bedrooms,
        p.bathrooms,
        p.living_area,
        p.lot_size,
        p.year_built,
        p.trustee.as_deref(),
        p.case_number.as_deref(),
        p.description.as_deref(),
        p.created_at,
        p.updated_at,
        last,
    ]
}

/// The arguments of `sql::UPDATE` that leave a property without address and parcel for a moment:
/// `sql::SET_KEYS` gives them.
pub(crate) fn keyless(mut row: [Value; 35]) -> [Value; 35] {
    (row[8], row[10]) = (Value::Null, Value::Null);
    row
}

/// The last argument of `sql::INSERT`.
pub(crate) fn currency() -> Value {
    CURRENCY.code().into()
}

/// A row of `sql::FACTS`.
pub(crate) struct Card(pub(crate) PropertyCard);

impl FromRow for Card {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let currency: String = row.get(16)?;
        let currency: Currency =
            currency.parse().map_err(|e| Error::Decode(format!("currency: {e}")))?;
        let amount = |minor: Option<i64>| minor.map(|minor| Amount { minor, currency });
        let zip_code: Option<String> = row.get(5)?;
        let id: Id = row.get(0)?;
        Ok(Self(PropertyCard {
            id,
            version: row.get(1)?,
            changed_at: row.get(20)?,
            facts: PropertyFacts {
                street: row.get(2)?,
                city: row.get(3)?,
                state: row.get(4)?,
                zip_code: zip_code.unwrap_or_default(),
                status: read_status(&row.get::<String>(6)?)?,
                kind: read_kind(row.get(7)?)?,
                latitude: row.get(8)?,
                longitude: row.get(9)?,
                auction_date: row.get(10)?,
                auction_time: row.get(11)?,
                time_zone: row.get(12)?,
                auction_at: row.get(13)?,
                opening_bid: amount(row.get(14)?),
                estimated_value: amount(row.get(15)?),
                bedrooms: row.get(17)?,
                bathrooms: row.get(18)?,
                living_area: row.get(19)?,
            },
        }))
    }
}

fn read_status(name: &str) -> Result<PropertyStatus> {
    status(name).ok_or_else(|| Error::Decode(format!("status {name}")))
}

fn read_kind(name: Option<String>) -> Result<Option<PropertyKind>> {
    let Some(name) = name else { return Ok(None) };
    kind(&name).map(Some).ok_or_else(|| Error::Decode(format!("type {name}")))
}

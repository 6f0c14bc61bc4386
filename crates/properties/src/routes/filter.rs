//! What a list of properties may be asked for.

use std::borrow::Cow;

use domain::GeoPoint;
use kit::{Error, FieldError, Result};
use serde::{Deserialize, Serialize};
use store::Value;

use crate::{
    model::{Bounds, Circle, Datum, Fault, Field, Words, kind_name, status_name},
    search::{Search, Sort},
};

/// The radius where none is given, in kilometres.
const DEFAULT_RADIUS_KM: f64 = 25.0;
/// More than half the way around the Earth: the whole globe.
const MAX_RADIUS_KM: f64 = 20_100.0;
/// Kilometres of an international mile.
const KM_PER_MILE: f64 = 1.609_344;

/// Which properties, and in which order. All that is given must hold.
#[derive(Debug, Default, Clone, Serialize, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(default)]
pub(crate) struct PropertyFilter {
    /// Words, and phrases in double quotes, that address or description have, in any order and
    /// case; also within words. One of them needs three characters. A new text is found a moment
    /// after it was written.
    #[param(max_length = 200)]
    q: Option<String>,
    /// A state, by code or name.
    state: Option<String>,
    /// A city, in any case.
    city: Option<String>,
    /// A status.
    status: Option<String>,
    /// A type of property.
    #[serde(rename = "type")]
    #[param(rename = "type")]
    kind: Option<String>,
    /// The least opening bid, in dollars.
    min_bid: Option<String>,
    /// The greatest opening bid, in dollars.
    max_bid: Option<String>,
    /// From where distances are measured: `latitude,longitude` in degrees.
    near: Option<String>,
    /// How far from `near` at most, in kilometres along the surface. Without it and without
    /// `bbox`: 25.
    radius_km: Option<String>,
    /// The same in miles; one of the two.
    radius_miles: Option<String>,
    /// `west,south,east,north` in degrees, borders included; across the antimeridian when west is
    /// greater than east.
    bbox: Option<String>,
    /// The first date of an auction, `YYYY-MM-DD`.
    from: Option<String>,
    /// The last date of an auction.
    to: Option<String>,
    /// The order: `id`, `auction_date`, `updated_at`, or with `near` also `distance`. When it is
    /// not given: `distance` with `near`, else `id`.
    #[param(inline)]
    sort: Option<Sort>,
}

/// Gathers what is wrong.
#[derive(Default)]
struct Reader {
    fields: Vec<FieldError>,
}

/// A parameter that says something.
fn said(text: Option<&String>) -> Option<&str> {
    text.map(|text| text.trim()).filter(|text| !text.is_empty())
}

/// Numbers with commas between.
fn numbers<const N: usize>(text: &str) -> Option<[f64; N]> {
    let numbers: Option<Vec<f64>> = text
        .split(',')
        .map(|part| part.trim().parse().ok().filter(|n: &f64| n.is_finite()))
        .collect();
    numbers?.try_into().ok()
}

impl Reader {
    fn refuse(
        &mut self,
        field: &'static str,
        code: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) {
        self.fields.push(FieldError {
            field: field.into(),
            code: code.into(),
            message: message.into(),
        });
    }

    fn value(&mut self, name: &'static str, field: Field, text: Option<&String>) -> Value {
        let Some(text) = said(text) else { return Value::Null };
        match field.read(text) {
            Ok(Datum::Text(text)) => text.into(),
            Ok(Datum::Status(status)) => status_name(status).into(),
            Ok(Datum::Kind(kind)) => kind_name(kind).into(),
            Ok(Datum::Minor(number) | Datum::Whole(number)) => number.into(),
            Ok(Datum::Degrees(degrees)) => degrees.into(),
            Err(Fault { code, message, .. }) => {
                self.refuse(name, code, message);
                Value::Null
            }
        }
    }

    fn words(&mut self, text: Option<&String>) -> Option<Words> {
        let read = Words::read(said(text)?);
        read.map_err(|fault| self.refuse("q", fault.code, fault.message)).ok()
    }

    fn near(&mut self, text: Option<&String>) -> Option<GeoPoint> {
        let Some([latitude, longitude]) = numbers(said(text)?) else {
            self.refuse("near", "invalid_value", "is not latitude,longitude in degrees");
            return None;
        };
        let point = GeoPoint::new(latitude, longitude);
        point.map_err(|error| self.refuse("near", "out_of_range", error.to_string())).ok()
    }

    fn radius_km(&mut self, km: Option<&String>, miles: Option<&String>) -> Option<f64> {
        let (name, text, unit) = match (said(km), said(miles)) {
            (Some(_), Some(_)) => {
                self.refuse("radius_miles", "ambiguous", "stands beside radius_km: give one");
                return None;
            }
            (Some(km), None) => ("radius_km", km, 1.0),
            (None, Some(miles)) => ("radius_miles", miles, KM_PER_MILE),
            (None, None) => return None,
        };
        let Some([length]) = numbers(text) else {
            self.refuse(name, "invalid_value", "is not a number");
            return None;
        };
        let km = length * unit;
        if length <= 0.0 || km > MAX_RADIUS_KM {
            self.refuse(name, "out_of_range", "is not above zero and within half the globe");
            return None;
        }
        Some(km)
    }

    fn bounds(&mut self, text: Option<&String>) -> Option<Bounds> {
        let Some([west, south, east, north]) = numbers(said(text)?) else {
            self.refuse("bbox", "invalid_value", "is not west,south,east,north in degrees");
            return None;
        };
        if GeoPoint::new(south, west).is_err() || GeoPoint::new(north, east).is_err() {
            self.refuse("bbox", "out_of_range", "is not within -180,-90,180,90");
            return None;
        }
        if south > north {
            self.refuse("bbox", "invalid_value", "has its south above its north");
            return None;
        }
        Some(Bounds { west, south, east, north })
    }
}

impl PropertyFilter {
    /// What is looked for.
    ///
    /// # Errors
    /// `invalid`, with every parameter that breaks a rule.
    pub(super) fn search(&self) -> Result<Search> {
        let mut reader = Reader::default();
        let city = self.city.as_ref().map(|city| city.to_ascii_lowercase());
        let filter = vec![
            reader.value("state", Field::State, self.state.as_ref()),
            reader.value("city", Field::City, city.as_ref()),
            reader.value("status", Field::Status, self.status.as_ref()),
            reader.value("type", Field::Kind, self.kind.as_ref()),
            reader.value("min_bid", Field::OpeningBid, self.min_bid.as_ref()),
            reader.value("max_bid", Field::OpeningBid, self.max_bid.as_ref()),
            reader.value("from", Field::AuctionDate, self.from.as_ref()),
            reader.value("to", Field::AuctionDate, self.to.as_ref()),
        ];
        if let [.., Value::Int(least), Value::Int(most), _, _] = &filter[..]
            && least > most
        {
            reader.refuse("max_bid", "out_of_range", "is below min_bid");
        }
        if let [.., Value::Text(first), Value::Text(last)] = &filter[..]
            && first > last
        {
            reader.refuse("to", "out_of_range", "is before from");
        }
        let words = reader.words(self.q.as_ref());
        let near = reader.near(self.near.as_ref());
        let radius_km = reader.radius_km(self.radius_km.as_ref(), self.radius_miles.as_ref());
        let bounds = reader.bounds(self.bbox.as_ref());
        let has_near = said(self.near.as_ref()).is_some();
        if radius_km.is_some() && !has_near {
            reader.refuse("near", "required", "is missing beside the radius");
        }
        let by_default = if has_near { Sort::Distance } else { Sort::Id };
        let sort = self.sort.unwrap_or(by_default);
        if sort == Sort::Distance && !has_near {
            reader.refuse("near", "required", "is missing for the order by distance");
        }
        Error::check(reader.fields)?;
        let is_limited = near.is_some() && (radius_km.is_some() || bounds.is_none());
        let reach = if is_limited { DEFAULT_RADIUS_KM } else { MAX_RADIUS_KM };
        let circle = near.map(|center| Circle { center, radius_km: radius_km.unwrap_or(reach) });
        Ok(Search { filter, words, circle, is_limited, bounds, sort })
    }
}

//! An alert on its way in, with every rule of form.

use domain::{DecimalInput, GeoPoint, Money};
use events::PropertyKind;
use kit::{Error, FieldError, Given, Result};
use matching::{Kind, MAX_RADIUS_KM, Polygon, State};
use serde::Deserialize;
use utoipa::ToSchema;

use super::definition::{Around, CURRENCY, Definition};

/// The longest name, in characters.
const MAX_NAME: usize = 80;
/// The longest list of states.
const MAX_STATES: usize = 60;
/// The longest list of cities.
const MAX_CITIES: usize = 50;
/// The longest name of a city, in characters.
const MAX_CITY: usize = 100;
/// The most corners of a polygon.
const MAX_CORNERS: usize = 100;
/// The longest list of types of properties or of occasions.
const MAX_TYPES: usize = 20;
/// The longest radius, in kilometres.
const MAX_KM: f64 = 5_000.0;
/// The longest radius, in miles.
const MAX_MILES: f64 = 3_000.0;
/// The most rooms that one may ask for.
const MAX_ROOMS: i64 = 100;
/// The largest area that one may ask for, in square feet.
const MAX_AREA: i64 = 10_000_000;

const _: () = assert!(MAX_KM < MAX_RADIUS_KM);

/// An alert to make or to change. All that is named must hold of a property; of a list one entry.
/// What a property does not say, it does not meet.
#[derive(Debug, Default, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertBody {
    /// What the user calls it.
    #[schema(value_type = Option<String>, max_length = 80)]
    #[serde(default)]
    name: Given<String>,
    /// Two letters each, at most 60.
    #[schema(value_type = Option<Vec<String>>, max_items = 60)]
    #[serde(default)]
    states: Given<Vec<String>>,
    /// Names in any case, at most 50 of at most 100 characters.
    #[schema(value_type = Option<Vec<String>>, max_items = 50)]
    #[serde(default)]
    cities: Given<Vec<String>>,
    /// Degrees north of a place, −90 to 90; only together with `longitude` and a radius.
    #[schema(value_type = Option<f64>)]
    #[serde(default)]
    latitude: Given<f64>,
    /// Degrees east, −180 to 180.
    #[schema(value_type = Option<f64>)]
    #[serde(default)]
    longitude: Given<f64>,
    /// How far around the place at most, above 0 and at most 5,000 kilometres.
    #[schema(value_type = Option<f64>)]
    #[serde(default)]
    radius_km: Given<f64>,
    /// The same in miles, at most 3,000: one of the two.
    #[schema(value_type = Option<f64>)]
    #[serde(default)]
    radius_miles: Given<f64>,
    /// The corners of an area, 3 to 100.
    #[schema(value_type = Option<Vec<GeoPoint>>, max_items = 100)]
    #[serde(default)]
    polygon: Given<Vec<GeoPoint>>,
    /// Dollars; the opening bid is at least so high.
    #[schema(value_type = Option<DecimalInput>)]
    #[serde(default)]
    min_opening_bid: Given<DecimalInput>,
    /// Dollars; the opening bid is at most so high.
    #[schema(value_type = Option<DecimalInput>)]
    #[serde(default)]
    max_opening_bid: Given<DecimalInput>,
    /// `single_family` (also `single-family`), `condo`, `multi_family`, `commercial`, `townhouse`,
    /// `manufactured`, `land`, `other`.
    #[schema(value_type = Option<Vec<String>>, max_items = 20)]
    #[serde(default)]
    property_types: Given<Vec<String>>,
    /// Rooms to sleep in, 0 to 100.
    #[schema(value_type = Option<i64>)]
    #[serde(default)]
    min_bedrooms: Given<i64>,
    /// Bathrooms, 0 to 100.
    #[schema(value_type = Option<i64>)]
    #[serde(default)]
    min_bathrooms: Given<i64>,
    /// Square feet to live on, 0 to 10,000,000.
    #[schema(value_type = Option<i64>)]
    #[serde(default)]
    min_living_area: Given<i64>,
    /// Per cent that the opening bid lies below the estimated value, 0 to 100 with at most two
    /// decimals.
    #[schema(value_type = Option<DecimalInput>)]
    #[serde(default)]
    min_discount: Given<DecimalInput>,
    /// What to be told of: `new_auction`, `status_change`, `price_change`, `postponement`,
    /// `cancelled`, `back_on_market`, `reminder`; all but `reminder` when nothing is said.
    #[schema(value_type = Option<Vec<String>>, max_items = 20)]
    #[serde(default)]
    alert_types: Given<Vec<String>>,
    /// Whether it is on; it is when nothing is said.
    #[schema(value_type = Option<bool>)]
    #[serde(default)]
    is_active: Given<bool>,
}

/// An alert as its owner wants it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    pub(crate) name: Option<String>,
    pub(crate) definition: Definition,
    pub(crate) is_active: bool,
}

impl Default for Wanted {
    fn default() -> Self {
        Self { name: None, definition: Definition::default(), is_active: true }
    }
}

#[derive(Default)]
struct Faults(Vec<FieldError>);

impl Faults {
    fn add(&mut self, field: impl Into<String>, code: &'static str, message: impl Into<String>) {
        let (field, message) = (field.into().into(), message.into().into());
        self.0.push(FieldError { field, code: code.into(), message });
    }

    fn too_many(&mut self, field: &str, count: usize, most: usize) -> bool {
        if count > most {
            self.add(field, "too_long", format!("may have at most {most} entries"));
        }
        count > most
    }
}

impl AlertBody {
    /// What is wanted, when `before` is changed by what the body names: null takes a condition
    /// away, and what is not named stays.
    ///
    /// # Errors
    /// `invalid`, with every field that breaks a rule.
    pub(crate) fn over(self, before: Wanted) -> Result<Wanted> {
        let Wanted { name, mut definition, is_active } = before;
        let mut faults = Faults::default();
        let name = match self.name {
            Given::Absent => name,
            Given::Null => None,
            Given::Value(name) => read_name(&name, &mut faults),
        };
        let is_active = match self.is_active {
            Given::Absent => is_active,
            Given::Null => true,
            Given::Value(is_active) => is_active,
        };
        let asked = &mut definition;
        set(&mut asked.states, self.states, Vec::new(), |list| read_states(&list, &mut faults));
        set(&mut asked.cities, self.cities, Vec::new(), |list| read_cities(&list, &mut faults));
        set(&mut asked.property_types, self.property_types, Vec::new(), |list| {
            read_types(&list, &mut faults)
        });
        set(&mut asked.alert_types, self.alert_types, Definition::default().alert_types, |list| {
            read_kinds(&list, &mut faults)
        });
        set(&mut asked.polygon, self.polygon, None, |list| read_polygon(list, &mut faults));
        let place = (self.latitude, self.longitude, self.radius_km, self.radius_miles);
        definition.around = read_around(definition.around, place, &mut faults);
        let mut money = |field, kept: &mut Option<i64>, given| {
            set(kept, given, None, |text| read_money(field, &text, &mut faults));
        };
        money("min_opening_bid", &mut definition.min_bid_minor, self.min_opening_bid);
        money("max_opening_bid", &mut definition.max_bid_minor, self.max_opening_bid);
        let bids = definition.min_bid_minor.zip(definition.max_bid_minor);
        if bids.is_some_and(|(least, most)| least > most) {
            faults.add("max_opening_bid", "out_of_range", "is below min_opening_bid");
        }
        let mut whole = |field, kept: &mut Option<i64>, given, most| {
            set(kept, given, None, |value| read_whole(field, value, most, &mut faults));
        };
        whole("min_bedrooms", &mut definition.min_bedrooms, self.min_bedrooms, MAX_ROOMS);
        whole("min_bathrooms", &mut definition.min_bathrooms, self.min_bathrooms, MAX_ROOMS);
        whole("min_living_area", &mut definition.min_living_area, self.min_living_area, MAX_AREA);
        set(&mut definition.min_discount, self.min_discount, None, |text| {
            read_discount(&text, &mut faults)
        });
        Error::check(faults.0)?;
        Ok(Wanted { name, definition, is_active })
    }
}

fn set<T, K>(kept: &mut K, given: Given<T>, none: K, read: impl FnOnce(T) -> K) {
    match given {
        Given::Absent => {}
        Given::Null => *kept = none,
        Given::Value(value) => *kept = read(value),
    }
}

fn read_name(name: &str, faults: &mut Faults) -> Option<String> {
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    if name.chars().count() > MAX_NAME {
        faults.add("name", "too_long", format!("may have at most {MAX_NAME} characters"));
    }
    (!name.is_empty()).then_some(name)
}

fn read_states(list: &[String], faults: &mut Faults) -> Vec<String> {
    if faults.too_many("states", list.len(), MAX_STATES) {
        return Vec::new();
    }
    let mut states = Vec::new();
    for (at, text) in list.iter().enumerate() {
        match State::new(text) {
            Some(_) => keep(&mut states, text.trim().to_ascii_uppercase()),
            None => faults.add(format!("states.{at}"), "invalid_value", "is two letters"),
        }
    }
    states
}

fn read_cities(list: &[String], faults: &mut Faults) -> Vec<String> {
    if faults.too_many("cities", list.len(), MAX_CITIES) {
        return Vec::new();
    }
    let mut cities = Vec::new();
    for (at, text) in list.iter().enumerate() {
        let city = text.split_whitespace().collect::<Vec<_>>().join(" ");
        match city.chars().count() {
            0 => faults.add(format!("cities.{at}"), "required", "must not be empty"),
            1..=MAX_CITY => keep(&mut cities, city),
            _ => {
                let rule = format!("may have at most {MAX_CITY} characters");
                faults.add(format!("cities.{at}"), "too_long", rule);
            }
        }
    }
    cities
}

fn read_types(list: &[String], faults: &mut Faults) -> Vec<PropertyKind> {
    if faults.too_many("property_types", list.len(), MAX_TYPES) {
        return Vec::new();
    }
    let mut types = Vec::new();
    for (at, text) in list.iter().enumerate() {
        let name = text.trim().to_ascii_lowercase().replace(['-', ' '], "_");
        match serde_json::from_value(name.into()) {
            Ok(kind) => keep(&mut types, kind),
            Err(_) => {
                let field = format!("property_types.{at}");
                faults.add(field, "invalid_value", "is no type of property");
            }
        }
    }
    types
}

fn read_kinds(list: &[String], faults: &mut Faults) -> Vec<String> {
    if faults.too_many("alert_types", list.len(), MAX_TYPES) {
        return Vec::new();
    }
    if list.is_empty() {
        faults.add("alert_types", "required", "must name what to be told of");
    }
    let mut kinds = Vec::new();
    for (at, text) in list.iter().enumerate() {
        match Kind::named(text) {
            Some(_) => keep(&mut kinds, text.clone()),
            None => {
                faults.add(format!("alert_types.{at}"), "invalid_value", "is no type of alert");
            }
        }
    }
    kinds
}

fn keep<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

fn read_polygon(corners: Vec<GeoPoint>, faults: &mut Faults) -> Option<Vec<GeoPoint>> {
    if faults.too_many("polygon", corners.len(), MAX_CORNERS) {
        return None;
    }
    if let Err(error) = Polygon::new(&corners) {
        faults.add("polygon", "invalid_value", error.to_string());
    }
    Some(corners)
}

type Place = (Given<f64>, Given<f64>, Given<f64>, Given<f64>);

/// Place and radius are one condition; what a change does not name of it stays.
fn read_around(
    before: Option<Around>,
    (latitude, longitude, km, miles): Place,
    faults: &mut Faults,
) -> Option<Around> {
    let part = |given: &Given<f64>, before: Option<f64>| match given {
        Given::Absent => before,
        Given::Null => None,
        Given::Value(value) => Some(*value),
    };
    let north = part(&latitude, before.map(|around| around.center.latitude()));
    let east = part(&longitude, before.map(|around| around.center.longitude()));
    // A radius in the other unit replaces the one that was.
    let was = |in_miles: bool, other: &Given<f64>| {
        let is_kept = !matches!(other, Given::Value(_));
        before.filter(|around| is_kept && around.miles == in_miles).map(|around| around.radius)
    };
    let (km, miles) = (part(&km, was(false, &miles)), part(&miles, was(true, &km)));
    let (radius, in_miles) = match (km, miles) {
        (Some(_), Some(_)) => {
            faults.add("radius_miles", "conflict", "give the radius in one unit");
            return None;
        }
        (None, miles) => (miles, true),
        (km, None) => (km, false),
    };
    let radius_field = if in_miles && radius.is_some() { "radius_miles" } else { "radius_km" };
    let parts = [("latitude", north), ("longitude", east), (radius_field, radius)];
    if parts.iter().all(|(_, part)| part.is_none()) {
        return None;
    }
    for (field, _) in parts.iter().filter(|(_, part)| part.is_none()) {
        faults.add(*field, "required", "a place needs latitude, longitude and a radius");
    }
    let (north, east, radius) = (north?, east?, radius?);
    let most = if in_miles { MAX_MILES } else { MAX_KM };
    if !(radius > 0.0 && radius <= most) {
        faults.add(radius_field, "out_of_range", format!("is above 0 and at most {most}"));
    }
    match GeoPoint::new(north, east) {
        Ok(center) => Some(Around { center, radius, miles: in_miles }),
        Err(error) => {
            let field = match error {
                domain::GeoPointError::Latitude => "latitude",
                domain::GeoPointError::Longitude => "longitude",
            };
            faults.add(field, "out_of_range", error.to_string());
            None
        }
    }
}

fn read_money(field: &str, given: &DecimalInput, faults: &mut Faults) -> Option<i64> {
    match given.in_currency(CURRENCY) {
        Ok(money) if money.minor >= 0 => return Some(money.minor),
        Ok(_) => faults.add(field, "out_of_range", "must not be below zero"),
        Err(error) => faults.add(field, "invalid_value", error.to_string()),
    }
    None
}

fn read_whole(field: &str, value: i64, most: i64, faults: &mut Faults) -> Option<i64> {
    if !(0..=most).contains(&value) {
        faults.add(field, "out_of_range", format!("must be a number from 0 to {most}"));
    }
    Some(value)
}

/// Per cent with two decimals are a whole number of hundredths, as cents are.
fn read_discount(given: &DecimalInput, faults: &mut Faults) -> Option<i64> {
    match Money::parse(given.as_str(), CURRENCY) {
        Ok(money) if (0..=10_000).contains(&money.minor) => return Some(money.minor),
        _ => {
            let rule = "must be a number from 0 to 100 with at most two decimals";
            faults.add("min_discount", "out_of_range", rule);
        }
    }
    None
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;

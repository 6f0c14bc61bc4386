//! What an alert asks, as it is kept, and what the matching engine makes of it.

use domain::{Currency, GeoPoint};
use events::{Amount, PropertyFacts, PropertyKind};
use matching::{
    Circle, City, Criteria, Kind, Kinds, MAX_RADIUS_KM, Polygon, Property, PropertyTypes, State,
};
use serde::{Deserialize, Serialize};

/// The currency of every amount that an alert names. Amounts of properties in another one are
/// unknown to it.
pub(crate) const CURRENCY: Currency = Currency::Usd;
/// An international mile.
const KM_PER_MILE: f64 = 1.609_344;

/// A place and how far around it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct Around {
    pub(crate) center: GeoPoint,
    pub(crate) radius: f64,
    /// Whether the radius is in miles; in kilometres otherwise.
    pub(crate) miles: bool,
}

impl Around {
    /// How far around, in kilometres.
    pub(crate) fn radius_km(&self) -> f64 {
        let km = if self.miles { self.radius * KM_PER_MILE } else { self.radius };
        km.min(MAX_RADIUS_KM)
    }

    fn circle(&self) -> Option<Circle> {
        Circle::new(self.center, self.radius_km())
    }
}

/// What an alert asks. Its JSON is what the database keeps, so fields are only ever added, with
/// defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Definition {
    pub(crate) states: Vec<String>,
    pub(crate) cities: Vec<String>,
    pub(crate) around: Option<Around>,
    pub(crate) polygon: Option<Vec<GeoPoint>>,
    pub(crate) min_bid_minor: Option<i64>,
    pub(crate) max_bid_minor: Option<i64>,
    pub(crate) property_types: Vec<PropertyKind>,
    pub(crate) min_bedrooms: Option<i64>,
    pub(crate) min_bathrooms: Option<i64>,
    pub(crate) min_living_area: Option<i64>,
    /// In hundredths of a per cent.
    pub(crate) min_discount: Option<i64>,
    /// Names of [`Kind`]s.
    pub(crate) alert_types: Vec<String>,
}

impl Default for Definition {
    /// Every property, and all that happens to it.
    fn default() -> Self {
        let usual = Kind::ALL.into_iter().filter(|(kind, _)| *kind != Kind::Reminder);
        Self {
            states: Vec::new(),
            cities: Vec::new(),
            around: None,
            polygon: None,
            min_bid_minor: None,
            max_bid_minor: None,
            property_types: Vec::new(),
            min_bedrooms: None,
            min_bathrooms: None,
            min_living_area: None,
            min_discount: None,
            alert_types: usual.map(|(_, name)| name.to_owned()).collect(),
        }
    }
}

impl Definition {
    pub(crate) fn kinds(&self) -> Kinds {
        self.alert_types.iter().filter_map(|name| Kind::named(name)).collect()
    }

    pub(crate) fn criteria(&self) -> Criteria {
        let types = self.property_types.iter().map(|kind| number(*kind));
        Criteria {
            states: self.states.iter().filter_map(|state| State::new(state)).collect(),
            cities: self.cities.iter().filter_map(|city| City::new(city)).collect(),
            circle: self.around.and_then(|around| around.circle()),
            polygon: self.polygon.as_deref().and_then(|corners| Polygon::new(corners).ok()),
            property_types: types.fold(PropertyTypes::NONE, PropertyTypes::with),
            min_bid_minor: self.min_bid_minor,
            max_bid_minor: self.max_bid_minor,
            min_bedrooms: self.min_bedrooms,
            min_bathrooms: self.min_bathrooms,
            min_living_area: self.min_living_area,
            min_discount_basis_points: self.min_discount,
        }
    }
}

/// A property as the matching engine sees it.
pub(crate) fn property(facts: &PropertyFacts) -> Property {
    let minor = |amount: Option<Amount>| {
        amount.filter(|amount| amount.currency == CURRENCY).map(|amount| amount.minor)
    };
    let place = facts.latitude.zip(facts.longitude);
    let known = facts.kind.map(number);
    Property {
        state: State::new(&facts.state),
        city: City::new(&facts.city),
        point: place.and_then(|(north, east)| GeoPoint::new(north, east).ok()),
        property_type: known.map_or(PropertyTypes::NONE, |kind| PropertyTypes::NONE.with(kind)),
        opening_bid_minor: minor(facts.opening_bid),
        estimated_value_minor: minor(facts.estimated_value),
        bedrooms: facts.bedrooms,
        bathrooms: facts.bathrooms,
        living_area: facts.living_area,
    }
}

/// The engine's number of a type; only ever in memory.
const fn number(kind: PropertyKind) -> u8 {
    match kind {
        PropertyKind::SingleFamily => 0,
        PropertyKind::Condo => 1,
        PropertyKind::MultiFamily => 2,
        PropertyKind::Commercial => 3,
        PropertyKind::Townhouse => 4,
        PropertyKind::Manufactured => 5,
        PropertyKind::Land => 6,
        PropertyKind::Other => 7,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back_and_what_is_missing_has_a_default() {
        let center = GeoPoint::new(27.95, -82.46).unwrap();
        let definition = Definition {
            around: Some(Around { center, radius: 12.5, miles: true }),
            polygon: Some(vec![center; 3]),
            property_types: vec![PropertyKind::SingleFamily],
            min_discount: Some(2_050),
            ..Definition::default()
        };
        let text = serde_json::to_string(&definition).unwrap();
        assert_eq!(serde_json::from_str::<Definition>(&text).unwrap(), definition);
        let bare: Definition = serde_json::from_str("{}").unwrap();
        assert_eq!(bare, Definition::default());
        assert!(!bare.kinds().has(Kind::Reminder));
        assert_eq!(bare.criteria(), Criteria::default());
    }

    #[test]
    fn miles_are_international() {
        let center = GeoPoint::new(0.0, 0.0).unwrap();
        let circle = |radius, miles| Around { center, radius, miles }.circle().unwrap();
        assert_eq!(circle(10.0, true), circle(16.093_44, false));
    }
}

//! An alert on its way out.

use domain::{GeoPoint, Id, Money, Timestamp};
use events::PropertyKind;
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Alert, Created,
    definition::{CURRENCY, Definition},
    preview::Matching,
};

/// What an alert without a name is called in notices.
const NAMELESS: &str = "your alert";

/// What an alert is called in a sentence.
pub(crate) fn called(name: Option<&str>) -> String {
    name.map_or_else(|| NAMELESS.to_owned(), |name| format!("“{name}”"))
}

/// An alert. What it does not ask is null or empty.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AlertView {
    /// Which.
    id: Id,
    /// Grows by one with each change; also the entity tag.
    version: i64,
    /// What the user calls it.
    name: Option<String>,
    /// Two letters each.
    states: Vec<String>,
    /// Cities.
    cities: Vec<String>,
    /// Degrees north of the place.
    latitude: Option<f64>,
    /// Degrees east.
    longitude: Option<f64>,
    /// How far around it, when it was given in kilometres.
    radius_km: Option<f64>,
    /// How far around it, when it was given in miles.
    radius_miles: Option<f64>,
    /// The corners of an area.
    polygon: Option<Vec<GeoPoint>>,
    /// The lowest opening bid.
    min_opening_bid: Option<Money>,
    /// The highest opening bid.
    max_opening_bid: Option<Money>,
    /// Types of properties; any when there are none.
    #[schema(value_type = Vec<String>)]
    property_types: Vec<PropertyKind>,
    /// Rooms to sleep in.
    min_bedrooms: Option<i64>,
    /// Bathrooms.
    min_bathrooms: Option<i64>,
    /// Square feet to live on.
    min_living_area: Option<i64>,
    /// Per cent below the estimated value.
    #[schema(value_type = Option<f64>)]
    min_discount: Option<Money>,
    /// What to be told of.
    alert_types: Vec<String>,
    /// Whether it is on.
    is_active: bool,
    /// When it was made.
    created_at: Timestamp,
    /// When it was last changed.
    updated_at: Timestamp,
}

impl AlertView {
    pub(crate) fn of(alert: Alert) -> Self {
        let asked: Definition = alert.definition;
        let radius =
            |miles| asked.around.filter(|around| around.miles == miles).map(|around| around.radius);
        let money = |minor: Option<i64>| minor.map(|minor| Money::new(minor, CURRENCY));
        Self {
            id: alert.id,
            version: alert.version,
            name: alert.name,
            latitude: asked.around.map(|around| around.center.latitude()),
            longitude: asked.around.map(|around| around.center.longitude()),
            radius_km: radius(false),
            radius_miles: radius(true),
            min_opening_bid: money(asked.min_bid_minor),
            max_opening_bid: money(asked.max_bid_minor),
            // Hundredths of a per cent are written as cents are.
            min_discount: money(asked.min_discount),
            states: asked.states,
            cities: asked.cities,
            polygon: asked.polygon,
            property_types: asked.property_types,
            min_bedrooms: asked.min_bedrooms,
            min_bathrooms: asked.min_bathrooms,
            min_living_area: asked.min_living_area,
            alert_types: asked.alert_types,
            is_active: alert.is_active,
            created_at: alert.created_at,
            updated_at: alert.updated_at,
        }
    }
}

/// A new alert, and how many properties it matches.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NewAlertView {
    #[serde(flatten)]
    alert: AlertView,
    #[serde(flatten)]
    matching: MatchingView,
}

impl NewAlertView {
    pub(crate) fn of(created: Created) -> Self {
        Self { alert: AlertView::of(created.alert), matching: MatchingView::of(created.matching) }
    }
}

/// How many properties criteria match.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MatchingView {
    /// How many properties match now.
    matching_now: u32,
    /// Whether that is all. Counting stops at 1,000 matches and after the newest 100,000
    /// properties; there are at least so many then.
    matching_now_is_exact: bool,
}

impl MatchingView {
    pub(crate) const fn of(matching: Matching) -> Self {
        Self { matching_now: matching.count, matching_now_is_exact: matching.is_exact }
    }
}

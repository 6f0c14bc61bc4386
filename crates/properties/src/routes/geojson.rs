//! Properties as GeoJSON (RFC 7946), for whoever asks for `application/geo+json`.

use axum::{
    http::{HeaderMap, HeaderValue, header},
    response::{IntoResponse, Response},
};
use domain::Id;
use kit::{Json, List};
use serde::Serialize;

use super::forms::PropertyView;

/// What GeoJSON is called in `Accept` and `Content-Type`.
pub(super) const MEDIA_TYPE: &str = "application/geo+json";

/// A page of properties on a map.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct FeatureCollection {
    /// `FeatureCollection`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: &'static str,
    /// The properties, in the order of the list.
    features: Vec<Feature>,
    /// The `cursor` of the next page; null at the end.
    next_cursor: Option<String>,
}

/// A property on a map.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Feature {
    /// `Feature`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: &'static str,
    /// Which.
    id: Id,
    /// Where; null when its coordinates are not known.
    geometry: Option<Position>,
    /// All that is known of it.
    properties: PropertyView,
}

/// A point.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct Position {
    /// `Point`.
    #[serde(rename = "type")]
    #[schema(value_type = String)]
    kind: &'static str,
    /// Degrees east, then degrees north.
    coordinates: [f64; 2],
}

impl FeatureCollection {
    fn of(list: List<PropertyView>) -> Self {
        let feature = |view: PropertyView| Feature {
            kind: "Feature",
            id: view.id,
            geometry: view.longitude.zip(view.latitude).map(|(longitude, latitude)| Position {
                kind: "Point",
                coordinates: [longitude, latitude],
            }),
            properties: view,
        };
        Self {
            kind: "FeatureCollection",
            features: list.items.into_iter().map(feature).collect(),
            next_cursor: list.next_cursor,
        }
    }
}

/// The page in the form that the client wants.
pub(super) fn answer(list: List<PropertyView>, headers: &HeaderMap) -> Response {
    let vary = [(header::VARY, HeaderValue::from_static("accept"))];
    if !is_wanted(headers) {
        return (vary, Json(list)).into_response();
    }
    let mut response = (vary, Json(FeatureCollection::of(list))).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

/// Whether `Accept` names GeoJSON and wants nothing that plain JSON is more than it. A wildcard
/// speaks for plain JSON, but with less weight than a name.
fn is_wanted(headers: &HeaderMap) -> bool {
    let ranges = headers.get_all(header::ACCEPT).iter().filter_map(|value| value.to_str().ok());
    let ranges: Vec<(&str, f32)> =
        ranges.flat_map(|value| value.split(',')).map(media_range).collect();
    let place = |name: &str| {
        let found = ranges.iter().position(|(range, _)| range.eq_ignore_ascii_case(name))?;
        Some((found, ranges[found].1))
    };
    let Some((at, weight)) = place(MEDIA_TYPE).filter(|(_, weight)| *weight > 0.0) else {
        return false;
    };
    if let Some((plain_at, plain)) = place("application/json") {
        return weight > plain || (weight >= plain && at < plain_at);
    }
    let any = place("application/*").or(place("*/*"));
    any.is_none_or(|(_, any)| weight >= any)
}

/// A media type and its weight.
fn media_range(text: &str) -> (&str, f32) {
    let mut parts = text.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|part| part.strip_prefix("q=").or(part.strip_prefix("Q=")));
    let weight = weight.map_or(Some(1.0), |weight| weight.trim().parse().ok());
    (name, weight.filter(|weight| (0.0..=1.0).contains(weight)).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_wants_geojson() {
        for (accept, wanted) in [
            ("", false),
            ("*/*", false),
            ("application/json", false),
            ("application/geo+json", true),
            ("Application/Geo+JSON", true),
            ("application/geo+json;q=0", false),
            ("application/geo+json; q=x", false),
            ("application/geo+json, */*", true),
            ("application/geo+json;q=0.5, */*", false),
            ("application/geo+json, application/json;q=0.9", true),
            ("application/json;q=0.8, application/geo+json;q=0.9", true),
            ("application/json, application/geo+json", false),
            ("application/geo+json, application/json", true),
            ("text/html, application/geo+json;q=0.2", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(is_wanted(&headers), wanted, "{accept}");
        }
        assert!(!is_wanted(&HeaderMap::new()));
    }
}

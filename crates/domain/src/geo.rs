//! Places on the globe.

use serde::{Deserialize, Serialize};

/// The mean radius of the Earth in kilometres (IUGG).
pub const EARTH_RADIUS_KM: f64 = 6371.0088;

/// A point: WGS 84 degrees, latitude −90…90, longitude −180…180.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(try_from = "Unchecked")]
pub struct GeoPoint {
    latitude: f64,
    longitude: f64,
}

#[derive(Deserialize)]
struct Unchecked {
    latitude: f64,
    longitude: f64,
}

impl TryFrom<Unchecked> for GeoPoint {
    type Error = GeoPointError;

    fn try_from(raw: Unchecked) -> Result<Self, GeoPointError> {
        Self::new(raw.latitude, raw.longitude)
    }
}

/// A coordinate lies outside of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum GeoPointError {
    /// Latitude is not within −90…90.
    #[error("latitude is not within -90 and 90")]
    Latitude,
    /// Longitude is not within −180…180.
    #[error("longitude is not within -180 and 180")]
    Longitude,
}

impl GeoPoint {
    /// A point at these degrees.
    ///
    /// # Errors
    /// A coordinate that is out of range or not a number.
    pub fn new(latitude: f64, longitude: f64) -> Result<Self, GeoPointError> {
        if !(-90.0..=90.0).contains(&latitude) {
            return Err(GeoPointError::Latitude);
        }
        if !(-180.0..=180.0).contains(&longitude) {
            return Err(GeoPointError::Longitude);
        }
        Ok(Self { latitude, longitude })
    }

    /// Degrees north.
    pub const fn latitude(&self) -> f64 {
        self.latitude
    }

    /// Degrees east.
    pub const fn longitude(&self) -> f64 {
        self.longitude
    }

    /// The great-circle distance in kilometres (haversine).
    pub fn distance_km(&self, other: &Self) -> f64 {
        let half_chord = |degrees: f64| (degrees.to_radians() / 2.0).sin().powi(2);
        let across = half_chord(other.latitude - self.latitude)
            + self.latitude.to_radians().cos()
                * other.latitude.to_radians().cos()
                * half_chord(other.longitude - self.longitude);
        2.0 * EARTH_RADIUS_KM * across.sqrt().min(1.0).asin()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(latitude: f64, longitude: f64) -> GeoPoint {
        GeoPoint::new(latitude, longitude).unwrap()
    }

    #[test]
    fn known_distances() {
        let paris = point(48.8566, 2.3522);
        let london = point(51.5074, -0.1278);
        assert!((paris.distance_km(&london) - 343.6).abs() < 0.5);
        assert!(paris.distance_km(&paris).abs() < 1e-9);
        // Half of the equator, and across the antimeridian.
        assert!((point(0.0, 0.0).distance_km(&point(0.0, 180.0)) - 20_015.1).abs() < 0.5);
        assert!((point(0.0, 179.5).distance_km(&point(0.0, -179.5)) - 111.2).abs() < 0.1);
    }

    #[test]
    fn out_of_range_is_refused() {
        assert_eq!(GeoPoint::new(90.01, 0.0), Err(GeoPointError::Latitude));
        assert_eq!(GeoPoint::new(0.0, f64::NAN), Err(GeoPointError::Longitude));
        assert!(serde_json::from_str::<GeoPoint>(r#"{"latitude":1,"longitude":181}"#).is_err());
    }
}

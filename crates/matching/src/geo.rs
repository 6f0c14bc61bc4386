//! Areas on the globe, and the grid of one degree that finds them again.

use domain::{EARTH_RADIUS_KM, GeoPoint};

/// Half of the Earth's circumference, rounded up: no two places are farther apart.
pub const MAX_RADIUS_KM: f64 = 20_016.0;
/// How near to an edge of a polygon counts as on it, in degrees: a tenth of a millimetre.
const ON_EDGE: f64 = 1e-9;
/// What a covering is widened by, in degrees, so that rounding never leaves a place out.
const MARGIN: f64 = 1e-6;
/// Columns of the grid.
const COLUMNS: i16 = 360;
/// Rows of the grid.
const ROWS: i16 = 180;

/// All places within a great-circle distance of one, the border included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    center: GeoPoint,
    radius_km: f64,
}

impl Circle {
    /// A circle; none unless the radius is above 0 and at most [`MAX_RADIUS_KM`].
    pub fn new(center: GeoPoint, radius_km: f64) -> Option<Self> {
        (radius_km > 0.0 && radius_km <= MAX_RADIUS_KM).then_some(Self { center, radius_km })
    }

    /// Whether the place lies in it.
    pub fn contains(&self, point: &GeoPoint) -> bool {
        // No two places are nearer than their parallels: most are told apart without a sine.
        let apart = (point.latitude() - self.center.latitude()).abs() - MARGIN;
        apart.to_radians() * EARTH_RADIUS_KM <= self.radius_km
            && self.center.distance_km(point) <= self.radius_km
    }

    /// A box around it.
    fn bounds(&self) -> Bounds {
        let angle = self.radius_km / EARTH_RADIUS_KM;
        let reach = angle.to_degrees() + MARGIN;
        let (latitude, longitude) = (self.center.latitude(), self.center.longitude());
        let (south, north) = (latitude - reach, latitude + reach);
        // Around a pole every meridian is met.
        let width = match south > -90.0 && north < 90.0 {
            true => (angle.sin() / latitude.to_radians().cos()).asin().to_degrees() + MARGIN,
            false => 180.0,
        };
        Bounds { south, north, west: longitude - width, east: longitude + width }
    }
}

/// Why corners make no polygon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PolygonError {
    /// Fewer than three corners, or all on one line.
    #[error("has no area")]
    NoArea,
    /// Its border goes around a pole, or around the whole Earth.
    #[error("goes around a pole")]
    AroundPole,
}

/// The places within a border of straight lines in degrees, the border included. Each line goes the
/// shorter way around, so that it may cross the antimeridian. Where a border crosses itself, what
/// is inside twice is outside.
#[derive(Debug, Clone, PartialEq)]
pub struct Polygon {
    /// Latitude and longitude; longitudes go on beyond 180 degrees where the border does.
    corners: Vec<(f64, f64)>,
    bounds: Bounds,
}

impl Polygon {
    /// The polygon of these corners; the last is joined to the first, which may be given twice.
    ///
    /// # Errors
    /// [`PolygonError`] says what is wrong with them.
    pub fn new(corners: &[GeoPoint]) -> Result<Self, PolygonError> {
        let corners = match corners {
            [first, rest @ .., last] if !rest.is_empty() && first == last => {
                &corners[..corners.len() - 1]
            }
            corners => corners,
        };
        let mut unwound: Vec<(f64, f64)> = Vec::with_capacity(corners.len());
        for corner in corners {
            let longitude = corner.longitude();
            let near = unwound.last().map_or(longitude, |(_, last)| nearest_turn(longitude, *last));
            unwound.push((corner.latitude(), near));
        }
        let [first, .., last] = unwound.as_slice() else { return Err(PolygonError::NoArea) };
        if (nearest_turn(first.1, last.1) - first.1).abs() > 1.0 {
            return Err(PolygonError::AroundPole);
        }
        let bounds = Bounds {
            south: unwound.iter().map(|corner| corner.0).fold(f64::INFINITY, f64::min),
            north: unwound.iter().map(|corner| corner.0).fold(f64::NEG_INFINITY, f64::max),
            west: unwound.iter().map(|corner| corner.1).fold(f64::INFINITY, f64::min),
            east: unwound.iter().map(|corner| corner.1).fold(f64::NEG_INFINITY, f64::max),
        };
        let polygon = Self { corners: unwound, bounds };
        let (south_west, _) = (polygon.corners[0], ());
        let line = |corner: &(f64, f64)| {
            polygon
                .corners
                .iter()
                .all(|other| cross(south_west, *corner, *other).abs() <= ON_EDGE * ON_EDGE)
        };
        match polygon.corners.iter().all(line) {
            true => Err(PolygonError::NoArea),
            false => Ok(polygon),
        }
    }

    /// Whether the place lies in it.
    pub fn contains(&self, point: &GeoPoint) -> bool {
        let latitude = point.latitude();
        if latitude < self.bounds.south - ON_EDGE || latitude > self.bounds.north + ON_EDGE {
            return false;
        }
        [-360.0, 0.0, 360.0].into_iter().any(|turn| {
            let longitude = point.longitude() + turn;
            longitude >= self.bounds.west - ON_EDGE
                && longitude <= self.bounds.east + ON_EDGE
                && self.encloses((latitude, longitude))
        })
    }

    /// Counts how often a ray to the north crosses the border.
    fn encloses(&self, point: (f64, f64)) -> bool {
        let ends = self.corners.iter().skip(1).chain(self.corners.first());
        let mut inside = false;
        for (a, b) in self.corners.iter().zip(ends) {
            if is_on(point, *a, *b) {
                return true;
            }
            let crosses = (a.1 > point.1) != (b.1 > point.1);
            if crosses && point.0 < (b.0 - a.0) * (point.1 - a.1) / (b.1 - a.1) + a.0 {
                inside = !inside;
            }
        }
        inside
    }
}

/// The longitude that means the same as `longitude` and lies within half a turn of `other`.
fn nearest_turn(longitude: f64, other: f64) -> f64 {
    longitude - 360.0 * ((longitude - other) / 360.0).round()
}

fn cross(a: (f64, f64), b: (f64, f64), c: (f64, f64)) -> f64 {
    (b.1 - a.1) * (c.0 - a.0) - (b.0 - a.0) * (c.1 - a.1)
}

fn is_on(point: (f64, f64), a: (f64, f64), b: (f64, f64)) -> bool {
    let length = (b.0 - a.0).hypot(b.1 - a.1);
    let between = |low: f64, high: f64, at: f64| {
        at >= low.min(high) - ON_EDGE && at <= low.max(high) + ON_EDGE
    };
    cross(a, b, point).abs() <= ON_EDGE * length
        && between(a.0, b.0, point.0)
        && between(a.1, b.1, point.1)
}

/// A box in degrees; longitudes may go beyond 180.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bounds {
    south: f64,
    north: f64,
    west: f64,
    east: f64,
}

/// A square of one degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    row: i16,
    column: i16,
}

impl Cell {
    /// The square that a place lies in.
    pub(crate) fn of(point: &GeoPoint) -> Self {
        Self { row: row(point.latitude()), column: step(point.longitude()).rem_euclid(COLUMNS) }
    }
}

fn step(degrees: f64) -> i16 {
    #[expect(clippy::cast_possible_truncation, reason = "degrees, and casts of floats saturate")]
    let step = degrees.floor() as i16;
    step
}

fn row(latitude: f64) -> i16 {
    // The north pole itself belongs to the last row.
    (step(latitude) + ROWS / 2).clamp(0, ROWS - 1)
}

/// The squares that hold the circle, or else the polygon; none when there are more than `most`.
pub(crate) fn cover(
    circle: Option<&Circle>,
    polygon: Option<&Polygon>,
    most: usize,
) -> Option<Vec<Cell>> {
    let bounds = circle.map(Circle::bounds).or(polygon.map(|polygon| polygon.bounds))?;
    let rows = row(bounds.south - MARGIN)..=row(bounds.north + MARGIN);
    let (west, east) = (step(bounds.west - MARGIN), step(bounds.east + MARGIN));
    if rows.clone().count() * usize::try_from(east - west + 1).ok()? > most
        || east - west >= COLUMNS
    {
        return None;
    }
    let columns = (west..=east).map(|column| column.rem_euclid(COLUMNS));
    Some(columns.flat_map(|column| rows.clone().map(move |row| Cell { row, column })).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(latitude: f64, longitude: f64) -> GeoPoint {
        GeoPoint::new(latitude, longitude).unwrap()
    }

    fn polygon(corners: &[(f64, f64)]) -> Result<Polygon, PolygonError> {
        let corners: Vec<_> = corners.iter().map(|(north, east)| point(*north, *east)).collect();
        Polygon::new(&corners)
    }

    #[test]
    fn a_radius_is_inclusive_and_crosses_the_antimeridian() {
        let fiji = point(-17.0, 179.9);
        let east = point(-17.0, -179.9);
        let exactly = fiji.distance_km(&east);
        assert!(Circle::new(fiji, exactly).unwrap().contains(&east));
        assert!(!Circle::new(fiji, exactly - 1e-6).unwrap().contains(&east));
        assert!(Circle::new(fiji, MAX_RADIUS_KM).unwrap().contains(&point(17.0, -0.1)));
        for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY, 20_016.1] {
            assert_eq!(Circle::new(fiji, wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_border_belongs_to_its_area() {
        // Concave: a U that is open to the north.
        let bay = polygon(&[
            (0.0, 0.0),
            (0.0, 3.0),
            (2.0, 3.0),
            (2.0, 2.0),
            (1.0, 2.0),
            (1.0, 1.0),
            (2.0, 1.0),
            (2.0, 0.0),
        ])
        .unwrap();
        for inside in [(0.5, 1.5), (1.5, 0.5), (1.5, 2.5), (0.0, 0.0), (1.0, 1.5), (2.0, 2.5)] {
            assert!(bay.contains(&point(inside.0, inside.1)), "{inside:?}");
        }
        for outside in [(1.5, 1.5), (2.1, 0.5), (-0.1, 1.0), (1.0, 3.1), (1.0, -179.0)] {
            assert!(!bay.contains(&point(outside.0, outside.1)), "{outside:?}");
        }
    }

    #[test]
    fn a_polygon_crosses_the_antimeridian() {
        let corners = [(-20.0, 178.0), (-20.0, -178.0), (-15.0, -178.0), (-15.0, 178.0)];
        for start in 0..4 {
            let mut turned = corners;
            turned.rotate_left(start);
            let sea = polygon(&turned).unwrap();
            for inside in [179.0, -179.0, 180.0, -180.0, 178.0] {
                assert!(sea.contains(&point(-17.0, inside)), "{inside} from {start}");
            }
            for outside in [177.9, -177.9, 0.0] {
                assert!(!sea.contains(&point(-17.0, outside)), "{outside} from {start}");
            }
        }
    }

    #[test]
    fn what_is_no_area_is_refused() {
        use PolygonError::{AroundPole, NoArea};
        assert_eq!(polygon(&[(0.0, 0.0), (1.0, 1.0)]), Err(NoArea));
        assert_eq!(polygon(&[(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (0.5, 0.5)]), Err(NoArea));
        assert_eq!(polygon(&[(1.0, 1.0), (1.0, 1.0), (1.0, 1.0)]), Err(NoArea));
        assert_eq!(polygon(&[(80.0, 0.0), (80.0, 120.0), (80.0, -120.0)]), Err(AroundPole));
        // A first corner that is given again at the end is no corner of its own.
        assert_eq!(
            polygon(&[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)]),
            polygon(&[(0.0, 0.0), (0.0, 1.0), (1.0, 1.0)])
        );
    }
}

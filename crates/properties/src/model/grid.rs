//! Areas on the globe, and the cells of a fixed grid that cover them.
//!
//! A cell is a twentieth of a degree high and wide, 5.6 km from south to north. Its number is
//! `row × 7201 + column`, rows counted from the south pole and columns from 180° west, so that
//! the cells of one row that follow each other are one range. The index over `properties` computes
//! the same number. The last column, 7200, has what lies at 180° east exactly.
//!
//! Ranges cover an area and a little more: who uses them measures each place that they bring.

use domain::{EARTH_RADIUS_KM, GeoPoint};

/// Rows and columns of one degree.
const PER_DEGREE: f64 = 20.0;
/// Columns around the globe, but for the one at 180° east.
const COLUMNS: i64 = 7200;
/// The number of a row's first cell over that of the row before.
const STRIDE: i64 = COLUMNS + 1;
/// The row of the north pole.
const LAST_ROW: i64 = 3600;
/// By how much ranges are wider than computed, in degrees: more than arithmetic can be wrong.
const SLACK: f64 = 1e-3;
/// Beyond this latitude a row is taken whole: there, little in kilometres is much in degrees.
const POLAR: f64 = 89.0;

/// Cells from the first number to the second, both included.
pub type CellRange = (i64, i64);

/// All within a distance of a point, the border included.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Circle {
    /// The middle.
    pub center: GeoPoint,
    /// Kilometres along the surface.
    pub radius_km: f64,
}

/// All between two parallels and two meridians, the borders included. With `west` greater than
/// `east` it goes across the antimeridian.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Degrees east of its western border.
    pub west: f64,
    /// Degrees north of its southern border.
    pub south: f64,
    /// Degrees east of its eastern border.
    pub east: f64,
    /// Degrees north of its northern border.
    pub north: f64,
}

/// The row of a latitude, and the column of a longitude, which may lie beyond the grid's sides.
fn row(latitude: f64) -> i64 {
    floor((latitude.clamp(-90.0, 90.0) + 90.0) * PER_DEGREE)
}

fn column(longitude: f64) -> i64 {
    floor((longitude + 180.0) * PER_DEGREE)
}

#[expect(clippy::cast_possible_truncation, reason = "degrees times twenty are far from the limits")]
fn floor(number: f64) -> i64 {
    number.floor() as i64
}

/// The latitudes of a row's two sides.
#[expect(clippy::cast_precision_loss, reason = "rows are small numbers")]
fn band(row: i64) -> (f64, f64) {
    let south = row as f64 / PER_DEGREE - 90.0;
    (south, south + 1.0 / PER_DEGREE)
}

/// The number of a point's cell.
pub fn cell(point: &GeoPoint) -> i64 {
    row(point.latitude()) * STRIDE + column(point.longitude())
}

/// Adds a range; one that follows the last becomes one with it, as rows that are taken whole do.
fn push(ranges: &mut Vec<CellRange>, first: i64, last: i64) {
    match ranges.last_mut() {
        Some(before) if before.1 + 1 == first => before.1 = last,
        _ => ranges.push((first, last)),
    }
}

/// Adds the columns `west` to `east` of a row, counted on beyond the sides of the grid.
fn add(ranges: &mut Vec<CellRange>, row: i64, west: i64, east: i64) {
    if east < west {
        return;
    }
    let base = row * STRIDE;
    let length = east - west + 1;
    if length >= COLUMNS {
        return push(ranges, base, base + COLUMNS);
    }
    let west = west.rem_euclid(COLUMNS);
    let east = west + length - 1;
    // What ends at the antimeridian has its last column too.
    if east < COLUMNS - 1 {
        push(ranges, base + west, base + east);
    } else {
        if east >= COLUMNS {
            push(ranges, base, base + east - COLUMNS);
        }
        push(ranges, base + west, base + COLUMNS);
    }
}

impl Circle {
    /// Whether a point lies in it, and how far from its middle, in kilometres.
    pub fn distance_within(&self, point: &GeoPoint) -> Option<f64> {
        Some(self.center.distance_km(point)).filter(|distance| *distance <= self.radius_km)
    }

    /// The cells that cover it, but for those that lie wholly within `inner_km` of its middle.
    pub fn ranges(&self, inner_km: f64) -> Vec<CellRange> {
        let (latitude, longitude) = (self.center.latitude(), self.center.longitude());
        let reach = (self.radius_km / EARTH_RADIUS_KM).to_degrees();
        let (south, north) = (latitude - reach - SLACK, latitude + reach + SLACK);
        let mut ranges = Vec::new();
        for row in row(south)..=row(north).min(LAST_ROW) {
            let sides = band(row);
            let clipped = (sides.0.max(south), sides.1.min(north));
            let outer = self.widest(clipped) + SLACK;
            let (west, east) = match outer >= 180.0 {
                true => (column(longitude) - COLUMNS / 2, column(longitude) + COLUMNS / 2 - 1),
                false => (column(longitude - outer), column(longitude + outer)),
            };
            // Once around at most.
            let east = east.min(west + COLUMNS - 1);
            let hole = Self { radius_km: inner_km, ..*self }.narrowest(sides) - SLACK;
            if hole >= 179.0 {
                continue;
            }
            let (before, behind) = (column(longitude - hole), column(longitude + hole));
            if hole <= 0.0 || before + 1 >= behind {
                add(&mut ranges, row, west, east);
            } else {
                add(&mut ranges, row, west, before);
                add(&mut ranges, row, behind, east);
            }
        }
        ranges
    }

    /// How far to the east of its middle the circle goes anywhere between two parallels, in
    /// degrees.
    fn widest(&self, (south, north): (f64, f64)) -> f64 {
        if self.is_polar(south) || self.is_polar(north) {
            return 180.0;
        }
        let mut widest = self.half_width(south).max(self.half_width(north));
        // Where the circle is widest: its meridian touches it there.
        let angle = self.radius_km / EARTH_RADIUS_KM;
        let touch = (self.center.latitude().to_radians().sin() / angle.cos()).asin().to_degrees();
        if (south..=north).contains(&touch) {
            widest = widest.max(self.half_width(touch));
        }
        widest
    }

    /// How far it goes everywhere between two parallels; between them it first widens, then
    /// narrows.
    fn narrowest(&self, (south, north): (f64, f64)) -> f64 {
        if self.is_polar(south) || self.is_polar(north) {
            return 0.0;
        }
        self.half_width(south).min(self.half_width(north))
    }

    fn is_polar(&self, latitude: f64) -> bool {
        latitude.abs() > POLAR || self.center.latitude().abs() > POLAR
    }

    /// How far to the east of its middle the circle goes on a parallel, in degrees.
    fn half_width(&self, latitude: f64) -> f64 {
        let angle = self.radius_km / EARTH_RADIUS_KM;
        if angle >= std::f64::consts::PI {
            return 180.0;
        }
        let (sin, cos) = latitude.to_radians().sin_cos();
        let (sin_center, cos_center) = self.center.latitude().to_radians().sin_cos();
        let across = (angle.cos() - sin_center * sin) / (cos_center * cos);
        across.clamp(-1.0, 1.0).acos().to_degrees()
    }
}

impl Bounds {
    /// Whether a point lies in it. 180° east and 180° west are one meridian.
    pub fn contains(&self, point: &GeoPoint) -> bool {
        let has = |longitude: f64| match self.west <= self.east {
            true => (self.west..=self.east).contains(&longitude),
            false => longitude >= self.west || longitude <= self.east,
        };
        let longitude = point.longitude();
        (self.south..=self.north).contains(&point.latitude())
            && (has(longitude) || (longitude.abs() >= 180.0 && has(-longitude)))
    }

    /// The cells that cover it.
    pub fn ranges(&self) -> Vec<CellRange> {
        // The antimeridian is one, whichever way it is written: 180° west, with the column of what
        // is written as 180° east before it.
        let from = if self.west >= 180.0 { -180.0 } else { self.west };
        let around = if from <= self.east { 0 } else { COLUMNS };
        let west = column(from) - i64::from(from <= -180.0);
        let east = column(self.east) + around;
        let mut ranges = Vec::new();
        for row in row(self.south)..=row(self.north) {
            add(&mut ranges, row, west, east);
        }
        ranges
    }
}

#[cfg(test)]
#[path = "grid_tests.rs"]
mod tests;

//! Ranges against measuring every point.

use proptest::prelude::*;

use super::*;

fn point(latitude: f64, longitude: f64) -> GeoPoint {
    GeoPoint::new(latitude, longitude).unwrap()
}

fn covers(ranges: &[CellRange], point: &GeoPoint) -> bool {
    let cell = cell(point);
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&cell))
}

/// No cell may come twice: a place would be found twice.
fn disjoint(ranges: &[CellRange]) -> bool {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    sorted.iter().all(|(first, last)| first <= last) && sorted.windows(2).all(|w| w[0].1 < w[1].0)
}

/// Latitudes and longitudes, the edges of the world more often than they come by chance.
fn anywhere() -> impl Strategy<Value = GeoPoint> {
    let latitude = prop_oneof![
        4 => -90.0..=90.0_f64,
        1 => prop_oneof![Just(-90.0), Just(90.0), Just(0.0), Just(89.95), Just(-89.0001)],
    ];
    let longitude = prop_oneof![
        4 => -180.0..=180.0_f64,
        1 => prop_oneof![Just(-180.0), Just(180.0), Just(0.0), Just(179.999), Just(-179.96)],
    ];
    (latitude, longitude).prop_map(|(latitude, longitude)| point(latitude, longitude))
}

/// A point at a distance and a bearing, so that tests meet the border.
fn at(center: &GeoPoint, km: f64, bearing: f64) -> GeoPoint {
    let (angle, bearing) = (km / EARTH_RADIUS_KM, bearing.to_radians());
    let (sin, cos) = center.latitude().to_radians().sin_cos();
    let latitude = (sin * angle.cos() + cos * angle.sin() * bearing.cos()).clamp(-1.0, 1.0).asin();
    let east = (bearing.sin() * angle.sin() * cos).atan2(angle.cos() - sin * latitude.sin());
    let longitude = center.longitude() + east.to_degrees();
    let longitude = (longitude + 540.0).rem_euclid(360.0) - 180.0;
    point(latitude.to_degrees().clamp(-90.0, 90.0), longitude.clamp(-180.0, 180.0))
}

#[test]
fn cells_are_those_of_the_migrations() {
    assert_eq!(cell(&point(-90.0, -180.0)), 0);
    assert_eq!(cell(&point(-90.0, 180.0)), 7200);
    assert_eq!(cell(&point(-89.0, -180.0)), 20 * 7201);
    assert_eq!(cell(&point(90.0, 180.0)), 3600 * 7201 + 7200);
    assert_eq!(cell(&point(37.77, -122.42)), 2555 * 7201 + 1151);
    for migration in [
        include_str!("../../migrations/0002_search.sqlite.sql"),
        include_str!("../../migrations/0002_search.postgres.sql"),
    ] {
        for part in ["(latitude + 90.0) * 20.0", "(longitude + 180.0) * 20.0", "* 7201"] {
            assert!(migration.contains(part), "{part}");
        }
    }
}

#[test]
fn a_box_across_the_antimeridian() {
    let bounds = Bounds { west: 179.0, south: -1.0, east: -179.0, north: 1.0 };
    for (longitude, inside) in
        [(179.5, true), (180.0, true), (-180.0, true), (-179.0, true), (0.0, false), (178.9, false)]
    {
        let point = point(0.0, longitude);
        assert_eq!(bounds.contains(&point), inside, "{longitude}");
        assert!(!inside || covers(&bounds.ranges(), &point), "{longitude}");
    }
    // The meridian of the date line is one, however it is written.
    let west = Bounds { west: -180.0, east: -179.0, ..bounds };
    let east = Bounds { west: 179.0, east: 180.0, ..bounds };
    for bounds in [west, east] {
        for longitude in [-180.0, 180.0] {
            let point = point(0.5, longitude);
            assert!(bounds.contains(&point) && covers(&bounds.ranges(), &point), "{longitude}");
        }
    }
}

#[test]
fn large_circles_have_few_ranges() {
    let circle = |radius_km| Circle { center: point(37.77, -122.42), radius_km };
    assert!(circle(10.0).ranges(0.0).len() <= 6);
    assert!(circle(500.0).ranges(0.0).len() <= 182);
    // Whole rows are one range, however many.
    assert_eq!(circle(20_100.0).ranges(0.0), [(0, 3600 * 7201 + 7200)]);
    let polar = Circle { center: point(89.9, 10.0), radius_km: 500.0 };
    assert_eq!(polar.ranges(0.0).len(), 1);
    let width = |ranges: Vec<CellRange>| ranges.iter().map(|(a, b)| b - a + 1).sum::<i64>();
    // The ring is much less than the disk, and the disk not much more than its area in cells.
    let (disk, ring) = (width(circle(500.0).ranges(0.0)), width(circle(500.0).ranges(480.0)));
    assert!(disk < 36_000 && ring * 8 < disk, "{disk} {ring}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn a_circle_is_covered(
        center in anywhere(),
        radius_km in prop_oneof![0.001..5.0_f64, 1.0..600.0_f64, 100.0..20_015.0_f64],
        share in prop_oneof![Just(0.999_999_9), 0.0..1.0_f64],
        bearing in prop_oneof![0.0..360.0_f64, Just(0.0), Just(90.0), Just(180.0), Just(270.0)],
        hole in 0.0..1.0_f64,
        other in anywhere(),
    ) {
        let circle = Circle { center, radius_km };
        let (whole, ring) = (circle.ranges(0.0), circle.ranges(radius_km * hole));
        prop_assert!(disjoint(&whole) && disjoint(&ring));
        for place in [at(&center, radius_km * share, bearing), other] {
            if let Some(distance) = circle.distance_within(&place) {
                prop_assert!(covers(&whole, &place), "{place:?}");
                prop_assert!(distance < radius_km * hole || covers(&ring, &place), "{place:?}");
            }
        }
    }

    #[test]
    fn a_box_is_covered(
        a in anywhere(),
        b in anywhere(),
        places in prop::collection::vec(anywhere(), 8),
    ) {
        let (south, north) = (a.latitude().min(b.latitude()), a.latitude().max(b.latitude()));
        let bounds = Bounds { west: a.longitude(), south, east: b.longitude(), north };
        let ranges = bounds.ranges();
        prop_assert!(disjoint(&ranges));
        for place in places.iter().chain([&a, &b]) {
            prop_assert!(!bounds.contains(place) || covers(&ranges, place), "{place:?}");
        }
        prop_assert!(bounds.contains(&a) && bounds.contains(&b));
    }
}

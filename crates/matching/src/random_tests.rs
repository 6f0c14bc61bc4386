//! Random alerts, properties and operations: the index finds what looking at everything finds.

use std::collections::BTreeMap;

use domain::{GeoPoint, Id, TenantId, UserId};
use proptest::{collection::vec, option, prelude::*};
use uuid::Uuid;

use crate::{
    Alert, Buckets, Circle, City, Criteria, Hit, Kind, Kinds, Matcher, Polygon, Property,
    PropertyTypes, State, Truth,
};

/// A property that says nothing.
pub(crate) fn nothing_known() -> Property {
    Property {
        state: None,
        city: None,
        point: None,
        property_type: PropertyTypes::NONE,
        opening_bid_minor: None,
        estimated_value_minor: None,
        bedrooms: None,
        bathrooms: None,
        living_area: None,
    }
}

fn tenant(number: u8) -> TenantId {
    TenantId::from_uuid(Uuid::from_u128(u128::from(number)))
}

fn states() -> impl Strategy<Value = State> {
    prop::sample::select(vec!["FL", "GA", "TX"]).prop_map(|name| State::new(name).unwrap())
}

fn cities() -> impl Strategy<Value = City> {
    prop::sample::select(vec!["Tampa", "Miami", "Springfield"])
        .prop_map(|name| City::new(name).unwrap())
}

/// Places that lie close together, some at the antimeridian, some at the poles.
fn points() -> impl Strategy<Value = GeoPoint> {
    let near = |north: f64, east: f64| {
        (-2.0..2.0, -2.0..2.0).prop_map(move |(n, e): (f64, f64)| (north + n, east + e))
    };
    let places = prop_oneof![
        4 => near(28.0, -82.0),
        2 => near(-17.0, 180.0),
        1 => near(89.0, 0.0),
        1 => near(-89.0, 90.0),
        1 => (-90.0..90.0, -180.0..180.0),
        1 => (27..29, -83..-81).prop_map(|(n, e)| (f64::from(n), f64::from(e))),
    ];
    places.prop_map(|(north, east): (f64, f64)| {
        let east = if east > 180.0 { east - 360.0 } else { east };
        GeoPoint::new(north.clamp(-90.0, 90.0), east.max(-180.0)).unwrap()
    })
}

fn circles() -> impl Strategy<Value = Circle> {
    let radii = prop_oneof![4 => 1.0..300.0, 1 => 300.0..20_000.0];
    (points(), radii).prop_map(|(center, radius)| Circle::new(center, radius).unwrap())
}

fn polygons() -> impl Strategy<Value = Polygon> {
    vec(points(), 3..6).prop_filter_map("an area", |corners| Polygon::new(&corners).ok())
}

fn types() -> impl Strategy<Value = PropertyTypes> {
    vec(0_u8..4, 0..3)
        .prop_map(|all| all.into_iter().fold(PropertyTypes::NONE, PropertyTypes::with))
}

fn criteria() -> impl Strategy<Value = Criteria> {
    let rare = |low: i64, high: i64| option::weighted(0.2, low..high);
    let places = (
        vec(states(), 0..3),
        prop_oneof![3 => Just(Vec::new()), 1 => vec(cities(), 1..3)],
        option::weighted(0.4, circles()),
        option::weighted(0.2, polygons()),
    );
    let house = (types(), rare(0, 10), rare(0, 10), rare(0, 5), rare(0, 5), rare(0, 5));
    (places, house, rare(0, 10_000)).prop_map(|(places, house, discount)| Criteria {
        states: places.0,
        cities: places.1,
        circle: places.2,
        polygon: places.3,
        property_types: house.0,
        min_bid_minor: house.1,
        max_bid_minor: house.2,
        min_bedrooms: house.3,
        min_bathrooms: house.4,
        min_living_area: house.5,
        min_discount_basis_points: discount,
    })
}

fn properties() -> impl Strategy<Value = Property> {
    let often = |high: i64| option::weighted(0.8, 0..high);
    let place =
        (option::weighted(0.9, states()), option::of(cities()), option::weighted(0.9, points()));
    let house = (option::of(0_u8..4), often(12), often(12), often(6), often(6), often(6));
    (place, house).prop_map(|(place, house)| Property {
        state: place.0,
        city: place.1,
        point: place.2,
        property_type: house.0.map_or(PropertyTypes::NONE, |n| PropertyTypes::NONE.with(n)),
        opening_bid_minor: house.1,
        estimated_value_minor: house.2,
        bedrooms: house.3,
        bathrooms: house.4,
        living_area: house.5,
    })
}

#[derive(Debug, Clone)]
enum Step {
    Insert(u8, u8, Criteria),
    Remove(u8),
    Ask(u8, Property),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0_u8..40, 0_u8..2, criteria()).prop_map(|(id, whose, c)| Step::Insert(id, whose, c)),
        1 => (0_u8..40).prop_map(Step::Remove),
        4 => (0_u8..2, properties()).prop_map(|(whose, p)| Step::Ask(whose, p)),
    ];
    vec(step, 1..80)
}

fn alert(number: u8, whose: u8, criteria: Criteria) -> Alert {
    Alert {
        id: Id::from_uuid(Uuid::from_u128(u128::from(number))),
        tenant: tenant(whose),
        owner: UserId::from_uuid(Uuid::from_u128(u128::from(number % 7))),
        kinds: Kinds::NONE.with(Kind::NewAuction),
        criteria,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn the_index_finds_what_brute_force_finds(steps in steps()) {
        let (mut index, mut all) = (Buckets::default(), BTreeMap::new());
        for step in steps {
            match step {
                Step::Insert(number, whose, criteria) => {
                    let alert = alert(number, whose, criteria);
                    all.insert(alert.id, alert.clone());
                    index.insert(alert);
                }
                Step::Remove(number) => {
                    let id = Id::from_uuid(Uuid::from_u128(u128::from(number)));
                    prop_assert_eq!(index.remove(id), all.remove(&id).is_some());
                }
                Step::Ask(whose, property) => {
                    let wanted: Vec<Hit> = all
                        .values()
                        .filter(|alert| alert.tenant == tenant(whose))
                        .filter(|alert| alert.criteria.truth(&property) == Truth::True)
                        .map(|a| Hit { alert: a.id, owner: a.owner, kinds: a.kinds })
                        .collect();
                    let mut found = Vec::new();
                    index.matches(tenant(whose), &property, &mut found);
                    found.sort_unstable();
                    prop_assert_eq!(found, wanted);
                }
            }
            prop_assert_eq!(index.len(), all.len());
        }
    }

    /// A place in a circle lies in one of the squares that the circle was listed under.
    #[test]
    fn no_square_is_left_out(circle in circles(), points in vec(points(), 20)) {
        let mut index = Buckets::default();
        index.insert(alert(1, 0, Criteria { circle: Some(circle), ..Criteria::default() }));
        for point in points {
            let property = Property { point: Some(point), ..nothing_known() };
            let mut found = Vec::new();
            index.matches(tenant(0), &property, &mut found);
            prop_assert_eq!(!found.is_empty(), circle.contains(&point));
        }
    }
}

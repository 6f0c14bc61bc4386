use std::collections::BTreeMap;

use domain::Id;
use events::PropertyStatus;
use uuid::Uuid;

use super::*;
use crate::model::{Property, status_name};

const NOW: Timestamp = Timestamp::from_millis(1_768_402_800_000);

/// The properties of stories, as they stand at their end; every moment has to be a change.
fn grown(stories: &[Told]) -> Vec<Property> {
    let grow = |told: &Told| {
        let mut moments = told.moments.iter().cloned();
        let (at, edit) = moments.next().expect("a beginning");
        let mut property = edit.create(Id::from_uuid(Uuid::nil()), at).expect("it is accepted");
        let mut last = at;
        for (at, edit) in moments {
            assert!(last <= at && at <= NOW, "moments are in order");
            last = at;
            property = edit.apply(&property).expect("it is accepted");
        }
        property
    };
    stories.iter().map(grow).collect()
}

#[test]
fn one_number_makes_one_world() {
    let course = |number| grown(&stories(&mut Dice::new(number), NOW).expect("stories"));
    let first = course(1);
    assert_eq!(first, course(1));
    assert_ne!(first, course(2));
    assert_eq!(first.len(), 2_000);
}

/// South, north, west and east of each state, roughly.
const BOUNDS: &[(&str, [f64; 4])] = &[
    ("AL", [30.1, 35.1, -88.5, -84.8]),
    ("AZ", [31.3, 37.1, -114.9, -109.0]),
    ("CA", [32.5, 42.1, -124.5, -114.1]),
    ("CO", [36.9, 41.1, -109.1, -102.0]),
    ("CT", [40.9, 42.1, -73.8, -71.7]),
    ("FL", [24.4, 31.1, -87.7, -79.9]),
    ("GA", [30.3, 35.1, -85.7, -80.8]),
    ("IA", [40.3, 43.6, -96.7, -90.1]),
    ("ID", [41.9, 49.1, -117.3, -111.0]),
    ("IL", [36.9, 42.6, -91.6, -87.4]),
    ("IN", [37.7, 41.8, -88.2, -84.7]),
    ("KY", [36.4, 39.2, -89.6, -81.9]),
    ("LA", [28.9, 33.1, -94.1, -88.7]),
    ("MA", [41.2, 42.9, -73.6, -69.8]),
    ("MD", [37.8, 39.8, -79.5, -75.0]),
    ("MI", [41.6, 48.4, -90.5, -82.3]),
    ("MN", [43.4, 49.4, -97.3, -89.4]),
    ("MO", [35.9, 40.7, -95.8, -89.0]),
    ("NC", [33.8, 36.6, -84.4, -75.4]),
    ("NE", [39.9, 43.1, -104.1, -95.2]),
    ("NJ", [38.8, 41.4, -75.6, -73.8]),
    ("NV", [35.0, 42.1, -120.1, -114.0]),
    ("OH", [38.3, 42.4, -84.9, -80.4]),
    ("OK", [33.6, 37.1, -103.1, -94.4]),
    ("OR", [41.9, 46.4, -124.7, -116.4]),
    ("PA", [39.7, 42.4, -80.6, -74.6]),
    ("SC", [32.0, 35.3, -83.4, -78.4]),
    ("TN", [34.9, 36.7, -90.4, -81.6]),
    ("TX", [25.8, 36.6, -106.7, -93.5]),
    ("UT", [36.9, 42.1, -114.1, -109.0]),
    ("VA", [36.5, 39.5, -83.7, -75.2]),
    ("WA", [45.5, 49.1, -124.9, -116.9]),
    ("WI", [42.4, 47.2, -92.9, -86.7]),
];

#[test]
fn properties_are_plausible() {
    let world = grown(&stories(&mut Dice::new(3), NOW).expect("stories"));
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for property in &world {
        *counts.entry(status_name(property.status)).or_default() += 1;
        let (_, [south, north, west, east]) =
            BOUNDS.iter().find(|(code, _)| *code == property.state).expect("bounds of the state");
        let latitude = property.latitude.expect("a latitude");
        let longitude = property.longitude.expect("a longitude");
        assert!((*south..=*north).contains(&latitude), "{property:?}");
        assert!((*west..=*east).contains(&longitude), "{property:?}");
        if let Some(bid) = property.opening_bid_minor {
            let value = property.estimated_value_minor.expect("a value");
            assert!(bid < value && bid * 4 > value, "{property:?}");
        }
        let is_ahead = property.auction_at.is_some_and(|at| at > NOW);
        match property.status {
            PropertyStatus::Auction => assert!(is_ahead, "{property:?}"),
            PropertyStatus::Sold | PropertyStatus::Reo => {
                assert!(property.auction_at.is_some() && !is_ahead, "{property:?}");
            }
            PropertyStatus::Preforeclosure => assert_eq!(property.auction_date, None),
            PropertyStatus::Cancelled | PropertyStatus::Redeemed => {}
        }
        if let Some(hour) = property.auction_time.as_deref() {
            assert!(("09:00"..="15:30").contains(&hour), "{hour}");
        }
    }
    assert_eq!(counts.len(), 6, "{counts:?}");
}

#[test]
fn what_happens_next_may_happen() {
    let mut dice = Dice::new(4);
    let world = grown(&stories(&mut dice, NOW).expect("stories"));
    let (mut visible, mut ends) = (0, 0);
    for before in &world {
        let Some(values) = life::next(before, NOW, &mut dice, true) else { continue };
        let after = edit(&values).expect("values").apply(before).expect("it is accepted");
        visible += usize::from(after != *before);
        ends += usize::from(life::has_ended(&after) && !life::has_ended(before));
        if let (PropertyStatus::Auction, Some(bid)) = (after.status, after.opening_bid_minor) {
            assert!(after.estimated_value_minor.is_some_and(|value| bid < value), "{after:?}");
        }
        let is_past = after.auction_at.is_some_and(|at| at <= NOW);
        assert!(after.status != PropertyStatus::Auction || !is_past, "{after:?}");
    }
    assert!(visible > 1_300 && ends < 10, "{visible} seen, {ends} ended");
}

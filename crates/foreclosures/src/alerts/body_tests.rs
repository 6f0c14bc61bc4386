use serde_json::{Value, json};

use super::*;

fn over(before: Wanted, body: Value) -> Result<Wanted> {
    serde_json::from_str::<AlertBody>(&body.to_string()).unwrap().over(before)
}

fn new(body: Value) -> Result<Wanted> {
    over(Wanted::default(), body)
}

#[track_caller]
fn refused(body: Value, field: &str, code: &str) {
    let error = new(body.clone()).unwrap_err();
    let told: Vec<_> = error.fields().iter().map(|f| (&*f.field, &*f.code)).collect();
    assert_eq!(told, [(field, code)], "{body}");
}

#[test]
fn what_is_given_is_kept_in_one_spelling() {
    let wanted = new(json!({
        "name": "  Tampa \n houses ", "states": [" fl", "FL", "ga"], "cities": ["Coral   Gables"],
        "latitude": 27.95, "longitude": -82.46, "radius_miles": 10,
        "polygon": [{"latitude": 0, "longitude": 0}, {"latitude": 0, "longitude": 1},
            {"latitude": 1, "longitude": 1}],
        "min_opening_bid": "1000.50", "max_opening_bid": 250_000,
        "property_types": ["single-family", "Single Family", "condo"],
        "min_bedrooms": 3, "min_bathrooms": 2, "min_living_area": 1000, "min_discount": 12.5,
        "alert_types": ["new_auction", "reminder", "new_auction"], "is_active": false,
    }))
    .unwrap();
    assert_eq!(wanted.name.as_deref(), Some("Tampa houses"));
    let asked = &wanted.definition;
    assert_eq!(
        (asked.states.join(" "), asked.cities.join(",")),
        ("FL GA".into(), "Coral Gables".into())
    );
    let around = asked.around.unwrap();
    assert!(around.miles && around.radius == 10.0);
    assert_eq!((asked.min_bid_minor, asked.max_bid_minor), (Some(100_050), Some(25_000_000)));
    assert_eq!(asked.property_types, [PropertyKind::SingleFamily, PropertyKind::Condo]);
    assert_eq!((asked.min_bedrooms, asked.min_bathrooms), (Some(3), Some(2)));
    assert_eq!((asked.min_living_area, asked.min_discount), (Some(1_000), Some(1_250)));
    assert_eq!(asked.alert_types, ["new_auction", "reminder"]);
    assert!(!wanted.is_active);

    // A change names what it changes; null takes away.
    let change = json!({"radius_km": 5, "cities": null, "is_active": null, "name": null});
    let changed = over(wanted.clone(), change).unwrap();
    let around = changed.definition.around.unwrap();
    assert!(!around.miles && around.radius == 5.0);
    assert!(changed.definition.cities.is_empty() && changed.is_active && changed.name.is_none());
    assert_eq!(changed.definition.states, wanted.definition.states);
    let nowhere = json!({"latitude": null, "longitude": null, "radius_miles": null});
    assert_eq!(over(wanted.clone(), nowhere).unwrap().definition.around, None);
    assert_eq!(over(wanted.clone(), json!({})).unwrap(), wanted);
    assert_eq!(new(json!({})).unwrap(), Wanted::default());
}

#[test]
fn every_rule_names_its_field() {
    let many = |count: usize, entry: &str| vec![entry.to_owned(); count];
    refused(json!({"name": "ü".repeat(81)}), "name", "too_long");
    refused(json!({"states": ["FL", "Florida"]}), "states.1", "invalid_value");
    refused(json!({"states": many(61, "FL")}), "states", "too_long");
    refused(json!({"cities": ["Tampa", " "]}), "cities.1", "required");
    refused(json!({"cities": ["x".repeat(101)]}), "cities.0", "too_long");
    refused(json!({"cities": many(51, "Tampa")}), "cities", "too_long");
    let place = |radius: Value| json!({"latitude": 1, "longitude": 1, "radius_km": radius});
    for radius in [json!(0), json!(-1), json!(5_000.1)] {
        refused(place(radius), "radius_km", "out_of_range");
    }
    let miles = json!({"latitude": 1, "longitude": 1, "radius_miles": 3_001});
    refused(miles, "radius_miles", "out_of_range");
    refused(json!({"latitude": 1, "longitude": 1}), "radius_km", "required");
    refused(json!({"latitude": 1, "radius_miles": 1}), "longitude", "required");
    let north = json!({"latitude": 91, "longitude": 1, "radius_km": 1});
    refused(north, "latitude", "out_of_range");
    let both = json!({"latitude": 1, "longitude": 1, "radius_km": 1, "radius_miles": 1});
    refused(both, "radius_miles", "conflict");
    let corner = json!({"latitude": 1, "longitude": 1});
    refused(json!({"polygon": [corner, corner, corner]}), "polygon", "invalid_value");
    refused(json!({"polygon": vec![corner; 101]}), "polygon", "too_long");
    refused(json!({"min_opening_bid": -1}), "min_opening_bid", "out_of_range");
    refused(json!({"min_opening_bid": "1.005"}), "min_opening_bid", "invalid_value");
    let band = json!({"min_opening_bid": 2, "max_opening_bid": 1});
    refused(band, "max_opening_bid", "out_of_range");
    refused(json!({"property_types": ["castle"]}), "property_types.0", "invalid_value");
    refused(json!({"property_types": many(21, "condo")}), "property_types", "too_long");
    refused(json!({"min_bedrooms": 101}), "min_bedrooms", "out_of_range");
    refused(json!({"min_bathrooms": -1}), "min_bathrooms", "out_of_range");
    refused(json!({"min_living_area": 10_000_001}), "min_living_area", "out_of_range");
    for discount in [json!(100.01), json!(-1), json!("12.345"), json!("x")] {
        refused(json!({"min_discount": discount}), "min_discount", "out_of_range");
    }
    refused(json!({"alert_types": []}), "alert_types", "required");
    refused(json!({"alert_types": ["auction"]}), "alert_types.0", "invalid_value");
    refused(json!({"alert_types": many(21, "reminder")}), "alert_types", "too_long");
    // A change is judged with what it leaves.
    let cheap = new(json!({"max_opening_bid": 10})).unwrap();
    let error = over(cheap, json!({"min_opening_bid": 11})).unwrap_err();
    assert_eq!(error.fields()[0].field, "max_opening_bid");
}

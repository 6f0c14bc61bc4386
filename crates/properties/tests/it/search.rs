//! Search by place and by words.

use std::collections::BTreeSet;

use domain::{GeoPoint, Role, TenantId};
use proptest::{
    prelude::*,
    strategy::ValueTree as _,
    test_runner::{Config, RngAlgorithm, TestRng, TestRunner},
};
use serde_json::{Value, json};
use testkit::{Actor, Answer, Database};

use super::house::{House, main_street};

const LIST: &str = "/api/v1/properties";
const ELSEWHERE: &str = "0190a5b8-7b1e-7c3d-8f00-1234567890ab";

/// Whole walks through a list: the items of all pages.
async fn walk(actor: &Actor, query: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    for _ in 0..200 {
        let page = actor.get(&format!("{LIST}?{query}{cursor}")).await.expect(200);
        items.extend(page.json["items"].as_array().unwrap().iter().cloned());
        match &page.json["next_cursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return items,
        }
    }
    panic!("{query} does not end");
}

/// The houses' numbers, in the order of the list.
async fn numbers(actor: &Actor, query: &str) -> Vec<u32> {
    let items = walk(actor, query).await;
    let number = |item: &Value| item["street"].as_str().unwrap().split(' ').next()?.parse().ok();
    items.iter().map(|item| number(item).unwrap()).collect()
}

/// A house with a number, somewhere.
fn house_at(number: usize, latitude: f64, longitude: f64) -> Value {
    json!({ "street": format!("{number} Far St"), "city": "Somewhere", "state": "AK",
        "latitude": latitude, "longitude": longitude })
}

/// A file of houses: number, latitude, longitude.
fn file(places: &[GeoPoint]) -> String {
    let mut csv = String::from("street,city,state,latitude,longitude,status\n");
    for (number, place) in places.iter().enumerate() {
        let status = ["auction", "sold", "reo"][number % 3];
        let (latitude, longitude) = (place.latitude(), place.longitude());
        csv += &format!("{number} Far St,Somewhere,AK,{latitude},{longitude},{status}\n");
    }
    csv
}

/// Places where the globe is awkward, and some heaps.
fn awkward() -> impl Strategy<Value = GeoPoint> {
    let near = |center: f64, by: f64| (center - by)..=(center + by);
    prop_oneof![
        (-90.0..=90.0, -180.0..=180.0_f64),
        (near(89.0, 1.0), -180.0..=180.0_f64),
        (near(-89.0, 1.0), -180.0..=180.0_f64),
        (near(0.0, 3.0), prop_oneof![near(177.0, 3.0), near(-177.0, 3.0)]),
        (near(37.77, 0.05), near(-122.42, 0.05)),
        (Just(37.77), Just(-122.42)),
        (Just(51.0), prop_oneof![Just(180.0), Just(-180.0)]),
    ]
    .prop_map(|(latitude, longitude)| GeoPoint::new(latitude, longitude).unwrap())
}

/// Draws values; the same ones in every run.
fn drawn<T: std::fmt::Debug>(count: usize, strategy: impl Strategy<Value = T>) -> Vec<T> {
    let seed = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let mut runner = TestRunner::new_with_rng(Config::default(), seed);
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

#[tokio::test]
async fn circles_are_what_measuring_finds() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let places = drawn(300, awkward());
        house.import("county", false, &file(&places)).await;
        let stranger = house.app.user_of(ELSEWHERE.parse().unwrap(), &[Role::Operator]);
        let radii = prop_oneof![3 => 0.1..20.0_f64, 4 => 20.0..600.0_f64, 1 => 600.0..20_015.0_f64];
        let radii = drawn(10, (awkward(), radii));
        for (center, radius_km) in &radii {
            let all = places.iter().enumerate();
            let mut expected: Vec<(f64, u32)> = all
                .map(|(number, place)| (center.distance_km(place), u32::try_from(number).unwrap()))
                .filter(|(distance, _)| distance <= radius_km)
                .collect();
            expected.sort_by(|a, b| a.0.total_cmp(&b.0));
            let query = format!(
                "near={},{}&radius_km={radius_km}&limit=70",
                center.latitude(),
                center.longitude()
            );
            let found = walk(&house.ann, &query).await;
            let distances: Vec<f64> =
                found.iter().map(|item| item["distance_km"].as_f64().unwrap()).collect();
            let wanted: Vec<f64> = expected.iter().map(|(distance, _)| *distance).collect();
            assert_eq!(distances.len(), wanted.len(), "{query}");
            for (distance, wanted) in distances.iter().zip(&wanted) {
                assert!((distance - wanted).abs() < 1e-9, "{query}: {distance} {wanted}");
            }
            let set: BTreeSet<u32> = expected.iter().map(|(_, number)| *number).collect();
            let nearest = numbers(&house.ann, &query).await;
            assert_eq!(nearest.len(), set.len(), "{query}");
            assert_eq!(BTreeSet::from_iter(nearest), set, "{query}");
            let by_id = numbers(&house.ann, &format!("{query}&sort=id")).await;
            assert_eq!(BTreeSet::from_iter(by_id), set, "{query}");
            let sold: BTreeSet<u32> =
                set.iter().copied().filter(|number| number % 3 == 1).collect();
            let filtered = numbers(&house.ann, &format!("{query}&status=sold")).await;
            assert_eq!(BTreeSet::from_iter(filtered), sold, "{query}");
            assert!(walk(&stranger, &query).await.is_empty(), "{query}");
        }
    }
}

#[tokio::test]
async fn boxes_are_what_comparing_finds() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let places = drawn(300, awkward());
        house.import("county", false, &file(&places)).await;
        for pair in drawn(8, (awkward(), awkward())) {
            let (west, east) = (pair.0.longitude(), pair.1.longitude());
            let south = pair.0.latitude().min(pair.1.latitude());
            let north = pair.0.latitude().max(pair.1.latitude());
            let inside = |place: &GeoPoint| {
                let has = |longitude: f64| match west <= east {
                    true => west <= longitude && longitude <= east,
                    false => west <= longitude || longitude <= east,
                };
                let turned = -place.longitude();
                (south..=north).contains(&place.latitude())
                    && (has(place.longitude()) || (turned.abs() == 180.0 && has(turned)))
            };
            let all = places.iter().enumerate().filter(|(_, place)| inside(place));
            let expected: BTreeSet<u32> =
                all.map(|(number, _)| u32::try_from(number).unwrap()).collect();
            for sort in ["id", "updated_at", "auction_date"] {
                let query = format!("bbox={west},{south},{east},{north}&limit=70&sort={sort}");
                let found = numbers(&house.ann, &query).await;
                assert_eq!(found.len(), expected.len(), "{query}");
                assert_eq!(BTreeSet::from_iter(found), expected, "{query}");
            }
        }
    }
}

#[tokio::test]
async fn filters_combine() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let rows = [
            (1, 37.77, -122.42, "condo", "auction", 100, "A garden and a view of the bay"),
            (2, 37.78, -122.42, "condo", "sold", 200, "No garden"),
            (3, 37.90, -122.42, "land", "auction", 300, "Fallow"),
            (4, 38.50, -122.42, "single-family", "auction", 400, "Garden by the road"),
        ];
        for (number, latitude, longitude, kind, status, bid, description) in rows {
            let body = json!({ "street": format!("{number} Bay St"), "city": "San Francisco",
                "state": "CA", "latitude": latitude, "longitude": longitude, "type": kind,
                "status": status, "opening_bid": bid, "description": description });
            house.make(body).await;
        }
        // Nobody knows where it is: it is in no area.
        let body = json!({ "street": "5 Bay St", "city": "Oakland", "state": "CA",
            "description": "garden", "opening_bid": 500, "type": "condo", "status": "auction" });
        house.make(body).await;
        house.app.settle().await;
        for (query, expected) in [
            ("near=37.77,-122.42", &[1, 2, 3][..]),
            ("near=37.77,-122.42&radius_km=1.2", &[1, 2]),
            ("near=37.77,-122.42&radius_miles=0.7", &[1, 2]),
            ("near=37.77,-122.42&radius_miles=0.69", &[1]),
            ("near=38.5,-122.42&radius_km=200", &[4, 3, 2, 1]),
            ("near=38.5,-122.42&radius_km=200&sort=id", &[1, 2, 3, 4]),
            ("near=38.5,-122.42&radius_km=200&status=auction", &[4, 3, 1]),
            ("near=38.5,-122.42&radius_km=200&q=garden", &[4, 2, 1]),
            ("near=38.5,-122.42&radius_km=200&q=garden&max_bid=250&min_bid=150", &[2]),
            ("near=38.5,-122.42&radius_km=200&type=single-family", &[4]),
            ("bbox=-122.5,37.7,-122.4,37.8", &[1, 2]),
            ("bbox=-122.5,37.7,-122.4,37.8&near=37.9,-122.42", &[2, 1]),
            ("bbox=-122.5,37.7,-122.4,37.8&near=37.9,-122.42&radius_km=14", &[2]),
            ("bbox=-122.5,37.7,-122.4,38&type=land&sort=auction_date", &[3]),
            ("bbox=-122.5,37.7,-122.4,38&q=bay%20st&sort=updated_at", &[1, 2, 3]),
            ("q=garden", &[1, 2, 4, 5]),
            ("q=GARDEN%20oakland", &[5]),
            ("q=%22garden%20and%22", &[1]),
            ("q=garden&city=san%20francisco&state=CA&type=condo", &[1, 2]),
            ("q=%22%201%20bay%20st%22", &[1]),
            ("q=bay%205", &[5]),
            ("q=castle", &[]),
            ("q=&near=&bbox=", &[1, 2, 3, 4, 5]),
        ] {
            for limit in [2, 50] {
                let query = format!("{query}&limit={limit}");
                let mut found = numbers(&house.ann, &query).await;
                if query.contains("updated_at") {
                    found.sort_unstable();
                }
                assert_eq!(found, expected, "{query} on {database:?}");
            }
        }
        let page = house.ann.get(&format!("{LIST}?near=37.77,-122.42&radius_km=1.2")).await;
        assert_eq!(page.json["items"][0]["distance_km"], 0.0, "{}", page.text);
        let km = page.json["items"][1]["distance_km"].as_f64().unwrap();
        assert!((km - 1.111_95).abs() < 1e-4, "{km}");
        let page = house.ann.get(&format!("{LIST}?state=CA")).await;
        assert!(!page.text.contains("distance_km"), "{}", page.text);
        // The border belongs to the circle.
        let exact = format!("near=37.77,-122.42&radius_km={km}");
        assert_eq!(numbers(&house.ann, &exact).await, [1, 2]);
    }
}

#[tokio::test]
async fn what_cannot_be_asked_for() {
    let house = House::new(Database::Sqlite).await;
    let long = format!("q={}", "x".repeat(10_000));
    for (query, field, code) in [
        ("near=37.77", "near", "invalid_value"),
        ("near=a,b", "near", "invalid_value"),
        ("near=NaN,1", "near", "invalid_value"),
        ("near=91,0", "near", "out_of_range"),
        ("near=0,181", "near", "out_of_range"),
        ("near=1,2,3", "near", "invalid_value"),
        ("near=1,2&radius_km=0", "radius_km", "out_of_range"),
        ("near=1,2&radius_km=-1", "radius_km", "out_of_range"),
        ("near=1,2&radius_km=inf", "radius_km", "invalid_value"),
        ("near=1,2&radius_km=far", "radius_km", "invalid_value"),
        ("near=1,2&radius_miles=13000", "radius_miles", "out_of_range"),
        ("near=1,2&radius_km=1&radius_miles=1", "radius_miles", "ambiguous"),
        ("radius_km=5", "near", "required"),
        ("sort=distance", "near", "required"),
        ("bbox=1,2,3", "bbox", "invalid_value"),
        ("bbox=1,5,3,4", "bbox", "invalid_value"),
        ("bbox=-181,0,1,1", "bbox", "out_of_range"),
        ("bbox=0,0,1,91", "bbox", "out_of_range"),
        ("min_bid=5&max_bid=4", "max_bid", "out_of_range"),
        ("from=2026-02-02&to=2026-02-01", "to", "out_of_range"),
        ("q=st", "q", "too_short"),
        ("q=%25_%25_%25", "q", "too_short"),
        ("q=a%00bc", "q", "nul"),
        (&long, "q", "too_long"),
        ("sort=price", "sort", "invalid_value"),
    ] {
        let answer = house.ann.get(&format!("{LIST}?{query}")).await;
        let answer = answer.expect_problem(422, "invalid");
        let error = &answer.json["errors"][0];
        assert_eq!((&error["field"], &error["code"]), (&json!(field), &json!(code)), "{query}");
    }
    let both = house.ann.get(&format!("{LIST}?near=x&q=a")).await.expect_problem(422, "invalid");
    assert_eq!(both.json["errors"].as_array().unwrap().len(), 2, "{}", both.text);
    let page = house.ann.get(&format!("{LIST}?limit=1")).await;
    assert!(page.json["next_cursor"].is_null());
}

#[tokio::test]
async fn a_cursor_belongs_to_its_search() {
    let house = House::new(Database::Sqlite).await;
    for number in 1..=3 {
        house.make(house_at(number, 60.0, -150.0)).await;
    }
    let first = house.ann.get(&format!("{LIST}?near=60,-150&limit=1")).await.expect(200);
    let cursor = first.json["next_cursor"].as_str().unwrap();
    let go = async |query: &str| house.ann.get(&format!("{LIST}?{query}&cursor={cursor}")).await;
    go("near=60,-150&limit=2").await.expect(200);
    for other in ["near=60,-151", "near=60,-150&radius_km=9", "near=60,-150&q=far", "limit=1"] {
        go(other).await.expect_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn pages_stand_while_others_write() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let mut ids = Vec::new();
        // The first two are at one place, so that the id decides between them.
        for (number, latitude) in [(1, 60.0), (2, 60.0), (3, 60.01), (4, 60.02), (5, 60.03)] {
            ids.push(house.make(house_at(number, latitude, -150.0)).await);
        }
        let query = "near=60,-150&radius_km=20&limit=1";
        let page = async |cursor: &str| -> Answer {
            house.ann.get(&format!("{LIST}?{query}{cursor}")).await.expect(200)
        };
        let next =
            |page: &Answer| format!("&cursor={}", page.json["next_cursor"].as_str().unwrap());
        let number =
            |page: &Answer| page.json["items"][0]["street"].as_str().unwrap()[..1].to_owned();
        let first = page("").await;
        let second = page(&next(&first)).await;
        assert_eq!((number(&first), number(&second)), ("1".into(), "2".into()));
        // One ahead is deleted, one moves away, one comes in between, one behind the reader.
        house.operator.delete(&format!("{LIST}/{}", ids[2])).await.expect(204);
        let away = json!({ "latitude": 61.0 });
        house.operator.patch(&format!("{LIST}/{}", ids[4]), away).await.expect(200);
        house.make(house_at(6, 60.015, -150.0)).await;
        house.make(house_at(7, 60.0, -150.0)).await;
        let mut cursor = next(&second);
        let mut seen = Vec::new();
        loop {
            let page = page(&cursor).await;
            seen.push(number(&page));
            if page.json["next_cursor"].is_null() {
                break;
            }
            cursor = next(&page);
        }
        // 7 is new at the reader's own distance, and its id is behind.
        assert_eq!(seen, ["7", "6", "4"], "{database:?}");
    }
}

#[tokio::test]
async fn geojson_for_who_asks_for_it() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        house.make(house_at(1, 60.5, -150.25)).await;
        house.make(main_street()).await;
        let ask = async |accept: &str, query: &str| {
            let headers = [("accept", accept)];
            let method = axum::http::Method::GET;
            house.ann.send(method, &format!("{LIST}?{query}"), None, &headers).await.expect(200)
        };
        let map = ask("application/geo+json", "limit=1").await;
        assert_eq!(map.headers["content-type"], "application/geo+json");
        assert!(map.headers["vary"].to_str().unwrap().contains("accept"));
        assert_eq!(map.json["type"], "FeatureCollection");
        let feature = &map.json["features"][0];
        assert_eq!(feature["type"], "Feature");
        assert_eq!(feature["id"], feature["properties"]["id"]);
        let point = json!({ "type": "Point", "coordinates": [-150.25, 60.5] });
        assert_eq!(feature["geometry"], point);
        let cursor = map.json["next_cursor"].as_str().expect("there is another page");
        let rest = ask("application/geo+json", &format!("limit=1&cursor={cursor}")).await;
        // Its place is not known: a feature without geometry.
        assert!(rest.json["features"][0]["geometry"].is_null(), "{}", rest.text);
        assert!(rest.text.contains(r#""opening_bid":250000.00"#), "{}", rest.text);
        assert!(rest.json["next_cursor"].is_null());
        let near = ask("application/geo+json", "near=60.5,-150.25").await;
        assert_eq!(near.json["features"][0]["properties"]["distance_km"], 0.0);
        let plain = ask("application/json", "limit=1").await;
        assert_eq!(plain.headers["content-type"], "application/json");
        assert!(plain.json["items"].is_array());
        // Refusals stay problems.
        let headers = [("accept", "application/geo+json")];
        let bad = format!("{LIST}?near=x");
        let bad = house.ann.send(axum::http::Method::GET, &bad, None, &headers).await;
        bad.expect_problem(422, "invalid");
    }
}

/// A query string of one `q`.
fn asked(q: &str) -> String {
    let mut encoded = String::from("q=");
    for byte in q.bytes() {
        encoded += &format!("%{byte:02X}");
    }
    encoded
}

#[tokio::test]
async fn words_are_only_words() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let texts = [
            "100% financed: it's \"as is\", no_warranty",
            "body : near(x y) OR NOT rowid* ^first {a b} -minus +plus",
            "Casa señorial, Ñandú Straße 🏠🏠🏠🏠 北京市朝阳区",
            "plain",
        ];
        for (number, text) in texts.iter().enumerate() {
            let mut body = house_at(number, 60.0, -150.0);
            body["description"] = json!(text);
            house.make(body).await;
        }
        house.app.settle().await;
        for (q, expected) in [
            ("100%", &[0][..]),
            ("it's financed", &[0]),
            ("\"as is\" financed", &[0]),
            ("no_warranty", &[0]),
            ("%plain%", &[3]),
            ("pl_in", &[]),
            ("pla*", &[3]),
            ("NOT rowid", &[1]),
            ("near(x", &[1]),
            ("body : near", &[1]),
            ("plain OR plus", &[]),
            ("\"; drop table properties_text; --", &[]),
            ("señorial", &[2]),
            ("SEÑORIAL ñandú", &[2]),
            ("🏠🏠🏠", &[2]),
            ("北京市", &[2]),
            ("朝阳区 casa", &[2]),
            ("\\\\\\plain", &[3]),
            ("\"", &[0; 0]),
            ("{a b} minus", &[1]),
            (&"plain ".repeat(33), &[3]),
        ] {
            let query = asked(q);
            let answer = house.ann.get(&format!("{LIST}?{query}")).await;
            if answer.status == 422 {
                assert_eq!(answer.json["errors"][0]["code"], "too_short", "{q}");
                assert!(expected.is_empty(), "{q}");
                continue;
            }
            answer.expect(200);
            assert_eq!(numbers(&house.ann, &query).await, expected, "{q} on {database:?}");
        }
    }
}

#[tokio::test]
async fn texts_follow_their_properties() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let tenant: TenantId = ELSEWHERE.parse().unwrap();
        let stranger = house.app.user_of(tenant, &[Role::Operator]);
        let id = house.make(main_street()).await;
        let path = format!("{LIST}/{id}");
        let other = stranger.post(LIST, main_street()).await.expect(201);
        let streets = async |actor: &Actor, q: &str| {
            house.app.settle().await;
            walk(actor, &asked(q)).await.iter().map(|item| item["id"].clone()).collect::<Vec<_>>()
        };
        assert_eq!(streets(&house.ann, "main francisco").await, [json!(id)]);
        assert_eq!(streets(&stranger, "main francisco").await, [other.json["id"].clone()]);
        let body = json!({ "street": "9 Elm Ave", "description": "turret" });
        house.operator.patch(&path, body).await.expect(200);
        assert!(streets(&house.ann, "main").await.is_empty());
        assert_eq!(streets(&house.ann, "turret 9").await, [json!(id)]);
        assert_eq!(streets(&house.ann, "\"9 elm ave san francisco ca 94102\"").await, [json!(id)]);
        assert_eq!(streets(&stranger, "main").await.len(), 1);
        house.operator.patch(&path, json!({ "description": null })).await.expect(200);
        assert!(streets(&house.ann, "turret").await.is_empty());
        house.operator.delete(&path).await.expect(204);
        assert!(streets(&house.ann, "elm").await.is_empty());
        assert_eq!(texts(&house).await, 1, "the text goes with the property");
        // The same house again is a new property.
        let again = house.make(main_street()).await;
        assert_eq!(streets(&house.ann, "main").await, [json!(again)]);
    }
}

/// How many texts there are.
async fn texts(house: &House) -> i64 {
    let (count,): (i64,) = house.app.ctx().store().one(&COUNT_TEXTS, &[]).await.unwrap();
    count
}

store::statements! {
    COUNT_TEXTS = "select count(*) from properties_text";
    FORGET_TEXTS = "delete from properties_text";
    ALL_DUE = "insert into properties_text_due (property, tenant)
        select id, tenant from properties where deleted_at is null";
    COUNT_DUE = "select count(*) from properties_text_due";
}

#[tokio::test]
async fn what_was_there_before_the_index_becomes_searchable() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let long = "lorem ipsum dolor ".repeat(500);
        for number in 0..60 {
            let mut body = house_at(number, 60.0, -150.0);
            body["description"] = json!(if number % 2 == 0 { &long } else { "short" });
            house.make(body).await;
        }
        house.app.settle().await;
        // As right after the migration: nothing is indexed and all is due.
        let store = house.app.ctx().store();
        store.prepare_all(ALL.to_vec()).await.unwrap();
        store.execute(&FORGET_TEXTS, vec![]).await.unwrap();
        store.execute(&ALL_DUE, vec![]).await.unwrap();
        assert!(walk(&house.ann, "q=somewhere").await.is_empty());
        house.app.advance(std::time::Duration::from_secs(61)).await;
        let (due,): (i64,) = store.one(&COUNT_DUE, &[]).await.unwrap();
        assert_eq!((due, texts(&house).await), (0, 60), "{database:?}");
        assert_eq!(walk(&house.ann, "q=somewhere").await.len(), 60);
        assert_eq!(walk(&house.ann, "q=dolor%20lorem&limit=7").await.len(), 30);
    }
}

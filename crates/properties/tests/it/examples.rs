//! The files of `examples/imports` come in with their maps, and without code.

use axum::http::Method;
use serde_json::{Value, json};
use testkit::Database;

use super::house::House;

const SHERIFF: [&str; 2] = [
    include_str!("../../../../examples/imports/sheriff.csv"),
    include_str!("../../../../examples/imports/sheriff.toml"),
];
const TRUSTEE: [&str; 2] = [
    include_str!("../../../../examples/imports/trustee.ndjson"),
    include_str!("../../../../examples/imports/trustee.toml"),
];
const RESO: [&str; 2] = [
    include_str!("../../../../examples/imports/reso.json"),
    include_str!("../../../../examples/imports/reso.toml"),
];

fn map(text: &str) -> Value {
    serde_json::to_value(text.parse::<toml::Table>().unwrap()).unwrap()
}

/// Added and the rejected rows with their reasons, whichever way a file came in.
fn told(summary: &Value) -> (u64, Vec<(u64, String)>) {
    let rejected = summary["rejected_rows"].as_array().unwrap().iter();
    let rejected = rejected
        .map(|row| (row["line"].as_u64().unwrap(), row["reason"].as_str().unwrap().to_owned()));
    (summary["added"].as_u64().unwrap(), rejected.collect())
}

async fn by_command(house: &House, source: &str, [file, map_text]: [&str; 2]) -> Value {
    let args = json!({ "source": source, "map": map(map_text) });
    let reports = house.app.command("properties.import", args, file).await.unwrap();
    let result = reports.into_iter().find_map(|report| match report {
        kit::Report::Result { value } => Some(value),
        _ => None,
    });
    result.unwrap()
}

async fn over_http(house: &House, source: &str, [file, map_text]: [&str; 2]) -> Value {
    let map: String = map(map_text).to_string().bytes().map(|b| format!("%{b:02X}")).collect();
    let path = format!("/api/v1/properties/import?source={source}&map={map}");
    let sent = house.operator.send(Method::POST, &path, Some(file.to_owned()), &[]);
    sent.await.expect(200).json
}

async fn properties(house: &House) -> Vec<Value> {
    let list = house.ann.get("/api/v1/properties?limit=200").await.expect(200);
    list.json["items"].as_array().unwrap().clone()
}

fn at<'a>(all: &'a [Value], street: &str) -> &'a Value {
    let found = all.iter().find(|property| property["street"] == street);
    found.unwrap_or_else(|| panic!("{street} is not there: {all:?}"))
}

#[tokio::test]
async fn a_sheriffs_list() {
    for (database, is_http) in [(Database::Sqlite, false), (Database::Postgres, true)] {
        let house = House::new(database).await;
        let summary = match is_http {
            true => over_http(&house, "sheriff", SHERIFF).await,
            false => by_command(&house, "sheriff", SHERIFF).await,
        };
        let (added, rejected) = told(&summary);
        let expected = [
            (6, "zip_code is not a ZIP code of five or nine digits: `8097`".to_owned()),
            (7, "auction_date is not a date such as 2026-01-31 or 1/31/2026: `13/04/2026`".into()),
            (8, "street is missing".into()),
        ];
        assert_eq!((added, rejected), (4, expected.to_vec()));
        let all = properties(&house).await;
        let second = at(&all, "9 Quarry Rd Apt 3");
        assert_eq!((&second["state"], &second["county"]), (&json!("NJ"), &json!("Salem")));
        assert_eq!(second["opening_bid"], 1234.00);
        assert_eq!(second["auction_at"], "2026-02-04T19:00:00.000Z");
        assert!(at(&all, "77 N. Ferry Avenue")["opening_bid"].is_null(), "to be determined");
        assert_eq!(at(&all, "3 Mill Race Ct")["status"], "cancelled");
    }
}

#[tokio::test]
async fn a_trustees_list() {
    for (database, is_http) in [(Database::Sqlite, true), (Database::Postgres, false)] {
        let house = House::new(database).await;
        let summary = match is_http {
            true => over_http(&house, "trustee", TRUSTEE).await,
            false => by_command(&house, "trustee", TRUSTEE).await,
        };
        let (added, rejected) = told(&summary);
        let expected = [
            (4, "auction_date is not a date such as 2026-01-31 or 1/31/2026: `next month`".into()),
            (5, "opening_bid is below zero: `-1`".to_owned()),
        ];
        assert_eq!((added, rejected), (3, expected.to_vec()));
        let all = properties(&house).await;
        let moved = at(&all, "51 Juniper Hollow Ln #204");
        assert_eq!(moved["auction_date"], "2026-02-24", "the date that it was postponed to");
        assert_eq!(at(&all, "2210 W Copper Canyon Dr")["auction_time"], "10:00");
        assert_eq!(at(&all, "880 Ridgeview Ave")["status"], "sold");
    }
}

#[tokio::test]
async fn a_reso_export() {
    for (database, is_http) in [(Database::Sqlite, false), (Database::Postgres, true)] {
        let house = House::new(database).await;
        let summary = match is_http {
            true => over_http(&house, "mls", RESO).await,
            false => by_command(&house, "mls", RESO).await,
        };
        let (added, rejected) = told(&summary);
        let expected = [(3, "latitude is not within -90 and 90: `440.582`".to_owned())];
        assert_eq!((added, rejected), (2, expected.to_vec()));
        let all = properties(&house).await;
        let first = at(&all, "1460 Alder Way");
        assert_eq!((&first["status"], &first["living_area"]), (&json!("auction"), &json!(1612)));
        assert_eq!(at(&all, "88 Harbor Loop Unit B")["type"], "condo");
    }
}

#[tokio::test]
async fn a_map_may_be_configured_for_what_is_sent() {
    let [file, map_text] = SHERIFF;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("sheriff.toml");
    std::fs::write(&path, map_text).unwrap();
    let file_of_house = format!("[[sources]]\nname = \"sheriff\"\nmap = {path:?}\n");
    let house = House::with_file(Database::Sqlite, &file_of_house).await;
    let path = "/api/v1/properties/import?source=sheriff";
    let sent = house.operator.send(Method::POST, path, Some(file.to_owned()), &[]);
    assert_eq!(sent.await.expect(200).json["added"], 4);
    // Without it the headings mean nothing.
    let path = "/api/v1/properties/import?source=other";
    let sent = house.operator.send(Method::POST, path, Some(file.to_owned()), &[]);
    sent.await.expect_problem(400, "bad_request");
    for wrong in ["{", "%7B%22colums%22%3A1%7D", "%7B%22fields%22%3A%7B%22x%22%3A%22y%22%7D%7D"] {
        let path = format!("/api/v1/properties/import?source=other&map={wrong}");
        let sent = house.operator.send(Method::POST, &path, Some(file.to_owned()), &[]);
        sent.await.expect_problem(400, "bad_request");
    }
}

//! Lists and history.

use serde_json::{Value, json};
use testkit::Database;

use super::house::{House, main_street};

async fn streets(house: &House, query: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut cursor = String::new();
    loop {
        let path = format!("/api/v1/properties?limit=2&{query}{cursor}");
        let page = house.ann.get(&path).await.expect(200);
        let items = page.json["items"].as_array().unwrap();
        found.extend(items.iter().map(|item| item["street"].as_str().unwrap().to_owned()));
        match &page.json["next_cursor"] {
            Value::String(next) => cursor = format!("&cursor={next}"),
            _ => return found,
        }
    }
}

#[tokio::test]
async fn filters_and_orders() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let rows = [
            ("1 A St", "Oakland", "CA", Some("2026-03-01"), Some(100), "condo", "auction"),
            ("2 A St", "Oakland", "CA", None, None, "land", "preforeclosure"),
            ("3 A St", "Reno", "NV", Some("2026-02-01"), Some(300), "condo", "auction"),
            ("4 A St", "reno", "NV", Some("2026-03-01"), Some(200), "other", "sold"),
            ("5 A St", "Austin", "TX", None, Some(200), "condo", "reo"),
        ];
        let mut ids = Vec::new();
        for (street, city, state, date, bid, kind, status) in rows {
            let body = json!({ "street": street, "city": city, "state": state,
                "auction_date": date, "opening_bid": bid, "type": kind, "status": status });
            ids.push(house.make(body).await);
            house.app.advance(std::time::Duration::from_millis(5)).await;
        }
        let second = format!("/api/v1/properties/{}", ids[1]);
        house.operator.patch(&second, json!({ "venue": "steps" })).await.expect(200);
        for (query, expected) in [
            ("", "12345"),
            ("sort=auction_date", "31425"),
            ("sort=updated_at", "25431"),
            ("state=ca", "12"),
            ("state=California&sort=updated_at", "21"),
            ("city=Reno", "34"),
            ("status=auction", "13"),
            ("type=condo", "135"),
            ("min_bid=200", "345"),
            ("min_bid=150.50&max_bid=250", "45"),
            ("from=2026-02-15", "14"),
            ("to=2026-02-15&sort=auction_date", "3"),
            ("state=WY", ""),
        ] {
            let found: String = streets(&house, query).await.iter().map(|s| &s[..1]).collect();
            // 1 and 4 have one date: the older id first.
            assert_eq!(found, expected, "{query}");
        }
        for (query, field) in [
            ("state=XX", "state"),
            ("status=haunted", "status"),
            ("type=castle", "type"),
            ("min_bid=cheap", "min_bid"),
            ("max_bid=-1", "max_bid"),
            ("from=soon", "from"),
            ("sort=price", "sort"),
        ] {
            let answer = house.ann.get(&format!("/api/v1/properties?{query}")).await;
            let answer = answer.expect_problem(422, "invalid");
            assert_eq!(answer.json["errors"][0]["field"], field, "{}", answer.text);
        }
        let page = house.ann.get("/api/v1/properties?limit=2").await;
        let cursor = page.json["next_cursor"].as_str().unwrap();
        let other = format!("/api/v1/properties?limit=2&state=CA&cursor={cursor}");
        house.ann.get(&other).await.expect_problem(400, "bad_request");
    }
}

#[tokio::test]
async fn every_change_is_kept() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let id = house.make(main_street()).await;
        let path = format!("/api/v1/properties/{id}");
        let body = json!({ "opening_bid": 225000.5, "status": "auction", "description": "roof" });
        house.operator.patch(&path, body).await.expect(200);
        house.operator.patch(&path, json!({ "opening_bid": null })).await.expect(200);
        let history = format!("{path}/history");
        let (mut all, mut cursor) = (String::new(), String::new());
        let mut fields = Vec::new();
        loop {
            let page = house.ann.get(&format!("{history}?limit=2{cursor}")).await.expect(200);
            for item in page.json["items"].as_array().unwrap() {
                let version = item["version"].as_i64().unwrap();
                fields.push((version, item["field"].as_str().unwrap().to_owned()));
            }
            all += &page.text;
            match &page.json["next_cursor"] {
                Value::String(next) => cursor = format!("&cursor={next}"),
                _ => break,
            }
        }
        let fields: Vec<_> = fields.iter().map(|(v, f)| (*v, f.as_str())).collect();
        let expected = [
            (3, "opening_bid"),
            (2, "description"),
            (2, "opening_bid"),
            (2, "status"),
            (1, "added"),
        ];
        assert_eq!(fields, expected);
        assert!(all.contains(r#""field":"opening_bid","old":225000.50,"new":null"#), "{all}");
        assert!(all.contains(r#""old":250000.00,"new":225000.50,"source":"api""#), "{all}");
        assert!(all.contains(r#""old":"preforeclosure","new":"auction""#), "{all}");
    }
}

//! What became of the auctions.

use std::time::Duration;

use domain::{Role, TenantId};
use serde_json::{Value, json};
use testkit::{Actor, Database};

use super::house::House;

const PATH: &str = "/api/v1/analytics/auctions";
const DAY: Duration = Duration::from_secs(24 * 3_600);

async fn ask(who: &Actor, query: &str) -> Value {
    who.get(&format!("{PATH}?{query}")).await.expect(200).json
}

fn group<'a>(answer: &'a Value, key: &str) -> &'a Value {
    let groups = answer["groups"].as_array().unwrap();
    groups.iter().find(|group| group["key"] == key).unwrap_or_else(|| panic!("{key}: {answer}"))
}

fn keys(answer: &Value) -> Vec<&str> {
    let groups = answer["groups"].as_array().unwrap();
    groups.iter().map(|group| group["key"].as_str().unwrap_or("-")).collect()
}

/// `(street, city, state, type, date, bid, value)`.
type Row = (&'static str, &'static str, &'static str, &'static str, &'static str, i64, i64);

const ROWS: [Row; 8] = [
    ("1 A St", "Oakland", "CA", "condo", "2025-11-03", 100, 200),
    ("2 A St", "oakland", "CA", "condo", "2025-11-20", 300, 400),
    ("3 A St", "Oakland", "CA", "land", "2026-01-05", 150, 100),
    ("4 A St", "Reno", "NV", "condo", "2026-01-10", 200, 0),
    ("5 A St", "Reno", "NV", "condo", "2026-01-12", 0, 0),
    ("6 A St", "Austin", "TX", "other", "2025-06-01", 500, 1_000),
    ("7 A St", "Austin", "TX", "other", "2026-02-01", 100, 100),
    ("8 A St", "Austin", "TX", "other", "2024-12-31", 100, 100),
];

/// A house with these properties in auction.
async fn filled(database: Database) -> (House, Vec<String>) {
    let house = House::new(database).await;
    let mut ids = Vec::new();
    for (street, city, state, kind, date, bid, value) in ROWS {
        let known = |amount: i64| (amount > 0).then_some(amount);
        let body = json!({ "street": street, "city": city, "state": state, "type": kind,
            "auction_date": date, "opening_bid": known(bid), "estimated_value": known(value) });
        ids.push(house.make(body).await);
    }
    (house, ids)
}

async fn becomes(house: &House, id: &str, status: &str) {
    let body = json!({ "status": status });
    // Days may have passed: a token of today's.
    let operator = house.app.user(&[Role::Operator]);
    operator.patch(&format!("/api/v1/properties/{id}"), body).await.expect(200);
}

/// A house in which most of them have ended, and somebody who looks at it five days later.
async fn ended(database: Database) -> (House, Actor) {
    let (house, ids) = filled(database).await;
    house.app.advance(2 * DAY).await;
    becomes(&house, &ids[0], "sold").await;
    house.app.advance(3 * DAY).await;
    becomes(&house, &ids[1], "sold").await;
    becomes(&house, &ids[2], "cancelled").await;
    becomes(&house, &ids[3], "reo").await;
    becomes(&house, &ids[4], "redeemed").await;
    // Came here sold: when, nobody knows.
    let sold = json!({ "street": "9 A St", "city": "Reno", "state": "NV", "status": "sold",
        "auction_date": "2026-01-11", "opening_bid": 400 });
    let operator = house.app.user(&[Role::Operator]);
    operator.post("/api/v1/properties", sold).await.expect(201);

    let ann = house.app.user(&[]);
    (house, ann)
}

#[tokio::test]
async fn groups_have_their_figures() {
    for database in Database::BOTH {
        let (_house, ann) = ended(database).await;
        let answer = ask(&ann, "group_by=state").await;
        assert_eq!((&answer["from"], &answer["to"]), (&json!("2025-01-19"), &json!("2026-01-19")));
        assert_eq!(keys(&answer), ["CA", "NV", "TX"], "the most first, then by name");
        assert_eq!((&answer["group_count"], &answer["truncated"]), (&json!(3), &json!(false)));
        let california = group(&answer, "CA");
        for (field, value) in [
            ("empty", json!(false)),
            ("count", json!(3)),
            ("pending", json!(0)),
            ("ended", json!(3)),
            ("sold", json!(2)),
            ("cancelled", json!(1)),
            ("success_rate", json!(0.6667)),
            ("median_days_to_sale", json!(3.5)),
            ("days_to_sale_count", json!(2)),
            // 0.5, 0.25 and -0.5.
            ("median_discount", json!(0.25)),
            ("discount_count", json!(3)),
            ("median_opening_bid", json!(150.0)),
            ("opening_bid_count", json!(3)),
            // From 200 in November to 150 in January.
            ("opening_bid_change", json!(-0.25)),
        ] {
            assert_eq!(california[field], value, "{field}: {california}");
        }
        let trend = json!([
            { "month": "2025-11", "median_opening_bid": 200.0, "count": 2 },
            { "month": "2026-01", "median_opening_bid": 150.0, "count": 1 },
        ]);
        assert_eq!(california["price_trend"], trend);
        let nevada = group(&answer, "NV");
        assert_eq!((&nevada["ended"], &nevada["success_rate"]), (&json!(3), &json!(0.3333)));
        assert_eq!(
            (&nevada["median_days_to_sale"], &nevada["days_to_sale_count"]),
            (&Value::Null, &json!(0))
        );
        assert_eq!(
            (&nevada["median_discount"], &nevada["discount_count"]),
            (&Value::Null, &json!(0))
        );
        assert_eq!(
            (&nevada["opening_bid_count"], &nevada["opening_bid_change"]),
            (&json!(2), &Value::Null)
        );
        // Nothing has ended in Texas, and only one of its auctions is in these days.
        let texas = group(&answer, "TX");
        assert_eq!(
            (&texas["count"], &texas["pending"], &texas["success_rate"]),
            (&json!(1), &json!(1), &Value::Null)
        );
        let total = &answer["total"];
        assert_eq!(
            (&total["count"], &total["ended"], &total["sold"]),
            (&json!(7), &json!(6), &json!(3))
        );
        assert_eq!(total["success_rate"], 0.5);
    }
}

#[tokio::test]
async fn money_has_its_digits_and_cities_their_states() {
    for database in Database::BOTH {
        let (_house, ann) = ended(database).await;
        let text = ann.get(&format!("{PATH}?group_by=state")).await.expect(200).text;
        assert!(text.contains(r#""median_opening_bid":150.00"#), "{text}");

        let cities = ask(&ann, "group_by=city").await;
        assert_eq!(keys(&cities), ["Oakland", "Reno", "Austin"]);
        assert_eq!(group(&cities, "Oakland")["state"], "CA");
        assert_eq!(group(&cities, "Oakland")["count"], 3);
    }
}

#[tokio::test]
async fn empty_groups_say_so() {
    for database in Database::BOTH {
        let (house, _) = filled(database).await;
        let query = "group_by=month&from=2025-10-15&to=2026-01-31";
        let answer = ask(&house.ann, query).await;
        assert_eq!(keys(&answer), ["2025-10", "2025-11", "2025-12", "2026-01"]);
        let december = group(&answer, "2025-12");
        assert_eq!((&december["empty"], &december["count"]), (&json!(true), &json!(0)));
        for field in ["success_rate", "median_discount", "median_opening_bid", "opening_bid_change"]
        {
            assert_eq!(december[field], Value::Null, "{field}");
        }
        // 200 in November, 175 in January: the month without a bid between is passed over.
        assert_eq!(group(&answer, "2025-11")["opening_bid_change"], Value::Null);
        assert_eq!(group(&answer, "2026-01")["opening_bid_change"], -0.125);
        assert!(group(&answer, "2026-01").get("price_trend").is_none());
        assert_eq!(answer["total"]["price_trend"].as_array().unwrap().len(), 2);

        let types = ask(&house.ann, "group_by=type&state=CA").await;
        assert_eq!(types["groups"].as_array().unwrap().len(), 8);
        assert_eq!(keys(&types)[..2], ["condo", "land"]);
        assert_eq!(group(&types, "townhouse")["empty"], true);

        let nowhere = ask(&house.ann, "group_by=city&city=Nowhere").await;
        assert_eq!((&nowhere["groups"], &nowhere["total"]["empty"]), (&json!([]), &json!(true)));
    }
}

#[tokio::test]
async fn filters_and_bounds() {
    for database in Database::BOTH {
        let (house, ids) = filled(database).await;
        for (query, count) in [
            ("from=2024-01-01&to=2026-12-31", 8),
            ("from=2026-01-05&to=2026-01-10", 2),
            ("from=2026-01-05&to=2026-01-05", 1),
            ("from=2024-01-01&to=2026-12-31&state=nevada", 2),
            ("from=2024-01-01&to=2026-12-31&city=OAKLAND", 3),
            ("from=2024-01-01&to=2026-12-31&city=Oakland&state=TX", 0),
            ("to=2025-06-01", 2),
            ("from=2024-01-01&to=2026-12-31&limit=1&group_by=city", 8),
        ] {
            assert_eq!(ask(&house.ann, query).await["total"]["count"], count, "{query}");
        }
        let cut = ask(&house.ann, "group_by=city&limit=1&from=2024-01-01&to=2026-12-31").await;
        assert_eq!((&cut["truncated"], &cut["group_count"]), (&json!(true), &json!(3)));
        assert_eq!(keys(&cut).len(), 1);
        for (query, field) in [
            ("group_by=colour", "group_by"),
            ("from=soon", "from"),
            ("to=2025-02-30", "to"),
            ("from=2026-01-02&to=2026-01-01", "from"),
            ("from=2000-01-01&to=2026-01-01", "from"),
            ("state=XX", "state"),
            ("limit=0", "limit"),
            ("limit=201", "limit"),
        ] {
            let answer = house.ann.get(&format!("{PATH}?{query}")).await;
            let answer = answer.expect_problem(422, "invalid");
            assert_eq!(answer.json["errors"][0]["field"], field, "{query}");
        }
        house.app.anonymous().get(PATH).await.expect_problem(401, "unauthorized");
        // Another tenant has auctions of its own; what is deleted, or has no date, is none.
        let elsewhere = TenantId::from_uuid(house.app.ctx().new_id().as_uuid());
        let stranger = house.app.user_of(elsewhere, &[]);
        let all = "from=2024-01-01&to=2026-12-31";
        assert_eq!(ask(&stranger, all).await["total"]["count"], 0);
        let first = format!("/api/v1/properties/{}", ids[0]);
        house.operator.delete(&first).await.expect(204);
        let second = format!("/api/v1/properties/{}", ids[1]);
        house.operator.patch(&second, json!({ "auction_date": null })).await.expect(200);
        assert_eq!(ask(&house.ann, all).await["total"]["count"], 6);
    }
}

/// More rows than are read at once, with one date and with many.
#[tokio::test]
async fn pages_of_rows_lose_nothing() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let mut csv = String::from("street,city,state,auction_date,opening_bid\n");
        for number in 0..5_400 {
            let day = if number % 2 == 0 { 1 } else { number % 28 + 1 };
            csv.push_str(&format!("{number} A St,Reno,NV,2026-01-{day:02},{}\n", number + 1));
        }
        assert_eq!(house.counts("county", false, &csv).await[0], 5_400);
        let answer = ask(&house.ann, "group_by=state&from=2026-01-01&to=2026-01-31").await;
        let nevada = group(&answer, "NV");
        assert_eq!(
            (&nevada["count"], &nevada["opening_bid_count"]),
            (&json!(5_400), &json!(5_400))
        );
        assert_eq!(nevada["median_opening_bid"], 2_700.5);
    }
}

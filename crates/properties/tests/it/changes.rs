//! A property is made, changed and deleted; those who may, see it.

use domain::{Id, Role, TenantId};
use events::{AuctionView, Change};
use serde_json::json;
use store::Tx;
use testkit::Database;

use super::house::{House, main_street};

#[tokio::test]
async fn a_property_lives() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let made = house.operator.post("/api/v1/properties", main_street()).await.expect(201);
        assert_eq!(made.headers["etag"], "\"1\"");
        assert!(made.text.contains(r#""opening_bid":250000.00"#), "{}", made.text);
        assert_eq!(made.json["auction_at"], "2026-01-15T18:00:00.000Z");
        assert_eq!(made.json["time_zone"], "America/Los_Angeles");
        assert_eq!(made.json["type"], "single_family");
        assert!(made.json["county"].is_null());
        let path = format!("/api/v1/properties/{}", made.json["id"].as_str().unwrap());
        let shown = house.ann.get(&path).await.expect(200);
        assert_eq!(shown.text, made.text);
        let events = house.events().await;
        assert_eq!(events.len(), 1);
        assert_eq!((events[0].version, &events[0].before), (1, &None));
        assert_eq!(events[0].changes, [Change::Added]);

        let body = json!({ "status": "auction", "auction_date": "1/22/2026" });
        let changed = house.operator.patch(&path, body).await.expect(200);
        assert_eq!(changed.headers["etag"], "\"2\"");
        assert_eq!(changed.json["opening_bid"], 250_000.0);
        let events = house.events().await;
        assert_eq!(events[0].changes, [Change::Status, Change::Postponement]);
        assert_eq!(events[0].before.as_ref().unwrap().auction_date.as_deref(), Some("2026-01-15"));
        assert_eq!(events[0].after.as_ref().unwrap().auction_date.as_deref(), Some("2026-01-22"));

        // Nothing new: no version, no event.
        let again = json!({ "status": "Auction", "opening_bid": "250000.00" });
        let same = house.operator.patch(&path, again).await.expect(200);
        assert_eq!(same.text, changed.text);
        assert!(house.events().await.is_empty());

        // PUT forgets what it does not name.
        let body = json!({ "street": "123 Main St", "city": "San Francisco", "state": "CA",
            "zip_code": "94102", "status": "auction" });
        let put = house.operator.put(&path, body).await.expect(200);
        assert!(put.json["opening_bid"].is_null() && put.json["auction_at"].is_null());
        assert_eq!(put.json["version"], 3);

        house.operator.delete(&path).await.expect(204);
        house.operator.delete(&path).await.expect_problem(404, "not_found");
        house.ann.get(&path).await.expect_problem(404, "not_found");
        house.ann.get(&format!("{path}/history")).await.expect_problem(404, "not_found");
        let events = house.events().await;
        assert_eq!(events[1].changes, [Change::Removed]);
        assert_eq!((events[1].version, &events[1].after), (4, &None));
        // Its place is free.
        house.operator.post("/api/v1/properties", main_street()).await.expect(201);
    }
}

#[tokio::test]
async fn who_may() {
    let house = House::new(Database::Sqlite).await;
    let id = house.make(main_street()).await;
    let path = format!("/api/v1/properties/{id}");
    let nobody = house.app.anonymous();
    nobody.get(&path).await.expect_problem(401, "unauthorized");
    nobody.get("/api/v1/properties").await.expect_problem(401, "unauthorized");
    nobody.post("/api/v1/properties", main_street()).await.expect_problem(401, "unauthorized");
    house.ann.post("/api/v1/properties", main_street()).await.expect_problem(403, "forbidden");
    house.ann.patch(&path, json!({})).await.expect_problem(403, "forbidden");
    house.ann.delete(&path).await.expect_problem(403, "forbidden");
    let tenant: TenantId = "0190a5b8-7b1e-7c3d-8f00-1234567890ab".parse().unwrap();
    let stranger = house.app.user_of(tenant, &[Role::Operator]);
    stranger.get(&path).await.expect_problem(404, "not_found");
    stranger.patch(&path, json!({ "venue": "x" })).await.expect_problem(404, "not_found");
    stranger.delete(&path).await.expect_problem(404, "not_found");
    assert_eq!(stranger.get("/api/v1/properties").await.json["items"], json!([]));
    // One house may be known to two tenants.
    stranger.post("/api/v1/properties", main_street()).await.expect(201);
    house.ann.get("/api/v1/properties/17").await.expect_problem(404, "not_found");
}

#[tokio::test]
async fn versions_guard_and_bad_values_are_named() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let id = house.make(main_street()).await;
        let path = format!("/api/v1/properties/{id}");
        let patch = async |tag: &str| {
            let body = Some(json!({ "venue": tag }).to_string());
            let method = axum::http::Method::PATCH;
            house.operator.send(method, &path, body, &[("if-match", tag)]).await
        };
        patch("\"1\"").await.expect(200);
        for stale in ["\"1\"", "\"7\"", "W/\"2\"", "2", "x"] {
            patch(stale).await.expect_problem(412, "precondition_failed");
        }
        patch("\"2\"").await.expect(200);
        patch("*").await.expect(200);

        let bad = json!({
            "state": "Ontario", "opening_bid": -1, "auction_date": "soon", "latitude": 91,
            "bedrooms": 1.5,
        });
        let answer = house.operator.patch(&path, bad).await.expect_problem(422, "invalid");
        assert_eq!(answer.json["errors"][0]["field"], "bedrooms", "{}", answer.text);
        let bad = json!({
            "street": "", "state": "Ontario", "opening_bid": -1, "auction_date": "soon",
            "latitude": 91, "list_price": "1.005",
        });
        let answer = house.operator.post("/api/v1/properties", bad).await;
        let answer = answer.expect_problem(422, "invalid");
        let fields = answer.json["errors"].as_array().unwrap().iter();
        let fields: Vec<_> = fields.map(|e| e["field"].as_str().unwrap()).collect();
        let expected = ["state", "latitude", "auction_date", "opening_bid", "list_price"];
        assert_eq!(fields, expected, "{}", answer.text);
        let twin = house.operator.post("/api/v1/properties", main_street()).await;
        let twin = twin.expect_problem(409, "property_exists");
        assert_eq!(twin.json["details"]["property_id"], id, "{}", twin.text);
    }
}

#[tokio::test]
async fn one_key_makes_one_property() {
    let house = House::new(Database::Sqlite).await;
    let post = async || {
        let (method, body) = (axum::http::Method::POST, Some(main_street().to_string()));
        let headers = [("idempotency-key", "k1")];
        house.operator.send(method, "/api/v1/properties", body, &headers).await.expect(201)
    };
    let (one, two) = (post().await, post().await);
    assert_eq!(one.text, two.text);
    assert_eq!(house.events().await.len(), 1);
}

#[tokio::test]
async fn followers_see_changes_in_order() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let id = house.make(main_street()).await;
        let (path, topic) = (format!("/api/v1/properties/{id}"), format!("property:{id}"));
        let mut socket = house.ann.socket("/ws").await;
        socket.send(json!({ "type": "subscribe", "id": 1, "ch": topic })).await;
        // First comes one's own topic.
        socket.expect("subscribed").await;
        let subscribed = socket.expect("subscribed").await;
        assert_eq!(subscribed.json["seq"], 0, "a new property has no frame");
        assert!(
            subscribed.text.contains(r#""auctionTime":"10:00 AM","openingBid":250000.00"#),
            "{}",
            subscribed.text
        );
        let body = json!({
            "status": "auction", "auction_date": "2026-01-22", "opening_bid": 225000,
        });
        house.operator.patch(&path, body).await.expect(200);
        let update = socket.expect("auction_update").await;
        assert_eq!((&update.json["ch"], &update.json["seq"]), (&json!(topic), &json!(1)));
        let expected = format!(
            concat!(
                r#""type":"auction_update","propertyId":"{}","update":{{"#,
                r#""statusChanged":{{"old":"preforeclosure","new":"auction"}},"#,
                r#""auctionDateChanged":{{"old":"2026-01-15","new":"2026-01-22","#,
                r#""type":"postponement"}},"openingBidChanged":{{"old":250000.00,"#,
                r#""new":225000.00,"difference":-25000.00}}}},"timestamp":""#,
            ),
            id
        );
        assert!(update.text.contains(&expected), "{}", update.text);
        house.operator.patch(&path, json!({ "auction_time": "2:30 PM" })).await.expect(200);
        let update = socket.expect("auction_update").await;
        let changed = &update.json["update"]["auctionTimeChanged"];
        let expected = json!({ "old": "10:00 AM", "new": "2:30 PM", "type": "postponement" });
        assert_eq!((changed, &update.json["seq"]), (&expected, &json!(2)));
        house.operator.delete(&path).await.expect(204);
        let update = socket.expect("auction_update").await;
        assert_eq!(update.json["update"], json!({ "removed": true }));
        socket.send(json!({ "type": "subscribe", "id": 2, "ch": "property:17" })).await;
        assert_eq!(socket.expect("error").await.json["code"], "not_found");
    }
}

#[tokio::test]
async fn other_features_read_cards() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let id: Id = house.make(main_street()).await.parse().unwrap();
        let unknown = house.app.ctx().new_id();
        let ctx = house.app.ctx().clone();
        let cards = house.app.ctx().store().read(async move |tx: &Tx| {
            let port = ctx.properties().map_err(|e| store::Error::Misuse(e.to_string()))?;
            port.cards(tx.clone(), TenantId::DEFAULT, vec![unknown, id]).await
        });
        let cards = cards.await.unwrap();
        assert_eq!(cards.len(), 1);
        assert_eq!((cards[0].id, cards[0].version), (id, 1));
        let view = serde_json::to_string(&AuctionView::of(id, &cards[0].facts)).unwrap();
        assert!(view.contains(r#""foreclosureStatus":"preforeclosure""#), "{view}");
    }
}

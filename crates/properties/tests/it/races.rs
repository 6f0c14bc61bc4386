//! Writers who come at once.

use domain::TenantId;
use events::Change;
use serde_json::json;
use testkit::Database;

use super::house::{House, main_street};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn patches_of_one_property_follow_one_another() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let id = house.make(main_street()).await;
        house.events().await;
        let path = format!("/api/v1/properties/{id}");
        let mut expected = 1;
        for round in 0..10 {
            let bid = json!({ "opening_bid": 1000 + round });
            let venue = json!({ "venue": format!("room {round}") });
            let (one, two) =
                tokio::join!(house.operator.patch(&path, bid), house.operator.patch(&path, venue),);
            let (one, two) = (one.expect(200), two.expect(200));
            let mut versions = [one, two].map(|answer| answer.json["version"].as_i64().unwrap());
            versions.sort_unstable();
            assert_eq!(versions, [expected + 1, expected + 2]);
            expected += 2;
        }
        let events = house.events().await;
        let versions: Vec<_> = events.iter().map(|event| event.version).collect();
        assert_eq!(versions, (2..=expected).collect::<Vec<_>>());
        for pair in events.windows(2) {
            assert_eq!(pair[0].after, pair[1].before);
        }
        assert!(events.iter().all(|e| e.changes.len() == 1), "no write is told with another's");
        let bids = events.iter().filter(|e| e.changes == [Change::OpeningBid]).count();
        assert_eq!(bids, 10);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn only_one_of_two_versions_wins() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let id = house.make(main_street()).await;
        let path = format!("/api/v1/properties/{id}");
        let patch = async |venue: &str| {
            let body = Some(json!({ "venue": venue }).to_string());
            let headers = [("if-match", "\"1\"")];
            let method = axum::http::Method::PATCH;
            house.operator.send(method, &path, body, &headers).await.status.as_u16()
        };
        let (one, two) = tokio::join!(patch("a"), patch("b"));
        let mut statuses = [one, two];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn one_address_is_made_once() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        for round in 0..5 {
            let body = json!({ "street": format!("{round} A St"), "city": "B", "state": "CA" });
            let (one, two) = tokio::join!(
                house.operator.post("/api/v1/properties", body.clone()),
                house.operator.post("/api/v1/properties", body),
            );
            let mut statuses = [one.status.as_u16(), two.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [201, 409]);
        }
        assert_eq!(house.events().await.len(), 5);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_cannot_move_to_one_address() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        let body = |street: &str| json!({ "street": street, "city": "B", "state": "CA" });
        for round in 0..5 {
            let one = house.make(body(&format!("{round} Old St"))).await;
            let two = house.make(body(&format!("{round} Older St"))).await;
            let street = json!({ "street": format!("{round} New St") });
            let path = |id: &str| format!("/api/v1/properties/{id}");
            let (one, two) = (path(&one), path(&two));
            let (one, two) = tokio::join!(
                house.operator.patch(&one, street.clone()),
                house.operator.patch(&two, street),
            );
            let mut statuses = [one.status.as_u16(), two.status.as_u16()];
            statuses.sort_unstable();
            assert_eq!(statuses, [200, 409]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn imports_at_once_make_each_house_once() {
    for database in Database::BOTH {
        let house = House::for_a_race(database).await;
        let mut csv = "source_id,street,city,state,opening_bid\n".to_owned();
        let mut turned = csv.clone();
        for number in 0..600 {
            csv += &format!("{number},{number} A St,B,CA,{number}\n");
            let other = 599 - number;
            turned += &format!("{other},{other} A St,B,CA,{other}\n");
        }
        // Two sources, and one source twice, in opposite orders.
        let (one, two, three) = tokio::join!(
            house.counts("county", false, &csv),
            house.counts("broker", false, &turned),
            house.counts("county", false, &turned),
        );
        let added = one[0] + two[0] + three[0];
        assert_eq!(added, 600, "{one:?} {two:?} {three:?}");
        let merged = one[3] + two[3] + three[3];
        let unchanged = one[2] + two[2] + three[2];
        assert_eq!((added + merged, unchanged), (1200, 600));
        let events = house.events().await;
        assert_eq!(events.len(), 600, "one event a house");
        assert!(events.iter().all(|event| event.changes == [Change::Added]));
        let list = house.ann.get("/api/v1/properties?limit=200").await;
        assert_eq!(list.json["items"].as_array().unwrap().len(), 200);
        assert_eq!(house.ann.scope().tenant, TenantId::DEFAULT);
    }
}

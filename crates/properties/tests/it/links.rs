//! One house from two sources, and the undoing of that.

use serde_json::json;
use testkit::Database;

use super::house::House;

const COUNTY: &str = "source_id,street,city,state,county,apn\nC1,1 A St,B,CA,Alameda,77\n";

async fn links(house: &House, id: &str) -> Vec<(String, String)> {
    let list = house.ann.get(&format!("/api/v1/properties/{id}/sources")).await.expect(200);
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let items = list.json["items"].as_array().unwrap().iter();
    items.map(|link| (text(&link["source"]), text(&link["source_id"]))).collect()
}

async fn ids(house: &House) -> Vec<String> {
    let list = house.ann.get("/api/v1/properties").await.expect(200);
    let items = list.json["items"].as_array().unwrap().iter();
    items.map(|item| item["id"].as_str().unwrap().to_owned()).collect()
}

fn pair(source: &str, name: &str) -> (String, String) {
    (source.to_owned(), name.to_owned())
}

#[tokio::test]
async fn a_merge_by_parcel_number_is_undone_for_good() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        house.counts("county", false, COUNTY).await;
        let [id] = &ids(&house).await[..] else { panic!("one property") };
        // Another house, with a parcel number that somebody mistyped; its name needs escaping.
        let broker = "source_id,street,city,state,county,apn\nL/7 é,9 Elm St,B,CA,Alameda,77\n";
        assert_eq!(house.counts("broker", false, broker).await, [0, 0, 0, 1, 0]);
        assert_eq!(links(&house, id).await, [pair("broker", "L/7 é"), pair("county", "C1")]);
        house.events().await;

        let link = format!("/api/v1/properties/{id}/sources/broker/L%2F7%20%C3%A9");
        house.ann.delete(&link).await.expect_problem(403, "forbidden");
        house.operator.delete(&link).await.expect(204);
        house.operator.delete(&link).await.expect_problem(404, "not_found");
        assert_eq!(links(&house, id).await, [pair("county", "C1")]);
        assert!(house.events().await.is_empty(), "the property is as it was");

        // From now on they are two, again and again, whatever the parcel number says.
        assert_eq!(house.counts("broker", true, broker).await, [1, 0, 0, 0, 0]);
        assert_eq!(house.counts("broker", false, broker).await, [1, 0, 0, 0, 0]);
        assert_eq!(house.counts("broker", false, broker).await, [0, 0, 1, 0, 0]);
        assert_eq!(house.counts("county", false, COUNTY).await, [0, 0, 1, 0, 0]);
        let all = ids(&house).await;
        let other = all.iter().find(|other| *other != id).unwrap();
        assert_eq!((all.len(), links(&house, other).await), (2, vec![pair("broker", "L/7 é")]));
        // A number that is right is taken again.
        let corrected = broker.replace(",77", ",78");
        assert_eq!(house.counts("broker", false, &corrected).await, [0, 1, 0, 0, 0]);
        let shown = house.ann.get(&format!("/api/v1/properties/{other}")).await.expect(200);
        assert_eq!(shown.json["parcel_number"], "78");
    }
}

#[tokio::test]
async fn one_address_stays_one_property() {
    for database in Database::BOTH {
        let house = House::new(database).await;
        house.counts("county", false, COUNTY).await;
        let broker = "source_id,street,city,state\nL1,1 A Street,B,CA\n";
        assert_eq!(house.counts("broker", false, broker).await, [0, 0, 0, 1, 0]);
        let [id] = &ids(&house).await[..] else { panic!("one property") };
        house
            .operator
            .delete(&format!("/api/v1/properties/{id}/sources/broker/L1"))
            .await
            .expect(204);
        // The row still says that it is this house: it is told as merged once more.
        assert_eq!(house.counts("broker", false, broker).await, [0, 0, 0, 1, 0]);
        assert_eq!(links(&house, id).await, [pair("broker", "L1"), pair("county", "C1")]);
        // Once the source says another address, it is another house.
        house
            .operator
            .delete(&format!("/api/v1/properties/{id}/sources/broker/L1"))
            .await
            .expect(204);
        let moved = broker.replace("1 A Street", "2 A Street");
        assert_eq!(house.counts("broker", false, &moved).await, [1, 0, 0, 0, 0]);
    }
}

#[tokio::test]
async fn links_are_the_tenants_own() {
    let house = House::new(Database::Sqlite).await;
    house.counts("county", false, COUNTY).await;
    let [id] = &ids(&house).await[..] else { panic!("one property") };
    let other = "00000000-0000-7000-8000-000000000002".parse().unwrap();
    let stranger = house.app.user_of(other, &[domain::Role::Operator]);
    let path = format!("/api/v1/properties/{id}/sources");
    stranger.get(&path).await.expect_problem(404, "not_found");
    stranger.delete(&format!("{path}/county/C1")).await.expect_problem(404, "not_found");
    let foreign = house.make(json!({"street": "7 A St", "city": "B", "state": "CA"})).await;
    let elsewhere = format!("/api/v1/properties/{foreign}/sources/county/C1");
    house.operator.delete(&elsewhere).await.expect_problem(404, "not_found");
    assert_eq!(links(&house, id).await, [pair("county", "C1")]);
    let first = house.ann.get(&format!("{path}?limit=1")).await.expect(200);
    assert!(first.json["next_cursor"].is_null());
}

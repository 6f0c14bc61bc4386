//! The watchlist over REST.

use std::collections::BTreeSet;

use domain::TenantId;
use serde_json::{Value, json};

use super::world::{World, unwatch, watch};

const LIST: &str = "/api/v1/watchlist";

stories!(
    an_entry_from_first_to_last,
    others_entries_do_not_exist,
    pages_are_newest_first,
    a_removed_property_stays_on_the_list,
    two_posts_that_race_make_one_row,
    a_repeated_request_gets_the_same_answer,
);

async fn an_entry_from_first_to_last(world: World) {
    let property = world.property("123 Main St").await;
    let ann = world.app.user(&[]);
    let wish = json!({"property_id": property, "notes": "corner lot"});
    let first = ann.post(LIST, wish).await.expect(201);
    assert_eq!(first.json["property_id"], property.to_string());
    assert_eq!(first.json["notes"], "corner lot");
    assert_eq!(first.json["created_at"], testkit::START);
    let auction = json!({
        "property_id": property, "street": "123 Main St", "city": "San Francisco",
        "state": "CA", "zip_code": "94102", "foreclosure_status": "auction",
        "auction_date": "2024-01-15", "auction_time": "10:00 AM", "opening_bid": 250_000.00,
    });
    assert_eq!(first.json["auction"], auction);
    assert!(first.text.contains(r#""opening_bid":250000.00"#), "{}", first.text);

    // F1: once more is the same entry; its notes change only when some are given.
    for again in [json!({"property_id": property}), json!({"property_id": property, "notes": null})]
    {
        assert_eq!(ann.post(LIST, again).await.expect(200).json, first.json);
    }
    let again =
        ann.post(LIST, json!({"property_id": property, "notes": "roof?"})).await.expect(200);
    assert_eq!((&again.json["id"], &again.json["notes"]), (&first.json["id"], &json!("roof?")));

    // F3
    let entry = format!("{LIST}/{}", first.json["id"].as_str().unwrap());
    let kept = ann.patch(&entry, json!({})).await.expect(200);
    assert_eq!(kept.json["notes"], "roof?");
    let said = ann.patch(&entry, json!({"notes": "new roof"})).await.expect(200);
    assert_eq!((&said.json["notes"], &said.json["auction"]), (&json!("new roof"), &auction));
    for nothing in [json!({"notes": null}), json!({"notes": "  "})] {
        ann.patch(&entry, json!({"notes": "x"})).await.expect(200);
        assert_eq!(ann.patch(&entry, nothing).await.expect(200).json["notes"], Value::Null);
    }
    let long = "ü".repeat(2_001);
    for answer in [
        ann.patch(&entry, json!({"notes": long})).await,
        ann.post(LIST, json!({"property_id": property, "notes": long})).await,
    ] {
        assert_eq!(answer.expect_problem(422, "invalid").json["errors"][0]["field"], "notes");
    }
    ann.patch(&entry, json!({"notes": "ü".repeat(2_000)})).await.expect(200);

    let list = ann.get(LIST).await.expect(200);
    assert_eq!(list.json["items"][0]["auction"], auction);
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    assert_eq!(list.json["next_cursor"], Value::Null);
    ann.delete(&entry).await.expect(204);
    ann.delete(&entry).await.expect_problem(404, "not_found");
    ann.patch(&entry, json!({"notes": "x"})).await.expect_problem(404, "not_found");
    assert_eq!(ann.get(LIST).await.expect(200).json["items"], json!([]));
    // F5: one frame for each of the two edits, none for what changed nothing.
    assert_eq!(world.frames_of(ann.id()).await, 2);
}

async fn others_entries_do_not_exist(world: World) {
    let property = world.property("1 A St").await;
    let elsewhere = TenantId::from_uuid(world.app.ctx().new_id().as_uuid());
    let foreign = world.property_of(elsewhere, "2 B St").await;
    let (ann, bob) = (world.app.user(&[]), world.app.user(&[]));
    let stranger = world.app.user_of(elsewhere, &[]);
    let entry = format!("{LIST}/{}", watch(&ann, property).await);
    for other in [&bob, &stranger] {
        other.patch(&entry, json!({"notes": "x"})).await.expect_problem(404, "not_found");
        other.delete(&entry).await.expect_problem(404, "not_found");
        assert_eq!(other.get(LIST).await.expect(200).json["items"], json!([]));
    }
    let unknown = world.app.ctx().new_id();
    for nowhere in [foreign, unknown] {
        let answer = ann.post(LIST, json!({"property_id": nowhere})).await;
        answer.expect_problem(404, "not_found");
    }
    ann.post(LIST, json!({"property_id": 17})).await.expect_problem(422, "invalid");
    ann.post(LIST, json!({})).await.expect_problem(422, "invalid");
    ann.patch(&format!("{LIST}/17"), json!({"notes": "x"})).await.expect_problem(404, "not_found");
    let nobody = world.app.anonymous();
    nobody.get(LIST).await.expect_problem(401, "unauthorized");
    nobody.delete(&entry).await.expect_problem(401, "unauthorized");
    let answer = nobody.post(LIST, json!({"property_id": property})).await;
    answer.expect_problem(401, "unauthorized");
    // Both watch the same property, each in an entry of their own.
    assert_ne!(format!("{LIST}/{}", watch(&bob, property).await), entry);
}

async fn pages_are_newest_first(world: World) {
    let ann = world.app.user(&[]);
    let mut wanted = Vec::new();
    for number in 0..5 {
        let property = world.property(&format!("{number} A St")).await;
        watch(&ann, property).await;
        wanted.insert(0, json!(property));
        // Two of them within one millisecond.
        if number != 2 {
            world.app.clock().advance(std::time::Duration::from_millis(1));
        }
    }
    let (mut seen, mut path) = (Vec::new(), format!("{LIST}?limit=2"));
    loop {
        let page = ann.get(&path).await.expect(200).json;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|item| item["property_id"].clone()));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{LIST}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, wanted);
    let wrong = ann.get(&format!("{LIST}?cursor=nonsense")).await;
    wrong.expect_problem(400, "bad_request");
}

/// F4.
async fn a_removed_property_stays_on_the_list(world: World) {
    let property = world.property("1 A St").await;
    let (ann, bob) = (world.app.user(&[]), world.app.user(&[]));
    let entry = watch(&ann, property).await;
    world.remove(property).await;
    let list = ann.get(LIST).await.expect(200).json;
    assert_eq!(list["items"][0]["property_id"], property.to_string());
    assert_eq!(list["items"][0]["auction"], Value::Null);
    let path = format!("{LIST}/{entry}");
    let said = ann.patch(&path, json!({"notes": "gone"})).await.expect(200);
    assert_eq!((&said.json["notes"], &said.json["auction"]), (&json!("gone"), &Value::Null));
    for who in [&ann, &bob] {
        let answer = who.post(LIST, json!({"property_id": property})).await;
        answer.expect_problem(404, "not_found");
    }
    unwatch(&ann, &entry).await;
    assert_eq!(ann.get(LIST).await.expect(200).json["items"], json!([]));
}

async fn two_posts_that_race_make_one_row(world: World) {
    let ann = world.app.user(&[]);
    for round in 0..5 {
        let property = world.property(&format!("{round} A St")).await;
        let post = || ann.post(LIST, json!({"property_id": property}));
        let answers = tokio::join!(post(), post(), post(), post(), post(), post());
        let answers = [answers.0, answers.1, answers.2, answers.3, answers.4, answers.5];
        let created = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(created, 1, "{answers:?}");
        assert!(answers.iter().all(|answer| matches!(answer.status.as_u16(), 200 | 201)));
        let ids: BTreeSet<_> = answers.iter().map(|a| a.json["id"].to_string()).collect();
        assert_eq!(ids.len(), 1);
        assert_eq!(world.frames_of(ann.id()).await, round + 1);
    }
    assert_eq!(ann.get(LIST).await.expect(200).json["items"].as_array().unwrap().len(), 5);
}

async fn a_repeated_request_gets_the_same_answer(world: World) {
    let property = world.property("1 A St").await;
    let ann = world.app.user(&[]);
    let body = json!({"property_id": property}).to_string();
    let key = [("idempotency-key", "once")];
    let first = ann.send("POST".parse().unwrap(), LIST, Some(body.clone()), &key).await.expect(201);
    world.bid(property, 1).await;
    let again = ann.send("POST".parse().unwrap(), LIST, Some(body), &key).await.expect(201);
    assert_eq!(first.text, again.text);
    let entry = format!("{LIST}/{}", first.json["id"].as_str().unwrap());
    for _ in 0..2 {
        ann.send("DELETE".parse().unwrap(), &entry, None, &[("idempotency-key", "off")])
            .await
            .expect(204);
    }
}

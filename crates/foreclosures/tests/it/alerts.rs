//! Alerts over REST.

use domain::TenantId;
use events::{Category, PropertyKind};
use serde_json::{Value, json};

use super::world::{World, alert};

const LIST: &str = "/api/v1/alerts";

stories!(
    an_alert_from_first_to_last,
    a_change_meets_the_version_that_was_seen,
    others_alerts_do_not_exist,
    what_breaks_a_rule_changes_nothing,
    what_matches_now_is_counted,
    pages_are_newest_first,
    a_repeated_request_gets_the_same_answer,
    a_test_is_sent_as_a_notice,
);

fn full() -> Value {
    json!({
        "name": "Bay houses", "states": ["ca"], "cities": ["San Francisco"],
        "latitude": 37.77, "longitude": -122.42, "radius_miles": 10.0,
        "polygon": [{"latitude": 37.0, "longitude": -123.0},
            {"latitude": 37.0, "longitude": -122.0}, {"latitude": 38.0, "longitude": -122.0}],
        "min_opening_bid": 1000, "max_opening_bid": "250000.50",
        "property_types": ["single-family"], "min_bedrooms": 3, "min_bathrooms": 2,
        "min_living_area": 1200, "min_discount": 12.5, "alert_types": ["new_auction"],
        "is_active": false,
    })
}

async fn an_alert_from_first_to_last(world: World) {
    let ann = world.app.user(&[]);
    let made = ann.post(LIST, full()).await.expect(201);
    assert_eq!(made.headers["etag"], "\"1\"");
    let id = made.json["id"].as_str().unwrap().to_owned();
    let wanted = json!({
        "id": id, "version": 1, "name": "Bay houses", "states": ["CA"],
        "cities": ["San Francisco"], "latitude": 37.77, "longitude": -122.42,
        "radius_km": null, "radius_miles": 10.0, "polygon": full()["polygon"],
        "min_opening_bid": 1000.00, "max_opening_bid": 250_000.50,
        "property_types": ["single_family"], "min_bedrooms": 3, "min_bathrooms": 2,
        "min_living_area": 1200, "min_discount": 12.50, "alert_types": ["new_auction"],
        "is_active": false, "created_at": testkit::START, "updated_at": testkit::START,
    });
    let mut with_count = wanted.clone();
    with_count["matching_now"] = 0.into();
    with_count["matching_now_is_exact"] = true.into();
    assert_eq!(made.json, with_count);
    assert!(made.text.contains(r#""max_opening_bid":250000.50"#), "{}", made.text);

    let path = format!("{LIST}/{id}");
    let shown = ann.get(&path).await.expect(200);
    assert_eq!((&shown.json, &shown.headers["etag"]), (&wanted, &made.headers["etag"]));
    assert_eq!(ann.get(LIST).await.expect(200).json["items"], json!([wanted]));

    // What is not named stays, null takes away, and what changes nothing makes no version.
    let patched = ann.patch(&path, json!({"radius_km": 5.0, "cities": null})).await.expect(200);
    assert_eq!(
        (&patched.json["version"], &patched.headers["etag"].to_str().unwrap()),
        (&json!(2), &"\"2\"")
    );
    assert_eq!(patched.json["radius_km"], 5.0);
    assert_eq!(
        (&patched.json["radius_miles"], &patched.json["cities"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(patched.json["name"], "Bay houses");
    let again = ann.patch(&path, json!({"radius_km": 5.0})).await.expect(200);
    assert_eq!(again.json, patched.json);

    // What a PUT does not name is as in a new alert.
    let put = ann.put(&path, json!({"states": ["CA"]})).await.expect(200);
    assert_eq!((&put.json["version"], &put.json["name"]), (&json!(3), &Value::Null));
    assert_eq!((&put.json["radius_km"], &put.json["is_active"]), (&Value::Null, &json!(true)));
    let usual = [
        "new_auction",
        "status_change",
        "price_change",
        "postponement",
        "cancelled",
        "back_on_market",
    ];
    assert_eq!(put.json["alert_types"], json!(usual));

    ann.delete(&path).await.expect(204);
    for answer in [
        ann.get(&path).await,
        ann.delete(&path).await,
        ann.put(&path, json!({})).await,
        ann.patch(&path, json!({})).await,
        ann.post(&format!("{path}/test"), json!({})).await,
    ] {
        answer.expect_problem(404, "not_found");
    }
    assert_eq!(ann.get(LIST).await.expect(200).json["items"], json!([]));
    world.app.settle().await;
}

async fn a_change_meets_the_version_that_was_seen(world: World) {
    let ann = world.app.user(&[]);
    let path = alert(&ann, json!({"states": ["FL"]})).await;
    let seen = [("if-match", "\"1\"")];
    let body = || Some(json!({"name": "x"}).to_string());
    let send = async |method: &str, body, headers| {
        ann.send(method.parse().unwrap(), &path, body, headers).await
    };
    send("PATCH", body(), &seen).await.expect(200);
    for method in ["PATCH", "PUT", "DELETE"] {
        let body = body().filter(|_| method != "DELETE");
        send(method, body, &seen).await.expect_problem(412, "precondition_failed");
    }
    let nonsense = [("if-match", "2")];
    send("DELETE", None, &nonsense).await.expect_problem(412, "precondition_failed");
    send("PUT", body(), &[("if-match", "*")]).await.expect(200);
    // Of two who saw the same version, one is first.
    let (seen, one, two) = ([("if-match", "\"3\"")], json!({"name": "1"}), json!({"name": "2"}));
    let answers = tokio::join!(
        send("PATCH", Some(one.to_string()), &seen),
        send("PATCH", Some(two.to_string()), &seen)
    );
    let mut statuses = [answers.0.status.as_u16(), answers.1.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412]);
    send("DELETE", None, &[("if-match", "\"4\"")]).await.expect(204);
}

async fn others_alerts_do_not_exist(world: World) {
    let elsewhere = TenantId::from_uuid(world.app.ctx().new_id().as_uuid());
    let (ann, bob) = (world.app.user(&[]), world.app.user(&[domain::Role::Admin]));
    let stranger = world.app.user_of(elsewhere, &[]);
    let path = alert(&ann, json!({"name": "mine"})).await;
    for other in [&bob, &stranger] {
        for answer in [
            other.get(&path).await,
            other.put(&path, json!({})).await,
            other.patch(&path, json!({"is_active": false})).await,
            other.delete(&path).await,
            other.post(&format!("{path}/test"), json!({})).await,
        ] {
            answer.expect_problem(404, "not_found");
        }
        assert_eq!(other.get(LIST).await.expect(200).json["items"], json!([]));
    }
    let nobody = world.app.anonymous();
    for answer in [
        nobody.get(LIST).await,
        nobody.get(&path).await,
        nobody.post(LIST, json!({})).await,
        nobody.post(&format!("{LIST}/preview"), json!({})).await,
        nobody.delete(&path).await,
    ] {
        answer.expect_problem(401, "unauthorized");
    }
    assert_eq!(ann.get(&path).await.expect(200).json["version"], 1);
    assert!(world.notices().await.is_empty());
    // A property of another tenant is nobody's business either.
    let facts = super::world::facts("1 A St");
    let id = world.app.ctx().new_id();
    let add = async move |tx: &store::Tx| super::land::add(tx, elsewhere, id, &facts).await;
    world.write(add).await;
    assert!(world.notices().await.is_empty());
}

async fn what_breaks_a_rule_changes_nothing(world: World) {
    let ann = world.app.user(&[]);
    let wrong = json!({"states": ["Florida"], "min_bedrooms": -1, "alert_types": ["x"]});
    for path in [LIST.to_owned(), format!("{LIST}/preview")] {
        let problem = ann.post(&path, wrong.clone()).await.expect_problem(422, "invalid");
        let fields: Vec<_> =
            problem.json["errors"].as_array().unwrap().iter().map(|e| &e["field"]).collect();
        assert_eq!(fields, ["states.0", "alert_types.0", "min_bedrooms"]);
    }
    for (body, field) in [
        (json!({"radius": 5}), "radius"),
        (json!({"polygon": [{"latitude": 91, "longitude": 0}]}), "polygon.0"),
        (json!({"states": "FL"}), "states"),
    ] {
        let problem = ann.post(LIST, body).await.expect_problem(422, "invalid");
        assert_eq!(problem.json["errors"][0]["field"], field, "{}", problem.text);
    }
    assert_eq!(ann.get(LIST).await.expect(200).json["items"], json!([]));
    let path = alert(&ann, json!({"max_opening_bid": 10})).await;
    let answer = ann.patch(&path, json!({"min_opening_bid": 11})).await;
    answer.expect_problem(422, "invalid");
    assert_eq!(ann.get(&path).await.expect(200).json["version"], 1);
}

async fn what_matches_now_is_counted(world: World) {
    let ann = world.app.user(&[]);
    let condo = |p: &mut events::PropertyFacts| p.kind = Some(PropertyKind::Condo);
    world.added(condo).await;
    world.added(condo).await;
    world.added(|_| {}).await;
    let elsewhere = TenantId::from_uuid(world.app.ctx().new_id().as_uuid());
    world.property_of(elsewhere, "1 A St").await;
    for (body, count) in [
        (json!({}), 3),
        (json!({"property_types": ["condo"]}), 2),
        (json!({"property_types": ["land"]}), 0),
        (json!({"states": ["CA"], "max_opening_bid": 250_000}), 3),
        (json!({"states": ["CA"], "max_opening_bid": 249_999.99}), 0),
    ] {
        let wanted = json!({"matching_now": count, "matching_now_is_exact": true});
        let preview = ann.post(&format!("{LIST}/preview"), body.clone()).await.expect(200);
        assert_eq!(preview.json, wanted, "{body}");
        let made = ann.post(LIST, body.clone()).await.expect(201).json;
        assert_eq!(made["matching_now"], count, "{body}");
    }
    // What is there already is not told as new.
    assert!(world.notices().await.is_empty());
}

async fn pages_are_newest_first(world: World) {
    let ann = world.app.user(&[]);
    let mut wanted = Vec::new();
    for number in 0..5 {
        wanted.insert(0, json!(alert(&ann, json!({"min_bedrooms": number})).await));
        if number != 2 {
            world.app.clock().advance(std::time::Duration::from_millis(1));
        }
    }
    let (mut seen, mut path) = (Vec::new(), format!("{LIST}?limit=2"));
    loop {
        let page = ann.get(&path).await.expect(200).json;
        let items = page["items"].as_array().unwrap();
        seen.extend(items.iter().map(|a| json!(format!("{LIST}/{}", a["id"].as_str().unwrap()))));
        match page["next_cursor"].as_str() {
            Some(cursor) => path = format!("{LIST}?limit=2&cursor={cursor}"),
            None => break,
        }
    }
    assert_eq!(seen, wanted);
    ann.get(&format!("{LIST}?cursor=nonsense")).await.expect_problem(400, "bad_request");
}

async fn a_repeated_request_gets_the_same_answer(world: World) {
    let ann = world.app.user(&[]);
    let body = || Some(json!({"states": ["CA"]}).to_string());
    let key = [("idempotency-key", "once")];
    let send = async |method: &str, path: &str, body| {
        ann.send(method.parse().unwrap(), path, body, &key).await
    };
    let first = send("POST", LIST, body()).await.expect(201);
    // Also the count, which has changed since.
    world.added(|_| {}).await;
    let again = send("POST", LIST, body()).await.expect(201);
    assert_eq!(
        (first.text, first.headers["etag"].clone()),
        (again.text, again.headers["etag"].clone())
    );
    let other = Some(json!({"states": ["FL"]}).to_string());
    send("POST", LIST, other).await.expect_problem(422, "key_reused");
    assert_eq!(ann.get(LIST).await.expect(200).json["items"].as_array().unwrap().len(), 1);
    world.app.settle().await;
}

async fn a_test_is_sent_as_a_notice(world: World) {
    let ann = world.app.user(&[]);
    let path = alert(&ann, json!({"name": "Bay", "is_active": false})).await;
    ann.post(&format!("{path}/test"), json!({})).await.expect(202);
    ann.post(&format!("{path}/test"), json!({})).await.expect(202);
    let notices = world.notices().await;
    let notice = &notices[0];
    assert_eq!(
        (notice.users.as_slice(), notice.category),
        (&[ann.id()][..], Category::PropertyAlert)
    );
    assert_eq!(
        (notice.notice_type.as_str(), notice.title.as_str()),
        ("alert.test", "Test of “Bay”")
    );
    assert!(notice.body.ends_with("It is switched off."), "{}", notice.body);
    let data: Value = serde_json::from_str(notice.data.as_deref().unwrap()).unwrap();
    assert_eq!((&data["test"], &data["alerts"][0]["name"]), (&json!(true), &json!("Bay")));
    // Within a minute it is one notification, a minute later another.
    assert_eq!(notices[1].dedup_key, notice.dedup_key);
    world.app.clock().advance(std::time::Duration::from_secs(60));
    ann.post(&format!("{path}/test"), json!({})).await.expect(202);
    assert_ne!(world.notices().await[2].dedup_key, notice.dedup_key);
}

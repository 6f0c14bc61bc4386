//! Operators tell people something.

use axum::http::Method;
use domain::Role;
use serde_json::{Value, json};
use testkit::Database;

use super::world::{World, counts, on_both, stranger};

on_both!(an_operator_tells_people, what_may_not_be_told);

const PATH: &str = "/api/v1/notifications";

async fn an_operator_tells_people(database: Database) {
    let world = World::new(database).await;
    let (ann, bob) = (world.user(&[]), world.user(&[Role::Operator]));
    let body = json!({
        "users": [ann.id(), ann.id()], "type": "system.maintenance", "title": "Tonight at ten",
        "body": "Ten minutes", "priority": "normal", "data": {"minutes": 10},
        "action_url": "https://example.org/status", "object_type": "node", "object_id": bob.id(),
    });
    let key = [("idempotency-key", "tonight")];
    for _ in 0..2 {
        let raised = bob.send(Method::POST, PATH, Some(body.to_string()), &key).await;
        assert_eq!(raised.expect(202).json, json!({ "users": 1 }));
    }
    world.settle().await;
    let list = ann.get(PATH).await.expect(200).json;
    assert_eq!(list["unread_count"], 1);
    let item = &list["items"][0];
    for (field, expected) in [
        ("type", json!("system.maintenance")),
        ("category", json!("system")),
        ("priority", json!("medium")),
        ("title", json!("Tonight at ten")),
        ("data", json!({ "minutes": 10 })),
        ("object_type", json!("node")),
        ("actor", json!(bob.id())),
    ] {
        assert_eq!(item[field], expected, "{field}");
    }

    // Who names themselves wants to see it. More than one notice carries, at once.
    let mut users: Vec<Value> = (0..600).map(|_| json!(world.user(&[]).id())).collect();
    users.extend([json!(ann.id()), json!(bob.id())]);
    let body = json!({ "users": users, "type": "system.news", "title": "News", "dedup_key": "n" });
    for _ in 0..2 {
        let raised = bob.post("/api/notifications/", body.clone()).await.expect(202);
        assert_eq!(raised.json, json!({ "users": 602 }));
    }
    world.settle().await;
    assert_eq!(counts(&ann).await, (2, 2));
    assert_eq!(counts(&bob).await, (1, 1));
}

async fn what_may_not_be_told(database: Database) {
    let world = World::new(database).await;
    let (ann, bob) = (world.user(&[]), world.user(&[Role::Operator]));
    let good = json!({ "users": [ann.id()], "type": "system.news", "title": "News" });
    ann.post(PATH, good.clone()).await.expect_problem(403, "forbidden");
    world.anonymous().post(PATH, good.clone()).await.expect_problem(401, "unauthorized");
    let large = "x".repeat(16 * 1024);
    for (field, wrong, named) in [
        ("users", json!([]), "users"),
        ("users", json!(["17"]), "users.0"),
        ("users", json!([ann.id(), stranger()]), "users"),
        ("type", json!(""), "type"),
        ("type", json!("No Spaces"), "type"),
        ("category", json!("weather"), "category"),
        ("priority", json!("urgent"), "priority"),
        ("title", json!(" "), "title"),
        ("title", json!("x".repeat(201)), "title"),
        ("title", json!("a\u{0}b"), "title"),
        ("body", json!("x".repeat(4_001)), "body"),
        ("data", json!([1]), "data"),
        ("data", json!({ "a": large }), "data"),
        ("action_url", json!("javascript:alert(1)"), "action_url"),
        ("action_url", json!("//evil.example"), "action_url"),
        ("object_type", json!("job"), "object_id"),
        ("expires_at", json!("2026-01-14T15:00:00Z"), "expires_at"),
        ("dedup_key", json!(""), "dedup_key"),
    ] {
        let mut body = good.clone();
        body[field] = wrong.clone();
        let answer = bob.post(PATH, body).await.expect_problem(422, "invalid");
        assert_eq!(answer.json["errors"][0]["field"], named, "{field}: {wrong:.60}");
    }
    world.settle().await;
    assert_eq!(counts(&ann).await, (0, 0));
}

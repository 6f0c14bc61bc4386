//! Pages, filters, and the addresses of the classic form.

use std::time::Duration;

use domain::Id;
use events::{Category, NoticeRaised, ObjectRef, Priority};
use serde_json::{Value, json};
use testkit::Database;

use super::world::{World, counts, id_of, notice, numbers, on_both, post};

on_both!(filters, pages, the_classic_form);

async fn filters(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let object = Id::from(world.user(&[]).id());
    let base = |key: &str| notice(&[ann.id()], key);
    world
        .raise(vec![
            NoticeRaised { notice_type: "job.accepted".into(), ..base("1") },
            NoticeRaised { category: Category::PropertyAlert, ..base("2") },
        ])
        .await;
    world.clock().advance(Duration::from_secs(60));
    world
        .raise(vec![
            NoticeRaised { priority: Priority::Medium, ..base("3") },
            NoticeRaised {
                object: Some(ObjectRef { kind: "job".into(), id: object }),
                ..base("4")
            },
        ])
        .await;
    post(&ann, &format!("/{}/read", id_of(&ann, 4).await), json!({})).await.expect(200);
    post(&ann, &format!("/{}/dismiss", id_of(&ann, 3).await), json!({})).await.expect(200);
    let by_object = format!("?object_type=job&object_id={object}");
    let cases: [(&str, &[i64]); 16] = [
        ("", &[4, 2, 1]),
        ("?status=unread", &[2, 1]),
        ("?status=read", &[4]),
        ("?status=dismissed", &[3]),
        ("?status=all", &[4, 3, 2, 1]),
        ("?type=job.accepted", &[1]),
        ("?status=unread&type=job.accepted", &[1]),
        ("?category=property_alert", &[2]),
        ("?status=all&priority=normal", &[3]),
        ("?status=all&priority=medium", &[3]),
        ("?priority=critical", &[]),
        (&by_object, &[4]),
        ("?object_type=property", &[]),
        ("?status=all&since=2026-01-14T15:01:00Z", &[4, 3]),
        ("?status=unread&until=2026-01-14T15:01:00Z", &[2, 1]),
        ("?since=2026-01-14T15:01:00Z&until=2026-01-14T15:01:00Z", &[]),
    ];
    for (query, expected) in cases {
        assert_eq!(numbers(&ann, query).await, expected, "{query}");
        let alias = ann.get(&format!("/api/notifications{query}")).await.expect(200);
        assert_eq!(alias.json["count"], expected.len(), "{query}");
    }
    for query in ["?status=new", "?category=x", "?since=today", "?limit=0", "?object_id=1"] {
        let path = format!("/api/v1/notifications{query}");
        ann.get(&path).await.expect_problem(422, "invalid");
    }
    world.anonymous().get("/api/v1/notifications").await.expect_problem(401, "unauthorized");
}

async fn pages(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 5).await;
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    for round in 0..3 {
        let path = format!("/api/v1/notifications/unread?limit=2{cursor}");
        let page = ann.get(&path).await.expect(200);
        for item in page.json["items"].as_array().unwrap() {
            seen.push(item["inbox_no"].as_i64().unwrap());
        }
        // What comes meanwhile does not shift the pages.
        world.raise(vec![notice(&[ann.id()], &format!("later {round}"))]).await;
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => assert_eq!(round, 2),
        }
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    let other = format!("/api/v1/notifications?limit=2{cursor}");
    ann.get(&other).await.expect_problem(400, "bad_request");
}

async fn the_classic_form(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 3).await;
    let unread = async || ann.get("/api/notifications/unread_count/").await.expect(200).json;
    assert_eq!(unread().await, json!({ "unread_count": 3 }));

    let page = ann.get("/api/notifications/?limit=2").await.expect(200).json;
    assert_eq!((&page["count"], &page["previous"]), (&json!(3), &Value::Null));
    assert_eq!(page["results"][0]["inbox_no"], 3);
    let rest = ann.get(page["next"].as_str().unwrap()).await.expect(200).json;
    assert_eq!(rest["results"][0]["inbox_no"], 1);
    assert_eq!(rest["next"], Value::Null);

    let id = id_of(&ann, 2).await;
    let one = ann.get(&format!("/api/notifications/{id}/")).await.expect(200).json;
    assert_eq!(one["inbox_no"], 2);
    ann.post(&format!("/api/notifications/{id}/mark_read/"), json!({})).await.expect(200);
    let list = ann.get("/api/notifications/unread/").await.expect(200).json;
    assert_eq!(list["count"], 2);
    assert_eq!(list["results"].as_array().unwrap().len(), 2);

    ann.post("/api/notifications/mark_all_read/", json!({ "up_to": 1 })).await.expect(200);
    assert_eq!(unread().await, json!({ "unread_count": 1 }));
    let path = "/api/notifications/mark_all_read";
    let bare = ann.send(axum::http::Method::POST, path, None, &[]).await;
    assert_eq!(bare.expect(200).json["changed"], 1);
    assert_eq!(unread().await, json!({ "unread_count": 0 }));
    ann.delete(&format!("/api/notifications/{id}/")).await.expect(204);
    assert_eq!(numbers(&ann, "").await, [3, 1]);
    assert_eq!(counts(&ann).await, (0, 0));
}

//! Reading, dismissing, seeing.

use std::time::Duration;

use axum::http::Method;
use domain::Id;
use events::NoticeRaised;
use serde_json::json;
use store::Statement;
use testkit::Database;

use super::world::{World, counts, id_of, notice, numbers, on_both, post, read_up_to};

on_both!(
    reading_and_dismissing_are_independent_and_idempotent,
    reading_up_to_a_number_leaves_what_comes_later,
    several_at_once_are_all_or_nothing,
    seen_is_not_read,
    others_rows_do_not_exist,
    one_key_is_one_change,
    two_devices_race,
    what_expires_meanwhile_is_counted_off_once,
    an_empty_inbox,
    the_audit_repairs_what_has_drifted,
);

async fn reading_and_dismissing_are_independent_and_idempotent(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 3).await;
    let id = id_of(&ann, 2).await;

    let (first, second) = (world.ctx().now(), world.ctx().now().plus(Duration::from_secs(1)));
    let read = post(&ann, &format!("/{id}/read"), json!({})).await.expect(200);
    assert_eq!(read.json["unread_count"], 2);
    assert_eq!(read.json["unseen_count"], 2);
    assert_eq!(read.json["notification"]["read_at"], json!(first));
    assert_eq!(read.json["version"], 2);
    world.clock().advance(Duration::from_secs(1));
    let again = post(&ann, &format!("/{id}/read"), json!({})).await.expect(200);
    assert_eq!(again.json, read.json, "again changes nothing, the version neither");

    let gone = post(&ann, &format!("/{id}/dismiss"), json!({})).await.expect(200);
    assert_eq!((&gone.json["unread_count"], &gone.json["version"]), (&json!(2), &json!(3)));
    assert_eq!(gone.json["notification"]["read_at"], json!(first));
    assert_eq!(gone.json["notification"]["dismissed_at"], json!(second));
    ann.delete(&format!("/api/v1/notifications/{id}")).await.expect(204);

    // A dismissed one does not count, whether read or not.
    let unread = post(&ann, &format!("/{id}/unread"), json!({})).await.expect(200);
    assert_eq!(unread.json["unread_count"], 2);
    assert_eq!(unread.json["notification"]["read_at"], json!(null));
    assert_eq!(numbers(&ann, "").await, [3, 1]);
    assert_eq!(numbers(&ann, "?status=dismissed").await, [2]);

    let first = id_of(&ann, 1).await;
    post(&ann, &format!("/{first}/read"), json!({})).await.expect(200);
    assert_eq!(counts(&ann).await, (1, 1));
    post(&ann, &format!("/{first}/unread"), json!({})).await.expect(200);
    assert_eq!(counts(&ann).await, (2, 1), "unread again, and seen all the same");
    world.assert_counted(ann.id()).await;
}

async fn reading_up_to_a_number_leaves_what_comes_later(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 5).await;
    let done = read_up_to(&ann, 3).await;
    assert_eq!((&done.json["changed"], &done.json["unread_count"]), (&json!(3), &json!(2)));
    assert_eq!(numbers(&ann, "?status=unread").await, [5, 4]);
    assert_eq!(numbers(&ann, "?status=read").await, [3, 2, 1]);
    // A number that was not given out yet promises nothing of what will have it.
    read_up_to(&ann, i64::MAX).await;
    world.raise(vec![notice(&[ann.id()], "later")]).await;
    assert_eq!(counts(&ann).await, (1, 1));
    let again = read_up_to(&ann, 5).await;
    assert_eq!((&again.json["changed"], &again.json["unread_count"]), (&json!(0), &json!(1)));
    let all = post(&ann, "/read", json!({ "all": true })).await.expect(200);
    assert_eq!((&all.json["changed"], &all.json["unread_count"]), (&json!(1), &json!(0)));
    world.assert_counted(ann.id()).await;
}

async fn several_at_once_are_all_or_nothing(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 4).await;
    let (one, two) = (id_of(&ann, 1).await, id_of(&ann, 2).await);
    for wrong in [json!("17"), json!(17), json!(Id::from(ann.id()))] {
        let body = json!({ "ids": [one, wrong] });
        post(&ann, "/read", body.clone()).await.expect_problem(404, "not_found");
        post(&ann, "/dismiss", body).await.expect_problem(404, "not_found");
    }
    assert_eq!(counts(&ann).await, (4, 4));
    let ids = json!({ "ids": [one, two, one] });
    let read = post(&ann, "/read", ids.clone()).await.expect(200);
    assert_eq!((&read.json["changed"], &read.json["unread_count"]), (&json!(2), &json!(2)));
    let gone = post(&ann, "/dismiss", ids.clone()).await.expect(200);
    assert_eq!((&gone.json["changed"], &gone.json["unread_count"]), (&json!(2), &json!(2)));
    assert_eq!(post(&ann, "/dismiss", ids).await.expect(200).json["changed"], 0);

    for wrong in [json!({}), json!({"all": false}), json!({"ids": [], "up_to": 1})] {
        post(&ann, "/read", wrong).await.expect_problem(422, "invalid");
    }
    let many: Vec<&String> = std::iter::repeat_n(&one, 201).collect();
    post(&ann, "/read", json!({ "ids": many })).await.expect_problem(422, "invalid");
    post(&ann, "/read", json!({ "ids": [] })).await.expect(200);
    world.assert_counted(ann.id()).await;
}

async fn seen_is_not_read(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 3).await;
    let seen = post(&ann, "/seen", json!({ "up_to": 2 })).await.expect(200);
    assert_eq!((&seen.json["unread_count"], &seen.json["unseen_count"]), (&json!(3), &json!(1)));
    assert_eq!(post(&ann, "/seen", json!({ "up_to": 2 })).await.expect(200).json["changed"], 0);
    world.raise(vec![notice(&[ann.id()], "later")]).await;
    assert_eq!(counts(&ann).await, (4, 2));
    post(&ann, "/seen", json!({})).await.expect_problem(422, "invalid");
    world.assert_counted(ann.id()).await;
}

async fn others_rows_do_not_exist(database: Database) {
    let world = World::new(database).await;
    let (ann, bob) = (world.user(&[]), world.user(&[domain::Role::Admin]));
    world.fill(&ann, 2).await;
    world.raise(vec![notice(&[bob.id()], "own")]).await;
    let id = id_of(&ann, 1).await;
    for prefix in ["/api/v1/notifications", "/api/notifications"] {
        let path = format!("{prefix}/{id}");
        bob.get(&path).await.expect_problem(404, "not_found");
        bob.delete(&path).await.expect_problem(404, "not_found");
        world.anonymous().get(&path).await.expect_problem(401, "unauthorized");
        world.anonymous().delete(&path).await.expect_problem(401, "unauthorized");
    }
    for verb in ["read", "unread", "dismiss"] {
        let path = format!("/{id}/{verb}");
        post(&bob, &path, json!({})).await.expect_problem(404, "not_found");
        post(&world.anonymous(), &path, json!({})).await.expect_problem(401, "unauthorized");
    }
    let alias = format!("/api/notifications/{id}/mark_read");
    bob.post(&alias, json!({})).await.expect_problem(404, "not_found");
    post(&bob, "/read", json!({ "ids": [id] })).await.expect_problem(404, "not_found");
    post(&bob, "/dismiss", json!({ "ids": [id] })).await.expect_problem(404, "not_found");
    post(&bob, "/read", json!({ "all": true })).await.expect(200);
    assert_eq!(numbers(&bob, "?status=all").await, [1]);
    assert_eq!(counts(&ann).await, (2, 2));
    assert_eq!(counts(&bob).await, (0, 0));
}

async fn one_key_is_one_change(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 2).await;
    let send = async |body: &str| {
        let (path, key) = ("/api/v1/notifications/read", [("idempotency-key", "k1")]);
        ann.send(Method::POST, path, Some(body.to_owned()), &key).await
    };
    let first = send(r#"{"all":true}"#).await.expect(200);
    world.raise(vec![notice(&[ann.id()], "later")]).await;
    assert_eq!(send(r#"{"all":true}"#).await.expect(200).json, first.json);
    assert_eq!(counts(&ann).await, (1, 1), "the second one did nothing");
    send(r#"{"up_to":1}"#).await.expect_problem(422, "key_reused");
}

async fn two_devices_race(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 24).await;
    for number in 1..=24 {
        let id = id_of(&ann, number).await;
        let (read, dismiss) = (format!("/{id}/read"), format!("/{id}/dismiss"));
        let later = vec![notice(&[ann.id()], &format!("later {number}"))];
        let body = json!({});
        let (a, b, c, d, ()) = tokio::join!(
            post(&ann, &read, body.clone()),
            post(&ann, &dismiss, body.clone()),
            post(&ann, &read, body.clone()),
            read_up_to(&ann, number),
            world.raise_only(later),
        );
        for answer in [a, b, c, d] {
            answer.expect(200);
        }
    }
    world.settle().await;
    assert_eq!(counts(&ann).await, (24, 24));
    world.assert_counted(ann.id()).await;
}

async fn what_expires_meanwhile_is_counted_off_once(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let soon = world.ctx().now().plus(Duration::from_secs(30));
    let ending = |key: &str| NoticeRaised { expires_at: Some(soon), ..notice(&[ann.id()], key) };
    let keys = ["1", "2", "3", "4"];
    world.raise(keys.map(ending).to_vec()).await;
    world.raise(vec![notice(&[ann.id()], "stays")]).await;
    post(&ann, &format!("/{}/read", id_of(&ann, 1).await), json!({})).await.expect(200);
    post(&ann, &format!("/{}/dismiss", id_of(&ann, 2).await), json!({})).await.expect(200);
    assert_eq!(counts(&ann).await, (3, 3));
    world.clock().advance(Duration::from_secs(30));
    // Marking what has expired unread, or reading it, counts nothing.
    for verb in ["unread", "read", "unread", "dismiss"] {
        let path = format!("/{}/{verb}", id_of(&ann, 1).await);
        let answer = post(&ann, &path, json!({})).await.expect(200);
        assert_eq!(answer.json["unread_count"], 1, "{verb}");
        assert_eq!(answer.json["unseen_count"], 1, "{verb}");
    }
    world.advance(Duration::from_secs(120)).await;
    assert_eq!(counts(&ann).await, (1, 1));
    world.assert_counted(ann.id()).await;
}

async fn an_empty_inbox(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let list = ann.get("/api/v1/notifications").await.expect(200);
    let empty = json!({"items": [], "next_cursor": null, "unread_count": 0, "unseen_count": 0,
        "version": 0});
    assert_eq!(list.json, empty);
    assert_eq!(read_up_to(&ann, 5).await.json["changed"], 0);
    post(&ann, "/seen", json!({ "up_to": 5 })).await.expect(200);
    let nothing = Id::from(ann.id());
    post(&ann, &format!("/{nothing}/read"), json!({})).await.expect_problem(404, "not_found");
    world.raise(vec![notice(&[ann.id()], "first")]).await;
    assert_eq!(counts(&ann).await, (1, 1));
}

async fn the_audit_repairs_what_has_drifted(database: Database) {
    const DRIFT: &str = "update notifications_state set unread = 9, unseen = 7";
    static DRIFTED: Statement = Statement::new("drift", DRIFT, DRIFT);
    let world = World::new(database).await;
    let (ann, bob) = (world.user(&[]), world.user(&[]));
    world.raise(vec![notice(&[ann.id(), bob.id()], "a"), notice(&[bob.id()], "b")]).await;
    world.ctx().store().execute(&DRIFTED, Vec::new()).await.unwrap();
    assert_eq!(counts(&ann).await, (9, 7));
    world.advance(Duration::from_secs(24 * 3600)).await;
    // Their tokens have expired meanwhile.
    let (ann, bob) = (world.actor(ann.scope()), world.actor(bob.scope()));
    assert_eq!(counts(&ann).await, (1, 1));
    assert_eq!(counts(&bob).await, (2, 2));
    assert_eq!(read_up_to(&ann, 1).await.json["version"], 3);
    world.assert_counted(bob.id()).await;
}

//! From notices to rows.

use std::time::Duration;

use domain::{Id, IdGenerator, Timestamp, UserId};
use events::{NoticeRaised, ObjectRef};
use serde_json::json;
use store::Statement;
use testkit::{Database, TestApp};

use super::world::{World, counts, id_of, modules, notice, numbers, on_both};

on_both!(
    a_notice_becomes_one_row_each,
    the_same_key_is_one_row,
    nobody_hears_of_their_own_act,
    what_is_expired_makes_no_row,
    faulty_parts_cost_nobody_the_notice,
    a_reaction_that_runs_again_adds_nothing,
    two_nodes_deliver_once,
    a_thousand_users_in_one_notice,
);

async fn a_notice_becomes_one_row_each(database: Database) {
    let world = World::new(database).await;
    let (began, ann, bob) = (world.ctx().now(), world.user(&[]), world.user(&[]));
    let object = ObjectRef { kind: "property".into(), id: Id::from(bob.id()) };
    let notice = NoticeRaised {
        object: Some(object),
        actor: Some(bob.id()),
        ..notice(&[ann.id(), bob.id(), ann.id()], "a")
    };
    world.raise(vec![notice]).await;

    let list = ann.get("/api/v1/notifications").await.expect(200);
    assert_eq!(list.json["items"].as_array().unwrap().len(), 1);
    let item = &list.json["items"][0];
    for (field, expected) in [
        ("inbox_no", json!(1)),
        ("type", json!("auction.postponed")),
        ("category", json!("auction")),
        ("priority", json!("high")),
        ("title", json!("Notice a")),
        ("action_url", json!("/properties/1")),
        ("object_type", json!("property")),
        ("object_id", json!(bob.id())),
        ("actor", json!(bob.id())),
        ("read_at", json!(null)),
    ] {
        assert_eq!(item[field], expected, "{field}");
    }
    let created: Timestamp = serde_json::from_value(item["created_at"].clone()).unwrap();
    assert!((began..=world.ctx().now()).contains(&created), "{created}");
    assert!(list.text.contains(r#""data":{"opening_bid":225000.00}"#), "{}", list.text);
    assert_eq!((&list.json["unread_count"], &list.json["version"]), (&json!(1), &json!(1)));
    assert_eq!(counts(&ann).await, (1, 1));
    world.assert_counted(ann.id()).await;
}

async fn the_same_key_is_one_row(database: Database) {
    let world = World::new(database).await;
    let (ann, bob) = (world.user(&[]), world.user(&[]));
    let both = [ann.id(), bob.id()];
    world.raise(vec![notice(&both[..1], "a"), notice(&both, "a"), notice(&both, "b")]).await;
    world.raise(vec![notice(&both, "b"), notice(&both, "c"), notice(&both, "a")]).await;
    assert_eq!(numbers(&ann, "").await, [3, 2, 1]);
    assert_eq!(numbers(&bob, "").await, [3, 2, 1]);
    // Without a key each notice is its own.
    world.raise(vec![notice(&both, ""), notice(&both, "")]).await;
    assert_eq!(numbers(&ann, "").await, [5, 4, 3, 2, 1]);
    world.assert_counted(ann.id()).await;
    world.assert_counted(bob.id()).await;
}

async fn nobody_hears_of_their_own_act(database: Database) {
    let world = World::new(database).await;
    let (ann, bob) = (world.user(&[]), world.user(&[]));
    let act = NoticeRaised { actor: Some(ann.id()), ..notice(&[ann.id(), bob.id()], "a") };
    world.raise(vec![act]).await;
    assert_eq!(counts(&ann).await, (0, 0));
    assert_eq!(counts(&bob).await, (1, 1));
}

async fn what_is_expired_makes_no_row(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let now = world.ctx().now();
    let ending = |key: &str, at| NoticeRaised { expires_at: Some(at), ..notice(&[ann.id()], key) };
    let later = now.plus(Duration::from_secs(90));
    world.raise(vec![ending("now", now), ending("later", later), notice(&[ann.id()], "x")]).await;
    assert_eq!(numbers(&ann, "").await, [2, 1]);
    assert_eq!(counts(&ann).await, (2, 2));

    // Whoever asks gets exact counters, before and after those who only listen were told.
    world.clock().advance(Duration::from_secs(90));
    assert_eq!(counts(&ann).await, (1, 1));
    assert_eq!(numbers(&ann, "").await, [2]);
    assert_eq!(numbers(&ann, "?status=unread").await, [2]);
    assert_eq!(numbers(&ann, "?status=all").await, [2, 1]);
    world.advance(Duration::from_secs(60)).await;
    assert_eq!(counts(&ann).await, (1, 1));
    world.assert_counted(ann.id()).await;
}

async fn faulty_parts_cost_nobody_the_notice(database: Database) {
    let world = World::new(database).await;
    let ann = world.user(&[]);
    let large = format!("{{\"a\":\"{}\"}}", "x".repeat(16 * 1024));
    let faulty = |key: &str, data: &str| NoticeRaised {
        title: "🏠 שלום ".repeat(100),
        data: Some(data.into()),
        action_url: Some("javascript:alert(1)".into()),
        ..notice(&[ann.id()], key)
    };
    let notices = [large.as_str(), "[1]", r#"{"a":"\u0000"}"#, r#"{"a":"\ud800","b":1e999}"#];
    let notices = notices.iter().enumerate().map(|(n, data)| faulty(&n.to_string(), data));
    let long_key = notice(&[ann.id()], &"k".repeat(10_000));
    world.raise(notices.chain([long_key]).collect()).await;

    let list = ann.get("/api/v1/notifications").await.expect(200);
    let items = list.text.matches("\"inbox_no\"").count();
    let without = list.text.matches("\"data\":null").count();
    assert_eq!((items, without), (5, 3), "{}", list.text);
    assert!(!list.text.contains("javascript"));
    assert_eq!(counts(&ann).await, (5, 5));
}

async fn a_reaction_that_runs_again_adds_nothing(database: Database) {
    const AGAIN: &str = "update reactions set pos = 0 where name = 'notifications.inbox'";
    static REWIND: Statement = Statement::new("rewind", AGAIN, AGAIN);
    let world = World::new(database).await;
    let ann = world.user(&[]);
    world.fill(&ann, 20).await;
    super::world::read_up_to(&ann, 7).await;
    let before = ann.get("/api/v1/notifications?status=all").await.text;

    world.ctx().store().execute(&REWIND, Vec::new()).await.unwrap();
    let home = world.0.stop().await;
    let world = World(TestApp::start_in(home, modules()).await);
    let again = world.actor(ann.scope());
    world.fill(&again, 20).await;
    world.raise(vec![notice(&[ann.id()], "new")]).await;
    assert_eq!(counts(&again).await, (14, 14));
    let id = id_of(&again, 21).await;
    again.delete(&format!("/api/v1/notifications/{id}")).await.expect(204);
    let after = again.get("/api/v1/notifications?status=all").await;
    assert_eq!(after.json["items"].as_array().unwrap().len(), 21);
    let first: serde_json::Value = serde_json::from_str(&before).unwrap();
    assert_eq!(
        after.json["items"].as_array().unwrap()[1..],
        first["items"].as_array().unwrap()[..]
    );
    world.assert_counted(ann.id()).await;
}

async fn two_nodes_deliver_once(database: Database) {
    // Two nodes of one database: PostgreSQL alone has that, SQLite is served by one.
    let world = World::new(database).await;
    let other = match database {
        Database::Postgres => Some(TestApp::start_in(world.home(), modules()).await),
        Database::Sqlite => None,
    };
    let people: Vec<_> = (0..20).map(|_| world.user(&[])).collect();
    let ids: Vec<UserId> = people.iter().map(testkit::Actor::id).collect();
    for round in 0..10 {
        let notices = (0..5).map(|n| notice(&ids[n..], &format!("{round}:{n}")));
        world.raise_only(notices.collect()).await;
    }
    world.settle().await;
    if let Some(other) = &other {
        other.settle().await;
    }
    for (n, person) in people.iter().enumerate() {
        let expected = 10 * (n as i64 + 1).min(5);
        assert_eq!(counts(person).await, (expected, expected), "person {n}");
        world.assert_counted(person.id()).await;
    }
}

async fn a_thousand_users_in_one_notice(database: Database) {
    let world = World::new(database).await;
    let maker = IdGenerator::new(world.ctx().clock().clone());
    let ann = world.user(&[]);
    let crowd: Vec<UserId> = (0..999).map(|_| maker.next_user_id()).chain([ann.id()]).collect();
    world.raise(vec![notice(&crowd, "a")]).await;
    assert_eq!(counts(&ann).await, (1, 1));
    for user in crowd.iter().step_by(97) {
        world.assert_counted(*user).await;
    }
}

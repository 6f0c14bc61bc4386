//! Who may look, and what they see of other tenants.

use domain::Role;
use hub::CloseCode;
use serde_json::json;
use testkit::Database;

use crate::it::world::{Doomed, enqueue, far, house, items, on_both, texts};

on_both! {
    only_admins_and_root_may_look,
    another_tenants_things_are_not_there,
}

const LISTS: [&str; 8] = [
    "connections",
    "topics",
    "queues",
    "tasks",
    "dead-letters",
    "schedules",
    "reactions",
    "undigested-events",
];

async fn only_admins_and_root_may_look(database: Database) {
    let app = house(database).await;
    let id = app.ctx().new_id();
    let others = [Role::Manager, Role::Operator, Role::Agent, Role::Provider];
    let cases = [(app.anonymous(), 401, "unauthorized"), (app.user(&others), 403, "forbidden")];
    for (actor, status, code) in cases {
        for list in LISTS.iter().chain(&["overview", "topics/thing:1"]) {
            let answer = actor.get(&format!("/api/v1/admin/{list}")).await;
            answer.expect_problem(status, code);
        }
        let one = format!("/api/v1/admin/connections/{id}");
        actor.get(&one).await.expect_problem(status, code);
        actor.delete(&one).await.expect_problem(status, code);
        let dead = format!("/api/v1/admin/dead-letters/{id}");
        actor.delete(&dead).await.expect_problem(status, code);
        let acts = [format!("tasks/{id}/run"), format!("dead-letters/{id}/redrive")];
        for act in acts.iter().map(String::as_str).chain(["schedules/things.hourly/run"]) {
            let answer = actor.post(&format!("/api/v1/admin/{act}"), json!({})).await;
            answer.expect_problem(status, code);
        }
    }
    for role in [Role::Admin, Role::Root] {
        let actor = app.user(&[role]);
        for list in LISTS {
            let list = format!("/api/v1/admin/{list}");
            actor.get(&list).await.expect(200);
            let wrong = actor.get(&format!("{list}?cursor=x")).await;
            wrong.expect_problem(400, "bad_request");
        }
    }
}

async fn another_tenants_things_are_not_there(database: Database) {
    let app = house(database).await;
    let mut theirs = app.user_of(far(), &[]).socket("/ws").await;
    theirs.send(json!({"type": "subscribe", "ch": "thing:far", "id": 1})).await;
    while theirs.expect("subscribed").await["ch"] != "thing:far" {}
    enqueue(&app, far(), Doomed { number: 1 }, None).await;
    app.settle().await;
    let later = app.ctx().now().plus(std::time::Duration::from_secs(600));
    enqueue(&app, far(), Doomed { number: 2 }, Some(later)).await;

    let admin = app.user(&[Role::Admin]);
    for list in ["connections", "topics", "queues", "tasks", "dead-letters"] {
        let found = items(&admin, &format!("/api/v1/admin/{list}")).await;
        assert_eq!(found, [json!(null); 0], "{list}");
    }
    let schedules = items(&admin, "/api/v1/admin/schedules").await;
    assert_eq!(texts(&schedules, "name"), ["kit.forget", "things.hourly"]);
    let seen = admin.get("/api/v1/admin/overview").await.expect(200).json;
    assert_eq!(seen["sockets"]["connections"], 0);
    assert_eq!(seen["sockets"]["topics"], 0);
    assert_eq!((&seen["tasks"]["dead"], &seen["tasks"]["waiting"]), (&json!(0), &json!(0)));
    assert_eq!(seen["all_tenants"], false);

    let root = app.user(&[Role::Root]);
    let seen = root.get("/api/v1/admin/overview").await.expect(200).json;
    assert_eq!(seen["sockets"]["connections"], 1);
    assert_eq!((&seen["tasks"]["dead"], &seen["tasks"]["waiting"]), (&json!(1), &json!(1)));
    assert_eq!(seen["all_tenants"], true);
    let all = items(&root, "/api/v1/admin/schedules").await;
    assert_eq!(texts(&all, "name"), ["kit.forget", "things.hourly", "things.nightly"]);

    // Somebody who guesses the ids finds nothing, and changes nothing.
    let id = |found: &[serde_json::Value]| found[0]["id"].as_str().unwrap().to_owned();
    let connection = id(&items(&root, "/api/v1/admin/connections?topic=thing:far").await);
    let task = id(&items(&root, "/api/v1/admin/tasks").await);
    let dead = id(&items(&root, "/api/v1/admin/dead-letters").await);
    let connection = format!("/api/v1/admin/connections/{connection}");
    admin.get(&connection).await.expect_problem(404, "not_found");
    admin.delete(&connection).await.expect_problem(404, "not_found");
    admin.get("/api/v1/admin/topics/thing:far").await.expect_problem(404, "not_found");
    let acts = [
        format!("tasks/{task}/run"),
        format!("dead-letters/{dead}/redrive"),
        "schedules/things.nightly/run".to_owned(),
    ];
    for act in &acts {
        let answer = admin.post(&format!("/api/v1/admin/{act}"), json!({})).await;
        answer.expect_problem(404, "not_found");
    }
    let dead = format!("/api/v1/admin/dead-letters/{dead}");
    admin.delete(&dead).await.expect_problem(404, "not_found");
    assert_eq!(items(&root, "/api/v1/admin/dead-letters").await.len(), 1);

    // Their own admin may.
    let own = app.user_of(far(), &[Role::Admin]);
    own.post(&format!("/api/v1/admin/{}", acts[0]), json!({})).await.expect(204);
    own.delete(&dead).await.expect(204);
    own.delete(&connection).await.expect(204);
    assert_eq!(theirs.closed().await, Some(CloseCode::BY_ADMIN.as_u16()));
}

//! The queue and the schedules.

use std::time::Duration;

use axum::http::Method;
use domain::{Role, TenantId};
use serde_json::json;
use testkit::Database;

use crate::it::world::{Doomed, Fine, enqueue, far, house, items, on_both, paged, texts};

on_both! {
    dead_letters_go_round_again_or_away,
    a_waiting_task_is_hastened,
    schedules_run_at_once_when_asked,
}

const OWN: TenantId = TenantId::DEFAULT;

async fn dead_letters_go_round_again_or_away(database: Database) {
    let app = house(database).await;
    let admin = app.user(&[Role::Admin]);
    for number in 0..5 {
        enqueue(&app, OWN, Doomed { number }, None).await;
    }
    app.settle().await;
    let all = paged(&admin, "/api/v1/admin/dead-letters?name=things.doomed").await;
    let payloads: Vec<_> = all.iter().map(|dead| &dead["payload"]["number"]).collect();
    assert_eq!(payloads, [0, 1, 2, 3, 4].map(|n| json!(n)).iter().collect::<Vec<_>>());
    assert_eq!(all[0]["error"], "bad_request: no good");
    assert_eq!(items(&admin, "/api/v1/admin/dead-letters?name=things.fine").await.len(), 0);
    let queues = items(&admin, "/api/v1/admin/queues").await;
    assert_eq!((&queues[0]["name"], &queues[0]["dead"]), (&json!("things.doomed"), &json!(5)));

    let ids = texts(&all, "id");
    let first = format!("/api/v1/admin/dead-letters/{}", ids[0]);
    let key = [("idempotency-key", "k1")];
    let redrive = format!("{first}/redrive");
    for _ in 0..2 {
        // The same request again has the same answer, and does not send it round twice.
        admin.send(Method::POST, &redrive, Some("{}".to_owned()), &key).await.expect(204);
    }
    app.settle().await;
    let again = items(&admin, "/api/v1/admin/dead-letters").await;
    assert_eq!(again.len(), 5, "it has failed again");
    admin.delete(&first).await.expect(204);
    admin.delete(&first).await.expect_problem(404, "not_found");
    admin.post(&redrive, json!({})).await.expect_problem(404, "not_found");
    assert_eq!(texts(&items(&admin, "/api/v1/admin/dead-letters").await, "id"), ids[1..]);
}

async fn a_waiting_task_is_hastened(database: Database) {
    let app = house(database).await;
    let admin = app.user(&[Role::Admin]);
    let later = app.ctx().now().plus(Duration::from_secs(600));
    for number in 0..3 {
        enqueue(&app, OWN, Doomed { number }, Some(later)).await;
    }
    enqueue(&app, OWN, Fine {}, Some(later)).await;
    let all = paged(&admin, "/api/v1/admin/tasks").await;
    assert_eq!(all.len(), 4);
    assert!(all.iter().all(|task| task["state"] == "waiting" && task["attempt"] == 0), "{all:?}");
    let fine = items(&admin, "/api/v1/admin/tasks?name=things.fine").await;
    let run = format!("/api/v1/admin/tasks/{}/run", fine[0]["id"].as_str().unwrap());
    admin.post(&run, json!({})).await.expect(204);
    app.settle().await;
    admin.post(&run, json!({})).await.expect_problem(404, "not_found");
    assert_eq!(items(&admin, "/api/v1/admin/tasks").await.len(), 3);
    let seen = admin.get("/api/v1/admin/overview").await.expect(200).json;
    assert_eq!((&seen["tasks"]["waiting"], &seen["tasks"]["due"]), (&json!(3), &json!(0)));
}

async fn schedules_run_at_once_when_asked(database: Database) {
    let app = house(database).await;
    let admin = app.user(&[Role::Admin]);
    app.advance(Duration::from_secs(2)).await;
    let found = paged(&admin, "/api/v1/admin/schedules").await;
    let found = &found[1..];
    assert_eq!(texts(found, "name"), ["things.hourly"]);
    assert_eq!((&found[0]["every_seconds"], &found[0]["cron"]), (&json!(3600), &json!(null)));
    assert_eq!(found[0]["next_at"], "2026-01-14T16:00:00.000Z");
    let nightly = items(&app.user_of(far(), &[Role::Admin]), "/api/v1/admin/schedules").await;
    assert_eq!(nightly[0]["cron"], "30 2 * * *");
    assert_eq!(nightly[0]["time_zone"], "America/New_York");
    // At half past two in New York, which is five hours behind in winter.
    assert_eq!(nightly[0]["next_at"], "2026-01-15T07:30:00.000Z");

    let run = "/api/v1/admin/schedules/things.hourly/run";
    let answer = admin.post(run, json!({})).await.expect(202).json;
    assert_eq!(answer, json!({"name": "things.hourly", "queued": true}));
    app.settle().await;
    let dead = items(&admin, "/api/v1/admin/dead-letters").await;
    assert_eq!(dead[0]["payload"], json!({"number": 9}));
    let unchanged = items(&admin, "/api/v1/admin/schedules").await;
    assert_eq!(unchanged[1]["next_at"], found[0]["next_at"], "its occurrences stay where they are");
    let nothing = admin.post("/api/v1/admin/schedules/things.daily/run", json!({})).await;
    nothing.expect_problem(404, "not_found");
}

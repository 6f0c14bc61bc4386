//! Refresh tokens: each works once.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::world::{add, on_both, refresh, register, text};

#[tokio::test]
async fn a_spent_token_ends_the_session_of_both_its_bearers() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let other = crate::world::login(&app, "ann@example.org").await;
        let thief = refresh(&app, &ann.refresh).await.expect(200);
        app.advance(Duration::from_millis(10_001)).await;

        refresh(&app, &ann.refresh).await.expect_problem(401, "unauthorized");
        // The ending was committed although its caller was refused.
        let newest = text(&thief, "refresh");
        refresh(&app, &newest).await.expect_problem(401, "unauthorized");
        let thief = app.bearer(&text(&thief, "access"));
        thief.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");
        // Another session of the same user is none of it.
        refresh(&app, &other.refresh).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn a_late_tab_is_forgiven_for_ten_seconds() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let next = refresh(&app, &ann.refresh).await.expect(200);
        for wait_ms in [0, 5_000, 5_000] {
            app.advance(Duration::from_millis(wait_ms)).await;
            refresh(&app, &ann.refresh).await.expect_problem(409, "refresh_superseded");
        }
        refresh(&app, &text(&next, "refresh")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn of_racing_callers_one_wins() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let mut token = ann.refresh;
        for round in 0..5 {
            let answers = join_all((0..8).map(|_| refresh(&app, &token))).await;
            let (won, lost): (Vec<_>, Vec<_>) =
                answers.into_iter().partition(|answer| answer.status == 200);
            assert_eq!(won.len(), 1, "round {round}");
            for answer in lost {
                answer.expect_problem(409, "refresh_superseded");
            }
            token = text(&won[0], "refresh");
        }
    })
    .await;
}

#[tokio::test]
async fn leaving_and_refreshing_at_once_leaves_nothing_open() {
    on_both(async |app| {
        for round in 0..10 {
            let ann = register(&app, &format!("ann{round}@example.org")).await;
            let body = json!({});
            let (left, next) = tokio::join!(
                ann.actor.post("/api/v1/auth/logout", body),
                refresh(&app, &ann.refresh)
            );
            left.expect(204);
            if next.status == 200 {
                let newest = text(&next, "refresh");
                refresh(&app, &newest).await.expect_problem(401, "unauthorized");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_session_lives_as_long_as_it_is_used() {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    on_both(async |app| {
        let mut token = register(&app, "ann@example.org").await.refresh;
        for _ in 0..3 {
            app.clock().advance(DAY * 29);
            token = text(&refresh(&app, &token).await.expect(200), "refresh");
        }
        app.clock().advance(DAY * 30);
        refresh(&app, &token).await.expect_problem(401, "unauthorized");
        // Signing in again sweeps the old session away; its token stays nobody's.
        crate::world::login(&app, "ann@example.org").await;
        refresh(&app, &token).await.expect_problem(401, "unauthorized");
    })
    .await;
}

#[tokio::test]
async fn roles_are_those_of_the_moment() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await;
        let ann = register(&app, "ann@example.org").await;
        let path = format!("/api/v1/users/{}", ann.id);
        admin.actor.patch(&path, json!({"roles": ["agent", "operator"]})).await.expect(200);
        let next = refresh(&app, &ann.refresh).await.expect(200);
        let roles = app.bearer(&text(&next, "access")).scope().roles();
        assert_eq!(roles.to_string(), "operator,agent");

        admin.actor.patch(&path, json!({"active": false})).await.expect(200);
        let token = text(&next, "refresh");
        refresh(&app, &token).await.expect_problem(401, "unauthorized");
        ann.actor.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");
        // Switching on again brings no session back.
        admin.actor.patch(&path, json!({"active": true})).await.expect(200);
        refresh(&app, &token).await.expect_problem(401, "unauthorized");
    })
    .await;
}

#[tokio::test]
async fn what_is_no_refresh_token() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let access = ann.actor.token().unwrap().to_owned();
        let long = "x".repeat(100_000);
        for token in ["", "obr_", access.as_str(), long.as_str(), &ann.refresh[1..]] {
            refresh(&app, token).await.expect_problem(401, "unauthorized");
        }
        let wrong = app.anonymous().post("/api/v1/auth/refresh", json!({"refresh": 1})).await;
        wrong.expect_problem(422, "invalid");
        refresh(&app, &ann.refresh).await.expect(200);
    })
    .await;
}

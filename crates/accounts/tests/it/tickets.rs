//! Tickets open one socket.

use std::time::Duration;

use futures_util::future::join_all;
use serde_json::json;

use crate::world::{Person, add, on_both, register, script_token, text};

async fn ticket(person: &Person) -> String {
    let answer = person.actor.post("/api/v1/ws-ticket", json!({})).await.expect(200);
    text(&answer, "ticket")
}

#[tokio::test]
async fn a_ticket_works_once() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let answer = ann.actor.post("/api/v1/ws-ticket/", json!({})).await.expect(200);
        let ticket = text(&answer, "ticket");
        assert!(ticket.starts_with("obt_"), "{ticket}");
        assert_eq!(answer.json["expires_at"], "2026-01-14T15:00:30.000Z");

        let nobody = app.anonymous();
        let path = format!("/ws?ticket={ticket}");
        let mut socket = nobody.socket(&path).await;
        let hello = socket.expect("connection_established").await;
        assert_eq!(hello["user_id"], ann.id.as_str());
        let mut second = nobody.socket(&path).await;
        assert_eq!(second.closed().await, Some(4001));
    })
    .await;
}

#[tokio::test]
async fn of_many_who_bring_it_one_gets_in() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let path = format!("/ws?ticket={}", ticket(&ann).await);
        let sockets = join_all((0..6).map(|_| async {
            let mut socket = app.anonymous().socket(&path).await;
            socket.try_next().await.is_some()
        }));
        assert_eq!(sockets.await.into_iter().filter(|ok| *ok).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_opens_no_socket() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await;
        let nobody = app.anonymous();
        nobody.post("/api/v1/ws-ticket", json!({})).await.expect_problem(401, "unauthorized");

        let ann = register(&app, "ann@example.org").await;
        let late = ticket(&ann).await;
        app.advance(Duration::from_secs(30)).await;
        let left = ticket(&ann).await;
        ann.actor.post("/api/v1/auth/logout", json!({})).await.expect(204);

        let bob = register(&app, "bob@example.org").await;
        let switched_off = ticket(&bob).await;
        let path = format!("/api/v1/users/{}", bob.id);
        admin.actor.patch(&path, json!({"active": false})).await.expect(200);

        let unknown = "obt_unknown".to_owned();
        let long = format!("obt_{}", "x".repeat(4_000));
        for ticket in [late, left, switched_off, unknown, long] {
            let mut socket = nobody.socket(&format!("/ws?ticket={ticket}")).await;
            assert_eq!(socket.closed().await, Some(4001), "{ticket}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_ticket_is_no_way_around_the_end_of_a_token() {
    const SECOND: Duration = Duration::from_secs(1);
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        // The session of a script's token ends with the token, after 15 minutes.
        let script = script_token(&app, "ann@example.org").await;
        app.advance(14 * 60 * SECOND + 50 * SECOND).await;
        let mut long = app.anonymous().socket(&format!("/ws?ticket={}", ticket(&ann).await)).await;
        let answer = script.post("/api/v1/ws-ticket", json!({})).await.expect(200);
        let path = format!("/ws?ticket={}", text(&answer, "ticket"));
        let mut short = app.anonymous().socket(&path).await;
        long.expect("connection_established").await;
        short.expect("connection_established").await;

        let warning = short.expect("auth_expiring").await;
        assert_eq!(warning["expires_at"], at("2026-01-14T15:15:00.000Z"));
        app.advance(10 * SECOND).await;
        assert_eq!(short.closed().await, Some(4202));

        // The other lives on: 15 minutes from its ticket.
        let mut warning = None;
        for _ in 0..43 {
            let frames = long.so_far().await;
            warning = warning.or(frames.into_iter().find(|f| f.kind() == "auth_expiring"));
            app.advance(20 * SECOND).await;
        }
        let warning = match warning {
            Some(warning) => warning,
            None => long.expect("auth_expiring").await,
        };
        assert_eq!(warning["expires_at"], at("2026-01-14T15:29:50.000Z"));
        app.advance(30 * SECOND).await;
        assert_eq!(long.closed().await, Some(4202));
    })
    .await;
}

fn at(text: &str) -> i64 {
    text.parse::<domain::Timestamp>().expect("an instant").as_millis()
}

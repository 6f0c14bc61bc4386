//! What is taken away is gone from sockets at once, not when the access token runs out.

use std::{sync::Arc, time::Duration};

use domain::Roles;
use serde_json::{Value, json};
use testkit::{Actor, Database, Home, SocketProbe, TestApp, TestPostgres};

use crate::world::{Person, add, house, login, on_both, refresh, register};

/// A socket of somebody, open and following their own stream.
async fn open(actor: &Actor) -> SocketProbe {
    let mut socket = actor.socket("/ws").await;
    socket.expect("subscribed").await;
    socket
}

async fn patch(admin: &Person, user: &Person, body: Value) {
    admin.actor.patch(&format!("/api/v1/users/{}", user.id), body).await.expect(200);
}

/// It is told why, and closes so that the client comes back at once.
async fn assert_revoked(mut socket: SocketProbe, reason: &str, session: bool) {
    let told = socket.expect("access_changed").await;
    assert_eq!((&told["reason"], told["session"].is_string()), (&json!(reason), session));
    assert_eq!(socket.closed().await, Some(4204), "{reason}");
}

async fn assert_refused(actor: &Actor) {
    assert_eq!(actor.socket("/ws").await.closed().await, Some(4001));
}

fn roles_on_sockets(app: &TestApp, actor: &Actor) -> Vec<Roles> {
    let hub = app.ctx().hub().expect("the hub");
    hub.sessions_of(actor.id()).iter().map(|session| session.scope().roles()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_switched_off_is_off() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await;
        let (ann, bob) = (register(&app, "ann@example.org").await, open(&admin.actor).await);
        let (one, two) =
            (open(&ann.actor).await, open(&login(&app, "ann@example.org").await.actor).await);
        patch(&admin, &ann, json!({"active": false})).await;
        assert_revoked(one, "deactivated", false).await;
        assert_revoked(two, "deactivated", false).await;
        assert_refused(&ann.actor).await;
        // Nobody else notices.
        let mut others = bob;
        assert!(others.so_far().await.iter().all(|frame| frame.kind() != "access_changed"));
        // What has ended stays ended when the account is switched on again.
        patch(&admin, &ann, json!({"active": true})).await;
        assert_refused(&ann.actor).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_is_taken_is_gone_after_the_reconnection() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await;
        let ann = add(&app, "ann@example.org", &["agent", "user"]).await;
        let socket = open(&ann.actor).await;
        assert_eq!(roles_on_sockets(&app, &ann.actor), ["agent,user".parse().unwrap()]);
        patch(&admin, &ann, json!({"roles": ["user"]})).await;
        assert_revoked(socket, "roles", false).await;
        // The token still names both roles.
        let mut socket = open(&ann.actor).await;
        let roles = roles_on_sockets(&app, &ann.actor);
        assert_eq!(roles.last(), Some(&"user".parse().unwrap()));
        // The journal's tail brings the frame again, and closes nothing.
        for _ in 0..5 {
            app.advance(Duration::from_millis(200)).await;
            socket.so_far().await;
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_takes_its_token_along() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let other = login(&app, "ann@example.org").await;
        let socket = open(&ann.actor).await;
        ann.actor.post("/api/v1/auth/logout", json!({})).await.expect(204);
        assert_revoked(socket, "logout", true).await;
        assert_refused(&ann.actor).await;
        // Other sessions of the user come back at once.
        let socket = open(&other.actor).await;

        // A spent refresh token comes again.
        refresh(&app, &other.refresh).await.expect(200);
        app.advance(Duration::from_secs(11)).await;
        refresh(&app, &other.refresh).await.expect(401);
        assert_revoked(socket, "reuse", true).await;
        assert_refused(&other.actor).await;

        let third = login(&app, "ann@example.org").await;
        let socket = open(&third.actor).await;
        let args = json!({"email": "ann@example.org"});
        app.command("user.password", args, "another password\n").await.expect("it is changed");
        assert_revoked(socket, "password", false).await;
        assert_refused(&third.actor).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_of_an_unknown_session_opens_nothing() {
    let app = house(Database::Sqlite).await;
    assert_refused(&app.user(&[])).await;
    let ann = app.person("ann@example.org", &[]).await;
    open(&ann).await;
    // Of somebody else's session.
    assert_refused(&app.actor(ann.scope())).await;
}

/// Two nodes with nothing between them but the database.
#[tokio::test(flavor = "multi_thread")]
async fn another_node_closes_too() {
    let database = TestPostgres::database().await;
    let node = async || {
        let mut home = Home::new(Database::Sqlite).await;
        home.use_postgres(database.url());
        TestApp::start_in(Arc::new(home), vec![accounts::module()]).await
    };
    let (here, there) = (node().await, node().await);
    let admin = add(&there, "admin@example.org", &["admin"]).await;
    let ann = register(&there, "ann@example.org").await;
    let ann_here = here.bearer(ann.actor.token().expect("a token"));
    let mut deaf = open(&ann_here).await;
    // Also where nobody listens to the user's own stream.
    deaf.send(json!({"type": "unsubscribe", "ch": format!("user:{}", ann.id)})).await;
    deaf.expect("unsubscribed").await;
    patch(&admin, &ann, json!({"roles": ["agent"]})).await;
    here.advance(Duration::from_millis(200)).await;
    assert_eq!(deaf.closed().await, Some(4204));

    let listening = open(&ann_here).await;
    patch(&admin, &ann, json!({"active": false})).await;
    here.advance(Duration::from_millis(200)).await;
    assert_revoked(listening, "deactivated", false).await;
    assert_refused(&ann_here).await;
}

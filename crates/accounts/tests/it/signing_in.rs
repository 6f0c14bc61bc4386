//! Registering, signing in, leaving.

use std::time::Duration;

use domain::Role;
use futures_util::future::join_all;
use serde_json::{Value, json};
use testkit::Database;

use crate::world::{
    PASSWORD, add, hash_of, house, login, on_both, refresh, register, set_hash, sign_in, text,
};

#[tokio::test]
async fn from_the_first_visit_to_the_last() {
    on_both(async |app| {
        let body = json!({"email": "Ann@Example.org", "password": PASSWORD, "name": " Ann "});
        let answer = app.anonymous().post("/api/v1/auth/register/", body).await.expect(201);
        let user = answer.json["user"].clone();
        let tenant = domain::TenantId::DEFAULT.to_string();
        assert_eq!(user["email"], "ann@example.org");
        assert_eq!(user["name"], "Ann");
        assert_eq!(user["roles"], json!(["user"]));
        assert_eq!(user["tenant_id"], tenant);
        assert_eq!(answer.headers["cache-control"], "no-store");

        let ann = app.bearer(&text(&answer, "access"));
        assert_eq!(ann.get("/api/v1/auth/me").await.expect(200).json, user);
        let again = sign_in(&app, "ANN@example.org", PASSWORD).await.expect(200);
        assert_eq!(again.json["user"], user);
        assert_ne!(again.json["refresh"], answer.json["refresh"]);

        ann.send(axum::http::Method::POST, "/api/v1/auth/logout", None, &[]).await.expect(204);
        // The access token has minutes left, and yet there is nobody behind it.
        ann.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");
        ann.post("/api/v1/ws-ticket", json!({})).await.expect_problem(401, "unauthorized");
        refresh(&app, &text(&answer, "refresh")).await.expect_problem(401, "unauthorized");
        // Twice is once.
        ann.post("/api/v1/auth/logout", json!({})).await.expect(204);
        // The other session goes on.
        refresh(&app, &text(&again, "refresh")).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn the_customary_names_work_too() {
    on_both(async |app| {
        register(&app, "ann@example.org").await;
        for name in ["username", "email"] {
            let body = json!({name: "ann@example.org", "password": PASSWORD});
            let pair = app.anonymous().post("/api/token/", body).await.expect(200);
            let fields: Vec<_> = pair.json.as_object().unwrap().keys().cloned().collect();
            assert_eq!(fields, ["access", "refresh"]);
            app.bearer(&text(&pair, "access")).get("/api/v1/auth/me").await.expect(200);
            let body = json!({"refresh": text(&pair, "refresh")});
            let next = app.anonymous().post("/api/token/refresh/", body).await.expect(200);
            assert_ne!(next.json["refresh"], pair.json["refresh"]);
        }
        let body = json!({"password": PASSWORD});
        let wrong = app.anonymous().post("/api/token/", body).await;
        let wrong = wrong.expect_problem(422, "invalid");
        assert_eq!(wrong.json["errors"][0]["field"], "username");
    })
    .await;
}

#[tokio::test]
async fn wrong_registrations() {
    let app = house(Database::Sqlite).await;
    let good = json!({"email": "ann@example.org", "password": PASSWORD, "name": "Ann"});
    let cases: [(&str, Value, u16, &str); 14] = [
        ("email", json!("ann"), 422, "invalid_value"),
        ("email", json!("a@b@c"), 422, "invalid_value"),
        ("email", json!("a nn@example.org"), 422, "invalid_value"),
        ("email", json!(""), 422, "invalid_value"),
        ("email", json!(format!("a@{}", "b".repeat(254))), 422, "too_long"),
        ("email", json!(17), 422, "wrong_type"),
        ("email", Value::Null, 422, "wrong_type"),
        ("password", json!("short"), 422, "too_short"),
        ("password", json!("x".repeat(257)), 422, "too_long"),
        ("password", json!("correct\u{0}horse"), 422, "nul"),
        ("password", json!(["correct horse"]), 422, "wrong_type"),
        ("name", json!("x".repeat(121)), 422, "too_long"),
        ("name", json!("a\nb"), 422, "invalid_value"),
        ("name", json!({}), 422, "wrong_type"),
    ];
    for (field, value, status, code) in cases {
        let mut body = good.clone();
        body[field] = value;
        let shown = body.to_string();
        let answer = app.anonymous().post("/api/v1/auth/register", body).await;
        let answer = answer.expect_problem(status, "invalid");
        assert_eq!(answer.json["errors"][0]["field"], field, "{shown}");
        assert_eq!(answer.json["errors"][0]["code"], code, "{shown}");
    }
    let body = json!({"email": "ann"});
    let answer = app.anonymous().post("/api/v1/auth/register", body).await;
    let answer = answer.expect_problem(422, "invalid");
    assert_eq!(answer.json["errors"][0]["field"], "password");
    // Nobody came into being.
    app.anonymous().post("/api/v1/auth/register", good).await.expect(201);
}

#[tokio::test]
async fn nothing_tells_who_has_an_account() {
    on_both(async |app| {
        register(&app, "ann@example.org").await;
        let admin = add(&app, "root@example.org", &["admin"]).await;
        let bob = register(&app, "bob@example.org").await;
        let path = format!("/api/v1/users/{}", bob.id);
        admin.actor.patch(&path, json!({"active": false})).await.expect(200);
        let long = "x".repeat(257);
        let cases = [
            ("nobody@example.org", PASSWORD),
            ("not an e-mail", PASSWORD),
            ("", ""),
            ("ann@example.org", "wrong horse battery"),
            ("ann@example.org", ""),
            ("ann@example.org", long.as_str()),
            ("bob@example.org", PASSWORD),
        ];
        let mut seen = None;
        for (email, password) in cases {
            let answer = sign_in(&app, email, password).await;
            let mut problem = answer.expect_problem(401, "invalid_credentials").json;
            problem["instance"].take();
            assert_eq!(*seen.get_or_insert_with(|| problem.clone()), problem, "{email}");
        }
    })
    .await;
}

#[tokio::test]
async fn one_email_one_account() {
    on_both(async |app| {
        let ask = |name: &str| {
            let body = json!({"email": "ann@example.org", "password": PASSWORD, "name": name});
            let nobody = app.anonymous();
            async move { nobody.post("/api/v1/auth/register", body).await }
        };
        let answers = join_all((0..6).map(|n| ask(&format!("Ann {n}")))).await;
        let made = answers.iter().filter(|answer| answer.status == 201).count();
        assert_eq!(made, 1);
        for answer in answers.into_iter().filter(|answer| answer.status != 201) {
            answer.expect_problem(409, "email_taken");
        }
        let body = json!({"email": "ANN@EXAMPLE.ORG", "password": PASSWORD});
        let late = app.anonymous().post("/api/v1/auth/register", body).await;
        late.expect_problem(409, "email_taken");
        login(&app, "ann@example.org").await;
    })
    .await;
}

#[tokio::test]
async fn a_repeated_key_does_not_keep_tokens() {
    on_both(async |app| {
        let body = json!({"email": "ann@example.org", "password": PASSWORD}).to_string();
        let ask = || {
            let (nobody, body) = (app.anonymous(), Some(body.clone()));
            async move {
                let path = "/api/v1/auth/register";
                let key = [("idempotency-key", "one")];
                nobody.send(axum::http::Method::POST, path, body, &key).await
            }
        };
        ask().await.expect(201);
        ask().await.expect_problem(409, "email_taken");
    })
    .await;
}

#[tokio::test]
async fn leaving_with_a_refresh_token_alone() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        app.advance(Duration::from_secs(16 * 60)).await;
        ann.actor.get("/api/v1/auth/me").await.expect_problem(401, "token_expired");
        // The access token has run out; the refresh token says whose session ends.
        let path = "/api/v1/auth/logout";
        ann.actor.post(path, json!({})).await.expect_problem(401, "token_expired");
        ann.actor.post(path, json!({"refresh": ann.refresh})).await.expect(204);
        refresh(&app, &ann.refresh).await.expect_problem(401, "unauthorized");

        let nobody = app.anonymous();
        nobody.post(path, json!({})).await.expect_problem(401, "unauthorized");
        let unknown = json!({"refresh": "obr_unknown"});
        nobody.post(path, unknown).await.expect_problem(401, "unauthorized");
        let huge = json!({"refresh": "x".repeat(10_000)});
        nobody.post(path, huge).await.expect_problem(401, "unauthorized");
    })
    .await;
}

#[tokio::test]
async fn a_token_without_a_session_is_nobody() {
    let app = house(Database::Sqlite).await;
    let ghost = app.user(&[Role::Admin]);
    ghost.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");
    app.anonymous().get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");
}

#[tokio::test]
async fn a_hash_of_another_cost_is_made_anew() {
    // Of `PASSWORD`, at 8 KiB where the tests' configuration says 64.
    const CHEAPER: &str = "$argon2id$v=19$m=8,t=1,p=1$d8e/S+MfsVLAWCrTJaB1Qw\
        $ZH+UUrFsJOMQDYoEo9rhQnn2clMCJbUKf+8LRg1OPmI";
    on_both(async |app| {
        let email = "ann@example.org";
        register(&app, email).await;
        set_hash(&app, email, CHEAPER).await;
        sign_in(&app, email, "wrong horse battery").await.expect(401);
        assert_eq!(hash_of(&app, email).await, CHEAPER);
        login(&app, email).await;
        let anew = hash_of(&app, email).await;
        assert!(anew.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{anew}");
        login(&app, email).await;
        assert_eq!(hash_of(&app, email).await, anew);
    })
    .await;
}

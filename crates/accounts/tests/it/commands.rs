//! What the command line does.

use std::time::Duration;

use kit::Report;
use serde_json::json;

use crate::world::{
    PASSWORD, add, login, on_both, refresh, register, result, script_token, sign_in, text,
};

#[tokio::test]
async fn adding_users() {
    on_both(async |app| {
        let args = json!({"email": "Ann@example.org", "role": ["agent", "manager"], "name": "Ann"});
        let reports = app.command("user.add", args, "ännöther pass\r\nsecond line").await.unwrap();
        assert_eq!(reports.len(), 2);
        let user = result(&reports);
        assert_eq!(user["email"], "ann@example.org");
        assert_eq!(user["roles"], json!(["manager", "agent"]));
        let answer = sign_in(&app, "ann@example.org", "ännöther pass").await.expect(200);
        assert_eq!(answer.json["user"]["name"], "Ann");

        let cases = [
            (json!({"email": "ann@example.org"}), PASSWORD, "email_taken"),
            (json!({"email": "ann"}), PASSWORD, "invalid"),
            (json!({"email": "bob@example.org"}), "short", "invalid"),
            (json!({"email": "bob@example.org"}), "", "invalid"),
            (json!({"email": "bob@example.org"}), "nul \0 within it", "invalid"),
            (json!({"email": "bob@example.org", "role": ["god"]}), PASSWORD, "invalid"),
            (json!({"email": "bob@example.org", "tenant": "none"}), PASSWORD, "not_found"),
            (json!({}), PASSWORD, "bad_request"),
        ];
        for (args, input, code) in cases {
            let shown = args.to_string();
            let error = app.command("user.add", args, input).await.unwrap_err();
            assert_eq!(error.code().code, code, "{shown}");
        }
        // Without a role one is a user.
        let bob = add(&app, "bob@example.org", &[]).await;
        assert_eq!(bob.actor.scope().roles().to_string(), "user");
    })
    .await;
}

#[tokio::test]
async fn giving_and_taking_roles() {
    on_both(async |app| {
        add(&app, "ann@example.org", &["admin"]).await;
        let change = |email: &str, add: &[&str], remove: &[&str]| {
            let args = json!({"email": email, "add": add, "remove": remove});
            app.command("user.role", args, "")
        };
        let reports = change("ANN@example.org", &["operator", "root"], &[]).await.unwrap();
        assert_eq!(result(&reports)["roles"], json!(["root", "admin", "operator"]));
        let error = change("ann@example.org", &["user"], &["admin"]).await.unwrap_err();
        assert_eq!(error.code().code, "last_admin");
        let error = change("bob@example.org", &["user"], &[]).await.unwrap_err();
        assert_eq!(error.code().code, "not_found");
        let error = change("ann@example.org", &[], &["god"]).await.unwrap_err();
        assert_eq!(error.code().code, "invalid");
        let ann = login(&app, "ann@example.org").await;
        assert_eq!(ann.actor.scope().roles().to_string(), "root,admin,operator");
    })
    .await;
}

#[tokio::test]
async fn a_new_password_ends_what_the_old_one_began() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let bob = register(&app, "bob@example.org").await;
        let args = json!({"email": "ann@example.org"});
        let error = app.command("user.password", args.clone(), "short").await.unwrap_err();
        assert_eq!(error.code().code, "invalid");
        let reports = app.command("user.password", args, "another password\n").await.unwrap();
        assert_eq!(result(&reports)["sessions_ended"], 1);
        refresh(&app, &ann.refresh).await.expect_problem(401, "unauthorized");
        ann.actor.get("/api/v1/auth/me").await.expect_problem(401, "unauthorized");
        let old = sign_in(&app, "ann@example.org", PASSWORD).await;
        old.expect_problem(401, "invalid_credentials");
        sign_in(&app, "ann@example.org", "another password").await.expect(200);
        refresh(&app, &bob.refresh).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn listing_users() {
    on_both(async |app| {
        assert_eq!(result(&app.command("user.list", json!({}), "").await.unwrap()), &json!([]));
        register(&app, "ann@example.org").await;
        add(&app, "bob@example.org", &["admin"]).await;
        let reports = app.command("user.list", json!({}), "").await.unwrap();
        let line = Report::Line { text: "ann@example.org  user".to_owned() };
        assert_eq!(reports[0], line);
        let all = result(&reports);
        assert_eq!(all[1]["email"], "bob@example.org");
        assert_eq!(all[1]["tenant_id"], domain::TenantId::DEFAULT.to_string());
        assert!(!all.to_string().contains("argon2"), "{all}");
    })
    .await;
}

#[tokio::test]
async fn tokens_for_scripts() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await;
        let ann = register(&app, "ann@example.org").await;
        let script = script_token(&app, "ann@example.org").await;
        assert_eq!(script.get("/api/v1/auth/me").await.expect(200).json["id"], ann.id.as_str());
        // It is a session of its own.
        script.post("/api/v1/auth/logout", json!({})).await.expect(204);
        ann.actor.get("/api/v1/auth/me").await.expect(200);

        let path = format!("/api/v1/users/{}", ann.id);
        admin.actor.patch(&path, json!({"active": false})).await.expect(200);
        for (email, code) in [("ann@example.org", "bad_request"), ("x@y.org", "not_found")] {
            let error = app.command("token", json!({"email": email}), "").await.unwrap_err();
            assert_eq!(error.code().code, code);
        }
    })
    .await;
}

#[tokio::test]
async fn an_old_password_opens_nothing_that_stays() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let mut password = PASSWORD.to_owned();
        for round in 0..12 {
            let next = format!("{PASSWORD} {round}");
            let args = json!({"email": "ann@example.org"});
            let (changed, login) = tokio::join!(
                app.command("user.password", args, next.clone()),
                sign_in(&app, "ann@example.org", &password)
            );
            changed.unwrap();
            // Too late, or ended by the change: never a session that outlives it.
            if login.status == 200 {
                refresh(&app, &text(&login, "refresh")).await.expect_problem(401, "unauthorized");
            } else {
                login.expect_problem(401, "invalid_credentials");
            }
            password = next;
            // Failures are forgotten meanwhile, so that none is turned away for their number.
            app.clock().advance(Duration::from_secs(2 * 60 * 60));
        }
        refresh(&app, &ann.refresh).await.expect_problem(401, "unauthorized");
    })
    .await;
}

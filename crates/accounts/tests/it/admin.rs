//! What admins see and change.

use domain::{Role, Roles};
use events::{Event as _, RolesChanged, UserRegistered};
use serde_json::{Value, json};
use store::{Class, JournalEvent, JournalReader, Tx};
use testkit::{Actor, TestApp};

use crate::world::{PASSWORD, add, login, on_both, register, tenant};

async fn emails(admin: &Actor) -> Vec<String> {
    let (mut found, mut cursor) = (Vec::new(), String::new());
    loop {
        let path = format!("/api/v1/users?limit=2{cursor}");
        let page = admin.get(&path).await.expect(200).json;
        let items = page["items"].as_array().expect("a list");
        found.extend(items.iter().filter_map(|user| user["email"].as_str().map(str::to_owned)));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return found,
        }
    }
}

#[tokio::test]
async fn the_list_is_the_tenants_and_in_order() {
    on_both(async |app| {
        tenant(&app, "other").await;
        let admin = add(&app, "admin@example.org", &["admin"]).await;
        let args = json!({"email": "far@example.org", "role": ["admin"], "tenant": "other"});
        app.command("user.add", args, PASSWORD).await.unwrap();
        for name in ["zoe", "ann", "bob", "cid"] {
            register(&app, &format!("{name}@example.org")).await;
        }
        let wanted = ["admin", "zoe", "ann", "bob", "cid"].map(|n| format!("{n}@example.org"));
        assert_eq!(emails(&admin.actor).await, wanted);
        let far = login(&app, "far@example.org").await;
        assert_eq!(emails(&far.actor).await, ["far@example.org"]);

        let page = admin.actor.get("/api/v1/users?limit=1").await.expect(200).json;
        let mut fields: Vec<_> = page["items"][0].as_object().unwrap().keys().collect();
        fields.sort_unstable();
        let wanted = ["active", "created_at", "email", "id", "name", "roles", "version"];
        assert_eq!(fields, wanted);
        admin.actor.get("/api/v1/users?cursor=x").await.expect_problem(400, "bad_request");
        admin.actor.get("/api/v1/users?limit=0").await.expect_problem(422, "invalid");
    })
    .await;
}

#[tokio::test]
async fn users_are_found_by_a_part_of_their_name_or_address() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await.actor;
        for name in ["ann_lee", "annalee", "bob"] {
            register(&app, &format!("{name}@example.org")).await;
        }
        let found = async |q: &str| {
            let list = admin.get(&format!("/api/v1/users?q={q}")).await.expect(200).json;
            let items = list["items"].as_array().unwrap().clone();
            let name = |user: &Value| user["email"].as_str().unwrap().replace("@example.org", "");
            items.iter().map(name).collect::<Vec<_>>()
        };
        assert_eq!(found("ann").await, ["ann_lee", "annalee"]);
        assert_eq!(found("ANN_").await, ["ann_lee"], "`_` is a letter like others");
        assert_eq!(found("%25").await, [""; 0], "so is `%`");
        assert_eq!(found("!").await, [""; 0]);
        assert_eq!(found("somebody").await.len(), 3, "the name counts, too");
        let first = admin.get("/api/v1/users?q=ann&limit=1").await.expect(200).json;
        let next = first["next_cursor"].as_str().unwrap();
        let rest = admin.get(&format!("/api/v1/users?q=ann&cursor={next}")).await.expect(200).json;
        assert_eq!(rest["items"].as_array().unwrap().len(), 1);
        let other = admin.get(&format!("/api/v1/users?q=bob&cursor={next}")).await;
        other.expect_problem(400, "bad_request");
        // Letters beyond ASCII are what they are, those of ASCII in either case.
        let body = json!({"email": "mesut@example.org", "password": PASSWORD, "name": "M. Özil"});
        app.anonymous().post("/api/v1/auth/register", body).await.expect(201);
        assert_eq!(found("%C3%96zil").await, ["mesut"]);
        assert_eq!(found("m.%20%C3%96ZIL").await, ["mesut"]);
        let long = format!("/api/v1/users?q={}", "x".repeat(255));
        admin.get(&long).await.expect_problem(422, "invalid");
    })
    .await;
}

#[tokio::test]
async fn admins_only() {
    on_both(async |app| {
        let ann = register(&app, "ann@example.org").await;
        let path = format!("/api/v1/users/{}", ann.id);
        let cases = [
            (app.anonymous(), 401, "unauthorized"),
            (ann.actor.clone(), 403, "forbidden"),
            (app.user(&[Role::Manager, Role::Operator, Role::Root]), 403, "forbidden"),
        ];
        for (actor, status, code) in cases {
            actor.get("/api/v1/users").await.expect_problem(status, code);
            let answer = actor.patch(&path, json!({"roles": ["admin"]})).await;
            answer.expect_problem(status, code);
        }
    })
    .await;
}

#[tokio::test]
async fn another_tenants_user_does_not_exist() {
    on_both(async |app| {
        tenant(&app, "other").await;
        let admin = add(&app, "admin@example.org", &["admin"]).await.actor;
        let args = json!({"email": "far@example.org", "role": ["admin"], "tenant": "other"});
        app.command("user.add", args, PASSWORD).await.unwrap();
        let far = login(&app, "far@example.org").await;
        let unknown = app.ctx().new_id().to_string();
        for id in [far.id.as_str(), unknown.as_str(), "17"] {
            let path = format!("/api/v1/users/{id}");
            let answer = admin.patch(&path, json!({"roles": ["user"]})).await;
            answer.expect_problem(404, "not_found");
            let answer = admin.patch(&path, json!({"active": false})).await;
            answer.expect_problem(404, "not_found");
        }
        let me = far.actor.get("/api/v1/auth/me").await.expect(200);
        assert_eq!(me.json["roles"], json!(["admin"]));
    })
    .await;
}

#[tokio::test]
async fn wrong_changes() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await.actor;
        let ann = register(&app, "ann@example.org").await;
        let path = format!("/api/v1/users/{}", ann.id);
        let cases = [
            (json!({"roles": []}), 422, "invalid"),
            (json!({"roles": ["god"]}), 422, "invalid"),
            (json!({"roles": "admin"}), 422, "invalid"),
            (json!({"active": "no"}), 422, "invalid"),
            (json!([]), 422, "invalid"),
            (json!({"roles": ["root"]}), 403, "forbidden"),
        ];
        for (body, status, code) in cases {
            admin.patch(&path, body).await.expect_problem(status, code);
        }
        // Nothing wished, nothing changed.
        let same = admin.patch(&path, json!({})).await.expect(200);
        assert_eq!(same.json["version"], 1);
        assert_eq!(same.json["roles"], json!(["user"]));
    })
    .await;
}

async fn journal(app: &TestApp) -> Vec<JournalEvent> {
    let names = [UserRegistered::NAME, RolesChanged::NAME];
    let events = JournalReader::new(0).read(app.ctx().store(), &names, 100).await;
    let mut events = events.expect("the journal");
    events.retain(|event| names.contains(&event.name.as_str()));
    events
}

#[tokio::test]
async fn changes_are_told_once() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await;
        let ann = register(&app, "ann@example.org").await;
        let path = format!("/api/v1/users/{}", ann.id);
        let patch = async |key: &str, body: Value| {
            let (method, body) = (axum::http::Method::PATCH, Some(body.to_string()));
            let headers = [("idempotency-key", key)];
            admin.actor.send(method, &path, body, &headers).await.expect(200).json
        };
        for _ in 0..2 {
            let account = patch("one", json!({"roles": ["agent"]})).await;
            assert_eq!(account["version"], 2);
        }
        // The same again under another key changes nothing.
        assert_eq!(patch("two", json!({"roles": ["agent"]})).await["version"], 2);
        let account = patch("three", json!({"active": false})).await;
        assert_eq!((&account["version"], &account["active"]), (&json!(3), &json!(false)));
        // Roles that do not count while the account is switched off.
        assert_eq!(patch("four", json!({"roles": ["user"]})).await["version"], 4);
        patch("five", json!({"active": true})).await;

        let registered = |user: &str, role| {
            let user = user.parse().unwrap();
            let event = UserRegistered { user, roles: Roles::NONE.with(role) };
            serde_json::to_value(event).unwrap()
        };
        let changed = |roles: &str| {
            let user = ann.id.parse().unwrap();
            serde_json::to_value(RolesChanged { user, roles: roles.parse().unwrap() }).unwrap()
        };
        let told = journal(&app).await;
        let bodies: Vec<Value> = told
            .iter()
            .map(|event| serde_json::from_str(event.body.as_deref().unwrap()).unwrap())
            .collect();
        let wanted = [
            registered(&admin.id, Role::Admin),
            registered(&ann.id, Role::User),
            changed("agent"),
            changed(""),
            changed("user"),
        ];
        assert_eq!(bodies, wanted);
    })
    .await;
}

#[tokio::test]
async fn somebody_stays_admin() {
    on_both(async |app| {
        let ann = add(&app, "ann@example.org", &["admin"]).await;
        let bob = add(&app, "bob@example.org", &["admin"]).await;
        let (of_ann, of_bob) =
            (format!("/api/v1/users/{}", ann.id), format!("/api/v1/users/{}", bob.id));
        // Each takes the role from the other at the same time: one of them is too late, and none
        // any more.
        let body = json!({"roles": ["user"]});
        let (first, second) = tokio::join!(
            ann.actor.patch(&of_bob, body.clone()),
            bob.actor.patch(&of_ann, body.clone())
        );
        let (admin, own) = match (first.status.as_u16(), second.status.as_u16()) {
            (200, 403) => {
                second.expect_problem(403, "forbidden");
                (ann, of_ann)
            }
            (403, 200) => {
                first.expect_problem(403, "forbidden");
                (bob, of_bob)
            }
            other => panic!("{other:?}"),
        };
        admin.actor.patch(&own, body).await.expect_problem(409, "last_admin");
        let off = admin.actor.patch(&own, json!({"active": false})).await;
        off.expect_problem(409, "last_admin");
        admin.actor.patch(&own, json!({"roles": ["admin", "agent"]})).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn an_admin_who_is_switched_off_is_none() {
    on_both(async |app| {
        let ann = add(&app, "ann@example.org", &["admin"]).await;
        let bob = add(&app, "bob@example.org", &["admin"]).await;
        let of_bob = format!("/api/v1/users/{}", bob.id);
        ann.actor.patch(&of_bob, json!({"active": false})).await.expect(200);
        let of_ann = format!("/api/v1/users/{}", ann.id);
        let answer = ann.actor.patch(&of_ann, json!({"roles": ["user"]})).await;
        answer.expect_problem(409, "last_admin");
    })
    .await;
}

#[tokio::test]
async fn what_was_taken_from_an_admin_stays_taken() {
    on_both(async |app| {
        let admin = add(&app, "admin@example.org", &["admin"]).await.actor;
        let (ann, bob) = (
            register(&app, "ann@example.org").await,
            add(&app, "bob@example.org", &["admin"]).await,
        );
        let (of_ann, of_bob) =
            (format!("/api/v1/users/{}", ann.id), format!("/api/v1/users/{}", bob.id));
        // With what is left of his access token: for himself, and for an accomplice.
        let assert_powerless = async |actor: &Actor| {
            let (on, role) = (json!({"active": true}), json!({"roles": ["admin"]}));
            for (path, body) in [(&of_bob, &on), (&of_bob, &role), (&of_ann, &role)] {
                let answer = actor.patch(path, body.clone()).await;
                answer.expect_problem(403, "forbidden");
            }
        };
        admin.patch(&of_bob, json!({"active": false})).await.expect(200);
        assert_powerless(&bob.actor).await;
        // Switched on again, but that session has ended.
        admin.patch(&of_bob, json!({"active": true})).await.expect(200);
        assert_powerless(&bob.actor).await;
        let again = login(&app, "bob@example.org").await.actor;
        again.patch(&of_ann, json!({"roles": ["agent"]})).await.expect(200);
        admin.patch(&of_bob, json!({"roles": ["user"]})).await.expect(200);
        assert_powerless(&again).await;
        // The command line is nobody's to lose.
        let args = json!({"email": "bob@example.org", "add": ["admin"]});
        app.command("user.role", args, "").await.unwrap();
        again.patch(&of_ann, json!({"roles": ["user"]})).await.expect(200);
    })
    .await;
}

#[tokio::test]
async fn other_features_ask_who_may_sign_in() {
    on_both(async |app| {
        let other = tenant(&app, "other").await;
        let admin = add(&app, "admin@example.org", &["admin"]).await.actor;
        let ann = register(&app, "ann@example.org").await;
        let id = ann.actor.id();
        let is_active = async |tenant, user| {
            let ctx = app.ctx().clone();
            let asked = app.ctx().store().write(Class::Interactive, async move |tx: &Tx| {
                Ok::<_, kit::Error>(ctx.users()?.is_active(tx.clone(), tenant, user).await?)
            });
            asked.await.unwrap()
        };
        let home = domain::TenantId::DEFAULT;
        assert!(is_active(home, id).await);
        assert!(!is_active(other, id).await);
        assert!(!is_active(home, app.user(&[]).id()).await);
        let path = format!("/api/v1/users/{}", ann.id);
        admin.patch(&path, json!({"active": false})).await.expect(200);
        assert!(!is_active(home, id).await);
    })
    .await;
}

#[tokio::test]
async fn other_features_read_users_of_their_tenant() {
    on_both(async |app| {
        let other = tenant(&app, "other").await;
        let ann = register(&app, "ann@example.org").await.actor.id();
        let bob = add(&app, "bob@example.org", &["agent"]).await.actor.id();
        let unknown = app.user(&[]).id();
        for (tenant, wanted) in [(domain::TenantId::DEFAULT, 2), (other, 0)] {
            let ctx = app.ctx().clone();
            let cards = app.ctx().store().read(async move |tx: &Tx| {
                let ids = vec![ann, unknown, bob];
                Ok::<_, kit::Error>(ctx.users()?.cards(tx.clone(), tenant, ids).await?)
            });
            let cards = cards.await.unwrap();
            assert_eq!(cards.len(), wanted);
            if let Some(card) = cards.iter().find(|card| card.id == bob) {
                assert_eq!(card.email, "bob@example.org");
                assert_eq!(card.roles.to_string(), "agent");
            }
        }
    })
    .await;
}

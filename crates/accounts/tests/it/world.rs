//! What the tests share.

use domain::{Id, TenantId};
use kit::Report;
use serde_json::{Value, json};
use store::{Statement, args};
use testkit::{Actor, Answer, Database, TestApp};

pub(crate) const PASSWORD: &str = "correct horse battery";

/// A house with accounts alone.
pub(crate) async fn house(database: Database) -> TestApp {
    TestApp::start(database, vec![accounts::module()]).await
}

/// Runs a test on both databases, one after the other.
pub(crate) async fn on_both<Fut: Future<Output = ()>>(test: impl Fn(TestApp) -> Fut) {
    for database in Database::BOTH {
        test(house(database).await).await;
    }
}

/// Somebody with an account and a session.
pub(crate) struct Person {
    pub(crate) actor: Actor,
    pub(crate) id: String,
    pub(crate) refresh: String,
}

/// Makes an account through the API.
pub(crate) async fn register(app: &TestApp, email: &str) -> Person {
    let body = json!({"email": email, "password": PASSWORD, "name": "Somebody"});
    person(app, &app.anonymous().post("/api/v1/auth/register", body).await.expect(201))
}

/// Makes an account through the command line, and signs in.
pub(crate) async fn add(app: &TestApp, email: &str, roles: &[&str]) -> Person {
    let args = json!({"email": email, "role": roles});
    app.command("user.add", args, format!("{PASSWORD}\n")).await.expect("the user is added");
    login(app, email).await
}

/// Signs in.
pub(crate) async fn login(app: &TestApp, email: &str) -> Person {
    person(app, &sign_in(app, email, PASSWORD).await.expect(200))
}

/// Tries to sign in.
pub(crate) async fn sign_in(app: &TestApp, email: &str, password: &str) -> Answer {
    let body = json!({"email": email, "password": password});
    app.anonymous().post("/api/v1/auth/login", body).await
}

/// Tries to exchange a refresh token.
pub(crate) async fn refresh(app: &TestApp, token: &str) -> Answer {
    app.anonymous().post("/api/v1/auth/refresh", json!({"refresh": token})).await
}

fn person(app: &TestApp, answer: &Answer) -> Person {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    Person {
        actor: app.bearer(&text(&answer.json["access"])),
        id: text(&answer.json["user"]["id"]),
        refresh: text(&answer.json["refresh"]),
    }
}

/// The text in a field.
#[track_caller]
pub(crate) fn text(answer: &Answer, field: &str) -> String {
    answer.json[field].as_str().unwrap_or_else(|| panic!("{field} in {}", answer.text)).to_owned()
}

/// Somebody with a token from the command line.
pub(crate) async fn script_token(app: &TestApp, email: &str) -> Actor {
    let reports = app.command("token", json!({"email": email}), "").await.expect("a token");
    app.bearer(result(&reports)["access"].as_str().expect("a text"))
}

/// What a command told machines.
pub(crate) fn result(reports: &[Report]) -> &Value {
    match reports.last() {
        Some(Report::Result { value }) => value,
        other => panic!("{other:?} where a result was expected"),
    }
}

static INSERT_TENANT: Statement = Statement::new(
    "test::INSERT_TENANT",
    "insert into accounts_tenants (id, slug, name) values ($1, $2, $2)",
    "insert into accounts_tenants (id, slug, name) values ($1, $2, $2)",
);

/// A further tenant.
pub(crate) async fn tenant(app: &TestApp, slug: &str) -> TenantId {
    let id: Id = app.ctx().new_id();
    let row = args![id, slug].to_vec();
    app.ctx().store().execute(&INSERT_TENANT, row).await.expect("a tenant");
    TenantId::from_uuid(id.as_uuid())
}

static HASH_OF: Statement = Statement::new(
    "test::HASH_OF",
    "select password_hash from accounts_users where email = $1",
    "select password_hash from accounts_users where email = $1",
);
static SET_HASH: Statement = Statement::new(
    "test::SET_HASH",
    "update accounts_users set password_hash = $2 where email = $1",
    "update accounts_users set password_hash = $2 where email = $1",
);

/// What is stored of somebody's password.
pub(crate) async fn hash_of(app: &TestApp, email: &str) -> String {
    let (hash,) = app.ctx().store().one(&HASH_OF, &args![email]).await.expect("a user");
    hash
}

/// Puts another hash in its place.
pub(crate) async fn set_hash(app: &TestApp, email: &str, hash: &str) {
    let row = args![email, hash].to_vec();
    assert_eq!(app.ctx().store().execute(&SET_HASH, row).await.expect("it is set"), 1);
}

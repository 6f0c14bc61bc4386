//! Who guesses ids learns nothing: what is another user's or another tenant's is answered like what
//! does not exist, at every route, and nothing of it changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use axum::http::Method;
use domain::{Role, TenantId};
use serde_json::Value;
use testkit::Actor;

use super::{
    House, Operation,
    values::{Maker, ids_in},
};

const SEED: u64 = 0x57a;
/// How many rounds of fitting requests furnish the house.
const FURNISHING: usize = 6;
/// As many ids of others are tried at each route.
const TRIED: usize = 24;

pub(super) async fn trial(house: &House) {
    house.furnish().await;
    let mut maker = Maker::new(SEED);
    let operations = house.operations();
    live(house, &operations, &mut maker).await;

    let every = [Role::Admin, Role::Operator, Role::Manager, Role::Agent, Role::Provider];
    let elsewhere = TenantId::from_uuid(house.app.ctx().new_id().as_uuid());
    let foreigner = house.app.user_of(elsewhere, &every);
    let anns = seen_by(&operations, &house.ann, &mut maker).await;
    let admins = seen_by(&operations, &house.admin, &mut maker).await;
    for (stranger, theirs) in [(&house.bob, &anns), (&foreigner, &anns), (&foreigner, &admins)] {
        let own = seen_by(&operations, stranger, &mut maker).await;
        let hidden: Vec<String> = all_ids(theirs).difference(&all_ids(&own)).cloned().collect();
        assert!(hidden.len() > 3, "there is something to hide");
        let mut not_found = 0;
        for operation in &operations {
            not_found += guess(house, operation, stranger, &hidden, &mut maker).await;
        }
        assert!(not_found > 50, "the guesses reach what they are about: {not_found}");
    }
    for (actor, before) in [(&house.ann, anns), (&house.admin, admins)] {
        let after = seen_by(&operations, actor, &mut maker).await;
        assert_eq!(before, after, "strangers have changed what is not theirs");
    }
}

fn all_ids(lists: &BTreeMap<String, Value>) -> BTreeSet<String> {
    lists.values().flat_map(ids_in).collect()
}

/// Ann and the administrator do all kinds of things, so that there is something of every kind.
async fn live(house: &House, operations: &[Operation], maker: &mut Maker) {
    for _ in 0..FURNISHING {
        // They stay signed in.
        let stays = |operation: &&Operation| !operation.path.contains("logout");
        let posts = operations.iter().filter(|operation| operation.method == "POST");
        for operation in posts.filter(stays) {
            for actor in [&house.ann, &house.olga] {
                let body = operation.body();
                let body = body.map(|(_, schema)| maker.fitting(&house.schemas, schema));
                let address = operation.address(|_| maker.id_at(&operation.path));
                let body = body.map(|body| body.to_string());
                let answer = actor.send(Method::POST, &address, body, &[]).await;
                if answer.status.is_success() {
                    maker.learn(&operation.path, &answer.json);
                }
                house.app.clock().advance(Duration::from_millis(200));
            }
        }
    }
    house.app.settle().await;
}

/// What shows how the node itself goes on, whoever does what.
const OF_THE_NODE: [&str; 4] =
    ["/health", "/api/v1/admin/overview", "/api/v1/admin/reactions", "/api/v1/admin/schedules"];

/// What somebody sees at the addresses without parameters, by address.
pub(super) async fn seen_by(
    operations: &[Operation],
    actor: &Actor,
    maker: &mut Maker,
) -> BTreeMap<String, Value> {
    let mut seen = BTreeMap::new();
    for operation in operations {
        let is_list = operation.method == "GET" && !operation.path.contains('{');
        if !is_list || OF_THE_NODE.iter().any(|path| operation.path.starts_with(path)) {
            continue;
        }
        let answer = actor.get(&operation.path).await;
        if answer.status.is_success() {
            maker.learn(&operation.path, &answer.json);
            seen.insert(operation.path.clone(), answer.json);
        }
    }
    seen
}

/// Tries others' ids at one route; how often the answer was 404.
async fn guess(
    house: &House,
    operation: &Operation,
    stranger: &Actor,
    hidden: &[String],
    maker: &mut Maker,
) -> usize {
    if !operation.path.contains('{') {
        return 0;
    }
    let unknown = maker.unknown_id();
    let mut not_found = 0;
    for _ in 0..TRIED {
        let id = &hidden[maker.below(hidden.len())];
        // The same body for both, whatever it is.
        let body = operation.body().map(|(_, schema)| maker.fitting(&house.schemas, schema));
        let theirs = attempt(operation, stranger, id, body.as_ref()).await;
        let nobodys = attempt(operation, stranger, &unknown, body.as_ref()).await;
        let told = || format!("{} {} with {id}: {theirs:?}", operation.method, operation.path);
        assert!(!(200..300).contains(&theirs.0) && theirs.0 < 500, "{}", told());
        assert_eq!(theirs, nobodys, "not as what does not exist: {}", told());
        not_found += usize::from(theirs.0 == 404);
        // Slowly enough for the limits of rates, and quickly enough for those who are signed in.
        house.app.clock().advance(Duration::from_millis(50));
    }
    not_found
}

/// Status and code of an answer.
async fn attempt(
    operation: &Operation,
    actor: &Actor,
    id: &str,
    body: Option<&Value>,
) -> (u16, String) {
    let address = operation.address(|_| id.to_owned());
    let method = operation.method.parse().expect("a method");
    let answer = actor.send(method, &address, body.map(Value::to_string), &[]).await;
    let code = answer.json["code"].as_str().unwrap_or_default().to_owned();
    (answer.status.as_u16(), code)
}

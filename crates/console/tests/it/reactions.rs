//! Reactions, and what they could not digest.

use std::time::Duration;

use domain::{Role, TenantId};
use serde_json::json;
use store::{Class, Tx};
use testkit::{Database, TestApp};

use crate::it::world::{far, house, items, notice, on_both, paged, texts};

on_both! {
    what_cannot_be_digested_is_told_to_its_tenant,
}

async fn raise(app: &TestApp, tenant: TenantId, title: &str) {
    let event = notice(title);
    let write = async move |tx: &Tx| tx.emit(tenant, &event, Vec::new());
    app.ctx().store().write(Class::Interactive, write).await.unwrap();
}

async fn what_cannot_be_digested_is_told_to_its_tenant(database: Database) {
    let app = house(database).await;
    let root = app.user(&[Role::Root]);
    raise(&app, TenantId::DEFAULT, "fine").await;
    for tenant in [TenantId::DEFAULT, far(), TenantId::DEFAULT] {
        raise(&app, tenant, "bad").await;
    }
    let list = "/api/v1/admin/undigested-events";
    // It is tried again with pauses before it is given up.
    let mut looks = 0;
    while items(&root, list).await.len() < 3 {
        app.clock().advance(Duration::from_secs(1));
        looks += 1;
        assert!(looks < 20_000, "{:?}", items(&root, list).await);
    }
    let all = paged(&root, list).await;
    assert_eq!(all.len(), 3);
    assert!(all.iter().all(|event| event["reaction"] == "things.notices"), "{all:?}");
    assert_eq!(texts(&all, "event"), ["notices.raised"; 3]);
    assert!(texts(&all, "error").iter().all(|error| error.contains("cannot be read")));

    let own = items(&app.user(&[Role::Admin]), list).await;
    assert_eq!(own, [all[0].clone(), all[2].clone()]);
    let theirs = items(&app.user_of(far(), &[Role::Admin]), list).await;
    assert_eq!(theirs, all[1..2]);

    let reactions = items(&app.user(&[Role::Admin]), "/api/v1/admin/reactions").await;
    let found = reactions.iter().find(|reaction| reaction["name"] == "things.notices").unwrap();
    assert_eq!(found["behind"], json!(0), "it went on behind them");
}

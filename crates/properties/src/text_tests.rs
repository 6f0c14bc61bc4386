use std::sync::{Mutex, mpsc};

use domain::Role;
use serde_json::json;
use store::statements;
use testkit::{Database, TestApp};
use tokio::{sync::oneshot, task::block_in_place};
use tokio_util::task::TaskTracker;

use super::*;

statements! {
    WAITING = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    TEXT = "select property from properties_text where property = $1";
}

async fn waiting(app: &TestApp) -> i64 {
    let (count,) = app.ctx().store().one(&WAITING, &[]).await.unwrap();
    count
}

/// Whether the reaction has noted everything.
async fn is_noted(app: &TestApp) -> bool {
    let last = app.ctx().store().read(async |tx: &Tx| tx.last_pos().await).await.unwrap();
    let positions = app.app().reactions().positions();
    positions.iter().any(|(name, pos)| *name == "properties.text" && *pos >= last)
}

/// On SQLite nobody notes anything while a portion is being read.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_changes_while_it_is_read_is_read_again() {
    let app = TestApp::start(Database::Postgres, vec![crate::module()]).await;
    let operator = app.user(&[Role::Operator]);
    let body = json!({ "street": "1 A St", "city": "B", "state": "CA", "description": "a barn" });
    let made = operator.post("/api/v1/properties", body).await.expect(201).json;
    let id: Id = made["id"].as_str().unwrap().parse().unwrap();
    app.settle().await;

    // Somebody holds the text that is there, so that whoever reads anew stands still before
    // writing. In a task of its own: it blocks its thread, a closure awaits only its transaction.
    let (lock, is_locked) = oneshot::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let (store, held) = (app.ctx().store().clone(), Mutex::new((Some(lock), may_go_on)));
    let holding = TaskTracker::new().spawn(async move {
        let work = async move |tx: &Tx| {
            let _: Option<(Id,)> = tx.one_for_update(&TEXT, &args![id]).await?;
            block_in_place(|| {
                let (lock, may_go_on) = &mut *held.lock().unwrap();
                lock.take().map(|lock| lock.send(()));
                may_go_on.recv().unwrap();
            });
            Ok::<_, Error>(())
        };
        store.write(Class::Bulk, work).await
    });
    is_locked.await.unwrap();
    let due = async move |tx: &Tx| {
        tx.exec(&sql::DUE_ADD, &args![id, TenantId::DEFAULT]).await?;
        wake(tx).await
    };
    app.ctx().store().write(Class::Bulk, due).await.unwrap();
    while waiting(&app).await == 0 {
        tokio::task::yield_now().await;
    }
    // What is read by now is old in a moment; that is noted, or waits until it has been written.
    let path = format!("/api/v1/properties/{id}");
    operator.patch(&path, json!({ "description": "a windmill" })).await.expect(200);
    while !is_noted(&app).await && waiting(&app).await < 2 {
        tokio::task::yield_now().await;
    }
    go_on.send(()).unwrap();
    holding.await.unwrap().unwrap();
    app.settle().await;
    for (word, count) in [("windmill", 1), ("barn", 0)] {
        let found = operator.get(&format!("/api/v1/properties?q={word}")).await.expect(200).json;
        assert_eq!(found["items"].as_array().unwrap().len(), count, "{word}");
    }
}

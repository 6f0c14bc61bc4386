use std::sync::{Mutex, mpsc};

use domain::Role;
use serde_json::json;
use store::Class;
use testkit::{Database, TestApp};
use tokio::{sync::oneshot, task::block_in_place};
use tokio_util::task::TaskTracker;

use super::*;

/// On SQLite nobody deletes anything while a batch is at work.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_deleted_while_it_is_linked_is_not_linked() {
    let app = TestApp::start(Database::Postgres, vec![crate::module()]).await;
    let operator = app.user(&[Role::Operator]);
    let body = json!({ "street": "1 A St", "city": "B", "state": "CA" });
    let made = operator.post("/api/v1/properties", body).await.expect(201).json;
    let id: Id = made["id"].as_str().unwrap().parse().unwrap();

    let (read, is_read) = oneshot::channel();
    let (go_on, may_go_on) = mpsc::channel::<()>();
    let (store, held) = (app.ctx().store().clone(), Mutex::new((Some(read), may_go_on)));
    // In a task of its own: it blocks its thread, since a closure awaits only its transaction.
    let linking = TaskTracker::new().spawn(async move {
        let work = async move |tx: &Tx| {
            let mut batch = Batch::new(TenantId::DEFAULT, "county", tx.now());
            let found: Option<Stored> = tx.maybe(&sql::BY_ID, &args![batch.tenant, id]).await?;
            batch.hold(found.unwrap().0);
            batch.link("1".to_owned(), id);
            block_in_place(|| {
                let (read, may_go_on) = &mut *held.lock().unwrap();
                read.take().map(|read| read.send(()));
                may_go_on.recv().unwrap();
            });
            batch.write(tx).await
        };
        store.write(Class::Bulk, work).await
    });
    is_read.await.unwrap();
    operator.delete(&format!("/api/v1/properties/{id}")).await.expect(204);
    go_on.send(()).unwrap();
    assert_eq!(linking.await.unwrap().unwrap(), Written::Raced);
}

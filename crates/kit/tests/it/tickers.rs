//! What every node looks after on its own clock.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use kit::{Ctx, Module};
use testkit::{Database, TestApp};
use tokio::sync::{Semaphore, mpsc};

/// What a look has begun with does not hold for what became due while it went on.
#[tokio::test]
async fn the_next_look_is_due_from_the_beginning_of_the_last_one() {
    let (begun, mut begins) = mpsc::unbounded_channel();
    let (looks, go_on) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Semaphore::new(1)));
    let (seen, held) = (looks.clone(), go_on.clone());
    let look = move |ctx: Ctx| {
        let (seen, held, begun) = (seen.clone(), held.clone(), begun.clone());
        async move {
            seen.lock().unwrap().push(ctx.clock().monotonic());
            let _ = begun.send(());
            held.acquire().await.unwrap().forget();
            Duration::from_secs(1)
        }
    };
    let module = Module::new("looks").ticker("looks", look);
    let app = TestApp::start(Database::Sqlite, vec![module]).await;
    begins.recv().await.unwrap();
    app.clock().advance(Duration::from_secs(1));
    begins.recv().await.unwrap();
    app.clock().advance(Duration::from_secs(600));
    go_on.add_permits(2);
    app.settle().await;
    let last = looks.lock().unwrap().last().copied();
    assert_eq!(last, Some(app.ctx().clock().monotonic()));
}

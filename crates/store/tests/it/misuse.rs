//! Closures that break the rules: a clear error for them, and nothing for anybody else.

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, mpsc},
};

use store::{Class, Dialect, Error, Result, Store, Tx, args, statements};

use crate::bed::{
    Bed, COUNT, Happened, INSERT, Raw, RealClock, TENANT, count, happen, ids, queued,
};

statements! {
    DELAY = sqlite "select 1", postgres "select 1::bigint from pg_sleep(0.05)";
    FAIL_FOR = "select 1 / (id - 1) from things where id = $1";
}

on_both!(
    a_panic_is_contained,
    a_swallowed_error_is_not_committed,
    a_transaction_that_is_over_does_nothing,
    a_panicking_listener_is_contained,
    an_event_with_a_nul_is_refused,
);

fn is_misuse(result: &Result<()>, word: &str) {
    let Err(Error::Misuse(message)) = result else {
        panic!("{result:?}");
    };
    assert!(message.contains(word), "{message}");
}

async fn goes_on(store: &Store) {
    for n in 100..110 {
        happen(store, n, &["t"]).await.unwrap();
    }
    assert_eq!(ids(store).await, (100..110).collect::<Vec<_>>());
}

async fn a_panic_is_contained(bed: Bed) {
    let store = bed.store().await;
    let panicked: Result<()> = store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            panic!("as planned")
        })
        .await;
    is_misuse(&panicked, "as planned");
    let panicked: Result<()> = store
        .read(async |tx: &Tx| {
            tx.all::<(i64,)>(&COUNT, &[]).await?;
            panic!("as planned")
        })
        .await;
    is_misuse(&panicked, "as planned");
    goes_on(&store).await;
}

async fn a_swallowed_error_is_not_committed(bed: Bed) {
    let store = bed.store().await;
    let swallowed = store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            let refused = tx.exec(&INSERT, &args![1, 1]).await;
            assert!(matches!(refused, Err(Error::Unique { .. })), "{refused:?}");
            let next = tx.exec(&INSERT, &args![2, 2]).await;
            assert!(matches!(next, Err(Error::Misuse(_))), "{next:?}");
            Ok(())
        })
        .await;
    is_misuse(&swallowed, "went on after a failed statement");
    goes_on(&store).await;
}

async fn a_transaction_that_is_over_does_nothing(bed: Bed) {
    let store = bed.store().await;
    let leak: Arc<Mutex<Option<Tx>>> = Arc::default();
    let slot = leak.clone();
    store
        .write(Class::Interactive, async move |tx: &Tx| {
            *slot.lock().unwrap() = Some(tx.clone());
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    let tx = leak.lock().unwrap().take().unwrap();
    is_misuse(&tx.exec(&INSERT, &args![1, 1]).await.map(drop), "over");
    is_misuse(&tx.all::<(i64,)>(&COUNT, &[]).await.map(drop), "over");
    is_misuse(&tx.emit(TENANT, &Happened { n: 1 }, vec![]), "over");
    tx.after_commit(|| panic!("it never runs"));
    goes_on(&store).await;
}

async fn a_panicking_listener_is_contained(bed: Bed) {
    let store = bed.store().await;
    store.on_commit(Arc::new(|_| panic!("as planned")));
    store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.after_commit(|| panic!("as planned"));
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
    goes_on(&store).await;
    assert_eq!(*store.newest_pos().borrow(), 10);
}

async fn an_event_with_a_nul_is_refused(bed: Bed) {
    #[derive(serde::Serialize, serde::Deserialize)]
    struct Said(String);
    impl events::Event for Said {
        const NAME: &'static str = "tests.said";
        const VERSION: u32 = 1;
    }
    let store = bed.store().await;
    let say = async |words: &str| {
        let words = words.to_owned();
        store
            .write(Class::Interactive, async move |tx: &Tx| {
                tx.emit(TENANT, &Said(words.clone()), vec![])
            })
            .await
    };
    for refused in ["\0", "a\\\0", "\\u0000\0"] {
        let result = say(refused).await;
        assert!(matches!(result, Err(Error::NulInText)), "{result:?}");
    }
    // It only looks like one.
    say("\\u0000").await.unwrap();
}

#[tokio::test]
async fn a_closure_on_sqlite_awaits_nothing_else() {
    let store = Bed::sqlite().store().await;
    let awaiting = store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            tokio::task::yield_now().await;
            Ok(())
        })
        .await;
    is_misuse(&awaiting, "awaited something else");
    let awaiting = store
        .read(async |_: &Tx| {
            tokio::task::yield_now().await;
            Ok(())
        })
        .await;
    is_misuse(&awaiting, "awaited something else");
    goes_on(&store).await;
}

#[tokio::test]
async fn the_last_handle_may_go_with_a_closure() {
    /// Tells whether it goes while its thread panics.
    struct Sentinel(mpsc::Sender<bool>);
    impl Drop for Sentinel {
        fn drop(&mut self) {
            let _ = self.0.send(std::thread::panicking());
        }
    }
    let bed = Bed::sqlite();
    let store = bed.store().await;
    let (release, released) = mpsc::channel();
    let released = Mutex::new(released);
    let (sentinel, gone) = mpsc::channel();
    let last = (store.clone(), Sentinel(sentinel));
    let mut blocking = Box::pin(store.write(Class::Interactive, async move |_: &Tx| {
        released.lock().unwrap().recv().unwrap();
        Ok::<_, Error>(())
    }));
    assert!(queued(&mut blocking));
    let mut write = Box::pin(store.write(Class::Interactive, async move |_: &Tx| {
        let _last = &last;
        Ok::<_, Error>(())
    }));
    assert!(queued(&mut write));
    drop((blocking, write));
    drop(store);
    release.send(()).unwrap();
    assert!(!gone.recv().unwrap(), "the writer waited for itself");
    assert_eq!(count(&bed.open()).await, 0);
}

/// The connection of a statement that outlives its closure must not come back with an open
/// transaction: the next user would commit what was refused.
#[tokio::test]
async fn a_statement_left_behind_takes_its_connection_with_it() {
    let bed = Bed::postgres().await;
    let store = bed.store_with(RealClock::shared(), |c| c.pool_size = 1).await;
    type Left = Pin<Box<dyn Future<Output = ()> + Send>>;
    let left: Arc<Mutex<Option<Left>>> = Arc::default();
    let slot = left.clone();
    let result = store
        .write(Class::Interactive, async move |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            let tx = tx.clone();
            let mut statement: Left = Box::pin(async move {
                let _ = tx.all::<(i64,)>(&DELAY, &[]).await;
            });
            assert!(queued(&mut statement));
            *slot.lock().unwrap() = Some(statement);
            Ok::<_, Error>(())
        })
        .await;
    is_misuse(&result, "left a statement running");
    let statement = left.lock().unwrap().take().unwrap();
    statement.await;
    goes_on(&store).await;
}

/// When a statement fails after its future was dropped, nobody sees the error, and the server
/// answers COMMIT with a rollback that looks like a success.
#[tokio::test]
async fn a_dropped_statement_spoils_its_transaction() {
    let bed = Bed::postgres().await;
    let store = bed.store().await;
    assert_eq!(store.dialect(), Dialect::Postgres);
    let result = store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            // Prepared, so that the first poll sends it.
            tx.all::<(i64,)>(&FAIL_FOR, &args![2]).await?;
            let arguments = args![1];
            let mut statement = Box::pin(tx.all::<(i64,)>(&FAIL_FOR, &arguments));
            assert!(queued(&mut statement));
            drop(statement);
            Ok::<_, Error>(())
        })
        .await;
    assert!(result.is_err(), "an acknowledged write is lost: {result:?}");
    goes_on(&store).await;
    let raw = Raw::connect(&bed).await;
    let idle = "select count(*) from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'";
    raw.until(idle, 0).await;
}

//! Who waits for whom: groups on SQLite, shares of the pool on PostgreSQL.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use domain::Timestamp;
use futures_util::future::{join_all, poll_immediate};
use store::{Class, Error, Result, Store, Tx, args};
use testkit::clock::FakeClock;
use tokio::sync::{Semaphore, watch};

use crate::bed::{Bed, Hold, INSERT, Log, RealClock, count, ids, queued};

type Write<'a> = Pin<Box<dyn Future<Output = Result<()>> + Send + 'a>>;

/// A store whose groups never end by time, and its file.
async fn timeless(bed: &Bed) -> (Store, FakeClock, String) {
    let clock = FakeClock::new(Timestamp::from_millis(1_700_000_000_000));
    let store = bed.store_with(clock.shared(), |_| ()).await;
    let path = bed.url().replace("sqlite://", "");
    (store, clock, path)
}

/// How many rows somebody else sees.
fn visible(path: &str) -> i64 {
    rusqlite::Connection::open(path)
        .and_then(|c| c.query_row("select count(*) from things", [], |row| row.get(0)))
        .unwrap()
}

/// A write that notes how many rows were there before its group.
fn noting<'a>(
    store: &'a Store,
    class: Class,
    n: i64,
    path: &str,
    log: &Log<(i64, i64)>,
) -> Write<'a> {
    let (path, log) = (path.to_owned(), log.clone());
    let mut write: Write<'a> = Box::pin(store.write(class, async move |tx: &Tx| {
        log.push((n, visible(&path)));
        tx.exec(&INSERT, &args![n, n]).await.map(drop)
    }));
    assert!(queued(&mut write));
    write
}

#[tokio::test]
async fn writes_that_wait_share_one_commit() {
    let bed = Bed::sqlite();
    let (store, _clock, path) = timeless(&bed).await;
    let log = Log::new();
    let hold = Hold::writer(&store).await;
    let writes: Vec<_> =
        (0..600).map(|n| noting(&store, Class::Interactive, n, &path, &log)).collect();
    hold.let_go().await;
    for result in join_all(writes).await {
        result.unwrap();
    }
    // The one that was held and 511 more, then the rest.
    let seen: Vec<i64> = log.all().iter().map(|(_, seen)| *seen).collect();
    assert_eq!(seen, [vec![0; 511], vec![511; 89]].concat());
    assert_eq!(ids(&store).await, (0..600).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_group_closes_after_two_milliseconds() {
    let bed = Bed::sqlite();
    let (store, clock, path) = timeless(&bed).await;
    let log = Log::new();
    let hold = Hold::writer(&store).await;
    let mut writes = vec![noting(&store, Class::Interactive, 1, &path, &log)];
    let (slow, noted, file) = (clock.clone(), log.clone(), path.clone());
    let mut write: Write<'_> = Box::pin(store.write(Class::Interactive, async move |tx: &Tx| {
        slow.advance(Duration::from_millis(2));
        noted.push((2, visible(&file)));
        tx.exec(&INSERT, &args![2, 2]).await.map(drop)
    }));
    assert!(queued(&mut write));
    writes.push(write);
    writes.push(noting(&store, Class::Interactive, 3, &path, &log));
    hold.let_go().await;
    for result in join_all(writes).await {
        result.unwrap();
    }
    assert_eq!(log.all(), [(1, 0), (2, 0), (3, 2)]);
}

#[tokio::test]
async fn bulk_stands_behind_everything_interactive() {
    let bed = Bed::sqlite();
    let (store, _clock, path) = timeless(&bed).await;
    let log = Log::new();
    let hold = Hold::writer(&store).await;
    let bulk = (1..=3).map(|n| noting(&store, Class::Bulk, n, &path, &log));
    let mut writes: Vec<_> = bulk.collect();
    writes.extend((4..=6).map(|n| noting(&store, Class::Interactive, n, &path, &log)));
    hold.let_go().await;
    for result in join_all(writes).await {
        result.unwrap();
    }
    // The interactive ones in one group, the bulk ones each in one of its own.
    let expected = [(4, 0), (5, 0), (6, 0), (1, 3), (2, 4), (3, 5)];
    assert_eq!(log.all(), expected);
}

#[tokio::test]
async fn a_full_queue_says_busy_at_once() {
    let bed = Bed::sqlite();
    let store = bed
        .store_with(RealClock::shared(), |config| {
            config.queue_interactive = 3;
            config.queue_bulk = 1;
        })
        .await;
    let hold = Hold::writer(&store).await;
    let log = Log::new();
    let path = bed.url().replace("sqlite://", "");
    let mut writes: Vec<_> =
        (0..3).map(|n| noting(&store, Class::Interactive, n, &path, &log)).collect();
    writes.push(noting(&store, Class::Bulk, 3, &path, &log));
    for class in [Class::Interactive, Class::Bulk] {
        let write = store.write(class, async |tx: &Tx| tx.exec(&INSERT, &args![9, 9]).await);
        let refused = poll_immediate(write).await;
        assert!(matches!(refused, Some(Err(Error::Busy))), "{refused:?}");
    }
    // Readers have a queue of their own.
    assert_eq!(count(&store).await, 0);
    hold.let_go().await;
    for result in join_all(writes).await {
        result.unwrap();
    }
    assert_eq!(ids(&store).await, [0, 1, 2, 3]);
}

#[tokio::test]
async fn one_that_misbehaves_spoils_nothing_for_its_group() {
    let bed = Bed::sqlite();
    let (store, _clock, path) = timeless(&bed).await;
    let log = Log::new();
    let hold = Hold::writer(&store).await;
    let mut good = vec![noting(&store, Class::Interactive, 1, &path, &log)];
    let mut bad: Vec<Write<'_>> = vec![
        Box::pin(store.write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![10, 1]).await?;
            panic!("as planned")
        })),
        Box::pin(store.write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![11, 1]).await?;
            tokio::task::yield_now().await;
            Ok(())
        })),
        Box::pin(store.write(Class::Interactive, async |tx: &Tx| {
            tx.exec(&INSERT, &args![12, 1]).await?;
            let _ = tx.exec(&INSERT, &args![1, 1]).await;
            Ok(())
        })),
    ];
    assert!(bad.iter_mut().all(queued));
    good.push(noting(&store, Class::Interactive, 2, &path, &log));
    hold.let_go().await;
    for result in join_all(good).await {
        result.unwrap();
    }
    for result in join_all(bad).await {
        assert!(matches!(result, Err(Error::Misuse(_))), "{result:?}");
    }
    assert_eq!(log.all(), [(1, 0), (2, 0)], "they shared the commit");
    assert_eq!(ids(&store).await, [1, 2]);
}

#[tokio::test]
async fn a_write_that_nobody_waits_for_does_not_run() {
    let store = Bed::sqlite().store().await;
    let hold = Hold::writer(&store).await;
    let mut write = Box::pin(store.execute(&INSERT, args![1, 1].to_vec()));
    assert!(queued(&mut write));
    drop(write);
    hold.let_go().await;
    store.execute(&INSERT, args![2, 2].to_vec()).await.unwrap();
    assert_eq!(ids(&store).await, [2]);
}

/// A write on PostgreSQL that counts itself in and stays until it is let go.
async fn stay(
    store: &Store,
    class: Class,
    begun: &Arc<Semaphore>,
    go: &watch::Receiver<bool>,
) -> Result<()> {
    let (begun, go) = (begun.clone(), go.clone());
    store
        .write(class, async move |_: &Tx| {
            begun.add_permits(1);
            go.clone().wait_for(|go| *go).await.unwrap();
            Ok(())
        })
        .await
}

#[tokio::test]
async fn bulk_leaves_connections_for_others() {
    let bed = Bed::postgres().await;
    let store = bed.store_with(RealClock::shared(), |c| c.pool_size = 4).await;
    let (release, go) = watch::channel(false);
    let begun = Arc::new(Semaphore::new(0));
    let bulk = join_all((0..4).map(|_| stay(&store, Class::Bulk, &begun, &go)));
    let others = async {
        begun.acquire().await.unwrap().forget();
        for n in 0..20 {
            store.execute(&INSERT, args![n, n].to_vec()).await.unwrap();
        }
        assert_eq!(begun.available_permits(), 0, "one bulk write at a time");
        release.send(true).unwrap();
    };
    let (bulk, ()) = tokio::join!(bulk, others);
    for result in bulk {
        result.unwrap();
    }
    assert_eq!(begun.available_permits(), 3, "each had its turn");
}

#[tokio::test]
async fn a_bounded_number_waits_for_connections() {
    let bed = Bed::postgres().await;
    let store = bed
        .store_with(RealClock::shared(), |config| {
            config.pool_size = 1;
            config.queue_interactive = 2;
        })
        .await;
    let (release, go) = watch::channel(false);
    let begun = Arc::new(Semaphore::new(0));
    let calls = join_all((0..3).map(|_| stay(&store, Class::Interactive, &begun, &go)));
    let late = async {
        begun.acquire().await.unwrap().forget();
        let refused = poll_immediate(store.execute(&INSERT, args![1, 1].to_vec())).await;
        assert!(matches!(refused, Some(Err(Error::Busy))), "{refused:?}");
        release.send(true).unwrap();
    };
    let (calls, ()) = tokio::join!(calls, late);
    for result in calls {
        result.unwrap();
    }
    store.execute(&INSERT, args![1, 1].to_vec()).await.unwrap();
}

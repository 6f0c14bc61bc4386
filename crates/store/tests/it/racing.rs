//! Racing callers: what a write decides on holds when it commits.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use futures_util::future::join_all;
use store::{Class, Error, Statement, Store, Tx, args, statements};
use tokio::sync::{Barrier, Notify};

use crate::bed::{Bed, FIND, Happened, INSERT, Raw, RealClock, TENANT, UPDATE, frame, happen};

statements! {
    MOVE_ON = "update things set n = $3 where id = $1 and n = $2";
    CLAIM = "insert into things (id, n) values ($1, $2) on conflict (id) do nothing";
}

/// Fails as a serialisation failure does, and counts in a sequence, which no rollback undoes.
static IN_THE_WAY: Statement = Statement::new("in the way", "select 1", "select in_the_way()");

on_both!(
    of_racing_compare_and_sets_one_wins,
    nothing_is_lost_when_rows_are_locked_first,
    of_racing_claims_one_wins,
);

async fn with_row(bed: &Bed) -> Store {
    let store = bed.store_with(RealClock::shared(), |c| c.pool_size = 16).await;
    store.execute(&INSERT, args![1, 0].to_vec()).await.unwrap();
    store
}

async fn value(store: &Store, id: i64) -> i64 {
    store.one::<(i64,)>(&FIND, &args![id]).await.unwrap().0
}

async fn of_racing_compare_and_sets_one_wins(bed: Bed) {
    let store = with_row(&bed).await;
    let mut at = 0;
    for writers in [2, 4, 8, 16] {
        let from = at;
        let races = (1..=writers).map(|n| {
            store.write(Class::Interactive, async move |tx: &Tx| {
                // All have looked before any has written.
                let (seen,): (i64,) = tx.one(&FIND, &args![1]).await?;
                let changed = tx.exec(&MOVE_ON, &args![1, seen, from + n]).await?;
                Ok::<_, Error>((seen == from && changed == 1).then_some(from + n))
            })
        });
        let won: Vec<i64> = join_all(races).await.into_iter().filter_map(Result::unwrap).collect();
        let [winner] = won[..] else {
            panic!("{writers} writers: {won:?}");
        };
        // Those who came later started from what they saw, so the row may have moved on.
        assert!((from + 1..=from + writers).contains(&winner));
        at = value(&store, 1).await;
    }
}

async fn nothing_is_lost_when_rows_are_locked_first(bed: Bed) {
    let store = with_row(&bed).await;
    let mut expected = 0;
    for writers in [2, 4, 8, 16] {
        let races = (0..writers * 4).map(|_| {
            store.write(Class::Interactive, async |tx: &Tx| {
                let row: Option<(i64,)> = tx.one_for_update(&FIND, &args![1]).await?;
                let (n,) = row.ok_or(Error::NotFound)?;
                tx.exec(&UPDATE, &args![1, n + 1]).await
            })
        });
        for result in join_all(races).await {
            assert_eq!(result.unwrap(), 1);
        }
        expected += writers * 4;
        assert_eq!(value(&store, 1).await, expected);
    }
}

async fn of_racing_claims_one_wins(bed: Bed) {
    let store = with_row(&bed).await;
    for writers in [2, 4, 8, 16] {
        let id = 100 + writers;
        let races = (0..writers).map(|n| store.execute(&CLAIM, args![id, n].to_vec()));
        let won: u64 = join_all(races).await.into_iter().map(Result::unwrap).sum();
        assert_eq!(won, 1);
    }
}

#[tokio::test]
async fn a_deadlock_is_resolved_and_both_succeed() {
    let bed = Bed::postgres().await;
    let store = with_row(&bed).await;
    store.execute(&INSERT, args![2, 0].to_vec()).await.unwrap();
    let (meeting, attempts) = (Arc::new(Barrier::new(2)), Arc::new(AtomicUsize::new(0)));
    let winner = Arc::new(Notify::new());
    let cross = async |first: i64, second: i64| {
        let (meeting, attempts) = (meeting.clone(), attempts.clone());
        let (mine, other) = (AtomicUsize::new(0), winner.clone());
        let write = store.write(Class::Interactive, async move |tx: &Tx| {
            attempts.fetch_add(1, Ordering::SeqCst);
            let again = mine.fetch_add(1, Ordering::SeqCst) > 0;
            if again {
                // Else it could take its first row before the other wakes, and meet it again.
                other.notified().await;
            }
            let (n,): (i64,) = tx.one_for_update(&FIND, &args![first]).await?.unwrap();
            tx.exec(&UPDATE, &args![first, n + 1]).await?;
            if !again {
                // Both hold their first row.
                meeting.wait().await;
            }
            let (n,): (i64,) = tx.one_for_update(&FIND, &args![second]).await?.unwrap();
            tx.exec(&UPDATE, &args![second, n + 1]).await
        });
        let changed = write.await;
        winner.notify_one();
        changed
    };
    let (one, other) = tokio::join!(cross(1, 2), cross(2, 1));
    assert_eq!((one.unwrap(), other.unwrap()), (1, 1));
    assert_eq!((value(&store, 1).await, value(&store, 2).await), (2, 2));
    assert_eq!(attempts.load(Ordering::SeqCst), 3, "one of them was repeated");
}

#[tokio::test]
async fn a_write_is_tried_three_times_at_most() {
    let bed = Bed::postgres().await;
    let store = with_row(&bed).await;
    let raw = Raw::connect(&bed).await;
    raw.run(
        "create sequence times;
         create function in_the_way() returns bigint language plpgsql as $$ begin
            perform nextval('times');
            raise exception 'in the way' using errcode = '40001';
         end $$",
    )
    .await;
    let attempts = Arc::new(AtomicUsize::new(0));
    let counted = attempts.clone();
    let result = store
        .write(Class::Interactive, async move |tx: &Tx| {
            counted.fetch_add(1, Ordering::SeqCst);
            tx.exec(&INSERT, &args![7, 7]).await?;
            tx.all::<(i64,)>(&IN_THE_WAY, &[]).await
        })
        .await;
    assert!(matches!(result, Err(Error::Conflict)), "{result:?}");
    assert_eq!(attempts.load(Ordering::SeqCst), 3);
    let result = store.execute(&IN_THE_WAY, vec![]).await;
    assert!(matches!(result, Err(Error::Conflict)), "{result:?}");
    assert_eq!(raw.number("select last_value from times").await, 6);
    happen(&store, 8, &["t"]).await.unwrap();
    assert_eq!(store.maybe::<(i64,)>(&FIND, &args![7]).await.unwrap(), None);
}

/// The flush locks topics in byte order, whatever the order of the frames.
#[tokio::test]
async fn commits_to_the_same_topics_do_not_deadlock() {
    let bed = Bed::postgres().await;
    let store = with_row(&bed).await;
    let names: Vec<String> = (0..12).map(|n| format!("t:{}", (b'a' + n) as char)).collect();
    let attempts = Arc::new(AtomicUsize::new(0));
    let writes = (0..96).map(|n: usize| {
        let mut names = names.clone();
        names.rotate_left(n % 12);
        if n.is_multiple_of(2) {
            names.reverse();
        }
        let attempts = attempts.clone();
        store.write(Class::Interactive, async move |tx: &Tx| {
            attempts.fetch_add(1, Ordering::SeqCst);
            let frames = names.iter().map(|name| frame(name, 0)).collect();
            tx.emit(TENANT, &Happened { n: 0 }, frames)
        })
    });
    for result in join_all(writes).await {
        result.unwrap();
    }
    assert_eq!(attempts.load(Ordering::SeqCst), 96, "some were repeated");
    let raw = Raw::connect(&bed).await;
    assert_eq!(raw.number("select count(*) from event_topics").await, 96 * 12);
}

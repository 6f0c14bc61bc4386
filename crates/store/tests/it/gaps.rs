//! The reader's rule for positions that are missing: PostgreSQL gives them out before COMMIT.

use std::sync::Arc;

use futures_util::future::join_all;
use store::{Class, Error, JournalReader, Store, Tx, args};
use tokio::sync::watch;

use crate::bed::{Bed, INSERT, Patience, Raw, happen, positions};

async fn read(reader: &mut JournalReader, store: &Store) -> Vec<i64> {
    let events = reader.read(store, &["tests.happened"], 1_000).await.unwrap();
    events.iter().map(|event| event.pos).collect()
}

/// Reads until something comes. Transactions of other tests on this server, which are older than
/// the gap, have to end as well before it is passed over.
async fn reads(reader: &mut JournalReader, store: &Store) -> Vec<i64> {
    let patience = Patience::new();
    loop {
        let found = read(reader, store).await;
        if !found.is_empty() {
            return found;
        }
        patience.pause("an event").await;
    }
}

/// Reads as often as it takes to be sure that nothing comes.
async fn reads_nothing(reader: &mut JournalReader, store: &Store) {
    for _ in 0..5 {
        assert_eq!(read(reader, store).await, [0; 0]);
        assert!(reader.waits_for_gap());
    }
}

#[tokio::test]
async fn a_reader_stops_at_a_gap_and_then_gets_both_in_order() {
    let bed = Bed::postgres().await;
    let store = bed.store().await;
    let slow = Raw::connect(&bed).await;
    slow.run("begin").await;
    let missing = slow.take_position().await;
    happen(&store, 1, &["t"]).await.unwrap();

    let mut reader = JournalReader::new(0);
    reads_nothing(&mut reader, &store).await;
    slow.run("commit").await;
    assert_eq!(read(&mut reader, &store).await, [missing, missing + 1]);
    assert!(!reader.waits_for_gap());
}

#[tokio::test]
async fn a_position_that_was_rolled_back_is_passed_over() {
    let bed = Bed::postgres().await;
    let store = bed.store().await;
    let slow = Raw::connect(&bed).await;
    slow.run("begin").await;
    let missing = slow.take_position().await;
    happen(&store, 1, &["t"]).await.unwrap();

    let mut reader = JournalReader::new(0);
    reads_nothing(&mut reader, &store).await;
    slow.run("rollback").await;
    assert_eq!(reads(&mut reader, &store).await, [missing + 1]);
    assert!(!reader.waits_for_gap());
    // A fresh reader cannot know: it waits first, and passes then.
    let mut fresh = JournalReader::new(0);
    assert_eq!(read(&mut fresh, &store).await, [0; 0]);
    assert_eq!(reads(&mut fresh, &store).await, [missing + 1]);
    happen(&store, 2, &["t"]).await.unwrap();
    assert_eq!(read(&mut fresh, &store).await, [missing + 2]);
}

/// The snapshot's xmax is one above the highest transaction that has *ended*. Whoever holds the gap
/// may have a higher number than everybody who has ended, and then xmin is as high as that xmax.
#[tokio::test]
async fn the_holder_of_a_gap_may_be_younger_than_all_that_has_ended() {
    let bed = Bed::private_postgres().await;
    let store = bed.store().await;
    let (older, younger) = (Raw::connect(&bed).await, Raw::connect(&bed).await);
    let number = "select pg_current_xact_id()::text::bigint";
    older.run("begin").await;
    let old = older.number(number).await;
    younger.run("begin").await;
    assert!(younger.number(number).await > old);
    let first = younger.take_position().await;
    let second = older.take_position().await;
    assert!(first < second);
    older.run("commit").await;
    let xmin = "select pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    let xmax = "select pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
    let fresh = Raw::connect(&bed).await;
    assert_eq!(fresh.number(xmin).await, fresh.number(xmax).await, "the trap is set");

    let mut reader = JournalReader::new(0);
    reads_nothing(&mut reader, &store).await;
    younger.run("commit").await;
    assert_eq!(read(&mut reader, &store).await, [first, second]);
}

/// A gap above the one that was waited for has to be waited for anew.
#[tokio::test]
async fn each_gap_is_waited_for() {
    let bed = Bed::postgres().await;
    let store = bed.store().await;
    let (one, two) = (Raw::connect(&bed).await, Raw::connect(&bed).await);
    one.run("begin").await;
    let first = one.take_position().await;
    happen(&store, 1, &[]).await.unwrap();
    let mut reader = JournalReader::new(0);
    reads_nothing(&mut reader, &store).await;
    two.run("begin").await;
    let second = two.take_position().await;
    happen(&store, 2, &[]).await.unwrap();
    one.run("rollback").await;
    // What lay below the first horizon is settled, what came later is not.
    assert_eq!(reads(&mut reader, &store).await, [first + 1]);
    reads_nothing(&mut reader, &store).await;
    two.run("commit").await;
    assert_eq!(read(&mut reader, &store).await, [second, second + 1]);
}

/// A flush that waits for its topics has no position yet: it is in nobody's way.
#[tokio::test]
async fn who_waits_for_a_topic_holds_no_position() {
    let bed = Bed::postgres().await;
    let store = bed.store().await;
    happen(&store, 1, &["busy"]).await.unwrap();
    let holder = Raw::connect(&bed).await;
    holder.run("begin; select * from topics for update").await;
    let waits = happen(&store, 2, &["busy"]);
    let others = async {
        let raw = Raw::connect(&bed).await;
        raw.until_somebody_waits().await;
        let mut reader = JournalReader::new(0);
        for n in 10..15 {
            happen(&store, n, &["free"]).await.unwrap();
            assert_eq!(read(&mut reader, &store).await.len(), if n == 10 { 2 } else { 1 });
            assert!(!reader.waits_for_gap());
        }
        holder.run("commit").await;
        reader
    };
    let (waited, mut reader) = tokio::join!(waits, others);
    waited.unwrap();
    assert_eq!(read(&mut reader, &store).await.len(), 1);
}

/// Writers, rolled back transactions and one reader, all at once: it sees everything once, in
/// order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_missed_under_concurrency() {
    const WRITERS: i64 = 6;
    const EACH: i64 = 40;
    let bed = Arc::new(Bed::postgres().await);
    let store = bed.store().await;
    let (finished, end) = watch::channel(false);
    let writers = join_all((0..WRITERS).map(|writer| {
        let store = store.clone();
        async move {
            for n in writer * EACH..(writer + 1) * EACH {
                let topics: &[&str] = if n % 3 == 0 { &["t"] } else { &[] };
                happen(&store, n, topics).await.unwrap();
            }
        }
    }));
    let vandals = join_all((0..2).map(|_| {
        let bed = bed.clone();
        async move {
            let raw = Raw::connect(&bed).await;
            for n in 0..60 {
                raw.run("begin").await;
                raw.take_position().await;
                raw.run(if n % 4 == 0 { "commit" } else { "rollback" }).await;
            }
        }
    }));
    let reading = tokio::task::JoinSet::from_iter([{
        let (store, end) = (store.clone(), end);
        async move {
            let (mut reader, mut seen) = (JournalReader::new(0), Vec::new());
            let patience = Patience::new();
            loop {
                let ended = *end.borrow();
                let events = read(&mut reader, &store).await;
                if ended && events.is_empty() && !reader.waits_for_gap() {
                    return seen;
                }
                if events.is_empty() {
                    patience.pause("the end").await;
                }
                seen.extend(events);
            }
        }
    }]);
    tokio::join!(writers, vandals);
    finished.send(true).unwrap();
    let seen = reading.join_all().await.pop().unwrap();
    assert_eq!(seen.len(), usize::try_from(WRITERS * EACH).unwrap() + 2 * 15);
    assert_eq!(seen, positions(&store).await);
}

/// A long reader does not hold up others, and a write that wrote no event leaves no gap.
#[tokio::test]
async fn writes_without_events_are_in_nobodys_way() {
    let bed = Bed::postgres().await;
    let store = bed.store().await;
    let other = store.clone();
    store
        .write(Class::Interactive, async move |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            happen(&other, 2, &["t"]).await?;
            let mut reader = JournalReader::new(0);
            assert_eq!(read(&mut reader, &other).await.len(), 1);
            Ok::<_, Error>(())
        })
        .await
        .unwrap();
}

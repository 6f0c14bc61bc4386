//! What the journal forgets, and what it must not.

use std::time::Duration;

use domain::Timestamp;
use futures_util::future::join_all;
use store::{Class, Error, Retention, Store, Swept, TopicHead, Tx, args, statements};
use testkit::clock::FakeClock;

use crate::bed::{Bed, Happened, Raw, TENANT, frame, frames, happen, positions, topic};

statements! {
    CURSOR = "insert into reactions (name, pos, failing_pos, attempts) values ($1, $2, 0, 0)";
    MOVE_CURSOR = "update reactions set pos = $2 where name = $1";
    HEADS = "select topic, seq, first_kept from topics order by topic";
}

on_both!(
    old_frames_and_events_go,
    a_topic_keeps_so_many_frames,
    nothing_goes_that_a_reaction_has_not_seen,
    numbers_go_on_after_everything_was_forgotten,
    much_goes_in_small_transactions,
    a_sweep_and_writers_do_not_disturb_each_other,
);

const HOUR: Duration = Duration::from_secs(3_600);

const fn keeping(keep: Duration, frames_per_topic: u64) -> Retention {
    Retention { keep, frames_per_topic }
}

async fn store(bed: &Bed) -> (Store, FakeClock) {
    let clock = FakeClock::new(Timestamp::from_millis(1_700_000_000_000));
    (bed.store_with(clock.shared(), |_| ()).await, clock)
}

async fn head(store: &Store, name: &str) -> (u64, u64) {
    let name = topic(name);
    let head: TopicHead =
        store.read(async move |tx: &Tx| tx.topic_head(TENANT, &name).await).await.unwrap();
    (head.seq, head.first_kept)
}

async fn seqs(store: &Store, name: &str) -> Vec<u64> {
    frames(store, name).await.iter().map(|frame| frame.seq).collect()
}

async fn old_frames_and_events_go(bed: Bed) {
    let (store, clock) = store(&bed).await;
    for n in 1..=3 {
        happen(&store, n, &["t", "u"]).await.unwrap();
        happen(&store, n + 100, &[]).await.unwrap();
        clock.advance(HOUR);
    }
    // Now the first are three hours old, the last one hour.
    let swept = keeping(2 * HOUR, 1_000).sweep(&store).await.unwrap();
    assert_eq!(swept, Swept { frames: 2, events: 2 });
    for name in ["t", "u"] {
        assert_eq!(seqs(&store, name).await, [2, 3]);
        assert_eq!(head(&store, name).await, (3, 2));
    }
    assert_eq!(positions(&store).await.len(), 4);
    let again = keeping(2 * HOUR, 1_000).sweep(&store).await.unwrap();
    assert_eq!(again, Swept::default());
}

async fn a_topic_keeps_so_many_frames(bed: Bed) {
    let (store, _clock) = store(&bed).await;
    for n in 1..=10 {
        let topics: &[&str] = if n % 2 == 0 { &["t", "u"] } else { &["t"] };
        happen(&store, n, topics).await.unwrap();
    }
    let swept = keeping(HOUR, 6).sweep(&store).await.unwrap();
    // Young events stay, though nobody can see them any more.
    assert_eq!(swept, Swept { frames: 4, events: 0 });
    assert_eq!(seqs(&store, "t").await, [5, 6, 7, 8, 9, 10]);
    assert_eq!((head(&store, "t").await, head(&store, "u").await), ((10, 5), (5, 1)));
}

async fn nothing_goes_that_a_reaction_has_not_seen(bed: Bed) {
    let (store, clock) = store(&bed).await;
    for n in 1..=6 {
        happen(&store, n, &["t"]).await.unwrap();
    }
    let places = positions(&store).await;
    for (name, pos) in [("fast", places[5]), ("slow", places[1])] {
        store.execute(&CURSOR, args![name, pos].to_vec()).await.unwrap();
    }
    clock.advance(10 * HOUR);
    for _ in 0..2 {
        keeping(HOUR, 1).sweep(&store).await.unwrap();
        assert_eq!(positions(&store).await, places[2..]);
        assert_eq!(seqs(&store, "t").await, [3, 4, 5, 6]);
        assert_eq!(head(&store, "t").await, (6, 3));
    }
    store.execute(&MOVE_CURSOR, args!["slow", places[3]].to_vec()).await.unwrap();
    // By number alone: the one that stays longest is behind both cursors' minimum.
    let swept = keeping(100 * HOUR, 1).sweep(&store).await.unwrap();
    assert_eq!(swept, Swept { frames: 2, events: 0 });
    assert_eq!(head(&store, "t").await, (6, 5));
}

async fn numbers_go_on_after_everything_was_forgotten(bed: Bed) {
    let (store, clock) = store(&bed).await;
    for n in 1..=4 {
        happen(&store, n, &["t"]).await.unwrap();
    }
    let last = *positions(&store).await.last().unwrap();
    clock.advance(HOUR);
    keeping(Duration::ZERO, 1_000).sweep(&store).await.unwrap();
    assert_eq!(positions(&store).await, [0; 0]);
    assert_eq!(head(&store, "t").await, (4, 5));
    happen(&store, 5, &["t"]).await.unwrap();
    assert_eq!(seqs(&store, "t").await, [5]);
    assert_eq!(head(&store, "t").await, (5, 5));
    assert!(positions(&store).await[0] > last, "no position is given out twice");
}

async fn much_goes_in_small_transactions(bed: Bed) {
    const MANY: i64 = 1_300;
    let (store, clock) = store(&bed).await;
    for name in ["long", "old"] {
        store
            .write(Class::Bulk, async move |tx: &Tx| {
                for n in 0..MANY {
                    tx.emit(TENANT, &Happened { n }, vec![frame(name, n)])?;
                }
                Ok::<_, Error>(())
            })
            .await
            .unwrap();
        if name == "long" {
            let swept = keeping(HOUR, 10).sweep(&store).await.unwrap();
            assert_eq!(swept, Swept { frames: 1_290, events: 0 });
            clock.advance(2 * HOUR);
        }
    }
    clock.advance(2 * HOUR);
    let swept = keeping(HOUR, 5_000).sweep(&store).await.unwrap();
    assert_eq!(swept, Swept { frames: 1_310, events: 2_600 });
    assert_eq!(
        (head(&store, "long").await, head(&store, "old").await),
        ((1_300, 1_301), (1_300, 1_301))
    );
}

async fn a_sweep_and_writers_do_not_disturb_each_other(bed: Bed) {
    let (store, clock) = store(&bed).await;
    let writers = join_all((0..4).map(|writer| {
        let (store, clock) = (store.clone(), clock.clone());
        async move {
            for n in writer * 30..(writer + 1) * 30 {
                happen(&store, n, &["a", "b"]).await.unwrap();
                clock.advance(Duration::from_millis(1));
            }
        }
    }));
    let sweeps = async {
        for _ in 0..40 {
            keeping(Duration::ZERO, 2).sweep(&store).await.unwrap();
        }
    };
    tokio::join!(writers, sweeps);
    let heads: Vec<(String, i64, i64)> = store.all(&HEADS, &[]).await.unwrap();
    assert_eq!(heads.len(), 2);
    for (name, seq, first_kept) in heads {
        assert_eq!(seq, 120);
        let kept: Vec<i64> =
            seqs(&store, &name).await.iter().map(|n| i64::try_from(*n).unwrap()).collect();
        assert_eq!(kept, (first_kept..=seq).collect::<Vec<_>>(), "{name}");
    }
}

/// A sweep that waits for a topic must not go by what it saw before.
#[tokio::test]
async fn a_frame_that_comes_while_a_sweep_waits_is_kept() {
    let bed = Bed::postgres().await;
    let (store, clock) = store(&bed).await;
    happen(&store, 1, &["t"]).await.unwrap();
    clock.advance(HOUR);
    let writer = Raw::connect(&bed).await;
    writer
        .run(
            "begin;
             update topics set seq = 2;
             insert into event_topics (tenant, topic, seq, pos, at, frame)
             select tenant, topic, 2, 2, at + 7200000, frame from event_topics",
        )
        .await;
    let sweep = keeping(Duration::ZERO, 1_000).sweep(&store);
    let ending = async {
        Raw::connect(&bed).await.until_somebody_waits().await;
        writer.run("commit").await;
    };
    let (swept, ()) = tokio::join!(sweep, ending);
    assert_eq!(swept.unwrap(), Swept { frames: 1, events: 1 });
    assert_eq!(seqs(&store, "t").await, [2]);
    assert_eq!(head(&store, "t").await, (2, 2));
}

//! The journal: numbers without gaps, positions in one order, frames after COMMIT.

use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
};

use futures_util::future::join_all;
use store::{Class, Commit, Error, JournalReader, Store, TopicHead, Tx, args, statements};

use crate::bed::{
    Bed, Dice, Happened, INSERT, Ignored, Log, TENANT, commits_of, count, frame, frames, happen,
    positions, topic,
};

statements! {
    PLACES = "select seq, pos from event_topics where topic = $1 order by seq";
}

on_both!(
    numbers_have_no_gaps_under_concurrency,
    a_rollback_leaves_no_gap,
    frames_are_handed_on_after_commit,
    one_commit_may_have_many_frames,
    events_need_no_topic,
    frames_are_read_in_both_directions,
    tenants_are_apart,
    heads_of_many_topics_are_read_at_once,
    an_epoch_belongs_to_a_database,
);

async fn places(store: &Store, name: &str) -> Vec<(i64, i64)> {
    store.all(&PLACES, &args![name]).await.unwrap()
}

/// One write with several events on random topics; every fifth is refused.
async fn random_write(store: &Store, n: i64) -> Result<(), Error> {
    store
        .write(Class::Interactive, async move |tx: &Tx| {
            let mut dice = Dice::new(u64::try_from(n).unwrap());
            tx.exec(&INSERT, &args![n, n]).await?;
            for _ in 0..=dice.below(2) {
                let topics = 0..dice.below(4);
                let frames = topics.map(|_| frame(&format!("t:{}", dice.below(3)), n)).collect();
                tx.emit(TENANT, &Happened { n }, frames)?;
            }
            match n % 5 {
                0 => Err(Error::NotFound),
                _ => Ok(()),
            }
        })
        .await
}

async fn numbers_have_no_gaps_under_concurrency(bed: Bed) {
    let store = bed.store().await;
    let commits = commits_of(&store);
    let writers = (0..8).map(|writer| {
        let store = store.clone();
        async move {
            for n in writer * 25..writer * 25 + 25 {
                assert_eq!(random_write(&store, n).await.is_ok(), n % 5 != 0);
            }
        }
    });
    join_all(writers).await;
    let mut told: HashMap<String, BTreeMap<u64, Arc<str>>> = HashMap::new();
    for commit in commits.all() {
        for frame in commit.frames {
            let topic = told.entry(frame.topic.to_string()).or_default();
            assert!(topic.insert(frame.seq, frame.body).is_none(), "told twice");
        }
    }
    assert_eq!(told.len(), 3);
    for (name, told) in told {
        let places = places(&store, &name).await;
        let seqs: Vec<i64> = places.iter().map(|(seq, _)| *seq).collect();
        assert_eq!(seqs, (1..=i64::try_from(told.len()).unwrap()).collect::<Vec<_>>());
        assert!(places.is_sorted_by_key(|(_, pos)| *pos), "{places:?}");
        let kept: BTreeMap<u64, Arc<str>> =
            frames(&store, &name).await.into_iter().map(|frame| (frame.seq, frame.body)).collect();
        assert_eq!(kept, told);
    }
    let positions = positions(&store).await;
    assert!(positions.is_sorted_by(|one, next| one < next));
    assert_eq!(*store.newest_pos().borrow(), *positions.last().unwrap());
    let mut reader = JournalReader::new(0);
    let read = reader.read(&store, &["tests.happened"], 10_000).await.unwrap();
    assert_eq!(read.iter().map(|e| e.pos).collect::<Vec<_>>(), positions);
}

async fn a_rollback_leaves_no_gap(bed: Bed) {
    let store = bed.store().await;
    happen(&store, 1, &["t"]).await.unwrap();
    for _ in 0..3 {
        let refused: Result<(), _> = store
            .write(Class::Interactive, async |tx: &Tx| {
                tx.emit(TENANT, &Happened { n: 0 }, vec![frame("t", 0), frame("u", 0)])?;
                Err(Error::NotFound)
            })
            .await;
        assert!(refused.is_err());
        // The database refuses, after the event was emitted.
        assert!(happen(&store, 1, &["t", "u"]).await.is_err());
    }
    happen(&store, 2, &["u", "t"]).await.unwrap();
    let seqs = |frames: Vec<store::CommittedFrame>| {
        frames.iter().map(|frame| frame.seq).collect::<Vec<_>>()
    };
    assert_eq!(seqs(frames(&store, "t").await), [1, 2]);
    assert_eq!(seqs(frames(&store, "u").await), [1]);
}

async fn frames_are_handed_on_after_commit(bed: Bed) {
    let store = bed.store().await;
    let (other, runtime) = (bed.open(), tokio::runtime::Handle::current());
    let seen = Log::new();
    let log = seen.clone();
    store.on_commit(Arc::new(move |commit: Commit| {
        // Whoever is told can read it at once, on whatever node.
        let read = async { (count(&other).await, frames(&other, "t").await.len()) };
        let rows = tokio::task::block_in_place(|| runtime.block_on(read));
        log.push((rows, commit.frames[0].seq));
    }));
    for n in 1..=5 {
        happen(&store, n, &["t"]).await.unwrap();
    }
    let expected: Vec<_> = (1..=5).map(|n: u8| ((n.into(), n.into()), n.into())).collect();
    assert_eq!(seen.all(), expected);
}

async fn one_commit_may_have_many_frames(bed: Bed) {
    let store = bed.store().await;
    let commits = commits_of(&store);
    happen(&store, 1, &["b"]).await.unwrap();
    store
        .write(Class::Interactive, async |tx: &Tx| {
            tx.emit(TENANT, &Happened { n: 2 }, vec![frame("b", 20), frame("a", 21)])?;
            tx.emit(TENANT, &Ignored, vec![])?;
            let frames = vec![frame("b", 30), frame("b", 31), frame("a", 32)];
            tx.emit(TENANT, &Happened { n: 3 }, frames)
        })
        .await
        .unwrap();
    let told = commits.all().pop().unwrap();
    let told: Vec<_> =
        told.frames.iter().map(|frame| (frame.topic.as_str(), frame.seq, &*frame.body)).collect();
    let expected = [
        ("b", 2, r#"{"n":20}"#),
        ("a", 1, r#"{"n":21}"#),
        ("b", 3, r#"{"n":30}"#),
        ("b", 4, r#"{"n":31}"#),
        ("a", 2, r#"{"n":32}"#),
    ];
    assert_eq!(told, expected);
    let positions = positions(&store).await;
    let [_, two, ignored, three] = positions[..] else {
        panic!("{positions:?}");
    };
    assert_eq!(places(&store, "a").await, [(1, two), (2, three)]);
    assert_eq!(places(&store, "b").await[1..], [(2, two), (3, three), (4, three)]);
    let of_one =
        store.read(async move |tx: &Tx| tx.frames_between(ignored, three).await).await.unwrap();
    let of_one: Vec<_> = of_one.iter().map(|f| (f.topic.as_str(), f.seq)).collect();
    assert_eq!(of_one, [("a", 2), ("b", 3), ("b", 4)]);
}

async fn events_need_no_topic(bed: Bed) {
    let store = bed.store().await;
    let commits = commits_of(&store);
    let newest = store.newest_pos();
    happen(&store, 1, &[]).await.unwrap();
    store.execute(&INSERT, args![2, 2].to_vec()).await.unwrap();
    happen(&store, 3, &[]).await.unwrap();
    let told = commits.all();
    assert_eq!(told.len(), 2, "a commit without events is nobody's business");
    assert!(told.iter().all(|commit| commit.frames.is_empty()));
    assert_eq!(*newest.borrow(), told[1].pos);
    let mut reader = JournalReader::new(0);
    let events = reader.read(&store, &["tests.happened"], 10).await.unwrap();
    let bodies: Vec<i64> =
        events.iter().map(|event| event.decode::<Happened>().unwrap().unwrap().n).collect();
    assert_eq!(bodies, [1, 3]);
    assert_ne!(events[0].id, events[1].id);
    assert!(reader.read(&store, &[], 10).await.unwrap().is_empty());
    // Bodies only for those who ask.
    let unasked = JournalReader::new(0).read(&store, &["tests.ignored"], 10).await.unwrap();
    assert!(unasked.iter().all(|event| event.body.is_none()));
    assert!(unasked[0].decode::<Happened>().unwrap().is_none());
}

async fn frames_are_read_in_both_directions(bed: Bed) {
    let store = bed.store().await;
    for n in 1..=9 {
        happen(&store, n, &["t"]).await.unwrap();
    }
    let (head, after, before, none) = store
        .read(async |tx: &Tx| {
            let t = topic("t");
            Ok::<_, Error>((
                tx.topic_head(TENANT, &t).await?,
                tx.frames_after(TENANT, &t, 3, 2).await?,
                tx.frames_before(TENANT, &t, 4, 2).await?,
                tx.topic_head(TENANT, &topic("nothing")).await?,
            ))
        })
        .await
        .unwrap();
    let seqs =
        |frames: &[store::CommittedFrame]| frames.iter().map(|frame| frame.seq).collect::<Vec<_>>();
    assert_eq!((seqs(&after), seqs(&before)), (vec![4, 5], vec![3, 2]));
    assert_eq!((head.seq, head.first_kept), (9, 1));
    assert_eq!(none, TopicHead { seq: 0, first_kept: 1 });
}

async fn tenants_are_apart(bed: Bed) {
    let store = bed.store().await;
    let other = domain::TenantId::from_uuid(uuid::Uuid::from_u128(7));
    for tenant in [TENANT, other, TENANT] {
        store
            .write(Class::Interactive, async move |tx: &Tx| {
                tx.emit(tenant, &Happened { n: 1 }, vec![frame("t", 1)])
            })
            .await
            .unwrap();
    }
    let heads = store
        .read(async move |tx: &Tx| {
            let t = topic("t");
            let one = tx.topic_head(TENANT, &t).await?;
            let two = tx.topic_head(other, &t).await?;
            Ok::<_, Error>((one.seq, two.seq))
        })
        .await;
    assert_eq!(heads.unwrap(), (2, 1));
}

async fn heads_of_many_topics_are_read_at_once(bed: Bed) {
    let store = bed.store().await;
    let other = domain::TenantId::from_uuid(uuid::Uuid::from_u128(0xabcd_0000_1234));
    // More than one statement takes, and one topic with a longer history than the rest.
    let name = |number: i64| format!("t:{number}");
    for part in 0..3 {
        store
            .write(Class::Bulk, async move |tx: &Tx| {
                let frames = (part * 400..part * 400 + 400).map(|n| frame(&name(n), n)).collect();
                tx.emit(TENANT, &Happened { n: part }, frames)
            })
            .await
            .unwrap();
    }
    let before = store.read(async |tx: &Tx| tx.last_pos().await).await.unwrap();
    for tenant in [TENANT, TENANT, other] {
        let write = async move |tx: &Tx| {
            tx.emit(tenant, &Happened { n: 1 }, vec![frame("t:7", 1), frame("t:8", 1)])
        };
        store.write(Class::Interactive, write).await.unwrap();
    }
    let (mut all, mut last, none) = store
        .read(async move |tx: &Tx| {
            let mine = (0..1_200).map(|number| (TENANT, topic(&name(number))));
            let asked: Vec<_> = mine
                .chain([(other, topic("t:7")), (other, topic("t:9")), (TENANT, topic("nothing"))])
                .collect();
            let end = tx.last_pos().await?;
            let last = tx.heads_between(before, end).await?;
            Ok::<_, Error>((tx.topic_heads(&asked).await?, last, tx.topic_heads(&[]).await?))
        })
        .await
        .unwrap();
    assert_eq!(none, []);
    assert_eq!(all.len(), 1_201, "a topic without frames is left out");
    all.retain(|(_, _, seq)| *seq != 1);
    all.sort_unstable();
    assert_eq!(all, [(TENANT, topic("t:7"), 3), (TENANT, topic("t:8"), 3)]);
    last.sort_unstable();
    let mut expected = vec![
        (TENANT, topic("t:7"), 3),
        (TENANT, topic("t:8"), 3),
        (other, topic("t:7"), 1),
        (other, topic("t:8"), 1),
    ];
    expected.sort_unstable();
    assert_eq!(last, expected);
}

async fn an_epoch_belongs_to_a_database(bed: Bed) {
    let epoch = async |store: &Store| store.read(async |tx: &Tx| tx.epoch().await).await.unwrap();
    let first = epoch(&bed.store().await).await;
    assert_eq!(epoch(&bed.store().await).await, first);
    assert_eq!(first.len(), 36);
    let another = Bed::sqlite().store().await;
    assert_ne!(epoch(&another).await, first);
}

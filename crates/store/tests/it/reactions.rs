//! Reactions: every event once, in order, whoever runs them and however often they die.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use domain::{SharedClock, Timestamp};
use store::{
    Class, Dialect, Error, JournalEvent, Retention, Store, Tx, args,
    reactions::{HandlerError, Lagging, Reaction, Reactions, handler},
    statements,
};
use testkit::clock::FakeClock;
use tokio::{runtime::Runtime, sync::watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::bed::{
    Bed, Dice, Happened, Ignored, Log, Patience, Raw, RealClock, TENANT, happen, positions,
};

statements! {
    NEXT = "select count(*) from effects";
    EFFECT = "insert into effects (ord, n) values ($1, $2)";
    EFFECTS = "select n from effects order by ord";
    CURSOR = "select pos from reactions where name = 'tests.count'";
    BODIES = "select pos, body from events order by pos";
}

on_both!(
    effects_happen_once_and_in_order_whoever_dies,
    an_event_that_always_fails_is_buried,
    behind_a_dead_letter_all_is_seen,
    batches_are_as_long_as_their_time_allows,
    trouble_that_passes_does_not_count,
    a_panicking_handler_is_contained,
    events_of_no_interest_are_passed_over,
    an_idle_cursor_is_stored_in_the_end,
    caught_up_waits_and_gives_up,
    a_new_reaction_starts_at_the_end,
    a_new_reaction_starts_at_the_end_of_what_was_forgotten,
    stopping_finishes_what_is_in_hand,
);

/// Applies one event to the effects table.
async fn apply(tx: &Tx, event: &JournalEvent) -> Result<i64, Error> {
    let happened: Happened = event.decode()?.ok_or(Error::NotFound)?;
    let (ord,): (i64,) = tx.one(&NEXT, &[]).await?;
    tx.exec(&EFFECT, &args![ord, happened.n]).await?;
    Ok(happened.n)
}

/// A reaction that counts every event, and does first what it is told to.
fn counting<F>(before: F) -> Reaction
where
    F: Fn(&[i64]) -> Result<(), HandlerError> + Send + Sync + 'static,
{
    let before = Arc::new(before);
    let react = handler(move |tx, events: Arc<[JournalEvent]>| {
        let before = before.clone();
        async move {
            let mut batch = Vec::new();
            for event in events.iter() {
                batch.push(apply(&tx, event).await?);
            }
            before(&batch)
        }
    });
    Reaction { name: "tests.count", events: vec!["tests.happened"], handler: react }
}

/// One node that runs one reaction.
struct Node {
    reactions: Reactions,
    tracker: TaskTracker,
    stop: CancellationToken,
}

impl Node {
    async fn start(store: &Store, reaction: Reaction) -> Self {
        let reactions = Reactions::new(store.clone(), vec![reaction]);
        reactions.register().await.unwrap();
        let (tracker, stop) = (TaskTracker::new(), CancellationToken::new());
        reactions.start(&tracker, &stop);
        Self { reactions, tracker, stop }
    }

    async fn stop(self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }
}

async fn effects(store: &Store) -> Vec<i64> {
    let rows: Vec<(i64,)> = store.all(&EFFECTS, &[]).await.unwrap();
    rows.into_iter().map(|row| row.0).collect()
}

async fn cursor(store: &Store) -> i64 {
    store.one::<(i64,)>(&CURSOR, &[]).await.unwrap().0
}

async fn until<T, F: Future<Output = T>>(ask: impl Fn() -> F, enough: impl Fn(&T) -> bool) -> T {
    let patience = Patience::new();
    loop {
        let answer = ask().await;
        if enough(&answer) {
            return answer;
        }
        patience.pause("an answer").await;
    }
}

fn fake() -> FakeClock {
    FakeClock::new(Timestamp::from_millis(1_700_000_000_000))
}

/// Moves the clock on whenever somebody sleeps, while `work` is under way.
async fn while_time_passes<T>(clock: &FakeClock, work: impl Future<Output = T>) -> T {
    let passing = async {
        loop {
            clock.until_sleepers(1).await;
            clock.advance(Duration::from_millis(200));
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        answer = work => answer,
        () = passing => unreachable!("time passes for ever"),
    }
}

/// A node in a runtime of its own. Ending the runtime drops its tasks wherever they are, and its
/// connections with them, as a crash does.
fn crashing_node(bed: &Bed, clock: SharedClock) -> Runtime {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let config = bed.config();
    runtime.block_on(async {
        let store = Store::open(&config, clock).unwrap();
        let reactions = Reactions::new(store, vec![counting(|_| Ok(()))]);
        reactions.start(&TaskTracker::new(), &CancellationToken::new());
    });
    runtime
}

async fn effects_happen_once_and_in_order_whoever_dies(bed: Bed) {
    const EVENTS: i64 = 240;
    let bed = Arc::new(bed);
    let store = bed.store().await;
    Reactions::new(store.clone(), vec![counting(|_| Ok(()))]).register().await.unwrap();
    // The writer is never far ahead, so that every pair of nodes gets its share.
    let (allow, allowed) = watch::channel(0);
    let writing = async {
        for n in 0..EVENTS {
            allowed.clone().wait_for(|allowed| n < *allowed).await.unwrap();
            happen(&store, n, if n % 7 == 0 { &["t"] } else { &[] }).await.unwrap();
        }
    };
    let dying = async {
        let mut dice = Dice::new(42);
        let (mut reached, mut crashes) = (0, 0);
        while reached < EVENTS {
            allow.send_replace(reached + 20);
            let node = bed.clone();
            let nodes = tokio::task::spawn_blocking(move || {
                [(); 2].map(|()| crashing_node(&node, RealClock::shared()))
            });
            let nodes = nodes.await.unwrap();
            let wanted = (reached + 1 + i64::try_from(dice.below(19)).unwrap()).min(EVENTS);
            let done = || async { i64::try_from(effects(&store).await.len()).unwrap() };
            reached = until(done, |done| *done >= wanted).await;
            nodes.into_iter().for_each(Runtime::shutdown_background);
            crashes += 1;
        }
        allow.send_replace(EVENTS);
        crashes
    };
    let ((), crashes) = tokio::join!(writing, dying);
    assert!(crashes >= EVENTS / 20, "{crashes} crashes");
    // One that lives finds nothing left to do.
    let node = Node::start(&store, counting(|_| Ok(()))).await;
    let last = *positions(&store).await.last().unwrap();
    node.reactions.caught_up("tests.count", last).await.unwrap();
    node.stop().await;

    let bodies: Vec<(i64, String)> = store.all(&BODIES, &[]).await.unwrap();
    let expected: Vec<i64> =
        bodies.iter().map(|(_, body)| serde_json::from_str::<Happened>(body).unwrap().n).collect();
    assert_eq!(expected.len(), usize::try_from(EVENTS).unwrap());
    assert_eq!(effects(&store).await, expected);
}

async fn an_event_that_always_fails_is_buried(bed: Bed) {
    let clock = fake();
    let store = bed.store_with(clock.shared(), |_| ()).await;
    let calls = Log::new();
    let log = calls.clone();
    let reaction = counting(move |batch| {
        log.push(batch.to_vec());
        match batch.contains(&3) {
            true => Err(HandlerError { message: "three".into(), transient: false }),
            false => Ok(()),
        }
    });
    let reactions = Reactions::new(store.clone(), vec![reaction.clone()]);
    reactions.register().await.unwrap();
    for n in 1..=5 {
        happen(&store, n, &["t"]).await.unwrap();
    }
    let node = Node::start(&store, reaction).await;
    let all = while_time_passes(&clock, until(|| effects(&store), |e| e.len() == 4)).await;
    assert_eq!(all, [1, 2, 4, 5]);
    let mut expected = vec![vec![1, 2, 3, 4, 5], vec![1], vec![2]];
    expected.extend(vec![vec![3]; 5]);
    expected.extend([vec![4], vec![5]]);
    assert_eq!(calls.all(), expected);
    let dead = node.reactions.dead_letters(None, ("", 0), 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    let three = positions(&store).await[2];
    assert_eq!((&*dead[0].reaction, dead[0].pos, &*dead[0].error), ("tests.count", three, "three"));
    assert!(dead[0].at > Timestamp::from_millis(1_700_000_000_000));
    // And on it goes.
    happen(&store, 6, &["t"]).await.unwrap();
    let six = while_time_passes(&clock, until(|| effects(&store), |e| e.len() == 5));
    assert_eq!(six.await, [1, 2, 4, 5, 6]);
    node.stop().await;
}

async fn behind_a_dead_letter_all_is_seen(bed: Bed) {
    let clock = fake();
    let store = bed.store_with(clock.shared(), |_| ()).await;
    let reaction = counting(|_| Err(HandlerError { message: "never".into(), transient: false }));
    let reactions = Reactions::new(store.clone(), vec![reaction.clone()]);
    reactions.register().await.unwrap();
    happen(&store, 1, &[]).await.unwrap();
    ignored(&store, 3).await;
    let node = Node::start(&store, reaction).await;
    let last = *store.newest_pos().borrow();
    while_time_passes(
        &clock,
        until(
            || node.reactions.dead_letters(None, ("", 0), 1),
            |dead| match dead {
                Ok(dead) => !dead.is_empty(),
                Err(_) => false,
            },
        ),
    )
    .await
    .unwrap();
    node.reactions.caught_up("tests.count", last).await.unwrap();
    node.stop().await;
}

async fn batches_are_as_long_as_their_time_allows(bed: Bed) {
    let clock = fake();
    let store = bed.store_with(clock.shared(), |_| ()).await;
    let calls = Log::new();
    let (log, time) = (calls.clone(), clock.clone());
    // Each event takes two milliseconds.
    let reaction = counting(move |batch| {
        log.push(batch.len());
        time.advance(Duration::from_millis(2) * batch.len() as u32);
        Ok(())
    });
    let reactions = Reactions::new(store.clone(), vec![reaction.clone()]);
    reactions.register().await.unwrap();
    for n in 1..=200 {
        happen(&store, n, &[]).await.unwrap();
    }
    let node = Node::start(&store, reaction).await;
    let all = until(|| effects(&store), |e| e.len() == 200).await;
    assert!(all.into_iter().eq(1..=200));
    node.stop().await;
    // Eight milliseconds are right on SQLite, where everybody waits, a hundred on PostgreSQL.
    let later = if store.dialect() == Dialect::Sqlite { 4 } else { 50 };
    let sizes = calls.all();
    assert_eq!(sizes[0], 64);
    assert!(sizes[1..sizes.len() - 1].iter().all(|size| *size == later), "{sizes:?}");
}

async fn trouble_that_passes_does_not_count(bed: Bed) {
    let clock = fake();
    let store = bed.store_with(clock.shared(), |_| ()).await;
    let troubles = Arc::new(AtomicUsize::new(0));
    let left = troubles.clone();
    let reaction = counting(move |_| {
        let error = match left.fetch_add(1, Ordering::SeqCst) {
            0..=5 => Error::Busy,
            6..=11 => Error::Unavailable("away".into()),
            12..=17 => Error::UnknownOutcome,
            18..=23 => Error::Conflict,
            _ => return Ok(()),
        };
        Err(error.into())
    });
    let node = Node::start(&store, reaction).await;
    happen(&store, 1, &[]).await.unwrap();
    let all = while_time_passes(&clock, until(|| effects(&store), |e| !e.is_empty())).await;
    assert_eq!(all, [1]);
    assert_eq!(troubles.load(Ordering::SeqCst), 25);
    assert!(node.reactions.dead_letters(None, ("", 0), 10).await.unwrap().is_empty());
    node.stop().await;
}

async fn a_panicking_handler_is_contained(bed: Bed) {
    let clock = fake();
    let store = bed.store_with(clock.shared(), |_| ()).await;
    let reaction = counting(|batch| {
        assert!(!batch.contains(&2), "no twos");
        Ok(())
    });
    let node = Node::start(&store, reaction).await;
    for n in 1..=3 {
        happen(&store, n, &[]).await.unwrap();
    }
    let all = while_time_passes(&clock, until(|| effects(&store), |e| e.len() == 2)).await;
    assert_eq!(all, [1, 3]);
    let dead = node.reactions.dead_letters(None, ("", 0), 10).await.unwrap();
    assert_eq!(dead.len(), 1);
    assert!(dead[0].error.contains("no twos"), "{}", dead[0].error);
    node.stop().await;
}

/// Events that nobody listens to.
async fn ignored(store: &Store, count: i64) {
    store
        .write(Class::Bulk, async move |tx: &Tx| {
            (0..count).try_for_each(|_| tx.emit(TENANT, &Ignored, vec![]))
        })
        .await
        .unwrap();
}

async fn events_of_no_interest_are_passed_over(bed: Bed) {
    let store = bed.store().await;
    let calls = Log::new();
    let log = calls.clone();
    let reaction = counting(move |batch| {
        log.push(batch.to_vec());
        Ok(())
    });
    let reactions = Reactions::new(store.clone(), vec![reaction.clone()]);
    reactions.register().await.unwrap();
    ignored(&store, 700).await;
    happen(&store, 1, &[]).await.unwrap();
    ignored(&store, 1_700).await;
    let node = Node::start(&store, reaction).await;
    let last = *positions(&store).await.last().unwrap();
    node.reactions.caught_up("tests.count", last).await.unwrap();
    assert_eq!(effects(&store).await, [1]);
    assert_eq!(calls.all(), [vec![1]], "the handler sees only what it asked for");
    // The cursor in the database follows, though not with every batch.
    assert!(cursor(&store).await > 1_700, "{}", cursor(&store).await);
    happen(&store, 2, &[]).await.unwrap();
    until(|| effects(&store), |e| e.len() == 2).await;
    node.stop().await;
}

async fn an_idle_cursor_is_stored_in_the_end(bed: Bed) {
    let clock = fake();
    let store = bed.store_with(clock.shared(), |_| ()).await;
    let node = Node::start(&store, counting(|_| Ok(()))).await;
    ignored(&store, 3).await;
    let last = *positions(&store).await.last().unwrap();
    while_time_passes(&clock, until(|| cursor(&store), |pos| *pos == last)).await;
    node.stop().await;
}

async fn caught_up_waits_and_gives_up(bed: Bed) {
    let clock = fake();
    let store = bed.store_with(clock.shared(), |_| ()).await;
    let (open, gate) = watch::channel(true);
    let reaction = counting(move |_| match *gate.borrow() {
        true => Ok(()),
        false => Err(Error::Busy.into()),
    });
    let node = Node::start(&store, reaction).await;
    let caught_up = |pos| node.reactions.caught_up("tests.count", pos);
    happen(&store, 1, &[]).await.unwrap();
    let first = *store.newest_pos().borrow();
    caught_up(first).await.unwrap();
    assert_eq!(effects(&store).await, [1]);
    assert_eq!(node.reactions.positions(), [("tests.count", first)]);

    open.send(false).unwrap();
    happen(&store, 2, &[]).await.unwrap();
    let second = *store.newest_pos().borrow();
    let (began, waiting) = (clock.clone(), caught_up(second));
    let lagging = while_time_passes(&clock, waiting).await;
    assert_eq!(lagging, Err(Lagging));
    let waited = domain::Clock::now(&began).since(Timestamp::from_millis(1_700_000_000_000));
    assert!((2_000..4_000).contains(&waited.as_millis()), "{waited:?}");
    caught_up(first).await.unwrap();
    assert_eq!(node.reactions.caught_up("tests.unknown", 0).await, Err(Lagging));
    open.send(true).unwrap();
    while_time_passes(&clock, until(|| effects(&store), |e| e.len() == 2)).await;
    caught_up(second).await.unwrap();
    node.stop().await;
}

async fn a_new_reaction_starts_at_the_end(bed: Bed) {
    let store = bed.store().await;
    for n in 1..=3 {
        happen(&store, n, &[]).await.unwrap();
    }
    let node = Node::start(&store, counting(|_| Ok(()))).await;
    happen(&store, 4, &[]).await.unwrap();
    until(|| effects(&store), |e| !e.is_empty()).await;
    node.stop().await;
    // One that is known goes on from where it was.
    happen(&store, 5, &[]).await.unwrap();
    let node = Node::start(&store, counting(|_| Ok(()))).await;
    until(|| effects(&store), |e| e.len() == 2).await;
    node.stop().await;
    assert_eq!(effects(&store).await, [4, 5]);
}

async fn a_new_reaction_starts_at_the_end_of_what_was_forgotten(bed: Bed) {
    let clock = fake();
    let store = bed.store_with(clock.shared(), |_| ()).await;
    for n in 1..=3 {
        happen(&store, n, &[]).await.unwrap();
    }
    let last = *positions(&store).await.last().unwrap();
    let register = async |name| {
        let reaction = Reaction { name, ..counting(|_| Ok(())) };
        Reactions::new(store.clone(), vec![reaction]).register().await.unwrap();
    };
    register("tests.older").await;
    clock.advance(Duration::from_secs(1));
    let forget = Retention { keep: Duration::ZERO, frames_per_topic: 1 };
    assert_eq!(forget.sweep(&store).await.unwrap().events, 3);
    register("tests.count").await;
    assert_eq!(cursor(&store).await, last);
}

async fn stopping_finishes_what_is_in_hand(bed: Bed) {
    let store = bed.store().await;
    let node = Node::start(&store, counting(|_| Ok(()))).await;
    for n in 1..=50 {
        happen(&store, n, &[]).await.unwrap();
    }
    node.stop().await;
    let done = effects(&store).await;
    assert_eq!(done, (1..=50).take(done.len()).collect::<Vec<_>>());
    let seen = positions(&store).await.into_iter().take(done.len()).next_back();
    assert_eq!(cursor(&store).await, seen.unwrap_or(0));
}

/// A transaction that has its position and has not committed must not end up below the cursor of a
/// reaction that registers at this moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn registering_waits_for_positions_on_their_way() {
    let bed = Bed::postgres().await;
    let store = bed.store().await;
    let slow = Raw::connect(&bed).await;
    slow.run("begin").await;
    let missing = slow.take_position().await;
    happen(&store, 1, &[]).await.unwrap();
    let reactions = Reactions::new(store.clone(), vec![counting(|_| Ok(()))]);
    let ending = async {
        let raw = Raw::connect(&bed).await;
        let registered = "select count(*) from reactions";
        let patience = Patience::new();
        loop {
            assert_eq!(raw.number(registered).await, 0, "it did not wait for {missing}");
            if raw.waiting().await > 0 {
                break;
            }
            patience.pause("a lock").await;
        }
        slow.run("commit").await;
    };
    let (registered, ()) = tokio::join!(reactions.register(), ending);
    registered.unwrap();
    assert_eq!(cursor(&store).await, missing + 1);
}

//! Futures that are dropped half-way and connections that break.

use std::{
    collections::BTreeSet,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll},
};

use futures_util::future::join_all;
use store::{Class, Durability, Error, Statement, Store, StoreConfig, Tx, args, statements};
use tokio::{sync::oneshot, task::JoinSet};

use crate::{
    bed::{
        Bed, Happened, Hold, INSERT, Log, Raw, RealClock, TENANT, THINGS, commits_of, count, frame,
        happen, ids, positions, queued,
    },
    proxy::{Proxy, Rule},
};

statements! {
    SETTING = sqlite "select $1", postgres "select current_setting($1)";
    FEW_PAGES = sqlite "pragma max_page_count = 300", postgres "select 0";
    MANY_PAGES = sqlite "pragma max_page_count = 1000000", postgres "select 0";
    INSERT_BYTES = "insert into things (id, raw) values ($1, $2)";
    WHO_AM_I = sqlite "select 1", postgres "select pg_backend_pid()::bigint";
    BODIES = "select n from things where id in (select id from things) order by id";
}

on_both!(a_write_may_be_dropped_at_any_point);

/// Polls so many times and then gives up.
struct Limited<F> {
    future: Pin<Box<F>>,
    polls: usize,
}

impl<F: Future> Future for Limited<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.polls == 0 {
            return Poll::Ready(None);
        }
        self.polls -= 1;
        let polled = self.future.as_mut().poll(context).map(Some);
        if self.polls == 0 && polled.is_pending() {
            return Poll::Ready(None);
        }
        polled
    }
}

/// Rows, journal and what the listener was told agree, wherever the caller went away.
async fn a_write_may_be_dropped_at_any_point(bed: Bed) {
    let store = bed.store_with(RealClock::shared(), |c| c.pool_size = 1).await;
    let commits = commits_of(&store);
    let mut acknowledged = BTreeSet::new();
    let mut dropped = 0;
    for n in 0..60 {
        let write = happen(&store, n, &["t"]);
        let limited = Limited { future: Box::pin(write), polls: usize::try_from(n % 15).unwrap() };
        match limited.await {
            None => dropped += 1,
            Some(result) => {
                result.unwrap();
                acknowledged.insert(n);
            }
        }
        // The pool of one is healthy.
        happen(&store, 1_000 + n, &[]).await.unwrap();
        acknowledged.insert(1_000 + n);
    }
    assert!(dropped >= 4, "{dropped} were dropped");
    store.close().await;

    let other = bed.open();
    let rows: BTreeSet<i64> = ids(&other).await.into_iter().collect();
    assert!(acknowledged.is_subset(&rows));
    assert_eq!(positions(&other).await.len(), rows.len());
    let told = commits.all();
    assert_eq!(told.len(), rows.len(), "each commit is told once");
    let mut seqs: Vec<u64> = told.iter().flat_map(|c| &c.frames).map(|f| f.seq).collect();
    seqs.sort_unstable();
    let frames = u64::try_from(rows.iter().filter(|n| **n < 1_000).count()).unwrap();
    assert_eq!(seqs, (1..=frames).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_dropped_write_rolls_back() {
    let bed = Bed::postgres().await;
    let store = bed.store_with(RealClock::shared(), |c| c.pool_size = 1).await;
    for n in 0..5 {
        let (began, begun) = oneshot::channel();
        let began = std::sync::Mutex::new(Some(began));
        let (node, mut calls) = (store.clone(), JoinSet::new());
        calls.spawn(async move {
            node.write(Class::Interactive, async move |tx: &Tx| {
                tx.exec(&INSERT, &args![n, n]).await?;
                if let Some(began) = began.lock().unwrap().take() {
                    began.send(()).unwrap();
                }
                std::future::pending::<()>().await;
                Ok::<_, Error>(())
            })
            .await
        });
        begun.await.unwrap();
        calls.abort_all();
        assert!(calls.join_next().await.unwrap().unwrap_err().is_cancelled());
        assert_eq!(count(&store).await, 0);
    }
    happen(&store, 9, &["t"]).await.unwrap();
    let raw = Raw::connect(&bed).await;
    let open = "select count(*) from pg_stat_activity
        where datname = current_database() and state like 'idle in transaction%'";
    raw.until(open, 0).await;
}

/// A store behind a proxy.
async fn proxied(bed: &Bed) -> (Store, Proxy) {
    bed.store().await;
    let proxy = Proxy::before(&bed.url()).await;
    let config =
        StoreConfig { durability: Durability::Off, pool_size: 1, ..StoreConfig::new(proxy.url()) };
    let store = Store::open(&config, RealClock::shared()).unwrap();
    store.migrate(&[THINGS]).await.unwrap();
    (store, proxy)
}

#[tokio::test]
async fn a_write_dropped_at_its_commit_still_hands_on_its_frames() {
    let bed = Bed::postgres().await;
    let (store, proxy) = proxied(&bed).await;
    let commits = commits_of(&store);
    proxy.rule_is(Rule::Hold);
    let (node, mut calls) = (store.clone(), JoinSet::new());
    calls.spawn(async move { happen(&node, 1, &["t"]).await });
    proxy.until_held().await;
    calls.abort_all();
    assert!(calls.join_next().await.unwrap().unwrap_err().is_cancelled());
    assert_eq!(commits.all().len(), 0);
    proxy.rule_is(Rule::Pass);
    proxy.let_through();
    store.close().await;
    let told = commits.all();
    assert_eq!(told.len(), 1);
    assert_eq!((told[0].frames[0].seq, told[0].frames.len()), (1, 1));
    assert_eq!(ids(&bed.open()).await, [1]);
}

#[tokio::test]
async fn an_answer_lost_at_commit_is_unknown_and_not_repeated() {
    let bed = Bed::postgres().await;
    let (store, proxy) = proxied(&bed).await;
    for (n, rule, stands) in [(1, Rule::CutBefore, false), (2, Rule::CutAfter, true)] {
        proxy.rule_is(rule);
        let attempts = Arc::new(AtomicUsize::new(0));
        let counted = attempts.clone();
        let result = store
            .write(Class::Interactive, async move |tx: &Tx| {
                counted.fetch_add(1, Ordering::SeqCst);
                tx.exec(&INSERT, &args![n, n]).await?;
                tx.emit(TENANT, &Happened { n }, vec![frame("t", n)])
            })
            .await;
        assert!(matches!(result, Err(Error::UnknownOutcome)), "{rule:?}: {result:?}");
        assert_eq!(attempts.load(Ordering::SeqCst), 1, "{rule:?}");
        proxy.rule_is(Rule::Pass);
        assert_eq!(ids(&store).await.contains(&n), stands, "{rule:?}");
        happen(&store, 10 + n, &["t"]).await.unwrap();
    }
    assert_eq!(ids(&store).await, [2, 11, 12]);
}

#[tokio::test]
async fn a_connection_that_breaks_at_begin_is_replaced() {
    let bed = Bed::postgres().await;
    let (store, proxy) = proxied(&bed).await;
    for n in 0..3 {
        proxy.rule_is(Rule::CutNextBegin);
        happen(&store, n, &["t"]).await.unwrap();
        proxy.rule_is(Rule::CutNextBegin);
        let pos = store.read(async |tx: &Tx| tx.last_pos().await).await.unwrap();
        assert_eq!(pos, n + 1);
    }
}

/// A server that ends the session while COMMIT is on its way does say so, but not what became of
/// it.
#[tokio::test]
async fn a_server_that_ends_at_commit_leaves_the_outcome_unknown() {
    let bed = Bed::postgres().await;
    let (store, proxy) = proxied(&bed).await;
    let raw = Raw::connect(&bed).await;
    proxy.rule_is(Rule::Hold);
    let ending = async {
        proxy.until_held().await;
        let in_transaction = "from pg_stat_activity
            where datname = current_database() and state = 'idle in transaction'";
        raw.run(&format!("select pg_terminate_backend(pid) {in_transaction}")).await;
        raw.until(&format!("select count(*) {in_transaction}"), 0).await;
    };
    let (result, ()) = tokio::join!(happen(&store, 1, &["t"]), ending);
    assert!(matches!(result, Err(Error::UnknownOutcome)), "{result:?}");
    proxy.rule_is(Rule::Pass);
    happen(&store, 2, &["t"]).await.unwrap();
    assert_eq!(ids(&store).await, [2]);
}

/// Ends the connection that `tx` runs on, as an administrator does.
async fn end_connection(tx: &Tx, raw: &Raw) {
    let (pid,): (i64,) = tx.one(&WHO_AM_I, &[]).await.unwrap();
    raw.run(&format!("select pg_terminate_backend({pid})")).await;
    raw.until(&format!("select count(*) from pg_stat_activity where pid = {pid}"), 0).await;
}

#[tokio::test]
async fn a_connection_that_breaks_before_commit() {
    let bed = Bed::postgres().await;
    let store = bed.store_with(RealClock::shared(), |c| c.pool_size = 1).await;
    let raw = Arc::new(Raw::connect(&bed).await);

    // Inside the closure: its next statement says so.
    let admin = raw.clone();
    let result = store
        .write(Class::Interactive, async move |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            end_connection(tx, &admin).await;
            tx.exec(&INSERT, &args![2, 2]).await
        })
        .await;
    assert!(matches!(result, Err(Error::Unavailable(_))), "{result:?}");
    assert_eq!(count(&store).await, 0);

    // After its last statement, with nothing to flush: COMMIT finds out.
    let admin = raw.clone();
    let result = store
        .write(Class::Interactive, async move |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            end_connection(tx, &admin).await;
            Ok::<_, Error>(())
        })
        .await;
    assert!(matches!(result, Err(Error::UnknownOutcome)), "{result:?}");
    assert_eq!(count(&store).await, 0);

    // After its last statement, found out by the flush: nothing was sent that could stand.
    let (admin, log) = (raw.clone(), Log::new());
    let attempts = log.clone();
    let result = store
        .write(Class::Interactive, async move |tx: &Tx| {
            tx.exec(&INSERT, &args![1, 1]).await?;
            tx.emit(TENANT, &Happened { n: 1 }, vec![frame("t", 1)])?;
            if attempts.all().is_empty() {
                end_connection(tx, &admin).await;
            }
            attempts.push(());
            Ok::<_, Error>(())
        })
        .await;
    result.unwrap();
    assert_eq!(log.all().len(), 2);
    assert_eq!(ids(&store).await, [1]);
    assert_eq!(positions(&store).await.len(), 1);
}

#[tokio::test]
async fn connections_that_break_in_the_pool_are_replaced() {
    let bed = Bed::postgres().await;
    let store = bed.store_with(RealClock::shared(), |c| c.pool_size = 1).await;
    let raw = Raw::connect(&bed).await;
    let others = "datname = current_database() and pid <> pg_backend_pid()";
    for n in 0..3 {
        for call in 0..3 {
            raw.run(&format!(
                "select pg_terminate_backend(pid) from pg_stat_activity where {others}"
            ))
            .await;
            raw.until(&format!("select count(*) from pg_stat_activity where {others}"), 0).await;
            let id = n * 10 + call;
            match call {
                0 => happen(&store, id, &["t"]).await.unwrap(),
                1 => assert_eq!(store.execute(&INSERT, args![id, id].to_vec()).await.unwrap(), 1),
                _ => assert!(store.read(async |tx: &Tx| tx.last_pos().await).await.unwrap() > 0),
            }
        }
    }
    assert_eq!(store.all::<(i64,)>(&BODIES, &[]).await.unwrap().len(), 6);
}

/// What is acknowledged is on disk, whatever the server's default is, and what the operator asks
/// for in the address holds as well.
#[tokio::test]
async fn every_connection_has_the_house_s_settings() {
    let bed = Bed::postgres().await;
    let config =
        StoreConfig { url: format!("{}?options=-c%20work_mem%3D7MB", bed.url()), ..bed.config() };
    let store = Store::open(&config, RealClock::shared()).unwrap();
    for (name, expected) in
        [("synchronous_commit", "on"), ("work_mem", "7MB"), ("lock_timeout", "10s")]
    {
        let setting: Vec<(String,)> = store.all(&SETTING, &args![name]).await.unwrap();
        assert_eq!(setting[0].0, expected, "{name}");
    }
}

/// A full disk may end the whole group's transaction, whatever a savepoint promised.
#[tokio::test]
async fn what_a_full_disk_does_not_take_is_not_acknowledged() {
    let bed = Bed::sqlite();
    let store = bed.store().await;
    let limit = async |statement: &'static Statement| {
        store
            .write(Class::Interactive, async |tx: &Tx| tx.all::<(i64,)>(statement, &[]).await)
            .await
            .unwrap();
    };
    limit(&FEW_PAGES).await;
    assert_eq!(store.writes_refused(), None);
    let hold = Hold::writer(&store).await;
    let mut writes: Vec<_> = (0..40)
        .map(|n: i64| {
            let bytes = vec![7; if n % 4 == 3 { 400_000 } else { 10 }];
            Box::pin(store.execute(&INSERT_BYTES, args![n, bytes].to_vec()))
        })
        .collect();
    assert!(writes.iter_mut().all(queued));
    hold.let_go().await;
    let mut acknowledged = Vec::new();
    for (n, result) in (0..).zip(join_all(writes).await) {
        match result {
            Ok(_) => acknowledged.push(n),
            Err(error) => assert!(matches!(error, Error::Unavailable(_)), "{n}: {error:?}"),
        }
    }
    assert!(acknowledged.len() < 40, "the disk was not full");
    assert_eq!(ids(&store).await, acknowledged);
    // What has gone through since, small as it was, says that writes go again.
    let large = store.execute(&INSERT_BYTES, args![50, vec![7; 4_000_000]].to_vec()).await;
    assert!(matches!(large, Err(Error::Unavailable(_))));
    let refused = store.writes_refused().unwrap();
    assert!(refused.reason.contains("full"), "{refused:?}");
    // A write that writes nothing says nothing.
    limit(&MANY_PAGES).await;
    assert_eq!(store.writes_refused(), Some(refused));
    happen(&store, 100, &["t"]).await.unwrap();
    assert_eq!(store.writes_refused(), None);
}

/// The log does not grow with what was written, by few large rows and without a pause.
#[tokio::test]
async fn the_log_stays_small() {
    let bed = Bed::sqlite();
    let store = bed.store().await;
    let writers = (0..4).map(|writer| {
        let store = store.clone();
        async move {
            for n in 0..50 {
                let row = args![writer * 50 + n, vec![7; 1_000_000]].to_vec();
                store.execute(&INSERT_BYTES, row).await.unwrap();
            }
        }
    });
    join_all(writers).await;
    let path = bed.url().replace("sqlite://", "") + "-wal";
    let size = std::fs::metadata(path).unwrap().len();
    // 200 MB were written. A disk that others use as well may lag behind a little.
    assert!(size < 150_000_000, "{size} bytes");
}

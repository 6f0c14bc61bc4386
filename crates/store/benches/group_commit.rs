//! Durable writes on SQLite from 64 callers at once: through the store, which commits them in
//! groups, against one transaction for each on the same file with the same settings.

#![expect(clippy::unwrap_used, reason = "a benchmark has nobody to answer to")]

use std::{
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use domain::{Clock, Sleep, Timestamp};
use futures_util::future::join_all;
use rusqlite::Connection;
use store::{Class, Error, Migration, Migrations, Store, StoreConfig, Tx, args, statements};

statements! {
    INSERT = "insert into bids (id, amount, note) values ($1, $2, $3)";
    COUNT = "select count(*) from bids";
}

const SCHEMA: Migrations = Migrations {
    module: "bench",
    steps: &[Migration::both(
        1,
        "0001_bids",
        "create table bids (id {int} not null primary key, amount {int} not null,
            note {text} not null) {strict}",
    )],
};
const WRITERS: i64 = 64;
const ROUND: Duration = Duration::from_secs(2);
const ROUNDS: usize = 5;
const NOTE: &str = "a row of about a hundred bytes, as a bid with its time and its bidder may be";

struct RealClock(Instant);

impl RealClock {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for RealClock {
    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
    }

    fn monotonic(&self) -> Duration {
        self.0.elapsed()
    }

    #[expect(clippy::disallowed_methods, reason = "a benchmark measures real time")]
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

/// Rows per second of 64 callers, each of whom waits for its row to be on disk before the next.
async fn grouped(store: &Store, clock: &RealClock, first: i64) -> f64 {
    let began = clock.monotonic();
    let writers = (0..WRITERS).map(|writer| async move {
        let mut written = 0;
        while clock.monotonic() - began < ROUND {
            let id = first + written * WRITERS + writer;
            let write = store.write(Class::Interactive, async move |tx: &Tx| {
                tx.exec(&INSERT, &args![id, id, NOTE]).await?;
                Ok::<_, Error>(())
            });
            write.await.unwrap();
            written += 1;
        }
        written
    });
    let written: i64 = join_all(writers).await.into_iter().sum();
    written as f64 / (clock.monotonic() - began).as_secs_f64()
}

/// Rows per second with one transaction for each. SQLite has one writer at a time, so one loop is
/// the best that any number of callers gets.
fn one_by_one(connection: &Connection, clock: &RealClock, first: i64) -> f64 {
    let sql = "insert into bids (id, amount, note) values (?1, ?2, ?3)";
    let mut insert = connection.prepare(sql).unwrap();
    let began = clock.monotonic();
    let mut written = 0;
    while clock.monotonic() - began < ROUND {
        let id = first + written;
        insert.execute((id, id, NOTE)).unwrap();
        written += 1;
    }
    written as f64 / (clock.monotonic() - began).as_secs_f64()
}

/// The middle one.
fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    // Beside the build, because a temporary folder may be in memory, where nothing waits for a
    // disk.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let path = folder.path().join("bench.db");
    let clock = Arc::new(RealClock::new());
    let config = StoreConfig::new(format!("sqlite://{}", path.display()));
    let store = Store::open(&config, clock.clone()).unwrap();
    store.migrate(&[SCHEMA]).await.unwrap();

    let connection = Connection::open(&path).unwrap();
    connection
        .execute_batch(
            "pragma synchronous = full; pragma wal_autocheckpoint = 0; pragma cache_size = -32768;
             pragma mmap_size = 268435456; pragma temp_store = memory; pragma foreign_keys = on;",
        )
        .unwrap();
    // In turns, so that whatever else the machine does falls on both, and the disk's good and bad
    // seconds too: the ratio is taken round by round.
    let (mut together, mut alone, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for round in 0..ROUNDS {
        let first = i64::try_from(round).unwrap() * 1_000_000_000;
        let grouped = grouped(&store, &clock, first).await;
        let one_by_one = one_by_one(&connection, &clock, first + 500_000_000);
        let ratio = grouped / one_by_one;
        println!("round {round}: {grouped:8.0} against {one_by_one:6.0} rows/s, ratio {ratio:5.1}");
        together.push(grouped);
        alone.push(one_by_one);
        ratios.push(ratio);
    }
    let (rows,): (i64,) = store.one(&COUNT, &[]).await.unwrap();
    println!("{rows} durable rows, {WRITERS} callers at once; medians of {ROUNDS} rounds:");
    println!("committed in groups:        {:8.0} rows/s", median(together));
    println!("one transaction for each:   {:8.0} rows/s", median(alone));
    println!("ratio within a round:       {:8.1}", median(ratios));
}

//! What SQLite has acknowledged survives `kill -9`.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
};

use futures_util::future::join_all;
use store::{Durability, Store, StoreConfig};

use crate::bed::{Bed, Dice, RealClock, THINGS, frames, happen, ids, positions};

/// Names the database to a test process that is to be killed.
const VICTIM: &str = "OPENBELL_TEST_STORE_VICTIM";
const KILLS: u64 = 10;
const WRITERS: i64 = 8;

#[expect(clippy::disallowed_methods, reason = "tells the process to be killed from its parent")]
fn victim_of() -> Option<String> {
    std::env::var(VICTIM).ok()
}

async fn open(url: &str) -> Store {
    let config = StoreConfig { durability: Durability::Full, ..StoreConfig::new(url) };
    let store = Store::open(&config, RealClock::shared()).unwrap();
    store.migrate(&[THINGS]).await.unwrap();
    store
}

/// Writes until it is killed, and says which rows were acknowledged.
async fn write_for_ever(url: &str) {
    let store = open(url).await;
    let first = ids(&store).await.last().map_or(0, |last| last + 1);
    let told = Arc::new(Mutex::new(std::io::stdout()));
    let writers = (0..WRITERS).map(|writer| {
        let (store, told) = (store.clone(), told.clone());
        async move {
            for n in (first + writer..).step_by(8) {
                let topic = format!("t:{}", n % 3);
                happen(&store, n, &[&topic, "all"]).await.unwrap();
                // In one piece, so that half a line is no other number.
                told.lock().unwrap().write_all(format!("row {n}.\n").as_bytes()).unwrap();
            }
        }
    });
    join_all(writers).await;
}

/// Runs this very test in a process of its own, kills it after so many rows, and returns them.
fn rows_until_killed(url: &str, rows: u64) -> Vec<i64> {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::acknowledged_rows_survive", "--nocapture"])
        .env(VICTIM, url)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let row = |line: String| line.strip_prefix("row ")?.strip_suffix('.')?.parse::<i64>().ok();
    let mut acknowledged = Vec::new();
    let mut killed = false;
    while let Some(Ok(line)) = lines.next() {
        acknowledged.extend(row(line));
        if !killed && acknowledged.len() as u64 >= rows {
            // SIGKILL; what it had said before is still in the pipe and read by this loop.
            child.kill().unwrap();
            killed = true;
        }
    }
    child.wait().unwrap();
    assert!(killed, "it ended by itself after {} rows", acknowledged.len());
    acknowledged
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn acknowledged_rows_survive() {
    if let Some(url) = victim_of() {
        return write_for_ever(&url).await;
    }
    let bed = Bed::sqlite();
    let mut acknowledged = Vec::new();
    for seed in 1..=KILLS {
        let rows = 1 + Dice::new(seed).below(400);
        let url = bed.url();
        let more = tokio::task::spawn_blocking(move || rows_until_killed(&url, rows));
        acknowledged.extend(more.await.unwrap());

        let store = open(&bed.url()).await;
        let kept = ids(&store).await;
        let lost = acknowledged.iter().find(|n| kept.binary_search(n).is_err());
        assert_eq!(lost, None, "acknowledged and gone, seed {seed}");
        // One event a row, and each topic's numbers without gaps.
        assert_eq!(positions(&store).await.len(), kept.len());
        for name in ["all", "t:0", "t:1", "t:2"] {
            let seqs: Vec<u64> = frames(&store, name).await.iter().map(|f| f.seq).collect();
            assert_eq!(seqs, (1..=seqs.len() as u64).collect::<Vec<_>>(), "{name}");
        }
        assert_eq!(frames(&store, "all").await.len(), kept.len());
        store.close().await;
    }
}

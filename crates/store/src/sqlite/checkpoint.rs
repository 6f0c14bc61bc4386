//! The thread that copies the log into the file.

use std::{
    path::Path,
    sync::{Condvar, Mutex, PoisonError},
    time::Duration,
};

use crate::tx::lock;

/// Above this size the log is cut, which makes writers wait for a moment.
const LOG_LIMIT_BYTES: u64 = 64 * 1024 * 1024;
/// How long a cut may wait for readers of the log, and so how long it may hold up writers.
pub(super) const CUT_WAIT: Duration = Duration::from_millis(100);

/// How large the log's file is; it does not shrink when the log begins anew.
pub(super) fn log_size(log: &Path) -> u64 {
    std::fs::metadata(log).map_or(0, |m| m.len())
}

/// Wakes the thread that copies the log into the file.
#[derive(Default)]
pub(super) struct Checkpoint {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    wanted: bool,
    stopped: bool,
}

impl Checkpoint {
    pub(super) fn wake(&self) {
        lock(&self.state).wanted = true;
        self.changed.notify_one();
    }

    pub(super) fn stop(&self) {
        lock(&self.state).stopped = true;
        self.changed.notify_one();
    }

    /// Waits until there is something to do; whether it is the last time.
    fn wait(&self) -> bool {
        let mut state = lock(&self.state);
        while !state.wanted && !state.stopped {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.wanted = false;
        state.stopped
    }

    pub(super) fn run(&self, connection: &rusqlite::Connection, log: &Path) {
        let mut limit = LOG_LIMIT_BYTES;
        loop {
            let stopped = self.wait();
            // PASSIVE waits for nobody. Under constant load it never reaches the end of the log,
            // so a log that has grown large is cut, at the price of one short wait for writers.
            let size = log_size(log);
            let cut = size > limit || stopped;
            let mode = if cut { "truncate" } else { "passive" };
            let sql = format!("pragma wal_checkpoint({mode})");
            match connection.query_row(&sql, [], |row| row.get::<_, i64>(0)) {
                Ok(0) if cut => limit = LOG_LIMIT_BYTES,
                // A reader holds on to the log. Writers have waited in vain, so they are spared
                // another wait until it has grown by as much again.
                Ok(_) if cut => limit = size + LOG_LIMIT_BYTES,
                Ok(_) => {}
                Err(error) => {
                    tracing::warn!(%error, "checkpoint failed; the log grows until one succeeds");
                }
            }
            if stopped {
                return;
            }
        }
    }
}

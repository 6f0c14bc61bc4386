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
    /// The log is being cut, and the writer stands aside.
    cutting: bool,
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

    /// Stands aside while the log is being cut. Without that a busy writer takes its lock again
    /// before anybody else gets it, and the log grows as long as there is something to write.
    pub(super) fn stand_aside(&self) {
        let mut state = lock(&self.state);
        while state.cutting {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
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
            // PASSIVE waits for nobody. Under constant load it never reaches the end of the log, so
            // a log that has grown large is cut. Little is left to copy by then, and writers wait
            // for a moment.
            copy(connection, "passive");
            let size = log_size(log);
            if size > limit || stopped {
                lock(&self.state).cutting = true;
                let done = copy(connection, "truncate");
                lock(&self.state).cutting = false;
                self.changed.notify_all();
                // Where a reader holds on to the log, writers have waited in vain. They are spared
                // another wait until it has grown by as much again.
                limit = if done { LOG_LIMIT_BYTES } else { size + LOG_LIMIT_BYTES };
            }
            if stopped {
                return;
            }
        }
    }
}

/// Copies the log into the file; whether all that the mode promises was done.
fn copy(connection: &rusqlite::Connection, mode: &str) -> bool {
    let sql = format!("pragma wal_checkpoint({mode})");
    match connection.query_row(&sql, [], |row| row.get::<_, i64>(0)) {
        Ok(busy) => busy == 0,
        Err(error) => {
            tracing::warn!(%error, "checkpoint failed; the log grows until one succeeds");
            false
        }
    }
}

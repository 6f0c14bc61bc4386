//! The thread that copies the log into the file.

use std::{
    fs::File,
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use super::wait_until;
use crate::tx::lock;

/// After so many pages of 4 KiB more the log is copied into the file.
const STRETCH_PAGES: u32 = 8 * 256;
/// When the log has so many, it begins anew, for which the writer has to wait for a moment.
const LIMIT_PAGES: u32 = 64 * 256;
/// How long a new beginning may wait for readers of the log, and so how long it may hold up the
/// writer.
pub(super) const READERS_WAIT: Duration = Duration::from_millis(100);
/// A log that readers have kept from beginning anew for long gives back what is above this.
pub(super) const LOG_FILE_BYTES: u64 = 96 * 1024 * 1024;

/// Between the writer and the thread that copies the log into the file.
#[derive(Default)]
pub(super) struct Checkpoint {
    state: Mutex<State>,
    changed: Condvar,
    /// Pages in the log since its beginning, as of the last commit.
    pages: AtomicU32,
}

#[derive(Default)]
struct State {
    /// The log's pages when it was to be copied last.
    asked_at: u32,
    wanted: bool,
    writing: bool,
    /// The log begins anew, and the writer stands aside.
    restarting: bool,
    stopped: bool,
}

/// The writer's turn, until it is dropped.
pub(super) struct Turn<'a>(&'a Checkpoint);

impl Checkpoint {
    /// Takes note of a commit behind which the log has so many pages.
    pub(super) fn committed(&self, pages: u32) {
        self.pages.store(pages, Ordering::Relaxed);
    }

    /// Before the writer begins. It stands aside while the log begins anew: a busy writer would
    /// take its lock again before anybody else gets it, and the log grow as long as there is
    /// something to write.
    pub(super) fn turn(&self) -> Turn<'_> {
        let mut state = self.until(|state| !state.restarting);
        state.writing = true;
        Turn(self)
    }

    pub(super) fn stop(&self) {
        lock(&self.state).stopped = true;
        self.changed.notify_all();
    }

    fn until(&self, holds: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        wait_until(&self.state, &self.changed, holds)
    }

    /// Waits until there is something to do; whether it is the last time.
    fn wait(&self) -> bool {
        let mut state = self.until(|state| state.wanted || state.stopped);
        state.wanted = false;
        state.stopped
    }

    /// Copies when there is something to copy, until it is stopped.
    ///
    /// PASSIVE waits for nobody, but what is committed meanwhile stays behind, and only a log that
    /// is copied to its end begins anew. So when it has grown long the writer waits until the rest
    /// is copied too. The log's file keeps its size: it is written over, which costs the disk less
    /// than to give it back and to take it again.
    pub(super) fn run(&self, connection: &rusqlite::Connection, file: Option<&File>) {
        let mut limit = LIMIT_PAGES;
        loop {
            let stopped = self.wait();
            copy_beside(connection, file);
            let pages = self.pages.load(Ordering::Relaxed);
            if pages < limit && !stopped {
                continue;
            }
            // Less is left for the time in which the writer waits.
            copy_beside(connection, file);
            lock(&self.state).restarting = true;
            // At the end it may be the writer's own thread that waits for this one.
            drop(self.until(|state| !state.writing || state.stopped));
            let done = copy(connection, if stopped { "truncate" } else { "restart" });
            lock(&self.state).restarting = false;
            self.changed.notify_all();
            if stopped {
                return;
            }
            // Where a reader holds on to the log, the writer has waited in vain. It is spared
            // another wait until the log has grown by as much again.
            limit = if done { LIMIT_PAGES } else { pages.saturating_add(LIMIT_PAGES) };
        }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let pages = self.0.pages.load(Ordering::Relaxed);
        let mut state = lock(&self.0.state);
        state.writing = false;
        // It may have begun anew.
        state.asked_at = state.asked_at.min(pages);
        if pages - state.asked_at >= STRETCH_PAGES {
            state.asked_at = pages;
            state.wanted = true;
        }
        drop(state);
        self.0.changed.notify_all();
    }
}

/// Copies beside the writer, and has the disk take what was copied. SQLite does that only when it
/// has come to the end of the log, and then the writer would wait for all of it.
fn copy_beside(connection: &rusqlite::Connection, file: Option<&File>) {
    copy(connection, "passive");
    if let Some(Err(error)) = file.map(File::sync_data) {
        // SQLite will ask for it, too, and decide on its own.
        tracing::warn!(%error, "the database file could not be synced");
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

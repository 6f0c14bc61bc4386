//! The thread that waits for the disk, and with it everybody who is to be told something.
//!
//! The writer hands its groups over once they are committed and goes on with the next: while the
//! disk takes one, statements of others run. One wait confirms everything that was committed before
//! it began. Nobody is told anything before the disk has it, neither who wrote nor who read what
//! others had written.

use std::{
    fs::File,
    io, mem,
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use tokio_util::sync::CancellationToken;

use super::{Finished, wait_until};
use crate::{
    error::{Error, Result},
    store::Hooks,
    tx::lock,
};

/// So many groups may wait for the disk; then the writer waits, too.
pub(super) const GROUPS: usize = 32;

/// What makes sure of all that was written before.
pub(super) trait Disk: Send {
    fn sync(&self) -> io::Result<()>;

    /// Whether it takes time.
    fn is_waited_for(&self) -> bool {
        true
    }
}

/// SQLite's log.
impl Disk for File {
    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}

/// Where an acknowledged write need not be on disk.
pub(super) struct Careless;

impl Disk for Careless {
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }

    fn is_waited_for(&self) -> bool {
        false
    }
}

/// What was committed together.
pub(super) struct Group {
    /// As [`Confirmer::begin`] gave it.
    pub(super) number: u64,
    pub(super) finished: Vec<Finished>,
    /// Whether its commit has added to the log.
    pub(super) wrote: bool,
    pub(super) outcome: Result<()>,
}

/// Tells somebody what they have read, or that they cannot have it.
type Told = Box<dyn FnOnce(Result<()>) + Send>;

/// Between the writer, the readers and the thread that waits for the disk.
#[derive(Default)]
pub(super) struct Confirmer {
    state: Mutex<State>,
    changed: Condvar,
    /// The newest group whose commit has begun: whoever has seen it finds it here.
    begun: AtomicU64,
    /// The disk has nothing to do, and could have.
    idle: AtomicBool,
    failed: CancellationToken,
}

#[derive(Default)]
struct State {
    groups: Vec<Group>,
    /// Answers that tell of groups up to a number.
    reads: Vec<(u64, Told)>,
    /// Everything up to here is on disk.
    confirmed: u64,
    /// The disk has failed: what was read since may be lost.
    broken: bool,
    /// The store is being closed, perhaps by the thread that waits for the disk.
    closing: bool,
    /// No more groups come.
    stopped: bool,
    /// Nobody waits for the disk any more.
    ended: bool,
}

impl State {
    fn verdict(&self) -> Result<()> {
        if self.broken { Err(broken()) } else { Ok(()) }
    }
}

fn broken() -> Error {
    Error::Unavailable("the disk did not confirm a write; the server has to start anew".into())
}

impl Confirmer {
    pub(super) fn of(disk: &dyn Disk) -> Self {
        Self { idle: AtomicBool::new(disk.is_waited_for()), ..Self::default() }
    }

    /// Whether a commit now would not have to wait for the disk to finish something else.
    pub(super) fn is_idle(&self) -> bool {
        self.idle.load(Ordering::Relaxed)
    }

    /// The number of a group, before its commit makes it visible.
    pub(super) fn begin(&self) -> u64 {
        self.begun.fetch_add(1, Ordering::SeqCst) + 1
    }

    /// Whether the writer may go on; it waits while the disk is far behind.
    ///
    /// # Errors
    /// [`Error::Unavailable`] once the disk has failed.
    pub(super) fn admit(&self) -> Result<()> {
        let may_go = |state: &State| state.groups.len() < GROUPS || state.broken || state.closing;
        self.until(may_go).verdict()
    }

    /// The writer finishes what is left without waiting for anybody.
    pub(super) fn close(&self) {
        lock(&self.state).closing = true;
        self.changed.notify_all();
    }

    /// Has a group answered once the disk has it.
    pub(super) fn confirm(&self, group: Group) {
        let mut state = lock(&self.state);
        if state.ended {
            // Whoever waits is told so by the end of the channel.
            return;
        }
        state.groups.push(group);
        self.idle.store(false, Ordering::Relaxed);
        drop(state);
        self.changed.notify_all();
    }

    /// Tells what was read once the disk has whatever could be seen by then.
    pub(super) fn tell(&self, told: Told) {
        let seen = self.begun.load(Ordering::SeqCst);
        let mut state = lock(&self.state);
        if state.confirmed < seen && !state.ended {
            state.reads.push((seen, told));
            return;
        }
        let verdict = state.verdict();
        drop(state);
        told(verdict);
    }

    /// No more groups come.
    pub(super) fn stop(&self) {
        lock(&self.state).stopped = true;
        self.changed.notify_all();
    }

    /// Is cancelled when the disk has failed.
    pub(super) fn failed(&self) -> &CancellationToken {
        &self.failed
    }

    fn fail(&self, state: &mut State) {
        state.broken = true;
        self.failed.cancel();
    }

    fn until(&self, holds: impl Fn(&State) -> bool) -> MutexGuard<'_, State> {
        wait_until(&self.state, &self.changed, holds)
    }

    /// Confirms group after group, until it is stopped and nothing is left.
    pub(super) fn run(&self, disk: &dyn Disk, hooks: &Hooks) {
        let _ended = Ended(self);
        loop {
            let mut state = lock(&self.state);
            self.idle.store(disk.is_waited_for() && state.groups.is_empty(), Ordering::Relaxed);
            drop(state);
            state = self.until(|state| !state.groups.is_empty() || state.stopped);
            let groups = mem::take(&mut state.groups);
            let was_broken = state.broken;
            drop(state);
            // The writer may be waiting for room.
            self.changed.notify_all();
            let Some(last) = groups.last().map(|group| group.number) else { break };
            let wrote = groups.iter().any(|group| group.wrote);
            // After a failure the system may have forgotten what it could not write: asked again,
            // it would say that all is well.
            let failed = was_broken || wrote && disk.sync().inspect_err(tell_failure).is_err();
            if failed {
                // Whoever is told so and comes again is refused.
                self.fail(&mut lock(&self.state));
            }
            for group in groups {
                group.answer(failed, hooks);
            }
            let mut state = lock(&self.state);
            state.confirmed = last;
            let (ready, waiting) =
                mem::take(&mut state.reads).into_iter().partition(|(seen, _)| *seen <= last);
            state.reads = waiting;
            self.release(state, ready);
        }
    }

    fn release(&self, state: MutexGuard<'_, State>, reads: Vec<(u64, Told)>) {
        let verdict = state.verdict();
        drop(state);
        self.changed.notify_all();
        for (_, told) in reads {
            told(verdict.clone());
        }
    }
}

/// Lets nobody wait for a thread that has ended, however it did.
struct Ended<'a>(&'a Confirmer);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        let mut state = lock(&self.0.state);
        let left = mem::take(&mut state.groups);
        if !state.stopped || !left.is_empty() {
            self.0.fail(&mut state);
        }
        state.ended = true;
        let reads = mem::take(&mut state.reads);
        self.0.release(state, reads);
    }
}

fn tell_failure(error: &io::Error) {
    tracing::error!(%error, "the disk did not confirm a write: the server has to start anew");
}

impl Group {
    fn answer(self, failed: bool, hooks: &Hooks) {
        // The log may hold it although the disk did not confirm it.
        let outcome =
            if failed && self.outcome.is_ok() { Err(Error::UnknownOutcome) } else { self.outcome };
        for mut done in self.finished {
            if outcome.is_ok() {
                hooks.committed(done.commit.take(), done.after_commit.drain(..));
            }
            (done.answer)(outcome.clone());
        }
    }
}

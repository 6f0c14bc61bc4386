//! Background work: whatever has its own time or its own retries.
//!
//! * A [`Task`] is a struct that says what to do, in ids only: its payload outlives the people whom
//!   it is about. [`enqueue`] puts it into the queue inside the caller's transaction, so it exists
//!   exactly when that transaction has committed. The future reads it with serde, so changes are
//!   additive with defaults; anything else is a new [`Task::VERSION`].
//! * A [`Runner`] claims due tasks in the order of their time, runs them under a lease that it
//!   renews, and tries again with growing pauses. What failed too often becomes a dead letter.
//!   Every node may have one; whatever a node does not know it leaves to the others.
//! * A [`Schedule`] enqueues a task at every occurrence, once over all nodes.
//! * A [`Lease`] is the same idea for anything else that one node at a time should do.
//!
//! **Promises.** A task runs at least once, and at most one runner has its lease at a time. A task
//! that only writes is exactly once: it calls [`finish`] in the transaction that holds its effects,
//! and that transaction can commit once. One that reaches outside (mail, HTTP) may do so again
//! after a crash, and its receiver should be given [`Claimed::id`] to tell repeats by.

mod admin;
mod attempt;
mod backoff;
mod ids;
mod lease;
mod queue;
mod runner;
mod schedule;
mod scheduler;
mod spec;
mod sql;

pub use admin::{
    DeadTask, Depth, Hastened, OpenTask, Redriven, ScheduleView, dead_letters, depths, discard,
    look_at, open_tasks, redrive, run_now, run_schedule,
};
pub use lease::Lease;
pub use queue::{Enqueued, Options, Task, cancel, enqueue, enqueue_many};
pub use runner::{Runner, RunnerConfig};
pub use schedule::{Schedule, SetupError, When};
pub use spec::{Claimed, Handler, Outcome, TaskError, TaskSpec, finish};

use store::{Migration, Migrations, Statement};

/// The engine's tables.
pub fn migrations() -> Migrations {
    const STEPS: &[Migration] =
        &[Migration::both(1, "0001_tasks", include_str!("../migrations/0001_tasks.sql"))];
    Migrations { module: "tasks", steps: STEPS }
}

/// The engine's own statements, for the test that prepares every statement on both databases.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    sql::ALL.iter().copied()
}

//! SQLite and PostgreSQL behind one small API, and the journal of events.
//!
//! * [`Store::write`] runs a closure over [`Tx`] in one transaction. On SQLite one writer thread
//!   runs queued closures and commits them in groups; on PostgreSQL each has a pooled connection.
//!   When it returns `Ok`, the rows are on disk.
//! * [`Store::read`] runs a closure over one snapshot; [`Store::execute`] one statement.
//! * [`Tx::emit`] buffers events. After the closure the store gives each topic its next number and
//!   writes events and frames right before COMMIT; after COMMIT it hands them to the listener.
//! * [`reactions`] follow the journal: named cursors, effects exactly once and in order.
//!
//! A write closure may run up to three times (PostgreSQL: serialisation failures, deadlocks) and is
//! never repeated once COMMIT was sent. It awaits nothing but its `Tx`. A statement that failed
//! spoils the whole transaction: use `on conflict do nothing` and the row count instead of catching
//! an error.
//!
//! What a write decides on is read by [`Tx::one_for_update`], or is a compare-and-set with a row
//! count, or a unique constraint: PostgreSQL runs READ COMMITTED.

mod error;
mod inspect;
mod journal;
mod migrate;
mod notes;
mod postgres;
pub mod reactions;
mod refusal;
mod retention;
mod row;
mod sqlite;
mod statement;
mod store;
mod tx;
mod value;

pub use error::{Error, Result};
pub use inspect::{Inspection, Integrity, PostgresFindings, Schema, SqliteFindings, inspect};
pub use journal::{Commit, CommittedFrame, Frame, Head, JournalEvent, JournalReader, TopicHead};
pub use migrate::{Migration, Migrations};
pub use notes::Contents;
pub use refusal::WritesRefused;
pub use retention::{Retention, Swept};
pub use row::{FromRow, Row};
pub use statement::{Dialect, Statement, render};
pub use store::{Class, CommitListener, Durability, Store, StoreConfig};
pub use tx::Tx;
pub use value::{Cell, Column, Value};

/// The store's own statements, for the test that prepares every statement on both databases.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    [
        inspect::ALL,
        journal::ALL,
        migrate::ALL,
        notes::ALL,
        reactions::ALL,
        retention::ALL,
        store::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}

//! Double-entry accounts in integer minor units.
//!
//! * An **account** belongs to a user of a tenant, or to the tenant itself: the *issuer*, from whom
//!   everything comes and who alone may be overdrawn. Balance = credits − debits.
//! * A **transfer** takes from one account and gives to another, so that all balances of a tenant
//!   and currency add up to nothing. Its id follows from what it is for ([`transfer_id`]): the same
//!   one again changes nothing.
//! * What is **held** stays in the account and cannot be spent. A [`Hold`] is a row of its own, for
//!   deposits and the like. Whoever keeps its own record of what it holds (an auction knows who
//!   leads) moves the sum alone, by [`shift`]; on PostgreSQL within a statement of its own by
//!   [`shift_cte!`].
//!
//! All functions work in the caller's transaction. They lock accounts in the order of their owners,
//! and one call locks all that it needs: a caller that makes several calls for overlapping owners
//! locks them all first ([`lock`]).

mod accounts;
mod check;
mod holds;
mod sql;
mod transfers;

pub use accounts::{Balance, Need, lock, shift, wallets};
pub use check::{Account, Findings, accounts_after, unbalanced};
pub use holds::{Ended, Hold, end_holds, hold, holds_pending};
pub use transfers::{Entry, History, Party, Transfer, history, transfer, transfer_id};

use store::{Migration, Migrations, Statement};

/// Why nothing was moved.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// An account has less available than is asked of it.
    #[error("there is not enough in the account")]
    Insufficient,
    /// The amount is not above zero, or the sum does not fit.
    #[error("{0} is no amount that can be moved")]
    Amount(i64),
    /// A transfer with this id exists and says something else.
    #[error("another transfer has this id")]
    Mismatch,
    /// What the database said.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// A result of the ledger.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// No amount and no sum is above this: 2^53 − 1, the largest integer that every reader of JSON
/// keeps exact.
pub const MAX_MINOR: i64 = (1 << 53) - 1;

const STEPS: &[Migration] =
    &[Migration::both(1, "0001_ledger", include_str!("../migrations/0001_ledger.sql"))];

/// The engine's tables.
pub fn migrations() -> Migrations {
    Migrations { module: "ledger", steps: STEPS }
}

/// The engine's own statements, for the test that prepares every statement on both databases.
pub fn statements() -> impl Iterator<Item = &'static Statement> {
    sql::ALL.iter().copied()
}

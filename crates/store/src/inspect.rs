//! A look at a database from outside, for whoever asks what is wrong with an installation: nothing
//! is made, migrated or changed, whatever state it is in and whoever else works on it.

mod postgres;
mod schema;
mod sqlite;

use std::{future::Future, time::Duration};

use domain::SharedClock;

pub use self::{
    postgres::PostgresFindings,
    schema::Schema,
    sqlite::{Integrity, SqliteFindings},
};
use crate::{
    error::{Error, Result},
    migrate::Migrations,
    statements,
    store::StoreConfig,
};

statements! {
    STEPS = "select module, version, name, checksum from migrations order by module, version";
    HAS_STEPS = sqlite "select count(*) from sqlite_master
        where type = 'table' and name = 'migrations'",
        postgres "select count(*) from pg_tables
        where tablename = 'migrations' and schemaname = current_schema()";
    SETTINGS = sqlite "select 0",
        postgres "select current_setting('server_version_num')::bigint,
            current_setting('server_version'),
            current_setting('synchronous_commit'),
            current_setting('fsync'),
            current_setting('max_connections')::bigint
                - current_setting('superuser_reserved_connections')::bigint,
            current_setting('server_encoding'),
            pg_is_in_recovery() or current_setting('default_transaction_read_only') = 'on',
            coalesce(has_schema_privilege(current_schema(), 'create'), false),
            exists (select 1 from pg_available_extensions where name = 'pg_trgm')";
    TIME = sqlite "select 0",
        postgres "select (extract(epoch from clock_timestamp()) * 1000)::bigint";
}

/// What a look at a database has found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Inspection {
    /// SQLite, and there is no file: the first start makes it.
    Absent,
    /// An SQLite file.
    Sqlite(SqliteFindings),
    /// A PostgreSQL that answers.
    Postgres(PostgresFindings),
}

/// Looks at the database of `config`, beside whatever serves it, and compares its schema with
/// `modules` and the store's own tables. Takes about `limit` at most; what of a large SQLite file
/// has not been read by then is left out.
///
/// Not for a process that has the same SQLite file open: the system would take that one's locks
/// away with the file that is closed here.
///
/// # Errors
/// [`Error::Unavailable`] when the database cannot be reached, or not in time;
/// [`Error::Database`] when it is none, or is damaged beyond reading.
pub async fn inspect(
    config: &StoreConfig,
    modules: &[Migrations],
    clock: &SharedClock,
    limit: Duration,
) -> Result<Inspection> {
    match config.sqlite_path() {
        Some(path) => sqlite::look(path, modules, clock, limit).await,
        None => {
            let looking = postgres::look(&config.url, modules, clock);
            within(clock, limit, looking).await.map(Inspection::Postgres)
        }
    }
}

async fn within<T>(
    clock: &SharedClock,
    limit: Duration,
    work: impl Future<Output = Result<T>>,
) -> Result<T> {
    tokio::select! {
        outcome = work => outcome,
        () = clock.sleep(limit) => {
            let text = format!("no answer within {} s", limit.as_secs_f64());
            Err(Error::Unavailable(text))
        }
    }
}

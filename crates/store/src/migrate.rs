//! Migrations: a version line per module, checksums, one runner at a time.

use sha2::{Digest, Sha256};

use crate::{
    args,
    error::{Error, Result},
    statement::{Dialect, render},
    statements,
    tx::Tx,
};

statements! {
    APPLIED = "select version, checksum from migrations where module = $1 order by version";
    RECORD = "insert into migrations (module, version, name, checksum, at)
        values ($1, $2, $3, $4, $5)";
}

/// The table that the runner keeps its own books in.
const BOOKS: &str = "create table if not exists migrations (
    module {text} not null,
    version {int} not null,
    name {text} not null,
    checksum {text} not null,
    at {int} not null,
    primary key (module, version)
) {strict}";

/// Only one node migrates at a time; the number is arbitrary but for ever. The others wait as long
/// as it takes, and so may a step; a step that waits for a table's lock still gives up in time.
const POSTGRES_LOCK: &str = "set local statement_timeout = 0;
    set local lock_timeout = 0;
    select pg_advisory_xact_lock(7236455010147);
    set local lock_timeout = 10000";

/// One step of a module's schema. Steps are forward-only: expand now, contract a release later.
pub struct Migration {
    /// From 1, without gaps within the module.
    pub version: u32,
    /// File name without ending, for people.
    pub name: &'static str,
    /// The statements for SQLite, with placeholders.
    pub sqlite: &'static str,
    /// The statements for PostgreSQL, with placeholders.
    pub postgres: &'static str,
}

impl Migration {
    /// A step whose text serves both databases.
    pub const fn both(version: u32, name: &'static str, sql: &'static str) -> Self {
        Self { version, name, sqlite: sql, postgres: sql }
    }

    pub(crate) fn text(&self, dialect: Dialect) -> String {
        render(if dialect == Dialect::Sqlite { self.sqlite } else { self.postgres }, dialect)
    }
}

/// A module's whole line of migrations.
#[derive(Clone, Copy)]
pub struct Migrations {
    /// Whose.
    pub module: &'static str,
    /// In the order of their versions.
    pub steps: &'static [Migration],
}

/// The store's own tables.
pub(crate) const STORE: Migrations = Migrations {
    module: "store",
    steps: &[Migration {
        version: 1,
        name: "0001_journal",
        sqlite: include_str!("../migrations/0001_journal.sqlite.sql"),
        postgres: include_str!("../migrations/0001_journal.postgres.sql"),
    }],
};

pub(crate) fn checksum(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Takes the lock and makes the runner's own table.
pub(crate) async fn prepare(tx: &Tx) -> Result<()> {
    if tx.dialect() == Dialect::Postgres {
        tx.batch(POSTGRES_LOCK).await?;
    }
    tx.batch(&render(BOOKS, tx.dialect())).await
}

/// Applies what is missing of one module; the names of the steps that were applied.
pub(crate) async fn apply(tx: &Tx, migrations: Migrations) -> Result<Vec<String>> {
    let module = migrations.module;
    let applied: Vec<(u32, String)> = tx.all(&APPLIED, &args![module]).await?;
    let mut done = Vec::new();
    for (index, step) in migrations.steps.iter().enumerate() {
        if step.version as usize != index + 1 {
            return Err(Error::Schema(format!(
                "migration {module}/{} must have version {}",
                step.name,
                index + 1
            )));
        }
        let text = step.text(tx.dialect());
        let sum = checksum(&text);
        match applied.get(index) {
            Some((_, known)) if *known == sum => {}
            Some(_) => {
                return Err(Error::Schema(format!(
                    "migration {module}/{} was changed after it had been applied",
                    step.name
                )));
            }
            None => {
                tx.batch(&text).await.map_err(|e| {
                    Error::Database(format!("migration {module}/{}: {e}", step.name))
                })?;
                let row = args![module, step.version, step.name, sum, tx.now()];
                tx.exec(&RECORD, &row).await?;
                done.push(format!("{module}/{}", step.name));
            }
        }
    }
    Ok(done)
}

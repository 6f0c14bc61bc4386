//! One transaction, as a closure sees it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::{TenantId, Timestamp};
use futures_util::future::try_join_all;
use tokio_postgres::types::ToSql;

use crate::{
    error::{Error, Result},
    journal::{Entry, Frame},
    postgres::{self, Lease},
    row::{FromRow, Row},
    statement::{Dialect, Statement},
    value::{Value, check},
};

/// A connection that a transaction runs on.
#[derive(Clone)]
pub(crate) enum Link {
    Sqlite(Arc<Mutex<rusqlite::Connection>>),
    Postgres(Arc<Lease>),
}

/// What to do once the transaction has been committed.
pub(crate) type AfterCommit = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct State {
    /// None once the transaction is over.
    link: Option<Link>,
    /// A statement failed: nothing more may run and nothing can be committed.
    spoiled: Option<Error>,
    entries: Vec<Entry>,
    after_commit: Vec<AfterCommit>,
}

/// One transaction. Clones are the same transaction; one that outlives it answers with
/// [`Error::Misuse`].
#[derive(Clone)]
pub struct Tx {
    state: Arc<Mutex<State>>,
    now: Timestamp,
    dialect: Dialect,
    writable: bool,
}

/// What a closure leaves behind.
pub(crate) struct Ended {
    pub(crate) link: Option<Link>,
    pub(crate) spoiled: Option<Error>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) after_commit: Vec<AfterCommit>,
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Tx {
    pub(crate) fn new(link: Link, now: Timestamp, writable: bool) -> Self {
        let dialect = match link {
            Link::Sqlite(_) => Dialect::Sqlite,
            Link::Postgres(_) => Dialect::Postgres,
        };
        let state = State { link: Some(link), ..State::default() };
        Self { state: Arc::new(Mutex::new(state)), now, dialect, writable }
    }

    /// Ends the transaction for every clone and takes what it left.
    pub(crate) fn end(&self) -> Ended {
        let state = std::mem::take(&mut *lock(&self.state));
        Ended {
            link: state.link,
            spoiled: state.spoiled,
            entries: state.entries,
            after_commit: state.after_commit,
        }
    }

    /// Whether another attempt may succeed where this one failed.
    pub(crate) fn may_repeat(&self) -> bool {
        matches!(lock(&self.state).spoiled, Some(Error::Conflict))
    }

    fn link(&self) -> Result<Link> {
        let state = lock(&self.state);
        if let Some(error) = &state.spoiled {
            return Err(Error::Misuse(format!("a statement had failed before: {error}")));
        }
        state.link.clone().ok_or_else(over)
    }

    fn spoil(&self, error: Error) -> Error {
        lock(&self.state).spoiled.get_or_insert_with(|| error.clone());
        error
    }

    /// The instant at which this transaction began, by the house's clock.
    pub const fn now(&self) -> Timestamp {
        self.now
    }

    /// Which database this is, for the rare statement that must differ in more than words.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// All rows of an answer, in its order.
    ///
    /// # Errors
    /// What the database said, or [`Error::Decode`].
    pub async fn all<T: FromRow>(&self, statement: &Statement, args: &[Value]) -> Result<Vec<T>> {
        self.query(statement.text(self.dialect), args).await
    }

    /// The first row.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none; else as [`Tx::all`].
    pub async fn one<T: FromRow>(&self, statement: &Statement, args: &[Value]) -> Result<T> {
        self.maybe(statement, args).await?.ok_or(Error::NotFound)
    }

    /// The first row, or none.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn maybe<T: FromRow>(
        &self,
        statement: &Statement,
        args: &[Value],
    ) -> Result<Option<T>> {
        Ok(self.all(statement, args).await?.into_iter().next())
    }

    /// The first row, locked against other writers until the end of this transaction.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn one_for_update<T: FromRow>(
        &self,
        statement: &Statement,
        args: &[Value],
    ) -> Result<Option<T>> {
        let rows = self.query(statement.locking_text(self.dialect), args).await?;
        Ok(rows.into_iter().next())
    }

    /// The first row for each list of arguments, in their order: a loop on SQLite, one pipelined
    /// round trip on PostgreSQL.
    ///
    /// # Errors
    /// As [`Tx::all`].
    pub async fn maybe_many<T: FromRow>(
        &self,
        statement: &Statement,
        list: &[impl AsRef<[Value]>],
    ) -> Result<Vec<Option<T>>> {
        if list.is_empty() {
            return Ok(Vec::new());
        }
        let text = statement.text(self.dialect);
        match self.link()? {
            Link::Sqlite(connection) => {
                list.iter().try_for_each(|args| check(args.as_ref())).map_err(|e| self.spoil(e))?;
                let connection = lock(&connection);
                let args = list.iter().map(AsRef::as_ref);
                sqlite_first_of_each(&connection, text, args).map_err(|e| self.classify(e))
            }
            Link::Postgres(_) => {
                let queries = list.iter().map(|args| self.query(text, args.as_ref()));
                let rows = try_join_all(queries).await?;
                Ok(rows.into_iter().map(|rows| rows.into_iter().next()).collect())
            }
        }
    }

    /// Runs a statement; how many rows it changed.
    ///
    /// # Errors
    /// What the database said; the transaction is spoiled then.
    pub async fn exec(&self, statement: &Statement, args: &[Value]) -> Result<u64> {
        self.run(statement.text(self.dialect), args).await
    }

    /// Runs a statement once for each list of arguments: a loop on SQLite, one pipelined round trip
    /// on PostgreSQL. How many rows changed in all.
    ///
    /// # Errors
    /// What the database said of any of them; the transaction is spoiled then.
    pub async fn exec_many(
        &self,
        statement: &Statement,
        list: &[impl AsRef<[Value]>],
    ) -> Result<u64> {
        if !self.writable {
            return Err(read_only());
        }
        if list.is_empty() {
            return Ok(0);
        }
        let text = statement.text(self.dialect);
        match self.link()? {
            Link::Sqlite(connection) => {
                list.iter().try_for_each(|args| check(args.as_ref())).map_err(|e| self.spoil(e))?;
                let connection = lock(&connection);
                let args = list.iter().map(AsRef::as_ref);
                sqlite_exec_many(&connection, text, args)
                    .map_err(|e| self.spoil(Error::from_sqlite(&e)))
            }
            Link::Postgres(_) => {
                let runs = list.iter().map(|args| self.run(text, args.as_ref()));
                Ok(try_join_all(runs).await?.into_iter().sum())
            }
        }
    }

    /// Puts an event into the journal when the transaction commits, with what watchers of topics
    /// see of it. The closure never learns the numbers that its frames get.
    ///
    /// # Errors
    /// [`Error::Misuse`] in a read, or when the event cannot be written as JSON.
    pub fn emit<E: events::Event>(
        &self,
        tenant: TenantId,
        event: &E,
        frames: Vec<Frame>,
    ) -> Result<()> {
        if !self.writable {
            return Err(Error::Misuse("a read cannot emit".into()));
        }
        let body = serde_json::to_string(event).map_err(|e| Error::Misuse(e.to_string()))?;
        if has_escaped_nul(&body) {
            return Err(Error::NulInText);
        }
        let mut state = lock(&self.state);
        if state.link.is_none() {
            return Err(over());
        }
        state.entries.push(Entry { tenant, name: E::NAME, version: E::VERSION, body, frames });
        Ok(())
    }

    /// Runs `hook` after the commit, and never after a rollback. It must be quick: it stands in the
    /// way of the next commit. Nothing durable may depend on it, since a crash skips it.
    /// In a read, and once the transaction is over, it never runs.
    pub fn after_commit(&self, hook: impl FnOnce() + Send + 'static) {
        let mut state = lock(&self.state);
        if state.link.is_some() {
            state.after_commit.push(Box::new(hook));
        }
    }

    pub(crate) async fn query<T: FromRow>(&self, text: &str, args: &[Value]) -> Result<Vec<T>> {
        let link = self.link()?;
        check(args).map_err(|e| self.spoil(e))?;
        match link {
            Link::Sqlite(connection) => {
                let connection = lock(&connection);
                sqlite_query(&connection, text, args).map_err(|e| self.classify(e))
            }
            Link::Postgres(client) => {
                let run = async {
                    let statement = postgres::prepare(&client, text).await?;
                    let rows = client.query(&statement, &borrowed(args)).await;
                    rows.map_err(|e| Error::from_postgres(&e))
                };
                let rows = self.to_its_end(run).await?;
                rows.iter().map(|row| T::from_row(&Row::postgres(row))).collect()
            }
        }
    }

    async fn run(&self, text: &str, args: &[Value]) -> Result<u64> {
        if !self.writable {
            return Err(read_only());
        }
        let link = self.link()?;
        check(args).map_err(|e| self.spoil(e))?;
        match link {
            Link::Sqlite(connection) => {
                let connection = lock(&connection);
                sqlite_exec(&connection, text, args).map_err(|e| self.spoil(Error::from_sqlite(&e)))
            }
            Link::Postgres(client) => {
                let run = async {
                    let statement = postgres::prepare(&client, text).await?;
                    let changed = client.execute(&statement, &borrowed(args)).await;
                    changed.map_err(|e| Error::from_postgres(&e))
                };
                self.to_its_end(run).await
            }
        }
    }

    /// Awaits a statement; one that fails spoils the transaction. So does one that is dropped
    /// half-way: had it failed unseen, the server would answer COMMIT by rolling back, and call
    /// that a success.
    async fn to_its_end<T>(&self, statement: impl Future<Output = Result<T>>) -> Result<T> {
        struct Dropped<'a>(&'a Tx);
        impl Drop for Dropped<'_> {
            fn drop(&mut self) {
                self.0.spoil(Error::Misuse("a statement was dropped before its answer".into()));
            }
        }
        let dropped = Dropped(self);
        let result = statement.await;
        std::mem::forget(dropped);
        result.map_err(|e| self.spoil(e))
    }

    /// Runs several statements without arguments; for migrations.
    pub(crate) async fn batch(&self, text: &str) -> Result<()> {
        match self.link()? {
            Link::Sqlite(connection) => lock(&connection)
                .execute_batch(text)
                .map_err(|e| self.spoil(Error::from_sqlite(&e))),
            Link::Postgres(client) => {
                let run = async {
                    let done = client.batch_execute(text).await;
                    done.map_err(|e| Error::from_postgres(&e))
                };
                self.to_its_end(run).await
            }
        }
    }

    /// Prepares a statement without running it.
    pub(crate) async fn prepare(&self, text: &str) -> Result<()> {
        match self.link()? {
            Link::Sqlite(connection) => {
                let connection = lock(&connection);
                let prepared = connection.prepare(text).map(drop);
                prepared.map_err(|e| self.spoil(Error::from_sqlite(&e)))
            }
            Link::Postgres(client) => {
                let run = async {
                    let prepared = client.prepare(text).await;
                    prepared.map(drop).map_err(|e| Error::from_postgres(&e))
                };
                self.to_its_end(run).await
            }
        }
    }

    fn classify(&self, failure: QueryFailure) -> Error {
        match failure {
            QueryFailure::Database(e) => self.spoil(Error::from_sqlite(&e)),
            QueryFailure::Decode(e) => e,
        }
    }
}

fn read_only() -> Error {
    Error::Misuse("a read cannot write".into())
}

fn over() -> Error {
    Error::Misuse("the transaction is over".into())
}

/// Whether a JSON text has the escape of NUL: a `\u0000` whose backslash is not itself escaped.
fn has_escaped_nul(json: &str) -> bool {
    json.match_indices("\\u0000").any(|(at, _)| {
        let before = json.as_bytes()[..at].iter().rev();
        before.take_while(|byte| **byte == b'\\').count() % 2 == 0
    })
}

pub(crate) fn borrowed(args: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    args.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

enum QueryFailure {
    Database(rusqlite::Error),
    Decode(Error),
}

impl From<rusqlite::Error> for QueryFailure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

fn bind(statement: &mut rusqlite::Statement<'_>, args: &[Value]) -> rusqlite::Result<()> {
    let count = statement.parameter_count();
    if args.len() < count {
        return Err(rusqlite::Error::InvalidParameterCount(args.len(), count));
    }
    for (index, value) in (1..=count).zip(args) {
        statement.raw_bind_parameter(index, value)?;
    }
    Ok(())
}

fn sqlite_query<T: FromRow>(
    connection: &rusqlite::Connection,
    text: &str,
    args: &[Value],
) -> Result<Vec<T>, QueryFailure> {
    let mut statement = connection.prepare_cached(text)?;
    bind(&mut statement, args)?;
    let mut rows = statement.raw_query();
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        found.push(T::from_row(&Row::sqlite(row)).map_err(QueryFailure::Decode)?);
    }
    Ok(found)
}

/// The first row for each list of arguments. The statement is looked up once.
fn sqlite_first_of_each<'a, T: FromRow>(
    connection: &rusqlite::Connection,
    text: &str,
    list: impl Iterator<Item = &'a [Value]>,
) -> Result<Vec<Option<T>>, QueryFailure> {
    let mut statement = connection.prepare_cached(text)?;
    let first = |args| {
        bind(&mut statement, args)?;
        let mut rows = statement.raw_query();
        let row = rows.next()?;
        row.map(|row| T::from_row(&Row::sqlite(row))).transpose().map_err(QueryFailure::Decode)
    };
    list.map(first).collect()
}

pub(crate) fn sqlite_exec(
    connection: &rusqlite::Connection,
    text: &str,
    args: &[Value],
) -> rusqlite::Result<u64> {
    sqlite_exec_many(connection, text, std::iter::once(args))
}

/// Runs a statement for each list of arguments. It is looked up once.
fn sqlite_exec_many<'a>(
    connection: &rusqlite::Connection,
    text: &str,
    list: impl Iterator<Item = &'a [Value]>,
) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(text)?;
    let gives_rows = statement.column_count() > 0;
    let mut changed = 0;
    for args in list {
        bind(&mut statement, args)?;
        if gives_rows {
            // A statement with `returning` has done its work when all its rows were seen.
            let mut rows = statement.raw_query();
            while rows.next()?.is_some() {}
            drop(rows);
            changed += connection.changes();
        } else {
            changed += statement.raw_execute()? as u64;
        }
    }
    Ok(changed)
}

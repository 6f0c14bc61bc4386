//! PostgreSQL: one pooled connection per transaction.

mod lease;

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use deadpool_postgres::{
    Manager, ManagerConfig, Pool, PoolError, QueueMode, RecyclingMethod, Runtime, TimeoutType,
};
use domain::{IdGenerator, SharedClock};
use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tokio_postgres::{NoTls, error::Severity};
use tokio_util::task::TaskTracker;

pub(crate) use self::lease::Lease;
use crate::{
    error::{Error, Result},
    journal::{self, Commit},
    row::{FromRow, Row},
    sqlite::{panicked, swallowed},
    statement::{Dialect, Statement},
    store::{Class, Hooks, StoreConfig},
    tx::{AfterCommit, Ended, Link, Tx, borrowed},
    value::{Value, check},
};

/// How often a closure runs at most when other writes get in its way.
const ATTEMPTS: usize = 3;
/// How long a call waits for a connection before it is told that the database is busy.
const POOL_WAIT: Duration = Duration::from_secs(5);

/// Of so many connections bulk writes may hold one.
const BULK_SHARE: usize = 4;
/// For every connection: acknowledged means on disk, whatever the server's default is. A statement
/// or a wait for a lock that takes so long is a fault, not a workload.
const SESSION: &str = "-c synchronous_commit=on -c statement_timeout=30000 -c lock_timeout=10000 \
     -c idle_in_transaction_session_timeout=60000 -c timezone=UTC";

/// The pool and what a transaction needs beside it.
pub(crate) struct Postgres {
    pool: Pool,
    /// Bounds how many calls may wait for a connection.
    waiting: Semaphore,
    /// Leaves connections for interactive writes …
    bulk: Semaphore,
    /// … and bounds how many bulk writes may wait for theirs.
    bulk_waiting: Semaphore,
    clock: SharedClock,
    ids: Arc<IdGenerator>,
    hooks: Arc<Hooks>,
    /// Commits run to their end even when nobody waits for them any more.
    commits: TaskTracker,
}

impl Postgres {
    pub(crate) fn open(
        config: &StoreConfig,
        clock: &SharedClock,
        ids: &Arc<IdGenerator>,
        hooks: &Arc<Hooks>,
    ) -> Result<Self> {
        let postgres = connection_config(&config.url)?;
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_config(postgres, NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(config.pool_size)
            // The connection that was used last: its process has everything at hand.
            .queue_mode(QueueMode::Lifo)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .build()
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        Ok(Self {
            pool,
            waiting: Semaphore::new(config.queue_interactive),
            bulk: Semaphore::new((config.pool_size / BULK_SHARE).max(1)),
            bulk_waiting: Semaphore::new(config.queue_bulk),
            clock: clock.clone(),
            ids: ids.clone(),
            hooks: hooks.clone(),
            commits: TaskTracker::new(),
        })
    }

    async fn client(&self) -> Result<Lease> {
        let _turn = self.waiting.try_acquire().map_err(|_| Error::Busy)?;
        let client = self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(TimeoutType::Wait) => Error::Busy,
            PoolError::Backend(e) => match Error::from_postgres(&e) {
                refused @ Error::Unavailable(_) => refused,
                other => Error::Unavailable(other.to_string()),
            },
            other => Error::Unavailable(other.to_string()),
        })?;
        Ok(Lease::new(client))
    }

    /// A connection with an open transaction.
    async fn begin(&self, begin: &str) -> Result<Lease> {
        let client = self.client().await?;
        client.batch_execute(begin).await.map_err(|e| Error::from_postgres(&e))?;
        Ok(client)
    }

    pub(crate) async fn write<T, E, F>(&self, class: Class, closure: &F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E>,
        E: From<Error>,
    {
        let _turn = match class {
            Class::Interactive => None,
            Class::Bulk => {
                let _waiting = self.bulk_waiting.try_acquire().map_err(|_| Error::Busy)?;
                self.bulk.acquire().await.ok()
            }
        };
        let mut attempt = 1;
        loop {
            match self.write_once(closure).await {
                Ok(value) => return Ok(value),
                Err(Failure { repeat: true, .. }) if attempt < ATTEMPTS => attempt += 1,
                Err(failure) => return Err(failure.error),
            }
        }
    }

    async fn write_once<T, E, F>(&self, closure: &F) -> Result<T, Failure<E>>
    where
        F: AsyncFn(&Tx) -> Result<T, E>,
        E: From<Error>,
    {
        let client = self.begin("begin").await.map_err(Failure::before)?;
        let now = self.clock.now();
        let guard = Guard(Tx::new(Link::Postgres(Arc::new(client)), now, true));
        let result = AssertUnwindSafe(closure(&guard.0)).catch_unwind().await;
        let repeat = guard.0.may_repeat();
        let Ended { link, spoiled, entries, after_commit } = guard.0.end();
        if let Some(error) = &spoiled {
            self.refused(error);
        }
        let client = unlink(link).map_err(Failure::last)?;
        let outcome = match (result, spoiled) {
            (Err(panic), _) => Err(E::from(panicked(&*panic))),
            (Ok(Err(error)), _) => Err(error),
            (Ok(Ok(_)), Some(error)) => Err(E::from(swallowed(&error))),
            (Ok(Ok(value)), None) => Ok(value),
        };
        let value = match outcome {
            Ok(value) => value,
            Err(error) => {
                roll_back(client).await;
                return Err(Failure { error, repeat });
            }
        };
        match journal::flush_postgres(&client, entries, now, &self.ids).await {
            Ok(commit) => {
                let committing = self.commit(client, commit, after_commit);
                committing.await.map_err(Failure::last)?;
                Ok(value)
            }
            Err(error) => {
                self.refused(&error);
                roll_back(client).await;
                Err(Failure::before(error))
            }
        }
    }

    fn refused(&self, error: &Error) {
        self.hooks.refusing.refused(error, self.clock.now());
    }

    /// Sends COMMIT and hands the frames on, in a task of its own: a request that is dropped at
    /// this very moment must not leave a committed frame undelivered.
    async fn commit(
        &self,
        client: Lease,
        commit: Option<Commit>,
        after_commit: Vec<AfterCommit>,
    ) -> Result<()> {
        let (hooks, clock) = (self.hooks.clone(), self.clock.clone());
        let task = self.commits.spawn(async move {
            match client.batch_execute("commit").await {
                Ok(()) => {
                    client.settle();
                    // One without events may have written nothing.
                    if commit.is_some() {
                        hooks.refusing.written();
                    }
                    hooks.committed(commit, after_commit.into_iter());
                    Ok(())
                }
                Err(error) if refused(&error) => {
                    client.settle();
                    let error = Error::from_postgres(&error);
                    hooks.refusing.refused(&error, clock.now());
                    Err(error)
                }
                Err(_) => Err(Error::UnknownOutcome),
            }
        });
        task.await.unwrap_or(Err(Error::UnknownOutcome))
    }

    pub(crate) async fn read<T, E, F>(&self, closure: &F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E>,
        E: From<Error>,
    {
        let begin = "begin isolation level repeatable read read only";
        let client = match self.begin(begin).await {
            // A connection that broke while it waited in the pool: nothing has run.
            Err(Error::Unavailable(_)) => self.begin(begin).await?,
            other => other?,
        };
        let link = Link::Postgres(Arc::new(client));
        let guard = Guard(Tx::new(link, self.clock.now(), false));
        let result = AssertUnwindSafe(closure(&guard.0)).catch_unwind().await;
        let ended = guard.0.end();
        roll_back(unlink(ended.link)?).await;
        result.unwrap_or_else(|panic| Err(panicked(&*panic).into()))
    }

    /// One statement, one transaction, one round trip.
    pub(crate) async fn execute(&self, statement: &Statement, args: &[Value]) -> Result<u64> {
        check(args)?;
        let mut attempt = 1;
        loop {
            let client = self.client().await?;
            let text = statement.text(Dialect::Postgres);
            let prepared = match prepare(&client, text).await {
                Ok(prepared) => prepared,
                // A connection that broke while it waited in the pool: nothing has run.
                Err(Error::Unavailable(_)) if attempt < ATTEMPTS => {
                    attempt += 1;
                    continue;
                }
                Err(error) => return Err(error),
            };
            match client.execute(&prepared, &borrowed(args)).await {
                Ok(changed) => {
                    client.settle();
                    if changed > 0 {
                        self.hooks.refusing.written();
                    }
                    return Ok(changed);
                }
                Err(error) if is_lost(&error) => return Err(Error::UnknownOutcome),
                Err(error) => {
                    client.settle();
                    match Error::from_postgres(&error) {
                        Error::Conflict if attempt < ATTEMPTS => attempt += 1,
                        other => {
                            self.refused(&other);
                            return Err(other);
                        }
                    }
                }
            }
        }
    }

    /// One statement that answers with rows, outside of any transaction.
    pub(crate) async fn all<T: FromRow>(
        &self,
        statement: &Statement,
        args: &[Value],
    ) -> Result<Vec<T>> {
        check(args)?;
        let text = statement.text(Dialect::Postgres);
        match self.rows(text, args).await {
            // It only reads, so it may run again on a connection that has not broken.
            Err(Failure { repeat: true, .. }) => self.rows(text, args).await,
            other => other,
        }
        .map_err(|failure| failure.error)
    }

    async fn rows<T: FromRow>(&self, text: &str, args: &[Value]) -> Result<Vec<T>, Failure<Error>> {
        let client = self.client().await.map_err(Failure::last)?;
        let prepared = prepare(&client, text).await.map_err(Failure::last)?;
        match client.query(&prepared, &borrowed(args)).await {
            Ok(rows) => {
                client.settle();
                let rows = rows.iter().map(|row| T::from_row(&Row::postgres(row)));
                rows.collect::<Result<_>>().map_err(Failure::last)
            }
            Err(error) => {
                let (error, repeat) = (Error::from_postgres(&error), is_lost(&error));
                if !repeat {
                    client.settle();
                }
                Err(Failure { error, repeat })
            }
        }
    }

    pub(crate) async fn close(&self) {
        self.commits.close();
        self.commits.wait().await;
        self.pool.close();
    }
}

/// How a connection is made.
pub(crate) fn connection_config(url: &str) -> Result<tokio_postgres::Config> {
    let mut postgres: tokio_postgres::Config =
        url.parse().map_err(|e| Error::Unavailable(format!("database URL: {e}")))?;
    let own = postgres.get_options().unwrap_or_default();
    postgres.options(format!("{own} {SESSION}"));
    postgres.application_name("openbell");
    postgres.connect_timeout(Duration::from_secs(5));
    // A server that has vanished without a word is noticed after about a minute.
    postgres.keepalives_idle(Duration::from_secs(30));
    postgres.keepalives_interval(Duration::from_secs(10));
    postgres.keepalives_retries(3);
    postgres.tcp_user_timeout(Duration::from_secs(60));
    Ok(postgres)
}

/// Prepares a statement, once per connection.
pub(crate) async fn prepare(client: &Lease, text: &str) -> Result<tokio_postgres::Statement> {
    client.prepare_cached(text).await.map_err(|e| Error::from_postgres(&e))
}

/// Whether the server answered and goes on: nothing of the statement stands.
fn refused(error: &tokio_postgres::Error) -> bool {
    error
        .as_db_error()
        .is_some_and(|db| !matches!(db.parsed_severity(), Some(Severity::Fatal | Severity::Panic)))
}

/// Whether the connection broke, so that nobody can say what became of the statement.
fn is_lost(error: &tokio_postgres::Error) -> bool {
    match error.as_db_error() {
        Some(_) => !refused(error),
        None => matches!(Error::from_postgres(error), Error::Unavailable(_)),
    }
}

/// Why an attempt failed, and whether another may succeed.
struct Failure<E> {
    error: E,
    repeat: bool,
}

impl<E: From<Error>> Failure<E> {
    fn last(error: Error) -> Self {
        Self { error: error.into(), repeat: false }
    }

    /// Before the closure, or after it but before COMMIT, and not through the closure's fault.
    fn before(error: Error) -> Self {
        Self {
            repeat: matches!(error, Error::Conflict | Error::Unavailable(_)),
            error: error.into(),
        }
    }
}

fn unlink(link: Option<Link>) -> Result<Lease> {
    let Some(Link::Postgres(client)) = link else {
        return Err(Error::Misuse("the transaction lost its connection".into()));
    };
    // Somebody kept a statement running past the end of the closure: the connection cannot be
    // trusted, and it is closed when that one lets go of it.
    Arc::try_unwrap(client)
        .map_err(|_| Error::Misuse("it left a statement running behind it".into()))
}

async fn roll_back(client: Lease) {
    if client.batch_execute("rollback").await.is_ok() {
        client.settle();
    }
}

/// Ends the transaction when its future is dropped half-way.
struct Guard(Tx);

impl Drop for Guard {
    fn drop(&mut self) {
        drop(self.0.end());
    }
}

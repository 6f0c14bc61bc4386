//! PostgreSQL: one pooled connection per transaction.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use deadpool_postgres::{
    Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use domain::{IdGenerator, SharedClock};
use futures_util::FutureExt;
use tokio::sync::Semaphore;
use tokio_postgres::NoTls;
use tokio_util::task::TaskTracker;

use crate::{
    error::{Error, Result},
    journal::{self, Commit},
    row::{FromRow, Row},
    sqlite::{panicked, swallowed},
    statement::{Dialect, Statement},
    store::{Hooks, StoreConfig},
    tx::{AfterCommit, Link, Tx, borrowed},
    value::{Value, check},
};

/// How often a closure runs at most when other writes get in its way.
const ATTEMPTS: usize = 3;
/// How long a call waits for a connection before it is told that the database is busy.
const POOL_WAIT: Duration = Duration::from_secs(5);

/// The pool and what a transaction needs beside it.
pub(crate) struct Postgres {
    pool: Pool,
    /// Bounds how many calls may wait for a connection.
    waiting: Arc<Semaphore>,
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
        let mut postgres: tokio_postgres::Config = config
            .url
            .parse()
            .map_err(|e| Error::Unavailable(format!("database URL: {e}")))?;
        // Acknowledged means on disk, whatever the server's default is. A statement or a wait for
        // a lock that takes so long is a fault, not a workload.
        postgres.options(
            "-c synchronous_commit=on -c statement_timeout=30000 -c lock_timeout=10000 \
             -c idle_in_transaction_session_timeout=60000 -c timezone=UTC",
        );
        postgres.application_name("openbell");
        postgres.connect_timeout(Duration::from_secs(5));
        postgres.keepalives_idle(Duration::from_secs(30));
        let recycling = ManagerConfig {
            recycling_method: RecyclingMethod::Fast,
        };
        let manager = Manager::from_config(postgres, NoTls, recycling);
        let pool = Pool::builder(manager)
            .max_size(config.pool_size)
            .runtime(Runtime::Tokio1)
            .wait_timeout(Some(POOL_WAIT))
            .create_timeout(Some(POOL_WAIT))
            .build()
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        Ok(Self {
            pool,
            waiting: Arc::new(Semaphore::new(config.queue_interactive)),
            clock: clock.clone(),
            ids: ids.clone(),
            hooks: hooks.clone(),
            commits: TaskTracker::new(),
        })
    }

    async fn client(&self) -> Result<Object> {
        let _turn = self.waiting.try_acquire().map_err(|_| Error::Busy)?;
        self.pool.get().await.map_err(|error| match error {
            PoolError::Timeout(_) => Error::Busy,
            PoolError::Backend(e) => match Error::from_postgres(&e) {
                refused @ Error::Unavailable(_) => refused,
                other => Error::Unavailable(other.to_string()),
            },
            other => Error::Unavailable(other.to_string()),
        })
    }

    pub(crate) async fn write<T, E, F>(&self, closure: &F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E>,
        E: From<Error>,
    {
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
        let client = self.client().await.map_err(Failure::last)?;
        client
            .batch_execute("begin")
            .await
            .map_err(|e| Failure::last(Error::from_postgres(&e)))?;
        let now = self.clock.now();
        let guard = Guard(Tx::new(Link::Postgres(Arc::new(client)), now, true));
        let result = AssertUnwindSafe(closure(&guard.0)).catch_unwind().await;
        let repeat = guard.0.may_repeat();
        let ended = guard.0.end();
        let client = unlink(ended.link).map_err(Failure::last)?;
        let outcome = match (result, ended.spoiled) {
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
        let mut flushing = Unfinished(Some(client));
        let flushed = match flushing.0.as_ref() {
            Some(client) => journal::flush_postgres(client, ended.entries, now, &self.ids).await,
            None => Ok(None),
        };
        let Some(client) = flushing.0.take() else {
            return Err(Failure::last(Error::UnknownOutcome));
        };
        match flushed {
            Ok(commit) => {
                self.commit(client, commit, ended.after_commit)
                    .await
                    .map_err(Failure::of)?;
                Ok(value)
            }
            Err(error) => {
                roll_back(client).await;
                Err(Failure::of(error))
            }
        }
    }

    /// Sends COMMIT and hands the frames on, in a task of its own: a request that is dropped at
    /// this very moment must not leave a committed frame undelivered.
    async fn commit(
        &self,
        client: Object,
        commit: Option<Commit>,
        after_commit: Vec<AfterCommit>,
    ) -> Result<()> {
        let hooks = self.hooks.clone();
        let task = self.commits.spawn(async move {
            match client.batch_execute("commit").await {
                Ok(()) => {
                    hooks.committed(commit, after_commit.into_iter());
                    Ok(())
                }
                // The server answered: nothing was committed.
                Err(error) if error.as_db_error().is_some() => Err(Error::from_postgres(&error)),
                Err(_) => {
                    drop(Object::take(client));
                    Err(Error::UnknownOutcome)
                }
            }
        });
        task.await.unwrap_or(Err(Error::UnknownOutcome))
    }

    pub(crate) async fn read<T, E, F>(&self, closure: &F) -> Result<T, E>
    where
        F: AsyncFn(&Tx) -> Result<T, E>,
        E: From<Error>,
    {
        let client = self.client().await?;
        let begin = "begin isolation level repeatable read read only";
        client
            .batch_execute(begin)
            .await
            .map_err(|e| Error::from_postgres(&e))?;
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
            let prepared = client
                .prepare_cached(&statement.text(Dialect::Postgres))
                .await
                .map_err(|e| Error::from_postgres(&e))?;
            match client.execute(&prepared, &borrowed(args)).await {
                Ok(changed) => return Ok(changed),
                Err(error) if error.as_db_error().is_none() => return Err(Error::UnknownOutcome),
                Err(error) => match Error::from_postgres(&error) {
                    Error::Conflict if attempt < ATTEMPTS => attempt += 1,
                    other => return Err(other),
                },
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
        let client = self.client().await?;
        let run = async {
            let prepared = client
                .prepare_cached(&statement.text(Dialect::Postgres))
                .await?;
            client.query(&prepared, &borrowed(args)).await
        };
        let rows = run.await.map_err(|e| Error::from_postgres(&e))?;
        rows.iter()
            .map(|row| T::from_row(&Row::postgres(row)))
            .collect()
    }

    pub(crate) async fn close(&self) {
        self.commits.close();
        self.commits.wait().await;
        self.pool.close();
    }
}

/// Why an attempt failed, and whether another may succeed.
struct Failure<E> {
    error: E,
    repeat: bool,
}

impl<E: From<Error>> Failure<E> {
    fn last(error: Error) -> Self {
        Self {
            error: error.into(),
            repeat: false,
        }
    }

    fn of(error: Error) -> Self {
        Self {
            repeat: matches!(error, Error::Conflict),
            error: error.into(),
        }
    }
}

fn unlink(link: Option<Link>) -> Result<Object> {
    let Some(Link::Postgres(client)) = link else {
        return Err(Error::Misuse("the transaction lost its connection".into()));
    };
    // Somebody kept a statement running past the end of the closure: the connection cannot be
    // trusted, and it is closed when that one lets go of it.
    Arc::try_unwrap(client)
        .map_err(|_| Error::Misuse("it left a statement running behind it".into()))
}

async fn roll_back(client: Object) {
    let unfinished = Unfinished(Some(client));
    let Some(client) = unfinished.0.as_ref() else {
        return;
    };
    if client.batch_execute("rollback").await.is_ok() {
        unfinished.settle();
    }
}

/// A connection with an open transaction: closed, not pooled, unless it is settled. Closing makes
/// the server roll back.
struct Unfinished(Option<Object>);

impl Unfinished {
    fn settle(mut self) {
        self.0 = None;
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            drop(Object::take(client));
        }
    }
}

/// Closes the connection of a transaction whose future was dropped half-way.
struct Guard(Tx);

impl Drop for Guard {
    fn drop(&mut self) {
        if let Some(Link::Postgres(client)) = self.0.end().link
            && let Ok(client) = Arc::try_unwrap(client)
        {
            drop(Object::take(client));
        }
    }
}

//! What a node can run: tasks as their handlers see them.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::{Id, TenantId, Timestamp};
use futures_util::future::BoxFuture;
use serde::de::DeserializeOwned;
use store::{FromRow, Result, Row, Tx, args};

use crate::{queue::Task, sql};

/// A task in the hands of its handler. Clones are the same claim.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// Its id, the same at every attempt: what to tell repeats by.
    pub id: Id,
    /// [`Task::NAME`].
    pub name: String,
    /// The version of the body, at most the one that this node can run.
    pub version: u32,
    /// Whose work it is.
    pub tenant: TenantId,
    /// The payload as JSON; see [`Claimed::payload`].
    pub body: String,
    /// The key that it was enqueued with.
    pub unique_key: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it was due.
    pub run_at: Timestamp,
    /// Which attempt this is, from 1.
    pub attempt: u32,
    /// Names this claim: whoever claims the task later has another one.
    pub lease_token: Id,
    /// What the attempt before said.
    pub(crate) last_error: Option<String>,
    /// Set when [`finish`] went through, to tell this apart from a lost lease.
    pub(crate) finished: Arc<AtomicBool>,
}

impl Claimed {
    /// The payload.
    ///
    /// # Errors
    /// When the body does not fit the type.
    pub fn payload<T: DeserializeOwned>(&self) -> serde_json::Result<T> {
        serde_json::from_str(&self.body)
    }
}

impl FromRow for Claimed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            name: row.get(1)?,
            version: row.get(2)?,
            tenant: row.get(3)?,
            body: row.get(4)?,
            unique_key: row.get(5)?,
            created_at: row.get(6)?,
            run_at: row.get(7)?,
            attempt: row.get(8)?,
            lease_token: row.get(9)?,
            last_error: row.get(10)?,
            finished: Arc::new(AtomicBool::new(false)),
        })
    }
}

/// Ends the task within the handler's own transaction: its effects and its end are one commit, so
/// they happen exactly once. The handler then answers [`Outcome::Finished`].
///
/// False when the lease was lost or the task cancelled. The handler must return an error from the
/// closure then, so that its effects are rolled back: somebody else has the task.
///
/// # Errors
/// What the database said.
pub async fn finish(tx: &Tx, task: &Claimed) -> Result<bool> {
    let ended = tx.exec(&sql::FINISH, &args![task.id, task.lease_token]).await? > 0;
    if ended {
        task.finished.store(true, Ordering::Release);
    }
    Ok(ended)
}

/// How a run went well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The work is done; the runner ends the task.
    Done,
    /// The handler has called [`finish`] in its own transaction.
    Finished,
    /// So far, so good: run again after this time, with the count of attempts begun anew.
    Again {
        /// How long to wait.
        after: Duration,
    },
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct TaskError {
    /// For the log and the dead letter: no secrets, no names, no addresses.
    pub message: String,
    /// When the other side said how long to wait. Kept between one second and six hours; otherwise
    /// the pause grows with the attempts.
    pub retry_after: Option<Duration>,
    /// Trying again cannot help: a dead letter at once.
    pub permanent: bool,
}

impl TaskError {
    /// A failure that another attempt may overcome.
    pub fn new(message: impl fmt::Display) -> Self {
        Self { message: message.to_string(), retry_after: None, permanent: false }
    }

    /// A failure that stays one.
    pub fn permanent(message: impl fmt::Display) -> Self {
        Self { permanent: true, ..Self::new(message) }
    }

    /// The same, to be tried again after `pause`.
    #[must_use]
    pub fn retry_after(self, pause: Duration) -> Self {
        Self { retry_after: Some(pause), ..self }
    }
}

impl From<store::Error> for TaskError {
    fn from(error: store::Error) -> Self {
        Self::new(error)
    }
}

/// Runs one claimed task. Dropped when the lease is lost or the node has no more time to stop, so
/// every await is a place where it may end.
pub type Handler =
    Arc<dyn Fn(Claimed) -> BoxFuture<'static, Result<Outcome, TaskError>> + Send + Sync>;

/// A kind of task that this node can run.
#[derive(Clone)]
pub struct TaskSpec {
    /// [`Task::NAME`].
    pub name: &'static str,
    /// The newest version that the handler understands; it gets older ones too.
    pub version: u32,
    /// After so many failed runs the task becomes a dead letter.
    pub max_attempts: u32,
    /// How long a claim holds without being renewed.
    pub lease: Duration,
    /// How many run at once on a node, at least 1; none for as many as there are places.
    pub at_once: Option<usize>,
    /// What to do.
    pub handler: Handler,
}

impl TaskSpec {
    /// The spec of a type, with a handler that gets the decoded payload. A payload that cannot be
    /// decoded is a dead letter at once.
    pub fn of<T, F, Fut>(handle: F) -> Self
    where
        T: Task,
        F: Fn(Claimed, T) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Outcome, TaskError>> + Send + 'static,
    {
        let handle = Arc::new(handle);
        Self {
            name: T::NAME,
            version: T::VERSION,
            max_attempts: T::MAX_ATTEMPTS,
            lease: T::LEASE,
            at_once: T::AT_ONCE,
            handler: Arc::new(move |claimed| {
                let handle = handle.clone();
                Box::pin(async move {
                    let task = claimed.payload::<T>().map_err(TaskError::permanent)?;
                    handle(claimed, task).await
                })
            }),
        }
    }
}

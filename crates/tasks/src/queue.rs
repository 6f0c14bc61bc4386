//! Tasks on their way into the queue.

use std::{sync::LazyLock, time::Duration};

use domain::{TenantId, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use store::{Error, Result, Tx, Value, args};
use tokio::sync::watch;

use crate::{ids, sql};

/// Work with its own time or its own retries. The struct is the payload: JSON, ids only.
pub trait Task: Serialize + DeserializeOwned + Send + Sync + 'static {
    /// `<feature>.<what>`; lower-case letters, digits, `.`, `_` and `-`. It stands in rows, so it
    /// is never changed.
    const NAME: &'static str;
    /// Goes up when older nodes could not read or do this any more: they leave it to newer ones.
    const VERSION: u32 = 1;
    /// How many runs may fail before the task becomes a dead letter.
    const MAX_ATTEMPTS: u32 = 8;
    /// How long a node that fell silent keeps the task from others. A running task renews its
    /// lease, so this is no limit to its duration.
    const LEASE: Duration = Duration::from_secs(60);
    /// How many of these run at once on one node, whatever places are free; none for as many as
    /// there are places. For what takes minutes, so that it does not hold up what takes moments.
    const AT_ONCE: Option<usize> = None;
}

/// How to enqueue; the default is at once and without a key.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Not before this instant; at once when it is none or past.
    pub at: Option<Timestamp>,
    /// While a task of the same name with this key has not ended, [`enqueue`] adds no other one. A
    /// key is shared by all tenants: put an id into it. The task that has the key may be running,
    /// and have read already what the caller is about to change.
    pub unique_key: Option<String>,
}

impl Options {
    /// Not before `at`.
    pub const fn at(at: Timestamp) -> Self {
        Self { at: Some(at), unique_key: None }
    }

    /// At once, and only when no task of the name with this key is open.
    pub fn unique(key: impl Into<String>) -> Self {
        Self::default().with_key(key)
    }

    /// The same with a unique key.
    #[must_use]
    pub fn with_key(self, key: impl Into<String>) -> Self {
        Self { unique_key: Some(key.into()), ..self }
    }
}

/// What became of an [`enqueue`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Enqueued {
    /// The task stands in the queue once the transaction has committed.
    New,
    /// An open task has the same name and key; nothing was added.
    AlreadyThere,
}

/// Counts commits that brought tasks that are due. A hint to every runner of this process, to be
/// quick with and never to rely on: runners look of themselves as well.
static COMMITTED: LazyLock<watch::Sender<u64>> = LazyLock::new(|| watch::Sender::new(0));

/// Follows [`COMMITTED`].
pub(crate) fn committed() -> watch::Receiver<u64> {
    COMMITTED.subscribe()
}

pub(crate) fn wake_after_commit(tx: &Tx) {
    tx.after_commit(|| COMMITTED.send_modify(|count| *count = count.wrapping_add(1)));
}

/// A task whose type is forgotten.
pub(crate) struct Prepared {
    name: &'static str,
    version: u32,
    body: String,
}

impl Prepared {
    pub(crate) fn new<T: Task>(task: &T) -> Result<Self> {
        if !is_name(T::NAME) {
            return Err(Error::Misuse(format!("`{}` is no task's name", T::NAME)));
        }
        let body = serde_json::to_string(task).map_err(|e| Error::Misuse(e.to_string()))?;
        Ok(Self { name: T::NAME, version: T::VERSION, body })
    }

    fn args(&self, tenant: TenantId, options: &Options, now: Timestamp) -> [Value; 8] {
        args![
            ids::new_id(now),
            self.name,
            self.version,
            tenant,
            self.body.as_str(),
            options.unique_key.clone(),
            now,
            options.at.unwrap_or(now),
        ]
    }

    pub(crate) async fn enqueue(
        &self,
        tx: &Tx,
        tenant: TenantId,
        options: &Options,
    ) -> Result<Enqueued> {
        let now = tx.now();
        if tx.exec(&sql::ENQUEUE, &self.args(tenant, options, now)).await? == 0 {
            return Ok(Enqueued::AlreadyThere);
        }
        if options.at.is_none_or(|at| at <= now) {
            wake_after_commit(tx);
        }
        Ok(Enqueued::New)
    }
}

/// Names are keys of a JSON object inside statements.
pub(crate) fn is_name(name: &str) -> bool {
    let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c);
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(is_fine)
}

/// Puts a task into the queue within the caller's transaction: it exists exactly when that commits,
/// and runners of this process are woken then.
///
/// # Errors
/// What the database said; [`Error::Misuse`] when the name is malformed or the payload is no JSON.
pub async fn enqueue<T: Task>(
    tx: &Tx,
    tenant: TenantId,
    task: &T,
    options: Options,
) -> Result<Enqueued> {
    Prepared::new(task)?.enqueue(tx, tenant, &options).await
}

/// [`enqueue`] for many at once, in one pipelined round trip on PostgreSQL. How many are new.
///
/// # Errors
/// As [`enqueue`].
pub async fn enqueue_many<T: Task>(tx: &Tx, list: &[(TenantId, T, Options)]) -> Result<u64> {
    let now = tx.now();
    let prepared = list
        .iter()
        .map(|(tenant, task, options)| Ok(Prepared::new(task)?.args(*tenant, options, now)));
    let rows = prepared.collect::<Result<Vec<_>>>()?;
    // Keys are taken in one order by everybody, so that two callers never wait for each other.
    let mut rows: Vec<_> = list.iter().zip(rows).collect();
    rows.sort_by_key(|((.., options), _)| options.unique_key.as_deref());
    let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
    let added = tx.exec_many(&sql::ENQUEUE, &rows).await?;
    if added > 0 {
        wake_after_commit(tx);
    }
    Ok(added)
}

/// Takes the open task of this name and key out of the queue; whether there was one. One that runs
/// is cancelled at its next renewal, and its [`finish`](crate::finish) is refused; what it has
/// done outside of the database stays done.
///
/// # Errors
/// What the database said.
pub async fn cancel(tx: &Tx, name: &str, unique_key: &str) -> Result<bool> {
    Ok(tx.exec(&sql::CANCEL, &args![name, unique_key]).await? > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_fit_into_paths_of_json() {
        for fine in ["mail", "notifications.send-mail", "a.b_2"] {
            assert!(is_name(fine), "{fine}");
        }
        for wrong in ["", "2a", "$.a", "a\"b", "A", "a b", "a[0]", ".a"] {
            assert!(!is_name(wrong), "{wrong}");
        }
    }
}

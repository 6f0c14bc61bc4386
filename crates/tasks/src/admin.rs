//! What an operator sees of the queue and may do to it.
//!
//! Everything works on the caller's transaction. Lists are in the order of their ids, that is of
//! creation, and go on behind the last id of the page before.

use domain::{Id, TenantId, Timestamp};
use store::{Result, Tx, args, from_row};

use crate::{queue, sql};

/// How much there is of one kind of task.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Depth {
    /// The task's name.
    pub name: String,
    /// In somebody's hands.
    pub running: i64,
    /// Could run at once.
    pub due: i64,
    /// Waits for its time.
    pub waiting: i64,
    /// Of those due or waiting: failed before.
    pub retrying: i64,
    /// Dead letters.
    pub dead: i64,
    /// Since when the oldest of those that are due has been due.
    pub oldest_due_at: Option<Timestamp>,
}

/// A task that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenTask {
    /// Its id.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Whose work it is.
    pub tenant: TenantId,
    /// The key that it was enqueued with.
    pub unique_key: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// When it is or was due.
    pub run_at: Timestamp,
    /// How many attempts were begun.
    pub attempt: u32,
    /// Until when somebody has it; in the past when nobody does.
    pub lease_until: Timestamp,
    /// What the last attempt said, when it failed.
    pub last_error: Option<String>,
}

from_row!(OpenTask {
    id,
    name,
    version,
    tenant,
    unique_key,
    created_at,
    run_at,
    attempt,
    lease_until,
    last_error,
});

/// A dead letter: a task that was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadTask {
    /// Its id, the same as in the queue.
    pub id: Id,
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: u32,
    /// Whose work it is.
    pub tenant: TenantId,
    /// The payload as JSON.
    pub body: String,
    /// The key that it was enqueued with.
    pub unique_key: Option<String>,
    /// When it was enqueued.
    pub created_at: Timestamp,
    /// How many attempts were begun.
    pub attempt: u32,
    /// What the last of them said.
    pub error: String,
    /// When it was given up.
    pub at: Timestamp,
}

from_row!(DeadTask { id, name, version, tenant, body, unique_key, created_at, attempt, error, at });

/// What became of a [`redrive`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Redriven {
    /// It is in the queue again, due at once, with all its attempts before it.
    Queued,
    /// An open task has the same name and key; the dead letter stays.
    AlreadyThere,
    /// There is no such dead letter.
    NotFound,
}

/// How much there is of every kind, by name.
///
/// # Errors
/// What the database said.
pub async fn depths(tx: &Tx) -> Result<Vec<Depth>> {
    type Counts = (String, i64, i64, i64, i64, Option<Timestamp>);
    let open: Vec<Counts> = tx.all(&sql::COUNT_QUEUE, &args![tx.now()]).await?;
    let dead: Vec<(String, i64)> = tx.all(&sql::COUNT_DEAD, &[]).await?;
    let mut depths: Vec<Depth> = open
        .into_iter()
        .map(|(name, running, due, waiting, retrying, oldest_due_at)| Depth {
            name,
            running,
            due,
            waiting,
            retrying,
            dead: 0,
            oldest_due_at,
        })
        .collect();
    for (name, dead) in dead {
        match depths.binary_search_by(|depth| depth.name.as_str().cmp(&name)) {
            Ok(place) => depths[place].dead = dead,
            Err(place) => depths.insert(place, Depth { name, dead, ..Depth::default() }),
        }
    }
    Ok(depths)
}

/// Open tasks, of one name or of all.
///
/// # Errors
/// What the database said.
pub async fn open_tasks(
    tx: &Tx,
    name: Option<&str>,
    after: Option<Id>,
    limit: u32,
) -> Result<Vec<OpenTask>> {
    tx.all(&sql::LIST_QUEUE, &args![name, after, limit]).await
}

/// Dead letters, of one name or of all.
///
/// # Errors
/// What the database said.
pub async fn dead_letters(
    tx: &Tx,
    name: Option<&str>,
    after: Option<Id>,
    limit: u32,
) -> Result<Vec<DeadTask>> {
    tx.all(&sql::LIST_DEAD, &args![name, after, limit]).await
}

/// Sends a dead letter round again, and wakes the runners after the commit.
///
/// # Errors
/// What the database said.
pub async fn redrive(tx: &Tx, id: Id) -> Result<Redriven> {
    if tx.exec(&sql::REDRIVE, &args![id, tx.now()]).await? == 0 {
        let found: Option<(i64,)> = tx.maybe(&sql::IS_DEAD, &args![id]).await?;
        return Ok(match found {
            Some(_) => Redriven::AlreadyThere,
            None => Redriven::NotFound,
        });
    }
    tx.exec(&sql::DISCARD, &args![id]).await?;
    queue::wake_after_commit(tx);
    Ok(Redriven::Queued)
}

/// Throws a dead letter away; whether there was one.
///
/// # Errors
/// What the database said.
pub async fn discard(tx: &Tx, id: Id) -> Result<bool> {
    Ok(tx.exec(&sql::DISCARD, &args![id]).await? > 0)
}

/// Makes a waiting task due at once; false when it is due or running already, or not there.
///
/// # Errors
/// What the database said.
pub async fn run_now(tx: &Tx, id: Id) -> Result<bool> {
    let moved = tx.exec(&sql::RUN_NOW, &args![id, tx.now()]).await? > 0;
    if moved {
        queue::wake_after_commit(tx);
    }
    Ok(moved)
}

//! What an operator sees of the queue and may do to it.
//!
//! Everything works on the caller's transaction. Lists are in the order of their ids, that is of
//! creation, and go on behind the last id of the page before.

use domain::{Id, TenantId, Timestamp};
use store::{Result, Tx, args, from_row};

use crate::{Enqueued, Options, Schedule, When, queue, schedule::Times, sql};

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

/// What became of a [`run_now`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hastened {
    /// It is due at once.
    Due,
    /// It was due already, or somebody has it.
    AlreadyDue,
    /// There is no such open task.
    NotFound,
}

/// A schedule, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleView {
    /// Its name.
    pub name: &'static str,
    /// At which instants.
    pub when: When,
    /// Whose task it is.
    pub tenant: TenantId,
    /// The newest occurrence that was put into the queue, or since when the schedule is known.
    pub last_at: Option<Timestamp>,
    /// The next occurrence; none when there is none in sight, or nothing has begun yet.
    pub next_at: Option<Timestamp>,
}

/// How much there is of every kind, by name; of one tenant or of all.
///
/// # Errors
/// What the database said.
pub async fn depths(tx: &Tx, tenant: Option<TenantId>) -> Result<Vec<Depth>> {
    type Counts = (String, i64, i64, i64, i64, Option<Timestamp>);
    let open: Vec<Counts> = tx.all(&sql::COUNT_QUEUE, &args![tx.now(), tenant]).await?;
    let dead: Vec<(String, i64)> = tx.all(&sql::COUNT_DEAD, &args![tenant]).await?;
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

/// Open tasks, of one tenant or of all, of one name or of all.
///
/// # Errors
/// What the database said.
pub async fn open_tasks(
    tx: &Tx,
    tenant: Option<TenantId>,
    name: Option<&str>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<OpenTask>> {
    tx.all(&sql::LIST_QUEUE, &args![tenant, name, after, limit]).await
}

/// Dead letters, of one tenant or of all, of one name or of all.
///
/// # Errors
/// What the database said.
pub async fn dead_letters(
    tx: &Tx,
    tenant: Option<TenantId>,
    name: Option<&str>,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<DeadTask>> {
    tx.all(&sql::LIST_DEAD, &args![tenant, name, after, limit]).await
}

/// Sends a dead letter of the tenant, or of any, round again, and wakes the runners after the
/// commit.
///
/// # Errors
/// What the database said.
pub async fn redrive(tx: &Tx, tenant: Option<TenantId>, id: Id) -> Result<Redriven> {
    if tx.exec(&sql::REDRIVE, &args![id, tenant, tx.now()]).await? == 0 {
        let found: Option<(i64,)> = tx.maybe(&sql::IS_DEAD, &args![id, tenant]).await?;
        return Ok(match found {
            Some(_) => Redriven::AlreadyThere,
            None => Redriven::NotFound,
        });
    }
    tx.exec(&sql::DISCARD, &args![id, tenant]).await?;
    queue::wake_after_commit(tx);
    Ok(Redriven::Queued)
}

/// Throws a dead letter of the tenant, or of any, away; whether there was one.
///
/// # Errors
/// What the database said.
pub async fn discard(tx: &Tx, tenant: Option<TenantId>, id: Id) -> Result<bool> {
    Ok(tx.exec(&sql::DISCARD, &args![id, tenant]).await? > 0)
}

/// Makes a waiting task of the tenant, or of any, due at once.
///
/// # Errors
/// What the database said.
pub async fn run_now(tx: &Tx, tenant: Option<TenantId>, id: Id) -> Result<Hastened> {
    if tx.exec(&sql::RUN_NOW, &args![id, tenant, tx.now()]).await? > 0 {
        queue::wake_after_commit(tx);
        return Ok(Hastened::Due);
    }
    let found: Option<(i64,)> = tx.maybe(&sql::IS_OPEN, &args![id, tenant]).await?;
    Ok(match found {
        Some(_) => Hastened::AlreadyDue,
        None => Hastened::NotFound,
    })
}

/// How far schedules have come, in their order.
///
/// # Errors
/// What the database said.
pub async fn look_at(tx: &Tx, schedules: &[Schedule]) -> Result<Vec<ScheduleView>> {
    let names: Vec<_> = schedules.iter().map(|schedule| args![schedule.name]).collect();
    let found: Vec<Option<(Timestamp,)>> = tx.maybe_many(&sql::LAST_AT, &names).await?;
    let views = schedules.iter().zip(found).map(|(schedule, found)| {
        let last_at = found.map(|(last,)| last);
        // A schedule that cannot be understood has stopped the start.
        let times = Times::of(schedule).ok();
        let next_at = times.zip(last_at).and_then(|(times, last)| times.next_after(last));
        let Schedule { name, tenant, .. } = *schedule;
        ScheduleView { name, when: schedule.when.clone(), tenant, last_at, next_at }
    });
    Ok(views.collect())
}

/// Has the task of a schedule done now, beside its occurrences.
///
/// # Errors
/// What the database said.
pub async fn run_schedule(tx: &Tx, schedule: &Schedule) -> Result<Enqueued> {
    let now = tx.now();
    let options = Options::unique(format!("{}@now", schedule.name));
    (schedule.make)(now)?.enqueue(tx, schedule.tenant, &options).await
}

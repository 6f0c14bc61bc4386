//! Reactions: named cursors over the journal.
//!
//! A reaction takes the next events, and its effects and the compare-and-set of its cursor are one
//! transaction. So each event takes effect exactly once and in order, whoever runs it and however
//! often they die. It is woken by commits and looks by itself every second: one code path serves
//! the happy case and the recovery.

mod runner;

use std::{collections::HashMap, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::runner::Runner;
use crate::{
    args,
    error::Error,
    journal::JournalEvent,
    statement::Dialect,
    statements,
    store::{Class, Store},
    tx::Tx,
};

statements! {
    REGISTER = "insert into reactions (name, pos, failing_pos, attempts)
        select $1, coalesce(max(pos), 0), 0, 0
        from (select max(pos) as pos from events
            union all select max(pos) from reactions) as ends
        where true
        on conflict (name) do nothing";
    CURSOR = "select pos from reactions where name = $1";
    MOVE = "update reactions set pos = $3, failing_pos = 0, attempts = 0
        where name = $1 and pos = $2";
    FAILED = "update reactions set
            attempts = case when failing_pos = $3 then attempts + 1 else 1 end, failing_pos = $3
        where name = $1 and pos = $2";
    ATTEMPTS = "select attempts from reactions where name = $1 and failing_pos = $2";
    BURY = "insert into reactions_dead (reaction, pos, error, at) values ($1, $2, $3, $4)
        on conflict (reaction, pos) do nothing";
    DEAD = "select d.reaction, d.pos, e.name, e.tenant, d.error, d.at
        from reactions_dead d left join events e on e.pos = d.pos
        where (cast($1 as {id}) is null or e.tenant = $1)
            and (d.reaction > $2 or (d.reaction = $2 and d.pos > $3))
        order by d.reaction, d.pos limit $4";
}

/// How many events a reaction takes at once, at most.
pub const BATCH: usize = 500;
/// How many it takes at first, before it is known how long they take.
const FIRST_BATCH: usize = 64;
/// How long a batch should take with its commit on SQLite: it has one writer, and everybody waits
/// for it.
const AIM_SQLITE: Duration = Duration::from_millis(8);
/// On PostgreSQL only those wait who want the same rows.
const AIM_POSTGRES: Duration = Duration::from_millis(100);
/// An event that failed so often becomes the reaction's dead letter.
pub const MAX_ATTEMPTS: i64 = 5;
/// Keeps writers of events out until the end of the transaction.
const QUIET_EVENTS: &str = "lock table events in share mode";
/// How long [`Reactions::caught_up`] waits.
const CAUGHT_UP: Duration = Duration::from_secs(2);

/// Why a batch failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct HandlerError {
    /// For the log and the dead letter.
    pub message: String,
    /// The database was busy or away, or its answer was lost: tried again without counting.
    pub transient: bool,
}

impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        Self {
            // After an unknown outcome the cursor tells whether the effects stand.
            transient: error.is_transient() || matches!(error, Error::UnknownOutcome),
            message: error.to_string(),
        }
    }
}

/// Applies events inside the transaction that moves the cursor. It uses only its `Tx`: no HTTP, no
/// mail. It may run again for the same events whenever the transaction did not commit.
pub type Handler = Arc<
    dyn Fn(Tx, Arc<[JournalEvent]>) -> BoxFuture<'static, Result<(), HandlerError>> + Send + Sync,
>;

/// A reaction: what it is called, what it listens to, what it does.
#[derive(Clone)]
pub struct Reaction {
    /// `<feature>.<what>`; the cursor's key, so never renamed.
    pub name: &'static str,
    /// The names of the events that it gets.
    pub events: Vec<&'static str>,
    /// What it does with at most [`BATCH`] of them.
    pub handler: Handler,
}

/// The position was not reached in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the reaction has not caught up in time")]
pub struct Lagging;

/// A dead letter: an event that a reaction could not digest.
#[derive(Debug, Clone)]
pub struct DeadLetter {
    /// Whose.
    pub reaction: String,
    /// Which event.
    pub pos: i64,
    /// Its name; none when the journal has let go of it.
    pub event: Option<String>,
    /// Whose it is; none when the journal has let go of it.
    pub tenant: Option<domain::TenantId>,
    /// What went wrong at the last attempt.
    pub error: String,
    /// When it was given up.
    pub at: domain::Timestamp,
}

crate::from_row!(DeadLetter { reaction, pos, event, tenant, error, at });

/// All reactions of this node.
#[derive(Clone)]
pub struct Reactions {
    store: Store,
    list: Arc<[Reaction]>,
    progress: Arc<HashMap<&'static str, watch::Sender<i64>>>,
}

impl Reactions {
    /// The reactions that this node runs.
    pub fn new(store: Store, list: Vec<Reaction>) -> Self {
        let progress = list.iter().map(|r| (r.name, watch::Sender::new(0))).collect();
        Self { store, list: list.into(), progress: Arc::new(progress) }
    }

    /// Gives every new reaction its cursor, at the journal's end: it reacts to what comes, that is
    /// to every event whose transaction commits after this has returned.
    ///
    /// # Errors
    /// What the database said.
    pub async fn register(&self) -> Result<(), Error> {
        for reaction in self.list.iter() {
            let name = reaction.name.to_owned();
            let known: Option<(i64,)> = self.store.maybe(&CURSOR, &args![&name]).await?;
            if known.is_some() {
                continue;
            }
            self.store
                .write(Class::Bulk, async move |tx: &Tx| {
                    if tx.dialect() == Dialect::Postgres {
                        // Waits for those who have a position and have not committed: they must
                        // not end up below the cursor, unseen.
                        tx.batch(QUIET_EVENTS).await?;
                    }
                    tx.exec(&REGISTER, &args![&name]).await.map(drop)
                })
                .await?;
        }
        Ok(())
    }

    /// Runs all reactions until `stop`; what is in hand is finished.
    pub fn start(&self, tracker: &TaskTracker, stop: &CancellationToken) {
        for reaction in self.list.iter() {
            let Some(progress) = self.progress.get(reaction.name) else {
                continue;
            };
            let runner = Runner {
                store: self.store.clone(),
                clock: self.store.clock().clone(),
                reaction: reaction.clone(),
                progress: progress.clone(),
            };
            tracker.spawn(runner.run(stop.clone()));
        }
    }

    /// Waits, two seconds at most, until the reaction has applied everything up to `pos`.
    ///
    /// # Errors
    /// [`Lagging`] when it has not, or there is no such reaction.
    pub async fn caught_up(&self, reaction: &str, pos: i64) -> Result<(), Lagging> {
        let mut progress = self.progress.get(reaction).ok_or(Lagging)?.subscribe();
        let deadline = self.store.clock().sleep(CAUGHT_UP);
        tokio::select! {
            reached = progress.wait_for(|done| *done >= pos) => {
                reached.map(drop).map_err(|_| Lagging)
            }
            () = deadline => Err(Lagging),
        }
    }

    /// How far each reaction of this node has come.
    pub fn positions(&self) -> Vec<(&'static str, i64)> {
        self.list
            .iter()
            .filter_map(|r| Some((r.name, *self.progress.get(r.name)?.borrow())))
            .collect()
    }

    /// What could not be digested, of one tenant or of all, by reaction and position: behind
    /// `after`, at most `limit`. What the journal has let go of belongs to no tenant.
    ///
    /// # Errors
    /// What the database said.
    pub async fn dead_letters(
        &self,
        tenant: Option<domain::TenantId>,
        after: (&str, i64),
        limit: i64,
    ) -> Result<Vec<DeadLetter>, Error> {
        self.store.all(&DEAD, &args![tenant, after.0, after.1, limit]).await
    }
}

/// Makes a [`Handler`] of an async function that gets the whole batch.
pub fn handler<F, Fut>(react: F) -> Handler
where
    F: Fn(Tx, Arc<[JournalEvent]>) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), HandlerError>> + Send + 'static,
{
    Arc::new(move |tx, events| react(tx, events).boxed())
}

//! Reactions: named cursors over the journal.
//!
//! A reaction takes the next events, and its effects and the compare-and-set of its cursor are one
//! transaction. So each event takes effect exactly once and in order, whoever runs it and however
//! often they die. It is woken by commits and looks by itself every second: one code path serves
//! the happy case and the recovery.

use std::{collections::HashMap, sync::Arc, time::Duration};

use domain::SharedClock;
use futures_util::{FutureExt, future::BoxFuture};
use tokio::sync::watch;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    args,
    error::Error,
    journal::{JournalEvent, JournalReader},
    statements,
    store::{Class, Store},
    tx::Tx,
};

statements! {
    REGISTER = "insert into reactions (name, pos, failing_pos, attempts)
        select $1, coalesce(max(pos), 0), 0, 0 from events where true
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
    DEAD = "select reaction, pos, error, at from reactions_dead order by reaction, pos limit $1";
}

/// How many events a reaction takes at once.
pub const BATCH: usize = 500;
/// An event that failed so often becomes the reaction's dead letter.
pub const MAX_ATTEMPTS: i64 = 5;
/// A cursor that only passes events of no interest is written after so many of them …
const LAZY_EVENTS: i64 = 1_000;
/// … or after this time: a cursor that lags keeps the journal from forgetting.
const LAZY_TIME: Duration = Duration::from_secs(10);
/// How often a reaction looks without being woken.
const SWEEP: Duration = Duration::from_secs(1);
/// How soon it looks again when a commit that others have overtaken is still on its way.
const GAP_WAIT: Duration = Duration::from_millis(10);
/// How long [`Reactions::caught_up`] waits.
const CAUGHT_UP: Duration = Duration::from_secs(2);

/// Why a batch failed.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{message}")]
pub struct HandlerError {
    /// For the log and the dead letter.
    pub message: String,
    /// The database was busy or away: tried again without counting.
    pub transient: bool,
}

impl From<Error> for HandlerError {
    fn from(error: Error) -> Self {
        Self {
            transient: error.is_transient(),
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
    /// What went wrong at the last attempt.
    pub error: String,
    /// When it was given up.
    pub at: domain::Timestamp,
}

crate::from_row!(DeadLetter {
    reaction,
    pos,
    error,
    at
});

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
        let progress = list
            .iter()
            .map(|r| (r.name, watch::Sender::new(0)))
            .collect();
        Self {
            store,
            list: list.into(),
            progress: Arc::new(progress),
        }
    }

    /// Gives every new reaction its cursor, at the journal's end: it reacts to what comes.
    ///
    /// # Errors
    /// What the database said.
    pub async fn register(&self) -> Result<(), Error> {
        for reaction in self.list.iter() {
            self.store
                .execute(&REGISTER, args![reaction.name].to_vec())
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

    /// What could not be digested, at most `limit`.
    ///
    /// # Errors
    /// What the database said.
    pub async fn dead_letters(&self, limit: i64) -> Result<Vec<DeadLetter>, Error> {
        self.store.all(&DEAD, &args![limit]).await
    }
}

struct Runner {
    store: Store,
    clock: SharedClock,
    reaction: Reaction,
    progress: watch::Sender<i64>,
}

struct Cursor {
    /// As the database has it.
    stored: i64,
    stored_at: Duration,
    reader: JournalReader,
    /// Up to here events are tried one by one, because a batch failed.
    one_by_one_to: i64,
}

enum Step {
    /// There may be more.
    Progress,
    /// Nothing to do.
    Idle,
    /// Something is in the way; wait so long.
    Wait(Duration),
}

impl Runner {
    async fn run(self, stop: CancellationToken) {
        let mut cursor: Option<Cursor> = None;
        let mut newest = self.store.newest_pos();
        let mut trouble = 0_u32;
        while !stop.is_cancelled() {
            newest.mark_unchanged();
            let step = match self.step(&mut cursor).await {
                Ok(step) => {
                    trouble = 0;
                    step
                }
                Err(error) => {
                    tracing::warn!(reaction = self.reaction.name, %error, "will try again");
                    cursor = None;
                    trouble = (trouble + 1).min(6);
                    Step::Wait(Duration::from_millis(50 << trouble))
                }
            };
            let wait = match step {
                Step::Progress => continue,
                Step::Idle => SWEEP,
                Step::Wait(time) => {
                    tokio::select! {
                        () = self.clock.sleep(time) => {}
                        () = stop.cancelled() => {}
                    }
                    continue;
                }
            };
            tokio::select! {
                changed = newest.changed() => if changed.is_err() { return },
                () = self.clock.sleep(wait) => {}
                () = stop.cancelled() => {}
            }
        }
    }

    async fn load(&self) -> Result<Cursor, Error> {
        let (pos,): (i64,) = self.store.one(&CURSOR, &args![self.reaction.name]).await?;
        self.progress.send_replace(pos);
        Ok(Cursor {
            stored: pos,
            stored_at: self.clock.monotonic(),
            reader: JournalReader::new(pos),
            one_by_one_to: 0,
        })
    }

    async fn step(&self, slot: &mut Option<Cursor>) -> Result<Step, Error> {
        let cursor = match slot {
            Some(cursor) => cursor,
            None => slot.insert(self.load().await?),
        };
        let mut ahead = cursor.reader.clone();
        let mut events = ahead
            .read(&self.store, &self.reaction.events, BATCH)
            .await?;
        if events.is_empty() {
            let overtaken = *self.store.newest_pos().borrow() > ahead.pos();
            cursor.reader = ahead;
            return Ok(if overtaken {
                Step::Wait(GAP_WAIT)
            } else {
                Step::Idle
            });
        }
        let first_wanted = events.iter().position(|event| event.body.is_some());
        let Some(first_wanted) = first_wanted else {
            return self.pass_over(slot, ahead).await;
        };
        if events[first_wanted].pos <= cursor.one_by_one_to {
            events.truncate(first_wanted + 1);
            ahead = JournalReader::new(events[first_wanted].pos);
        }
        events.retain(|event| event.body.is_some());
        self.apply(slot, ahead, events.into()).await
    }

    /// Goes on without an effect; the stored cursor follows lazily.
    async fn pass_over(
        &self,
        slot: &mut Option<Cursor>,
        ahead: JournalReader,
    ) -> Result<Step, Error> {
        let Some(cursor) = slot else {
            return Ok(Step::Progress);
        };
        let pos = ahead.pos();
        let now = self.clock.monotonic();
        let due =
            pos - cursor.stored >= LAZY_EVENTS || now.saturating_sub(cursor.stored_at) >= LAZY_TIME;
        if due {
            let args = args![self.reaction.name, cursor.stored, pos];
            if self.store.execute(&MOVE, args.to_vec()).await? == 0 {
                *slot = None;
                return Ok(Step::Progress);
            }
            cursor.stored = pos;
            cursor.stored_at = now;
        }
        cursor.reader = ahead;
        self.progress.send_replace(pos);
        Ok(Step::Progress)
    }

    async fn apply(
        &self,
        slot: &mut Option<Cursor>,
        ahead: JournalReader,
        events: Arc<[JournalEvent]>,
    ) -> Result<Step, Error> {
        let Some(cursor) = slot else {
            return Ok(Step::Progress);
        };
        let (from, to) = (cursor.stored, ahead.pos());
        let (reaction, batch) = (self.reaction.clone(), events.clone());
        let outcome = self
            .store
            .write(Class::Interactive, async move |tx: &Tx| {
                // As a whole: a captured `&'static str` defeats the compiler's check for Send.
                let reaction = &reaction;
                // The cursor first: whoever comes second waits here, finds it moved, and leaves.
                if tx.exec(&MOVE, &args![reaction.name, from, to]).await? == 0 {
                    return Ok(false);
                }
                (reaction.handler)(tx.clone(), batch.clone()).await?;
                Ok::<_, HandlerError>(true)
            })
            .await;
        match outcome {
            Ok(true) => {
                cursor.stored = to;
                cursor.stored_at = self.clock.monotonic();
                cursor.reader = ahead;
                self.progress.send_replace(to);
                let name = self.reaction.name;
                metrics::counter!("openbell_reaction_events_total", "reaction" => name)
                    .increment(events.len() as u64);
                Ok(Step::Progress)
            }
            Ok(false) => {
                *slot = None;
                Ok(Step::Progress)
            }
            Err(error) if error.transient => Err(Error::Unavailable(error.message)),
            Err(_) if events.len() > 1 => {
                cursor.one_by_one_to = to;
                Ok(Step::Progress)
            }
            Err(error) => self.failed(slot, &events[0], &error.message).await,
        }
    }

    /// Counts a failure of one event, and buries it when it has had its chances.
    async fn failed(
        &self,
        slot: &mut Option<Cursor>,
        event: &JournalEvent,
        error: &str,
    ) -> Result<Step, Error> {
        let Some(cursor) = slot else {
            return Ok(Step::Progress);
        };
        let (name, from, pos) = (self.reaction.name, cursor.stored, event.pos);
        let (reaction, message) = (self.reaction.clone(), error.to_owned());
        let attempts = self
            .store
            .write(Class::Interactive, async move |tx: &Tx| {
                let reaction = &reaction;
                let name = reaction.name;
                if tx.exec(&FAILED, &args![name, from, pos]).await? == 0 {
                    return Ok(None);
                }
                let (attempts,): (i64,) = tx.one(&ATTEMPTS, &args![name, pos]).await?;
                if attempts >= MAX_ATTEMPTS {
                    tx.exec(&BURY, &args![name, pos, message.as_str(), tx.now()])
                        .await?;
                    tx.exec(&MOVE, &args![name, from, pos]).await?;
                }
                Ok::<_, Error>(Some(attempts))
            })
            .await?;
        let Some(attempts) = attempts else {
            *slot = None;
            return Ok(Step::Progress);
        };
        if attempts < MAX_ATTEMPTS {
            tracing::warn!(reaction = name, pos, attempts, error, "an event failed");
            let back_off = 10 << (2 * attempts.clamp(1, 5));
            return Ok(Step::Wait(Duration::from_millis(back_off)));
        }
        tracing::error!(reaction = name, pos, event = %event.name, error, "dead letter");
        metrics::counter!("openbell_reaction_dead_letters_total", "reaction" => name).increment(1);
        cursor.stored = pos;
        cursor.reader = JournalReader::new(pos);
        self.progress.send_replace(pos);
        Ok(Step::Progress)
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

//! The loop that runs one reaction.

use std::{collections::VecDeque, sync::Arc, time::Duration};

use domain::SharedClock;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{
    AIM_POSTGRES, AIM_SQLITE, ATTEMPTS, BATCH, BURY, CURSOR, FAILED, FIRST_BATCH, HandlerError,
    MAX_ATTEMPTS, MOVE, Reaction,
};
use crate::{
    args,
    error::Error,
    journal::{JournalEvent, JournalReader},
    statement::Dialect,
    store::{Class, Store},
    tx::Tx,
};

/// A cursor that only passes events of no interest is written after so many of them …
const LAZY_EVENTS: i64 = 1_000;
/// … or after this time: a cursor that lags keeps the journal from forgetting.
const LAZY_TIME: Duration = Duration::from_secs(10);
/// How often a reaction looks without being woken.
const SWEEP: Duration = Duration::from_secs(1);
/// How soon it looks again when a commit that others have overtaken is still on its way …
const GAP_WAIT: Duration = Duration::from_millis(10);
/// … and how often it doubles that, since each look reads the same events anew.
const GAP_DOUBLINGS: u32 = 4;

pub(super) struct Runner {
    pub(super) store: Store,
    pub(super) clock: SharedClock,
    pub(super) reaction: Reaction,
    pub(super) progress: watch::Sender<i64>,
}

struct Cursor {
    /// As the database has it.
    stored: i64,
    stored_at: Duration,
    reader: JournalReader,
    /// Events of interest that the reader has handed out and that are still to be handled.
    unhandled: VecDeque<JournalEvent>,
    /// Up to here events are tried one by one, because a batch failed.
    one_by_one_to: i64,
    /// How many events of interest the next batch has, at most.
    size: usize,
    /// Looks in a row that found a gap in the way.
    gap_looks: u32,
}

/// What a batch needs.
struct Work {
    reaction: Reaction,
    clock: SharedClock,
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
    pub(super) async fn run(self, stop: CancellationToken) {
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

    /// How long a batch should take with its commit.
    fn aim(&self) -> Duration {
        match self.store.dialect() {
            Dialect::Sqlite => AIM_SQLITE,
            Dialect::Postgres => AIM_POSTGRES,
        }
    }

    async fn load(&self) -> Result<Cursor, Error> {
        let (pos,): (i64,) = self.store.one(&CURSOR, &args![self.reaction.name]).await?;
        self.progress.send_replace(pos);
        Ok(Cursor {
            stored: pos,
            stored_at: self.clock.monotonic(),
            reader: JournalReader::new(pos),
            unhandled: VecDeque::new(),
            one_by_one_to: 0,
            size: FIRST_BATCH,
            gap_looks: 0,
        })
    }

    async fn step(&self, slot: &mut Option<Cursor>) -> Result<Step, Error> {
        let cursor = match slot {
            Some(cursor) => cursor,
            None => slot.insert(self.load().await?),
        };
        if cursor.unhandled.is_empty() {
            let events = cursor.reader.read(&self.store, &self.reaction.events, BATCH).await?;
            if events.is_empty() {
                return self.nothing_new(slot).await;
            }
            cursor.gap_looks = 0;
            cursor.unhandled.extend(events.into_iter().filter(|event| event.body.is_some()));
        }
        let Some(first) = cursor.unhandled.front() else {
            return self.pass_over(slot).await;
        };
        let most = if first.pos <= cursor.one_by_one_to { 1 } else { cursor.size };
        let batch: Arc<[_]> = cursor.unhandled.iter().take(most).cloned().collect();
        self.apply(slot, batch).await
    }

    /// The journal has ended, or a commit that others have overtaken is in the way.
    async fn nothing_new(&self, slot: &mut Option<Cursor>) -> Result<Step, Error> {
        let Some(cursor) = slot else {
            return Ok(Step::Progress);
        };
        if cursor.reader.waits_for_gap() {
            let wait = GAP_WAIT * (1 << cursor.gap_looks.min(GAP_DOUBLINGS));
            cursor.gap_looks += 1;
            return Ok(Step::Wait(wait));
        }
        cursor.gap_looks = 0;
        Ok(match self.store_lazily(slot).await? {
            true => Step::Idle,
            false => Step::Progress,
        })
    }

    /// Goes on without an effect; the stored cursor follows lazily.
    async fn pass_over(&self, slot: &mut Option<Cursor>) -> Result<Step, Error> {
        let pos = slot.as_ref().map(|cursor| cursor.reader.pos());
        if self.store_lazily(slot).await?
            && let Some(pos) = pos
        {
            self.progress.send_replace(pos);
        }
        Ok(Step::Progress)
    }

    /// Stores how far the reader has come, when that is due. False, and the cursor is to be read
    /// anew, when somebody else has moved it.
    async fn store_lazily(&self, slot: &mut Option<Cursor>) -> Result<bool, Error> {
        let Some(cursor) = slot else {
            return Ok(false);
        };
        let (from, to) = (cursor.stored, cursor.reader.pos());
        let now = self.clock.monotonic();
        let late = now.saturating_sub(cursor.stored_at) >= LAZY_TIME;
        if to - from < LAZY_EVENTS && !(late && to > from) {
            return Ok(true);
        }
        let args = args![self.reaction.name, from, to];
        if self.store.execute(&MOVE, args.to_vec()).await? == 0 {
            *slot = None;
            return Ok(false);
        }
        cursor.stored = to;
        cursor.stored_at = now;
        Ok(true)
    }

    async fn apply(
        &self,
        slot: &mut Option<Cursor>,
        batch: Arc<[JournalEvent]>,
    ) -> Result<Step, Error> {
        let Some(cursor) = slot else {
            return Ok(Step::Progress);
        };
        let is_all = batch.len() == cursor.unhandled.len();
        let last = batch.last().filter(|_| !is_all).map(|event| event.pos);
        let (from, to) = (cursor.stored, last.unwrap_or(cursor.reader.pos()));
        let work = Work { reaction: self.reaction.clone(), clock: self.clock.clone() };
        let events = batch.clone();
        let outcome = self
            .store
            .write(Class::Bulk, async move |tx: &Tx| {
                // As a whole: a captured `&'static str` or `dyn` defeats the check for Send.
                let Work { reaction, clock } = &work;
                let began = clock.monotonic();
                // The cursor first: whoever comes second waits here, finds it moved, and leaves.
                if tx.exec(&MOVE, &args![reaction.name, from, to]).await? == 0 {
                    return Ok(None);
                }
                (reaction.handler)(tx.clone(), events.clone()).await?;
                Ok::<_, HandlerError>(Some(began))
            })
            .await;
        match outcome {
            Ok(Some(began)) => {
                let now = self.clock.monotonic();
                let took = now.saturating_sub(began);
                cursor.size = next_size(cursor.size, batch.len(), took, self.aim());
                cursor.stored = to;
                cursor.stored_at = now;
                cursor.unhandled.drain(..batch.len());
                self.progress.send_replace(to);
                let name = self.reaction.name;
                metrics::counter!("openbell_reaction_events_total", "reaction" => name)
                    .increment(batch.len() as u64);
                Ok(Step::Progress)
            }
            Ok(None) => {
                *slot = None;
                Ok(Step::Progress)
            }
            Err(error) if error.transient => Err(Error::Unavailable(error.message)),
            Err(_) if batch.len() > 1 => {
                cursor.one_by_one_to = to;
                Ok(Step::Progress)
            }
            Err(error) => self.failed(slot, &batch[0], &error.message).await,
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
                    tx.exec(&BURY, &args![name, pos, message.as_str(), tx.now()]).await?;
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
        cursor.unhandled.pop_front();
        let nothing_left = cursor.unhandled.is_empty();
        self.progress.send_replace(if nothing_left { cursor.reader.pos() } else { pos });
        Ok(Step::Progress)
    }
}

/// How many events the next batch has, when `count` of at most `size` took so long and `aim` is
/// wanted. Never more than twice as many: a pause of the machine, or one quick event, says little.
fn next_size(size: usize, count: usize, took: Duration, aim: Duration) -> usize {
    if took > aim {
        let fitting = count as u128 * aim.as_nanos() / took.as_nanos();
        return usize::try_from(fitting).unwrap_or(BATCH).clamp(1, size);
    }
    // One that was not full does not say that more would do.
    let has_room = count == size && took * 2 <= aim;
    if has_room { (size * 2).min(BATCH) } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_as_large_as_their_time_allows() {
        let aim = Duration::from_millis(8);
        for (size, count, took, next) in [
            (64, 64, 0.0, 128),
            (64, 64, 0.5, 128),
            (64, 64, 0.6, 64),
            (64, 64, 1.0, 64),
            (64, 63, 0.1, 64),
            (BATCH, BATCH, 0.5, BATCH),
            (400, 400, 0.4, BATCH),
            (64, 64, 2.0, 32),
            (64, 16, 4.0, 4),
            (64, 1, 100.0, 1),
            (1, 1, 3.0, 1),
            (1, 1, 0.2, 2),
        ] {
            let took = aim.mul_f64(took);
            assert_eq!(next_size(size, count, took, aim), next, "{count} of {size} in {took:?}");
        }
    }
}

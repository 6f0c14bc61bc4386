//! The loop that runs one reaction.

use std::{sync::Arc, time::Duration};

use domain::SharedClock;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::{ATTEMPTS, BATCH, BURY, CURSOR, FAILED, HandlerError, MAX_ATTEMPTS, MOVE, Reaction};
use crate::{
    args,
    error::Error,
    journal::{JournalEvent, JournalReader},
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
    /// Up to here events are tried one by one, because a batch failed.
    one_by_one_to: i64,
    /// Looks in a row that found a gap in the way.
    gap_looks: u32,
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

    async fn load(&self) -> Result<Cursor, Error> {
        let (pos,): (i64,) = self.store.one(&CURSOR, &args![self.reaction.name]).await?;
        self.progress.send_replace(pos);
        Ok(Cursor {
            stored: pos,
            stored_at: self.clock.monotonic(),
            reader: JournalReader::new(pos),
            one_by_one_to: 0,
            gap_looks: 0,
        })
    }

    async fn step(&self, slot: &mut Option<Cursor>) -> Result<Step, Error> {
        let cursor = match slot {
            Some(cursor) => cursor,
            None => slot.insert(self.load().await?),
        };
        let mut ahead = cursor.reader.clone();
        let mut events = ahead.read(&self.store, &self.reaction.events, BATCH).await?;
        if events.is_empty() {
            return self.nothing_new(slot, ahead).await;
        }
        cursor.gap_looks = 0;
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

    /// The journal has ended, or a commit that others have overtaken is in the way.
    async fn nothing_new(
        &self,
        slot: &mut Option<Cursor>,
        ahead: JournalReader,
    ) -> Result<Step, Error> {
        let Some(cursor) = slot else {
            return Ok(Step::Progress);
        };
        let waits_for_gap = ahead.waits_for_gap();
        cursor.reader = ahead;
        if waits_for_gap {
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
    async fn pass_over(
        &self,
        slot: &mut Option<Cursor>,
        ahead: JournalReader,
    ) -> Result<Step, Error> {
        let pos = ahead.pos();
        if let Some(cursor) = slot {
            cursor.reader = ahead;
        }
        if self.store_lazily(slot).await? {
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
        cursor.reader = JournalReader::new(pos);
        self.progress.send_replace(pos);
        Ok(Step::Progress)
    }
}

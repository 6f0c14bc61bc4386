//! The alerts in memory, exactly as they stand at the reaction's cursor.
//!
//! The rows of `foreclosures_alerts_versions` with a number in `applied` are the alerts at the
//! cursor: only the reaction writes it, in the transaction that moves the cursor. What is in memory
//! is a copy with the place up to which it is true. A batch takes it out, brings it up to date with
//! the rows that were applied since on another node, goes on from there, and puts it back when the
//! transaction has been committed. When it has not, what was changed is thrown away, and the next
//! batch reads all rows anew.

use std::{
    collections::BTreeMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{Id, TenantId, Timestamp, UserId};
use events::AlertChanged;
use kit::Result;
use matching::{Alert, Buckets, Hit, Matcher, Property};
use store::{FromRow, Row, Tx, args};

use super::definition::Definition;
use crate::sql_alerts as sql;

/// A node whose copy is older than so many places of the journal reads all rows anew; rows of
/// alerts that have ended are kept so long.
const CATCH_UP: i64 = 10_000;
/// A version that the reaction has not come to although events so much younger are there was passed
/// over: by a node of an older release that does not know alerts, or as a dead letter. No
/// transaction takes so long, so its own event is never still to come.
const PASSED_OVER: Duration = Duration::from_secs(300);

/// Where the alerts are between two batches.
#[derive(Clone, Default)]
pub(crate) struct AlertIndex(Arc<Mutex<Option<Copy>>>);

#[derive(Default)]
struct Copy {
    alerts: Buckets,
    /// Up to this place of the journal it is true.
    pos: i64,
}

/// A row of a version.
struct Version {
    alert: Id,
    version: i64,
    tenant: TenantId,
    owner: UserId,
    definition: Option<String>,
}

impl FromRow for Version {
    fn from_row(row: &Row<'_>) -> store::Result<Self> {
        Ok(Self {
            alert: row.get(0)?,
            version: row.get(1)?,
            tenant: row.get(2)?,
            owner: row.get(3)?,
            definition: row.get(4)?,
        })
    }
}

impl Version {
    /// As the engine holds it; none when it is off, gone, or cannot be read.
    fn alert(&self) -> Option<Alert> {
        let text = self.definition.as_deref()?;
        let definition: Definition = match serde_json::from_str(text) {
            Ok(definition) => definition,
            Err(error) => {
                // One row must not keep all others from being told.
                tracing::error!(alert = %self.alert, %error, "an alert cannot be read");
                return None;
            }
        };
        let (id, tenant, owner) = (self.alert, self.tenant, self.owner);
        let (kinds, criteria) = (definition.kinds(), definition.criteria());
        Some(Alert { id, tenant, owner, kinds, criteria })
    }
}

impl AlertIndex {
    /// Takes the alerts as they stand before the event at `pos`, which was written at `at`, in the
    /// transaction of the reaction that handles it.
    pub(crate) async fn hold(&self, tx: &Tx, pos: i64, at: Timestamp) -> Result<Held> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        // A copy that knows this event already is of a history that was rolled back.
        let kept = kept.filter(|copy| copy.pos < pos && pos - copy.pos < CATCH_UP);
        let copy = kept.unwrap_or_default();
        let mut held = Held {
            home: self.clone(),
            copy,
            is_changed: false,
            applied: BTreeMap::new(),
            known: BTreeMap::new(),
        };
        let rows: Vec<Version> = tx.all(&sql::APPLIED_AFTER, &args![held.copy.pos]).await?;
        for row in &rows {
            held.take_in(row);
        }
        let before = at.minus(PASSED_OVER);
        let rows: Vec<Version> = tx.all(&sql::PASSED_OVER, &args![before]).await?;
        for row in &rows {
            tracing::warn!(alert = %row.alert, version = row.version, "was passed over");
            held.take_in(row);
            held.applied.insert((row.alert, row.version), pos);
        }
        Ok(held)
    }
}

/// The alerts in the hand of one transaction.
pub(crate) struct Held {
    home: AlertIndex,
    copy: Copy,
    is_changed: bool,
    /// Which versions were reached, and where.
    applied: BTreeMap<(Id, i64), i64>,
    /// The versions that this batch comes to.
    known: BTreeMap<(Id, i64), Version>,
}

impl Held {
    fn take_in(&mut self, row: &Version) {
        self.is_changed = true;
        match row.alert() {
            Some(alert) => self.copy.alerts.insert(alert),
            None => {
                self.copy.alerts.remove(row.alert);
            }
        }
    }

    /// Reads the versions that these events call.
    pub(crate) async fn prepare(&mut self, tx: &Tx, changes: &[&AlertChanged]) -> Result<()> {
        let places: Vec<_> =
            changes.iter().map(|change| args![change.alert, change.version]).collect();
        let rows: Vec<Option<Version>> = tx.maybe_many(&sql::VERSION, &places).await?;
        let rows = rows.into_iter().flatten();
        self.known.extend(rows.map(|row| ((row.alert, row.version), row)));
        Ok(())
    }

    /// Comes to an event. A version whose row is gone was removed since: nobody is told of it.
    pub(crate) fn apply(&mut self, change: &AlertChanged, pos: i64) {
        self.is_changed = true;
        let place = (change.alert, change.version);
        match self.known.remove(&place) {
            Some(row) => {
                self.take_in(&row);
                self.applied.insert(place, pos);
            }
            None => {
                self.copy.alerts.remove(change.alert);
            }
        }
    }

    /// The alerts that match.
    pub(crate) fn matches(&self, tenant: TenantId, property: &Property) -> Vec<Hit> {
        let mut hits = Vec::new();
        self.copy.alerts.matches(tenant, property, &mut hits);
        hits
    }

    /// Whether there are no alerts at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.copy.alerts.is_empty()
    }

    /// Writes what was reached, and has the copy put back when the transaction is committed; it is
    /// true up to `pos`, the last event of the batch.
    pub(crate) async fn keep(mut self, tx: &Tx, pos: i64) -> Result<()> {
        if !self.applied.is_empty() {
            let reached = mem::take(&mut self.applied);
            let rows: Vec<_> =
                reached.iter().map(|((alert, version), at)| args![*alert, *version, *at]).collect();
            tx.exec_many(&sql::APPLY, &rows).await?;
            let rows: Vec<_> =
                reached.keys().map(|(alert, version)| args![*alert, *version]).collect();
            tx.exec_many(&sql::FORGET_BEFORE, &rows).await?;
            tx.exec(&sql::FORGET_ENDED, &args![pos - CATCH_UP]).await?;
        }
        tx.after_commit(move || self.committed(pos));
        Ok(())
    }

    /// Puts the copy back by being dropped: it is true now.
    fn committed(mut self, pos: i64) {
        self.copy.pos = pos;
        self.is_changed = false;
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        // Changed, and not committed: nobody knows how much of it stands.
        if self.is_changed {
            return;
        }
        let copy = mem::take(&mut self.copy);
        *self.home.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(copy);
    }
}

#[cfg(test)]
#[path = "index_tests.rs"]
mod tests;

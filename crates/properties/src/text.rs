//! The texts that a search for words looks into, kept behind the properties.
//!
//! A reaction notes which properties have another text; a task reads them anew in small portions
//! of bulk class, the newest first. To take a text into SQLite's index costs about a hundred times
//! as much as to note that it is due, so an import and whoever writes beside it hardly feel it.
//! What was there before the index is due from the migration on.

use std::time::Duration;

use domain::{Id, TenantId};
use events::{Change, PropertyChanged};
use kit::{Ctx, Error, Fact, ReactionSpec, Result};
use serde::{Deserialize, Serialize};
use store::{Class, Tx, args, from_row};
use tasks::{Claimed, Options, Outcome, Schedule, Task};

use crate::{model, sql_search as sql};

/// Texts of one transaction …
const PORTION: i64 = 40;
/// … which ends earlier with so many bytes: it holds SQLite's writer for some milliseconds.
const PORTION_BYTES: usize = 12_000;
/// How soon to look again when another node is at what is due.
const TAKEN: Duration = Duration::from_secs(1);
/// How often it is looked whether something is due that nobody was woken for.
const SWEEP: Duration = Duration::from_secs(60);

/// The documents of a tenant in SQLite's index, from the first to the last: 2^40 of them. Two
/// tenants may share a range, with a chance of one in four millions; they still do not see each
/// other, but one waits a little for the other's.
pub(crate) fn documents(tenant: TenantId) -> (i64, i64) {
    let bytes = tenant.as_uuid().into_bytes();
    let [.., a, b, c] = bytes.map(i64::from);
    let low = ((a & 0x3f) << 16 | b << 8 | c) << 40;
    (low, low + (1 << 40) - 1)
}

/// Notes whose text is another now.
pub(crate) fn reaction() -> ReactionSpec {
    ReactionSpec::new::<PropertyChanged, _, _>("properties.text", |_, tx, facts| async move {
        note(&tx, &facts).await
    })
}

async fn note(tx: &Tx, facts: &[Fact<PropertyChanged>]) -> Result<()> {
    let mut due: Vec<(Id, TenantId)> = facts
        .iter()
        .filter(|fact| concerns_text(fact))
        .map(|fact| (fact.property, fact.tenant))
        .collect();
    if due.is_empty() {
        return Ok(());
    }
    due.sort_unstable();
    due.dedup();
    // Under the lock: a task that has just found nothing due must not miss this. Who waits for a
    // portion that is being read waits for somebody who wants no lock any more: portions pass over
    // what others hold, and take the turn only when they hold none.
    let _: Option<(i64,)> = tx.one_for_update(&sql::TURN, &[]).await?;
    let rows: Vec<_> = due.into_iter().map(|(property, tenant)| args![property, tenant]).collect();
    tx.exec_many(&sql::DUE_ADD, &rows).await?;
    wake(tx).await
}

/// Whether address or description may have changed.
fn concerns_text(event: &PropertyChanged) -> bool {
    let address = |facts: &events::PropertyFacts| {
        [&facts.street, &facts.city, &facts.state, &facts.zip_code].map(String::clone)
    };
    let is_loose =
        |change: &Change| matches!(change, Change::Added | Change::Removed | Change::Minor);
    event.changes.iter().any(is_loose)
        || event.before.as_ref().map(address) != event.after.as_ref().map(address)
}

async fn wake(tx: &Tx) -> Result<()> {
    let options = Options::unique("all");
    tasks::enqueue(tx, TenantId::DEFAULT, &IndexText {}, options).await?;
    Ok(())
}

/// Reads what is due until nothing is.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct IndexText {}

impl Task for IndexText {
    const NAME: &'static str = "properties.text";
}

/// What one portion found.
enum Portion {
    /// Something, and there may be more.
    Done,
    /// Nothing at first, but something is due: it has just come, or others have it in hand.
    Missed,
    /// Nothing is due, and the task has ended.
    Finished,
}

pub(crate) async fn index(ctx: Ctx, claimed: Claimed, _: IndexText) -> Result<Outcome> {
    let mut missed = 0;
    loop {
        let task = claimed.clone();
        let work = async move |tx: &Tx| portion(tx, &task).await;
        match ctx.store().write(Class::Bulk, work).await? {
            Portion::Done => missed = 0,
            // What has just come is there at the second look.
            Portion::Missed if missed == 0 => missed = 1,
            Portion::Missed => return Ok(Outcome::Again { after: TAKEN }),
            Portion::Finished => return Ok(Outcome::Finished),
        }
    }
}

async fn portion(tx: &Tx, task: &Claimed) -> Result<Portion> {
    if read_due(tx).await? > 0 {
        return Ok(Portion::Done);
    }
    let _: Option<(i64,)> = tx.one_for_update(&sql::TURN, &[]).await?;
    let due: Option<(Id,)> = tx.maybe(&sql::DUE_ANY, &[]).await?;
    if due.is_some() {
        return Ok(Portion::Missed);
    }
    match tasks::finish(tx, task).await? {
        true => Ok(Portion::Finished),
        false => Err(Error::unavailable("somebody else has the task")),
    }
}

/// What makes up a text.
struct Source {
    street: String,
    city: String,
    state: String,
    zip_code: Option<String>,
    county: Option<String>,
    description: Option<String>,
}

from_row!(Source { street, city, state, zip_code, county, description });

impl Source {
    fn text(&self) -> String {
        let rest = [&self.zip_code, &self.county, &self.description].map(Option::as_deref);
        model::text([&self.street, &self.city, &self.state], rest)
    }
}

/// Reads a portion of what is due; how many properties that were.
async fn read_due(tx: &Tx) -> Result<usize> {
    let due: Vec<(Id, TenantId)> = tx.all(&sql::DUE_TAKE, &args![PORTION]).await?;
    let wanted: Vec<_> = due.iter().map(|(property, tenant)| args![*tenant, *property]).collect();
    let sources: Vec<Option<Source>> = tx.maybe_many(&sql::TEXT_OF, &wanted).await?;
    let (mut added, mut set, mut gone, mut done) = (vec![], vec![], vec![], vec![]);
    let mut bytes = 0;
    for ((property, tenant), source) in due.into_iter().zip(sources) {
        done.push(args![property]);
        match source {
            Some(source) => {
                let body = source.text();
                let (low, high) = documents(tenant);
                added.push(args![tenant, property, low, high]);
                bytes += body.len();
                set.push(args![tenant, property, body]);
            }
            None => gone.push(args![tenant, property]),
        }
        if bytes >= PORTION_BYTES {
            break;
        }
    }
    tx.exec_many(&sql::TEXT_ADD, &added).await?;
    tx.exec_many(&sql::TEXT_SET, &set).await?;
    tx.exec_many(&sql::TEXT_CLEAR, &gone).await?;
    tx.exec_many(&sql::TEXT_DROP, &gone).await?;
    tx.exec_many(&sql::DUE_DROP, &done).await?;
    Ok(done.len())
}

/// Wakes whoever reads what is due, should it have been forgotten: after a migration, or after the
/// task was given up.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct SweepText {}

impl Task for SweepText {
    const NAME: &'static str = "properties.text_sweep";
}

pub(crate) fn sweep_every_minute() -> Schedule {
    Schedule::every("properties.text_sweep", SWEEP, |_| SweepText {})
}

pub(crate) async fn sweep(ctx: Ctx, _: Claimed, _: SweepText) -> Result<Outcome> {
    let work = async |tx: &Tx| {
        let due: Option<(Id,)> = tx.maybe(&sql::DUE_ANY, &[]).await?;
        match due {
            Some(_) => wake(tx).await,
            None => Ok(()),
        }
    };
    ctx.store().write(Class::Bulk, work).await?;
    Ok(Outcome::Done)
}

#[cfg(test)]
#[path = "text_tests.rs"]
mod tests;

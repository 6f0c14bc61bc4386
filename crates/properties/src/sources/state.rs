//! How a source is doing: the row of `properties_sources_state`.

use domain::{Id, TenantId, Timestamp};
use kit::{Ctx, Error, Result, http::Validators};
use store::{Class, Tx, Value, args, from_row};
use tasks::Claimed;

use crate::{import::Summary, sql_sources as sql};

/// How many characters of an error are kept.
const MAX_ERROR: usize = 500;
/// How many rejected rows are kept.
const MAX_REJECTED: usize = 20;

/// The row of a source.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) source: String,
    pub(crate) introduced_at: Option<Timestamp>,
    pub(crate) last_run_at: Option<Timestamp>,
    pub(crate) last_success_at: Option<Timestamp>,
    pub(crate) last_error: Option<String>,
    pub(crate) failures: i64,
    pub(crate) next_run_at: Option<Timestamp>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    pub(crate) settings: Option<String>,
    pub(crate) run: Option<Id>,
    pub(crate) added: i64,
    pub(crate) changed: i64,
    pub(crate) unchanged: i64,
    pub(crate) merged: i64,
    pub(crate) rejected: i64,
    pub(crate) rejected_rows: String,
}

from_row!(State {
    source,
    introduced_at,
    last_run_at,
    last_success_at,
    last_error,
    failures,
    next_run_at,
    etag,
    last_modified,
    settings,
    run,
    added,
    changed,
    unchanged,
    merged,
    rejected,
    rejected_rows,
});

/// The row; none when nothing ever came from this source.
pub(crate) async fn read(tx: &Tx, tenant: TenantId, source: &str) -> store::Result<Option<State>> {
    tx.maybe(&sql::STATE, &args![tenant, source]).await
}

/// Whether what the source brings from now on is news.
///
/// It is once an import that placed rows has come to its end. One that places none says nothing: an
/// empty file, or one whose rows are all rejected, and whose repair would be told as news. A first
/// import that breaks off is taken up by the next, quietly still; but a second one in a row that
/// breaks off after it has placed rows introduces the source, or one that always does would never
/// tell of anything. That one has been before, the counts of the last import say.
pub(crate) async fn is_introduced(ctx: &Ctx, tenant: TenantId, source: &str) -> Result<bool> {
    let row: Option<(Option<Timestamp>,)> =
        ctx.store().maybe(&sql::INTRODUCED, &args![tenant, source]).await?;
    Ok(row.is_some_and(|(introduced_at,)| introduced_at.is_some()))
}

/// Writes down what an import came to that has come to its end.
pub(crate) async fn imported(
    ctx: &Ctx,
    tenant: TenantId,
    source: &str,
    summary: &Summary,
) -> Result<()> {
    let now = ctx.now();
    let introduced_at = summary.has_placed().then_some(now);
    let mut row = counts(tenant, source, now, summary).to_vec();
    row.extend(args![introduced_at]);
    ctx.store().execute(&sql::IMPORTED, row).await?;
    Ok(())
}

/// Writes down what an import came to that has broken off after it had placed rows.
pub(crate) async fn broke_off(
    ctx: &Ctx,
    tenant: TenantId,
    source: &str,
    summary: &Summary,
) -> Result<()> {
    let row = counts(tenant, source, ctx.now(), summary).to_vec();
    ctx.store().execute(&sql::BROKE_OFF, row).await?;
    Ok(())
}

fn counts(tenant: TenantId, source: &str, now: Timestamp, summary: &Summary) -> [Value; 9] {
    let told = summary.rejected_rows.iter().take(MAX_REJECTED).collect::<Vec<_>>();
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    args![
        tenant,
        source,
        now,
        count(summary.added),
        count(summary.changed),
        count(summary.unchanged),
        count(summary.merged),
        count(summary.rejected),
        serde_json::to_string(&told).unwrap_or_else(|_| "[]".to_owned()),
    ]
}

/// Whether `run` is still the one that writes for the source; locks that until the transaction
/// ends.
pub(crate) async fn holds(tx: &Tx, tenant: TenantId, source: &str, run: Id) -> store::Result<bool> {
    let row: Option<(i64,)> =
        tx.one_for_update(&sql::HOLDS_RUN, &args![tenant, source, run]).await?;
    Ok(row.is_some())
}

/// One run of a source. Whatever it writes is written only while no later run has begun.
#[derive(Clone)]
pub(crate) struct RunOf {
    pub(crate) ctx: Ctx,
    pub(crate) tenant: TenantId,
    pub(crate) source: String,
    pub(crate) run: Id,
}

impl RunOf {
    /// Begins a run: from now on none before it writes. The source's row as it is then.
    pub(crate) async fn begin(&self) -> Result<State> {
        let this = self.clone();
        let begun = self.ctx.store().write(Class::Interactive, async move |tx: &Tx| {
            let row = args![this.tenant, &this.source, this.run, tx.now()];
            tx.exec(&sql::BEGIN_RUN, &row).await?;
            tx.one(&sql::STATE, &args![this.tenant, &this.source]).await
        });
        Ok(begun.await?)
    }

    /// Forgets what the next run could ask with: the answer that is about to be imported may be
    /// imported in part.
    pub(crate) async fn forget_validators(&self) -> Result<()> {
        let row = args![self.tenant, &self.source, self.run];
        self.ctx.store().execute(&sql::FORGET_VALIDATORS, row.to_vec()).await?;
        Ok(())
    }

    /// Keeps what the next run asks with.
    pub(crate) async fn remember(&self, validators: Validators, settings: String) -> Result<()> {
        let Validators { etag, last_modified } = validators;
        let row = args![self.tenant, &self.source, self.run, etag, last_modified, settings];
        self.ctx.store().execute(&sql::REMEMBER_VALIDATORS, row.to_vec()).await?;
        Ok(())
    }

    /// Ends the run and its task in one transaction.
    ///
    /// # Errors
    /// `unavailable` when another one has begun since; the database's.
    pub(crate) async fn end(
        &self,
        task: &Claimed,
        next_run_at: Timestamp,
        error: Option<&str>,
        failures: i64,
    ) -> Result<()> {
        let (this, task) = (self.clone(), task.clone());
        let error = error.map(|error| {
            let text: String = error.chars().take(MAX_ERROR).collect();
            text.replace(char::is_control, " ")
        });
        let ended = self.ctx.store().write(Class::Interactive, async move |tx: &Tx| {
            let (this, error) = (&this, error.as_deref());
            let place = (this.tenant, this.source.as_str(), this.run);
            let (tenant, source, run) = place;
            let row = args![tenant, source, run, next_run_at, error, failures, tx.now()];
            let is_ours = tx.exec(&sql::END_RUN, &row).await? > 0;
            if is_ours && tasks::finish(tx, &task).await? {
                return Ok(());
            }
            Err(Error::unavailable("another run has this source by now"))
        });
        ended.await
    }
}

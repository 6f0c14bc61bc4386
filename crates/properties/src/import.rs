//! Imports: a file of properties, streamed in, in small atomic batches.
//!
//! A batch is one transaction of bulk class, sized by the time that the last one took, so that
//! whoever waits for the database waits for milliseconds. What is there already is not written
//! again, so a file that was interrupted is simply imported once more.

mod columns;
mod json;
mod mapping;
mod place;
mod reader;

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use domain::{Id, Slug, TenantId};
use kit::{Ctx, Error, Input, Reporter, Result, Run};
use serde::{Deserialize, Serialize};
use store::{Class, Dialect, Tx};

pub(crate) use self::mapping::{Mapping, Plan};
use self::{
    place::{Outcome, place_all},
    reader::{Chunk, Line, Reader},
};
use crate::{
    change::SOURCE,
    sources::{self, state},
    upsert::{Batch, Written},
};

/// Rows of the first batch.
const FIRST_ROWS: usize = 200;
/// Batches are never smaller or larger than this.
const ROWS: std::ops::RangeInclusive<usize> = 20..=4_000;
/// What a batch may take of the one writer of SQLite.
const AIM_SQLITE: Duration = Duration::from_millis(8);
/// What a batch may take on PostgreSQL, where others write beside it.
const AIM_POSTGRES: Duration = Duration::from_millis(60);
/// How many rejected rows are told one by one.
const TOLD: usize = 100;
/// How often a batch is tried that others got in the way of; the last ones with pauses.
const ATTEMPTS: u32 = 10;

/// What to import, and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Options {
    /// Who says so: 1 to 64 of `a-z 0-9 _ -`. The same name every time for the same source.
    pub(crate) source: String,
    /// Only tell what would happen.
    #[serde(default)]
    pub(crate) dry_run: bool,
    /// The size of the input, when it is known.
    #[serde(default)]
    pub(crate) total_bytes: Option<u64>,
    /// What unusual columns mean; as configured for the source when it is not said.
    #[serde(default)]
    pub(crate) map: Option<Mapping>,
    /// Of which new properties others are told; as configured for the source when it is not said.
    #[serde(default)]
    pub(crate) notify: Option<Notify>,
}

impl Options {
    /// Everything as it is configured for the source.
    pub(crate) fn of_source(source: &str) -> Self {
        Self {
            source: source.to_owned(),
            dry_run: false,
            total_bytes: None,
            map: None,
            notify: None,
        }
    }
}

/// Of which new properties others are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Notify {
    /// All of them.
    New,
    /// Those that come after the source's first import.
    Later,
}

/// Whether `text` may be a source's name.
pub(crate) fn is_name(text: &str) -> bool {
    text.parse::<Slug>().is_ok() && text != SOURCE
}

/// What an import came to.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct Summary {
    /// Properties that are new.
    pub(crate) added: u64,
    /// Rows that changed a property which the source had named before.
    pub(crate) changed: u64,
    /// Rows that said nothing new.
    pub(crate) unchanged: u64,
    /// Rows that turned out to be a property known from elsewhere.
    pub(crate) merged: u64,
    /// Rows that break a rule; nothing came of them.
    pub(crate) rejected: u64,
    /// All rows.
    pub(crate) rows: u64,
    /// How long it took.
    pub(crate) seconds: f64,
    /// Whether nothing was written.
    pub(crate) dry_run: bool,
    /// The first 100 rejected rows.
    pub(crate) rejected_rows: Vec<RejectedRow>,
}

impl Summary {
    /// Whether it met a property, or made one.
    pub(crate) const fn has_placed(&self) -> bool {
        self.added + self.changed + self.unchanged + self.merged > 0
    }
}

/// A row that breaks a rule.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub(crate) struct RejectedRow {
    /// Where it begins in the file, counted from 1.
    pub(crate) line: u64,
    /// The first rule that it breaks.
    pub(crate) reason: String,
}

/// The command `properties.import`.
pub(crate) async fn command(run: Run) -> Result<()> {
    let options: Options = run.args()?;
    let Run { ctx, input, report, .. } = run;
    let summary = import(&ctx, TenantId::DEFAULT, options, input, Some(&report)).await?;
    report.result(&summary).await;
    Ok(())
}

/// Everything that the batches of an import share.
struct Job {
    ctx: Ctx,
    tenant: TenantId,
    source: String,
    /// Whether what is added is part of the source's first import.
    is_initial: bool,
    /// The run of a sweep that it belongs to: once another one has begun, nothing more is written.
    run: Option<Id>,
    /// The batch of a dry run, which spans all transactions; taken out while one is at work.
    rehearsal: Mutex<Option<Batch>>,
}

/// Imports CSV or JSON from `input`, telling `report`, when there is one, how it goes.
///
/// # Errors
/// `bad_request` for a heading that cannot be understood and for input that is neither; what went
/// in before stays. `unavailable` when the database or the caller has gone.
pub(crate) async fn import(
    ctx: &Ctx,
    tenant: TenantId,
    options: Options,
    input: Input,
    report: Option<&Reporter>,
) -> Result<Summary> {
    let mut import = Import::start(ctx, tenant, options, None, report).await?;
    match import.take(input).await {
        Ok(_) => import.finish().await,
        Err(error) => {
            if sources::is_its_doing(&error) {
                import.break_off().await?;
            }
            Err(error)
        }
    }
}

/// An import under way: of one input after another, all of one source.
pub(crate) struct Import<'r> {
    job: Arc<Job>,
    plan: Arc<Plan>,
    tally: Tally<'r>,
    total_bytes: Option<u64>,
    /// Rows of the next batch.
    size: usize,
    began: Duration,
}

impl<'r> Import<'r> {
    /// Begins one; `run` is the run of a sweep that it belongs to.
    ///
    /// # Errors
    /// The source's name or the map is wrong.
    pub(crate) async fn start(
        ctx: &Ctx,
        tenant: TenantId,
        options: Options,
        run: Option<Id>,
        report: Option<&'r Reporter>,
    ) -> Result<Self> {
        let Options { source, dry_run, total_bytes, map, notify } = options;
        if !is_name(&source) {
            let message = "must be 1 to 64 of a-z, 0-9, _ and -, and not `api`";
            return Err(Error::invalid("source", "invalid_value", message));
        }
        let configured = sources::find(ctx.config(), tenant, &source);
        let plan = match (&map, configured) {
            (Some(map), _) => Plan::of(map)?,
            (None, Some(configured)) => sources::plan(configured)?,
            (None, None) => Plan::default(),
        };
        let tells_all = match notify {
            Some(notify) => notify == Notify::New,
            None => configured.is_some_and(|configured| configured.notify_new),
        };
        let is_initial = !tells_all && !state::is_introduced(ctx, tenant, &source).await?;
        let began = ctx.clock().monotonic();
        let rehearsal = dry_run.then(|| Batch::rehearsal(tenant, source.as_str(), ctx.now()));
        let rehearsal = Mutex::new(rehearsal);
        let job = Job { ctx: ctx.clone(), tenant, source, is_initial, run, rehearsal };
        let tally = Tally::new(Summary { dry_run, ..Summary::default() }, report);
        let (job, plan) = (Arc::new(job), Arc::new(plan));
        Ok(Self { job, plan, tally, total_bytes, size: FIRST_ROWS, began })
    }

    /// Stands before the reasons of rejected rows from now on: which file, which page.
    pub(crate) fn prefix(&mut self, prefix: String) {
        self.tally.prefix = prefix;
    }

    /// Brings one input in. Where the source says its next page is.
    ///
    /// # Errors
    /// As [`import`]; rows before the place where the input is at fault are in.
    pub(crate) async fn take(&mut self, input: Input) -> Result<Option<String>> {
        let mut reader = Reader::start(input, self.plan.clone());
        let mut waiting: VecDeque<Line> = VecDeque::new();
        let (mut is_over, mut read_bytes, mut next, mut fault) = (false, 0, None, None);
        let dry_run = self.tally.summary.dry_run;
        loop {
            while !is_over && waiting.len() < self.size {
                match reader.next().await {
                    Ok(Some(Chunk::Notice(text))) => self.tally.say(text).await,
                    Ok(Some(Chunk::Lines { lines, bytes })) => {
                        waiting.extend(lines);
                        read_bytes = bytes;
                    }
                    Ok(Some(Chunk::Next(link))) => next = Some(link),
                    Ok(None) => is_over = true,
                    Err(error) => (is_over, fault) = (true, Some(error)),
                }
            }
            if waiting.is_empty() {
                return fault.map_or(Ok(next), Err);
            }
            let report = self.tally.report;
            if report.is_some_and(Reporter::is_closed) {
                return Err(Error::unavailable("nobody waits for this import any more"));
            }
            let count = self.size.min(waiting.len());
            let lines: Arc<Vec<Line>> = Arc::new(waiting.drain(..count).collect());
            let (outcomes, took) = run_batch(&self.job, &lines, dry_run).await?;
            let dialect = self.job.ctx.store().dialect();
            self.size = next_size(self.size, lines.len(), took, dialect);
            self.tally.count(&lines, outcomes).await;
            if let Some(report) = report {
                report.progress(read_bytes, self.total_bytes);
            }
        }
    }

    /// Ends it: a source that had anything has been introduced. A dry run leaves nothing behind.
    ///
    /// # Errors
    /// What the database said.
    pub(crate) async fn finish(self) -> Result<Summary> {
        let untold = self.tally.summary.rejected - self.tally.summary.rejected_rows.len() as u64;
        if untold > 0 {
            self.tally.say(format!("… and {untold} more rejected rows")).await;
        }
        let Job { ctx, tenant, source, .. } = &*self.job;
        let took = ctx.clock().monotonic().saturating_sub(self.began);
        let summary = Summary { seconds: took.as_secs_f64(), ..self.tally.summary };
        if !summary.dry_run {
            state::imported(ctx, *tenant, source, &summary).await?;
        }
        Ok(summary)
    }

    /// Ends it where its input is at fault: what it brought so far stays, see
    /// [`state::is_introduced`].
    ///
    /// # Errors
    /// What the database said.
    pub(crate) async fn break_off(self) -> Result<()> {
        let Job { ctx, tenant, source, .. } = &*self.job;
        let summary = &self.tally.summary;
        if summary.dry_run || !summary.has_placed() {
            return Ok(());
        }
        state::broke_off(ctx, *tenant, source, summary).await
    }
}

/// How many rows the next batch has.
fn next_size(size: usize, rows: usize, took: Duration, dialect: Dialect) -> usize {
    let aim = match dialect {
        Dialect::Sqlite => AIM_SQLITE,
        Dialect::Postgres => AIM_POSTGRES,
    };
    // The last batch of a file says little, and a pause of the machine nothing at all: go at most
    // to the half or the double.
    if rows < size {
        return size;
    }
    let nanos = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).max(1);
    let rows = (rows as u64).saturating_mul(nanos(aim)) / nanos(took);
    let rows = usize::try_from(rows).unwrap_or(usize::MAX);
    rows.clamp(size / 2, size * 2).clamp(*ROWS.start(), *ROWS.end())
}

type Placed = (Vec<Outcome>, Duration);

/// Brings a batch in, trying again when others got in the way.
async fn run_batch(job: &Arc<Job>, lines: &Arc<Vec<Line>>, dry_run: bool) -> Result<Placed> {
    if dry_run {
        return Ok(rehearse(job.clone(), lines.clone()).await?);
    }
    let mut attempt = 0;
    loop {
        let error = match write(job.clone(), lines.clone()).await {
            Ok(Some(placed)) => return Ok(placed),
            Ok(None) => return Err(Error::unavailable("another run has this source by now")),
            Err(error) => error,
        };
        attempt += 1;
        // Whether a batch whose answer was lost had gone in is seen when it is compared again.
        let passes = error.is_transient()
            || matches!(error, store::Error::Unique { .. } | store::Error::UnknownOutcome);
        if !passes || attempt == ATTEMPTS {
            return Err(error.into());
        }
        if attempt > 3 {
            job.ctx.clock().sleep(Duration::from_millis(25 << attempt)).await;
        }
    }
}

/// None when another run has the source by now.
async fn write(job: Arc<Job>, lines: Arc<Vec<Line>>) -> store::Result<Option<Placed>> {
    let store = job.ctx.store().clone();
    let work = async move |tx: &Tx| {
        let (job, lines) = (&job, &lines);
        let began = job.ctx.clock().monotonic();
        if let Some(run) = job.run
            && !state::holds(tx, job.tenant, &job.source, run).await?
        {
            return Ok(None);
        }
        let batch = Batch::new(job.tenant, job.source.as_str(), tx.now());
        let mut batch = batch.initial(job.is_initial);
        let outcomes = place_all(&mut batch, tx, lines, job.ctx.ids()).await?;
        match batch.write(tx).await? {
            Written::Done => {}
            Written::Raced => return Err(store::Error::Conflict),
        }
        Ok(Some((outcomes, job.ctx.clock().monotonic().saturating_sub(began))))
    };
    store.write(Class::Bulk, work).await
}

async fn rehearse(job: Arc<Job>, lines: Arc<Vec<Line>>) -> store::Result<Placed> {
    let store = job.ctx.store().clone();
    let work = async move |tx: &Tx| {
        let (job, lines) = (&job, &lines);
        let began = job.ctx.clock().monotonic();
        let held = || job.rehearsal.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = held().take();
        let mut batch = batch.ok_or(store::Error::Conflict)?;
        let outcomes = place_all(&mut batch, tx, lines, job.ctx.ids()).await?;
        *held() = Some(batch);
        Ok((outcomes, job.ctx.clock().monotonic().saturating_sub(began)))
    };
    store.read(work).await
}

struct Tally<'a> {
    summary: Summary,
    report: Option<&'a Reporter>,
    /// Stands before each reason.
    prefix: String,
}

impl<'a> Tally<'a> {
    const fn new(summary: Summary, report: Option<&'a Reporter>) -> Self {
        Self { summary, report, prefix: String::new() }
    }

    async fn say(&self, text: String) {
        if let Some(report) = self.report {
            report.line(text).await;
        }
    }

    async fn count(&mut self, lines: &[Line], outcomes: Vec<Outcome>) {
        for (line, outcome) in lines.iter().zip(outcomes) {
            let summary = &mut self.summary;
            summary.rows += 1;
            match outcome {
                Outcome::Added => summary.added += 1,
                Outcome::Changed => summary.changed += 1,
                Outcome::Unchanged => summary.unchanged += 1,
                Outcome::Merged => summary.merged += 1,
                Outcome::Rejected(reason) => {
                    summary.rejected += 1;
                    if summary.rejected_rows.len() < TOLD {
                        let reason = format!("{}{reason}", self.prefix);
                        let text = format!("line {}: rejected: {reason}", line.number);
                        summary.rejected_rows.push(RejectedRow { line: line.number, reason });
                        self.say(text).await;
                    }
                }
            }
        }
    }
}

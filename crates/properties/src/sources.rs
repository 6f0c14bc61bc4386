//! Sources: where properties come from by themselves.
//!
//! A sweep looks once a minute which of `[[sources]]` are due, and enqueues a task for each. The
//! task asks the URL or looks into the folder, and imports what is new there. What it may send
//! along next time (`ETag` and the like), and how it went, stands in the source's row.
//!
//! One run at a time writes for a source: its row names the run, and every batch of the import
//! looks there first. A run that broke off left validators and hashes forgotten, so that the next
//! one reads everything again, and changes only what is not there yet.

mod fetch;
mod files;
mod pull;
pub(crate) mod state;

pub(crate) use self::pull::is_its_doing;

use std::time::Duration;

use domain::TenantId;
use kit::{
    Config, ConfigError, Ctx, Error, Module, Result,
    config::{Source, SourcePlace},
};
use serde::{Deserialize, Serialize};
use store::{Class, Tx};
use tasks::{Enqueued, Options, Outcome, Schedule, Task, enqueue};

use crate::import::{Mapping, Plan, is_name};

/// How often the sweep looks which sources are due. How often one is, is the configuration's.
const SWEEP: Duration = Duration::from_secs(60);

/// Looks which sources are due.
#[derive(Serialize, Deserialize)]
struct Sweep {}

impl Task for Sweep {
    const NAME: &'static str = "properties.sweep";
    /// The next one comes soon anyway.
    const MAX_ATTEMPTS: u32 = 1;
}

/// Brings in what a source has that is new.
#[derive(Serialize, Deserialize)]
pub(crate) struct Pull {
    /// The source's name.
    source: String,
}

impl Task for Pull {
    const NAME: &'static str = "properties.pull";
    /// What the source does wrong is no failure of the task; this is for crashes and outages of
    /// our own, and the sweep comes again anyway.
    const MAX_ATTEMPTS: u32 = 3;
    /// A long list takes many minutes: however many sources are due, notices have places left.
    const AT_ONCE: Option<usize> = Some(2);
}

/// The tasks of sources.
pub(crate) fn contribute(module: Module) -> Module {
    module
        .config_check(check)
        .task(|ctx, _, _: Sweep| async move { sweep(&ctx).await })
        .task(|ctx, claimed, task: Pull| async move { pull::pull(ctx, claimed, task).await })
        .schedule_of(|config| {
            let is_any = config.sources.iter().any(is_swept);
            is_any.then(|| Schedule::every("properties.sweep", SWEEP, |_| Sweep {}))
        })
}

/// Whether every source makes sense.
fn check(config: &Config) -> Result<(), ConfigError> {
    for source in &config.sources {
        let wrong = |what: &str| ConfigError(format!("sources `{}`: {what}", source.name));
        if !is_name(&source.name) {
            return Err(wrong("the name is that of the REST interface"));
        }
        plan(source).map_err(|error| wrong(error.message()))?;
    }
    Ok(())
}

/// What a configured source's columns mean.
pub(crate) fn plan(source: &Source) -> Result<Plan> {
    match &source.map {
        Some(map) => Plan::of(&mapping(map)?),
        None => Ok(Plan::default()),
    }
}

/// Reads a mapping.
///
/// # Errors
/// `bad_request`: it has another form, or a key that is not known.
pub(crate) fn mapping(map: &serde_json::Value) -> Result<Mapping> {
    serde_path_to_error::deserialize(map).map_err(|error| {
        let (path, inner) = (error.path().to_string(), error.inner());
        let place = if path == "." { String::new() } else { format!("{path}: ") };
        Error::bad_request(format!("the map is wrong: {place}{inner}"))
    })
}

/// The configured source of this name.
pub(crate) fn find<'c>(config: &'c Config, tenant: TenantId, name: &str) -> Option<&'c Source> {
    config.sources.iter().find(|source| source.tenant == tenant && source.name == name)
}

/// Whether there is anything to look at.
pub(crate) const fn is_pulled(source: &Source) -> bool {
    !matches!(source.place, SourcePlace::Sent)
}

fn is_swept(source: &Source) -> bool {
    source.enabled && is_pulled(source)
}

/// How long a source is left alone after a good run.
pub(crate) fn pace(config: &Config, source: &Source) -> Duration {
    Duration::from_secs(60 * source.every_minutes.unwrap_or(config.monitor_sweep_minutes))
}

/// Enqueues what is due.
async fn sweep(ctx: &Ctx) -> Result<Outcome> {
    let house = ctx.clone();
    ctx.store()
        .write(Class::Interactive, async move |tx: &Tx| {
            let sources = &house.config().sources;
            for source in sources.iter().filter(|source| is_swept(source)) {
                let state = state::read(tx, source.tenant, &source.name).await?;
                let next = state.and_then(|state| state.next_run_at);
                // The sweep itself comes in steps: what falls due before half of one has passed is
                // due now.
                if next.is_none_or(|next| next <= tx.now().plus(SWEEP / 2)) {
                    enqueue_pull(tx, source.tenant, &source.name).await?;
                }
            }
            Ok::<_, Error>(())
        })
        .await?;
    Ok(Outcome::Done)
}

/// Has a source looked at as soon as there is room; false when that is to happen already, or
/// happens now.
pub(crate) async fn enqueue_pull(tx: &Tx, tenant: TenantId, name: &str) -> store::Result<bool> {
    let task = Pull { source: name.to_owned() };
    let options = Options::unique(format!("{tenant}/{name}"));
    Ok(enqueue(tx, tenant, &task, options).await? == Enqueued::New)
}

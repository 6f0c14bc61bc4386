//! One run of one source.

use std::time::Duration;

use kit::{Ctx, Error, Result, config::SourcePlace};
use sha2::{Digest, Sha256};
use tasks::{Claimed, Outcome};

use super::{Pull, fetch, files, find, is_pulled, pace, state::RunOf};

/// The longest pause after failures, unless the source is looked at more seldom anyway.
const LONGEST_PAUSE: Duration = Duration::from_secs(6 * 3600);
/// The longest pause that a source may ask for.
const LONGEST_WISH: Duration = Duration::from_secs(24 * 3600);
/// The pause before files that were just seen are looked at again.
const LOOK_AGAIN: Duration = Duration::from_secs(20);

/// How a run went, when nothing of ours was in the way.
pub(super) enum Ended {
    /// All there was is in.
    Well,
    /// There are files of which it is not certain yet that they are whole.
    Waiting,
    /// The source did something wrong.
    Badly(Wrong),
}

/// What a source did wrong.
pub(super) struct Wrong {
    pub(super) message: String,
    /// How long it asks to be left alone.
    pub(super) retry_after: Option<Duration>,
}

impl Wrong {
    /// The part of an import's error that is the source's doing.
    ///
    /// # Errors
    /// The error itself, when it is ours: the database's, or another run's.
    pub(super) fn of(error: Error) -> Result<Self> {
        if !is_its_doing(&error) {
            return Err(error);
        }
        Ok(Self { message: error.message().to_owned(), retry_after: None })
    }
}

/// Whether an import's error is the source's doing: not the database's, nor another run's.
pub(crate) fn is_its_doing(error: &Error) -> bool {
    error.code().status < 500 && error.store_error().is_none()
}

/// Looks at a source, and plans when to look again.
pub(super) async fn pull(ctx: Ctx, claimed: Claimed, task: Pull) -> Result<Outcome> {
    let tenant = claimed.tenant;
    let found = find(ctx.config(), tenant, &task.source).filter(|source| is_pulled(source));
    let Some(source) = found.cloned() else {
        tracing::warn!(source = task.source, "a source that is not configured here was to be read");
        return Ok(Outcome::Done);
    };
    let run = RunOf { ctx: ctx.clone(), tenant, source: task.source, run: claimed.lease_token };
    let state = run.begin().await?;
    let failures = state.failures;
    let ended = match &source.place {
        SourcePlace::Url { url, token } => {
            let settings = settings(&(url.expose(), &source.map));
            let place = fetch::Place { url, token: token.as_ref(), settings };
            fetch::pull(&run, &state, place).await?
        }
        SourcePlace::Folder(folder) => {
            let settings = settings(&source.map);
            files::pull(&run, folder, &settings).await?
        }
        SourcePlace::Sent => Ended::Well,
    };
    let (now, pace) = (ctx.now(), pace(ctx.config(), &source));
    match ended {
        Ended::Well => run.end(&claimed, now.plus(pace), None, 0).await?,
        Ended::Waiting => run.end(&claimed, now.plus(LOOK_AGAIN), None, 0).await?,
        Ended::Badly(wrong) => {
            let pause = pause(pace, failures, wrong.retry_after);
            let source = &source.name;
            tracing::warn!(%source, error = %wrong.message, ?pause, "a source could not be read");
            run.end(&claimed, now.plus(pause), Some(&wrong.message), failures + 1).await?;
        }
    }
    Ok(Outcome::Finished)
}

/// How long a source is left alone after a failure, of which there were `before` in a row already:
/// its ordinary pace, doubled each time, and at least what it asks for.
fn pause(pace: Duration, before: i64, asked: Option<Duration>) -> Duration {
    let doublings = u32::try_from(before.clamp(0, 20)).unwrap_or(0);
    let grown = pace.saturating_mul(1 << doublings).min(LONGEST_PAUSE.max(pace));
    grown.max(asked.unwrap_or_default().min(LONGEST_WISH))
}

/// A fingerprint of what decides what an answer means, apart from the answer.
fn settings(what: &impl serde::Serialize) -> String {
    hex(&Sha256::digest(serde_json::to_vec(what).unwrap_or_default()))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_within_bounds() {
        let minutes = |n: u64| Duration::from_secs(60 * n);
        let hours = |n: u64| minutes(60 * n);
        let quarter = minutes(15);
        let grown: Vec<_> = (0..6).map(|before| pause(quarter, before, None)).collect();
        let expected = [15, 30, 60, 120, 240, 360].map(minutes);
        assert_eq!(grown, expected);
        assert_eq!(pause(quarter, i64::MAX, None), hours(6));
        assert_eq!(pause(hours(12), 3, None), hours(12), "it is seldom looked at anyway");
        assert_eq!(pause(quarter, 0, Some(hours(2))), hours(2));
        assert_eq!(pause(quarter, 0, Some(minutes(1))), quarter, "never sooner than usual");
        assert_eq!(pause(quarter, 0, Some(hours(1_000))), hours(24));
    }
}

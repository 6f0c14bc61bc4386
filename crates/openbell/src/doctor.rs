//! `openbell doctor`: looks at an installation and says what is wrong with it and what to do.
//!
//! It looks from outside, beside a running server or none: it makes, changes, migrates and locks
//! nothing. Whatever may fall silent is waited for a few seconds at most.

mod broker;
mod configuration;
mod database;
mod disk;
mod limits;
mod lock;
mod network;
mod secret;
mod time;

use std::{io::Write as _, path::Path, sync::Arc, time::Duration};

use domain::SharedClock;
use kit::{Config, SystemClock};
use serde::Serialize;

use crate::cli::Failure;

/// How long a server elsewhere may take to answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// What the exit code says, for the help.
pub(crate) const EXIT_CODES: &str = "Exit codes: 0 nothing failed, though there may be warnings · \
                                     1 something failed · 2 wrong usage or configuration · \
                                     3 the database is away and nothing else failed";

/// How bad something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Level {
    Ok,
    Warn,
    Fail,
}

/// What a check has found.
#[derive(Debug, Serialize)]
struct Check {
    /// What was looked at, for programs: it stays as it is.
    name: &'static str,
    level: Level,
    found: String,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    /// The exit code, should nothing else fail.
    #[serde(skip)]
    code: u8,
}

impl Check {
    fn ok(name: &'static str, found: impl Into<String>) -> Self {
        Self { name, level: Level::Ok, found: found.into(), advice: None, code: 0 }
    }

    fn warn(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        let (level, advice) = (Level::Warn, Some(advice.into()));
        Self { name, level, found: found.into(), advice, code: 0 }
    }

    fn fail(name: &'static str, found: impl Into<String>, advice: impl Into<String>) -> Self {
        let (level, advice) = (Level::Fail, Some(advice.into()));
        Self { name, level, found: found.into(), advice, code: 1 }
    }
}

/// Everything that was found.
#[derive(Serialize)]
struct Report {
    checks: Vec<Check>,
    /// That of the worst.
    level: Level,
}

impl Report {
    fn of(checks: Vec<Check>) -> Self {
        let level = checks.iter().map(|check| check.level).max().unwrap_or(Level::Ok);
        Self { checks, level }
    }

    fn print(&self, json: bool) -> Result<(), Failure> {
        let mut out = std::io::stdout().lock();
        if json {
            writeln!(out, "{}", serde_json::to_string(self)?)?;
            return Ok(());
        }
        for Check { name, level, found, advice, .. } in &self.checks {
            let level = match level {
                Level::Ok => "ok",
                Level::Warn => "warn",
                Level::Fail => "fail",
            };
            writeln!(out, "{level:<4}  {name:<14}  {found}")?;
            if let Some(advice) = advice {
                writeln!(out, "{:22}to do: {advice}", "")?;
            }
        }
        Ok(())
    }

    /// What the exit code says: the one that all failures have in common, or 1.
    fn outcome(&self) -> Result<(), Failure> {
        let codes: Vec<u8> =
            self.checks.iter().map(|check| check.code).filter(|code| *code != 0).collect();
        let Some(first) = codes.first() else { return Ok(()) };
        let code = if codes.iter().all(|code| code == first) { *first } else { 1 };
        let message = format!("{} of {} checks failed", codes.len(), self.checks.len());
        Err(Failure { message, code })
    }
}

/// Looks at the installation of this configuration, or at why there is none.
///
/// # Errors
/// When a check fails; everything that was found is printed before.
pub(crate) async fn run(
    config: Result<Config, Failure>,
    file: Option<&Path>,
    json: bool,
) -> Result<(), Failure> {
    let checks = match config {
        Ok(config) => examine(&config, file).await,
        Err(failure) => vec![configuration::refused(&failure)],
    };
    let report = Report::of(checks);
    report.print(json)?;
    report.outcome()
}

async fn examine(config: &Config, file: Option<&Path>) -> Vec<Check> {
    let clock: SharedClock = Arc::new(SystemClock::new());
    let mut checks = configuration::look(config, file);
    checks.extend(disk::look(config));
    checks.extend(lock::look(config));
    checks.extend(secret::look(config));
    let (database, broker, network, time) = tokio::join!(
        Box::pin(database::look(config, &clock)),
        Box::pin(broker::look(config, &clock)),
        Box::pin(network::look(config, &clock)),
        time::look(&clock),
    );
    checks.extend(database);
    checks.extend(broker);
    checks.push(limits::look(config));
    checks.extend(network);
    checks.push(time);
    checks
}

/// What `work` comes to, unless it takes longer than `limit`.
async fn within<T>(
    clock: &SharedClock,
    limit: Duration,
    work: impl Future<Output = T>,
) -> Option<T> {
    tokio::select! {
        outcome = work => Some(outcome),
        () = clock.sleep(limit) => None,
    }
}

/// The first few of some names, and how many more there are.
fn some_of(names: &[String]) -> String {
    const SHOWN: usize = 3;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    match names.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// A number of bytes for people.
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["KiB", "MiB", "GiB", "TiB", "PiB"];
    if bytes < 1024 {
        return format!("{bytes} bytes");
    }
    let (mut amount, mut unit) = (bytes as f64 / 1024.0, 0);
    while amount >= 1024.0 && unit + 1 < UNITS.len() {
        (amount, unit) = (amount / 1024.0, unit + 1);
    }
    format!("{amount:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(checks: Vec<Check>) -> u8 {
        Report::of(checks).outcome().map_or_else(|failure| failure.code, |()| 0)
    }

    #[test]
    fn the_worst_counts_and_the_code_tells_of_all() {
        let fine = || Check::ok("a", "");
        let away = || Check { code: 3, ..Check::fail("b", "", "") };
        let report = Report::of(vec![fine(), Check::warn("c", "", "look"), fine()]);
        assert_eq!(report.level, Level::Warn);
        assert!(report.outcome().is_ok(), "a warning is no failure");
        assert_eq!(code(vec![fine(), away()]), 3);
        assert_eq!(code(vec![away(), Check::fail("d", "", "")]), 1);
        assert_eq!(code(Vec::new()), 0);
    }

    #[test]
    fn numbers_and_names_for_people() {
        for (bytes, text) in
            [(0, "0 bytes"), (1023, "1023 bytes"), (1024, "1.0 KiB"), (3 << 29, "1.5 GiB")]
        {
            assert_eq!(size(bytes), text);
        }
        assert_eq!(size(u64::MAX), "16384.0 PiB");
        let names: Vec<String> = ["a", "b", "c", "d", "e"].map(str::to_owned).to_vec();
        assert_eq!(some_of(&names[..2]), "a, b");
        assert_eq!(some_of(&names), "a, b, c and 2 more");
    }
}

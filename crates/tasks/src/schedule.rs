//! Schedules: which task, and at which instants.

use std::{sync::Arc, time::Duration};

use croner::{
    Cron,
    parser::{CronParser, Seconds, Year},
};
use domain::{TenantId, Timestamp};
use jiff::tz::TimeZone;
use store::Result;

use crate::queue::{Prepared, Task};

/// At which instants a schedule has its occurrences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum When {
    /// By a pattern of five fields (minute, hour, day of month, month, day of week) read on the
    /// clocks of a zone. A pattern with one minute and one hour occurs once on its days: on a day
    /// whose clocks leave that time out, at the first minute after the gap, and at the first pass
    /// where they have it twice. Any other pattern follows the clocks: nothing within a gap, and
    /// both passes of a repeated hour.
    Cron {
        /// For example `30 2 * * *`.
        pattern: String,
        /// A name of the time zone database, such as `America/New_York`.
        zone: String,
    },
    /// At whole multiples of this time since the Unix epoch, so that nodes agree and restarts do
    /// not shift it. At least one second.
    Every(Duration),
}

type Make = Arc<dyn Fn(Timestamp) -> Result<Prepared> + Send + Sync>;

/// A task at every occurrence: at most once each, whatever the number of nodes. Occurrences that
/// nobody was there for are made up for by one run, for the newest of them. A schedule that is new
/// begins with what comes.
#[derive(Clone)]
pub struct Schedule {
    /// `<feature>.<what>`; stands in a row, so it is never changed.
    pub name: &'static str,
    /// When.
    pub when: When,
    /// Whose task it is: [`TenantId::DEFAULT`] unless set.
    pub tenant: TenantId,
    pub(crate) make: Make,
}

impl Schedule {
    /// A schedule by any rule; `make` gets the instant of the occurrence.
    pub fn new<T: Task>(
        name: &'static str,
        when: When,
        make: impl Fn(Timestamp) -> T + Send + Sync + 'static,
    ) -> Self {
        Self {
            name,
            when,
            tenant: TenantId::DEFAULT,
            make: Arc::new(move |at| Prepared::new(&make(at))),
        }
    }

    /// By a pattern on the clocks of a zone; see [`When::Cron`].
    pub fn cron<T: Task>(
        name: &'static str,
        pattern: impl Into<String>,
        zone: impl Into<String>,
        make: impl Fn(Timestamp) -> T + Send + Sync + 'static,
    ) -> Self {
        let (pattern, zone) = (pattern.into(), zone.into());
        Self::new(name, When::Cron { pattern, zone }, make)
    }

    /// At a steady pace; see [`When::Every`].
    pub fn every<T: Task>(
        name: &'static str,
        pace: Duration,
        make: impl Fn(Timestamp) -> T + Send + Sync + 'static,
    ) -> Self {
        Self::new(name, When::Every(pace), make)
    }

    /// The same for a tenant.
    #[must_use]
    pub fn for_tenant(self, tenant: TenantId) -> Self {
        Self { tenant, ..self }
    }
}

/// The lists that a runner was given do not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetupError {
    /// Two tasks or two schedules have one name.
    #[error("`{0}` is there twice")]
    Twice(&'static str),
    /// A name has characters that names do not have.
    #[error("`{0}` is no task's name")]
    Name(&'static str),
    /// A pattern, a zone or a pace cannot be used.
    #[error("schedule `{name}`: {reason}")]
    Schedule {
        /// Which schedule.
        name: &'static str,
        /// What is wrong with it.
        reason: String,
    },
}

/// A rule that was understood.
pub(crate) enum Times {
    Cron(Box<Cron>, TimeZone),
    EveryMillis(i64),
}

/// How many occurrences are looked through for the newest before the search leaps.
const STEPS: usize = 2_000;
/// How far before now it goes on then: no pattern has more than [`STEPS`] occurrences in that time.
const LEAP: Duration = Duration::from_secs(86_400);

impl Times {
    pub(crate) fn of(schedule: &Schedule) -> Result<Self, SetupError> {
        let wrong = |reason: String| SetupError::Schedule { name: schedule.name, reason };
        match &schedule.when {
            When::Cron { pattern, zone } => {
                let parser = CronParser::builder()
                    .seconds(Seconds::Disallowed)
                    .year(Year::Disallowed)
                    .build();
                let cron = parser.parse(pattern).map_err(|e| wrong(format!("`{pattern}`: {e}")))?;
                let zone = TimeZone::get(zone).map_err(|e| wrong(e.to_string()))?;
                Ok(Self::Cron(Box::new(cron), zone))
            }
            When::Every(pace) => match i64::try_from(pace.as_millis()) {
                Ok(millis @ 1_000..) => Ok(Self::EveryMillis(millis)),
                _ => Err(wrong(format!("{pace:?} is no pace"))),
            },
        }
    }

    /// The first occurrence later than `after`; none when there is none in sight.
    pub(crate) fn next_after(&self, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Cron(cron, zone) => {
                let after = jiff::Timestamp::from_millisecond(after.as_millis()).ok()?;
                let next = cron.find_next_occurrence(&after.to_zoned(zone.clone()), false);
                Some(next.ok()?.timestamp().into())
            }
            Self::EveryMillis(pace) => {
                let count = after.as_millis().div_euclid(*pace).checked_add(1)?;
                Some(Timestamp::from_millis(count.checked_mul(*pace)?))
            }
        }
    }

    /// The newest occurrence later than `after` and not later than `now`. Only ever searched
    /// forwards, so that a day with a gap or a fold reads the same at every call.
    pub(crate) fn newest(&self, after: Timestamp, now: Timestamp) -> Option<Timestamp> {
        if let Self::EveryMillis(pace) = self {
            let newest = now.as_millis().div_euclid(*pace) * pace;
            return Some(Timestamp::from_millis(newest)).filter(|at| *at > after);
        }
        let (found, exhausted) = self.walk(after, now);
        if exhausted {
            return found;
        }
        let (later, _) = self.walk(now.minus(LEAP).max(after), now);
        later.or(found)
    }

    /// The newest within [`STEPS`], and whether there is none beyond.
    fn walk(&self, after: Timestamp, now: Timestamp) -> (Option<Timestamp>, bool) {
        let mut found = None;
        for _ in 0..STEPS {
            match self.next_after(found.unwrap_or(after)) {
                Some(at) if at <= now => found = Some(at),
                _ => return (found, true),
            }
        }
        (found, false)
    }
}

#[cfg(test)]
#[path = "schedule_tests.rs"]
mod tests;

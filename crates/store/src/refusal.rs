//! Whether the database takes writes. It may answer every read and refuse them: a disk that is full
//! does so.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use domain::Timestamp;

use crate::{Error, tx::lock};

/// So long a refusal tells of the present, unless a write has gone through since.
const FRESH: Duration = Duration::from_secs(60);

/// Why the database takes no writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WritesRefused {
    /// The first write that was refused.
    pub since: Timestamp,
    /// What the database said to the last one.
    pub reason: String,
}

struct Refusals {
    first: Timestamp,
    last: Timestamp,
    reason: String,
}

/// What became of the last writes.
#[derive(Default)]
pub(crate) struct Refusing {
    state: Mutex<Option<Refusals>>,
    /// Every write looks at it.
    is_some: AtomicBool,
}

impl Refusing {
    /// A write was refused; it counts where the database could not take it, whatever it was.
    pub(crate) fn refused(&self, error: &Error, now: Timestamp) {
        let Error::Unavailable(reason) = error else { return };
        let mut state = lock(&self.state);
        match &mut *state {
            Some(refusals) if now < refusals.last.plus(FRESH) => {
                refusals.last = now;
                refusals.reason.clone_from(reason);
            }
            _ => {
                tracing::error!(%reason, "the database takes no writes");
                *state = Some(Refusals { first: now, last: now, reason: reason.clone() });
            }
        }
        self.is_some.store(true, Ordering::Relaxed);
    }

    /// Something was written.
    pub(crate) fn written(&self) {
        if self.is_some.load(Ordering::Relaxed) {
            let mut state = lock(&self.state);
            self.is_some.store(false, Ordering::Relaxed);
            if state.take().is_some() {
                tracing::info!("the database takes writes again");
            }
        }
    }

    pub(crate) fn of_late(&self, now: Timestamp) -> Option<WritesRefused> {
        let state = lock(&self.state);
        let refusals = state.as_ref().filter(|refusals| now < refusals.last.plus(FRESH))?;
        Some(WritesRefused { since: refusals.first, reason: refusals.reason.clone() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_tells_of_the_present_for_a_minute() {
        let at = |seconds: i64| Timestamp::from_millis(seconds * 1_000);
        let full = |what: &str| Error::Unavailable(what.to_owned());
        let refusing = Refusing::default();
        // Not the database's affair.
        refusing.refused(&Error::Busy, at(0));
        assert_eq!(refusing.of_late(at(0)), None);
        refusing.refused(&full("first"), at(10));
        refusing.refused(&full("second"), at(60));
        let told = WritesRefused { since: at(10), reason: "second".to_owned() };
        assert_eq!(refusing.of_late(at(119)), Some(told));
        assert_eq!(refusing.of_late(at(120)), None);
        refusing.refused(&full("third"), at(200));
        assert_eq!(refusing.of_late(at(200)).map(|told| told.since), Some(at(200)));
        refusing.written();
        assert_eq!(refusing.of_late(at(200)), None);
    }
}

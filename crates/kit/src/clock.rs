//! The machine's clock, corrected to the database's where several nodes share one.

use std::{
    sync::atomic::{AtomicI64, Ordering},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use domain::{Clock, Sleep, Timestamp};

/// The clock of a running server.
pub struct SystemClock {
    began: Instant,
    offset_ms: AtomicI64,
}

impl SystemClock {
    /// The machine's time, uncorrected.
    #[expect(clippy::disallowed_methods, reason = "the one place where time comes from")]
    pub fn new() -> Self {
        Self { began: Instant::now(), offset_ms: AtomicI64::new(0) }
    }

    /// The machine's time, uncorrected.
    #[expect(clippy::disallowed_methods, reason = "the one place where time comes from")]
    pub fn machine_now(&self) -> Timestamp {
        let machine = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(machine.as_millis()).unwrap_or(i64::MAX))
    }

    /// Adds `offset_ms` to the machine's time from now on, so that all nodes of one database agree.
    pub fn correct(&self, offset_ms: i64) {
        self.offset_ms.store(offset_ms, Ordering::Relaxed);
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let machine = self.machine_now().as_millis();
        Timestamp::from_millis(machine.saturating_add(self.offset_ms.load(Ordering::Relaxed)))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where time comes from")]
    fn monotonic(&self) -> Duration {
        Instant::now().saturating_duration_since(self.began)
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where timers come from")]
    fn sleep(&self, duration: Duration) -> Sleep {
        Box::pin(tokio::time::sleep(duration))
    }
}

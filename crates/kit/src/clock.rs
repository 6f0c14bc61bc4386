//! The clock of a running server: it goes with the machine's monotonic time, is steered to what the
//! database or the machine says, and never goes back. People bid until a second that it shows.

use std::{
    sync::{PoisonError, RwLock},
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use domain::{Clock, Sleep, Timestamp};

/// A difference above this is a jump, not drift.
pub(crate) const JUMP: Duration = Duration::from_secs(2);
/// Drift is made good by one part in so many of the time that passes.
const SLEW: i64 = 10;

/// The clock of a running server.
pub struct SystemClock {
    began: Instant,
    course: RwLock<Course>,
}

/// How the clock goes on from a moment. Times are microseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Course {
    /// The monotonic time of the moment.
    from: i64,
    /// What was shown then, since the epoch.
    shown: i64,
    /// What it has to gain, or to lose when it is negative.
    rest: i64,
}

/// What a comparison has found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Steered {
    /// It is right, or will be soon.
    On,
    /// It was so far behind that it went forward at once: the machine had slept, or was wrong.
    Forward(Duration),
    /// It is so far ahead that it will go slower for long: time does not go back.
    Ahead(Duration),
}

impl Course {
    fn at(self, monotonic: i64) -> i64 {
        let passed = (monotonic - self.from).max(0);
        let most = passed / SLEW;
        self.shown + passed + self.rest.clamp(-most, most)
    }

    fn steered(self, monotonic: i64, right: i64) -> (Self, Steered) {
        let shown = self.at(monotonic);
        let rest = right - shown;
        let by = Duration::from_micros(rest.unsigned_abs());
        let (shown, rest, steered) = match rest {
            _ if by <= JUMP => (shown, rest, Steered::On),
            1.. => (right, 0, Steered::Forward(by)),
            _ => (shown, rest, Steered::Ahead(by)),
        };
        (Self { from: monotonic, shown, rest }, steered)
    }
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}

impl SystemClock {
    /// A clock that shows the machine's time.
    #[expect(clippy::disallowed_methods, reason = "the one place where time comes from")]
    pub fn new() -> Self {
        let course = Course { from: 0, shown: machine_micros(), rest: 0 };
        Self { began: Instant::now(), course: RwLock::new(course) }
    }

    /// What the machine says now.
    pub(crate) fn machine_now(&self) -> Timestamp {
        Timestamp::from_millis(machine_micros() / 1_000)
    }

    /// How far the machine's time and the time that passes here are apart, in microseconds. It
    /// changes when the machine sleeps, or when somebody sets its clock.
    pub(crate) fn apart(&self) -> i64 {
        machine_micros() - self.passed()
    }

    /// Shows this from now on, whatever was shown before: for a server that does not serve yet.
    pub(crate) fn set(&self, right: Timestamp) {
        let course = Course { from: self.passed(), shown: right.as_millis() * 1_000, rest: 0 };
        *self.course.write().unwrap_or_else(PoisonError::into_inner) = course;
    }

    /// Steers to what is right now: slowly, so that no second is missed or comes twice, but for one
    /// that is far behind.
    pub(crate) fn steer(&self, right: Timestamp) -> Steered {
        let mut course = self.course.write().unwrap_or_else(PoisonError::into_inner);
        let (next, steered) = course.steered(self.passed(), right.as_millis() * 1_000);
        *course = next;
        steered
    }

    fn passed(&self) -> i64 {
        micros(self.monotonic())
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place where time comes from")]
fn machine_micros() -> i64 {
    micros(SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default())
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        let course = *self.course.read().unwrap_or_else(PoisonError::into_inner);
        Timestamp::from_millis(course.at(self.passed()) / 1_000)
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

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: i64 = 1_000_000;
    const NOON: i64 = 1_704_888_000 * SECOND;

    fn course() -> Course {
        Course { from: 0, shown: NOON, rest: 0 }
    }

    #[test]
    fn drift_is_made_good_without_a_step() {
        for drift in [1_500_000, -1_500_000, 999, -999] {
            let (course, steered) = course().steered(SECOND, NOON + SECOND + drift);
            assert_eq!(steered, Steered::On);
            let mut last = course.at(SECOND);
            assert_eq!(last, NOON + SECOND, "nothing has changed yet");
            for tick in 1..=2_000 {
                let now = course.at(SECOND + tick * 10_000);
                let passed = now - last;
                assert!((9_000..=11_000).contains(&passed), "{passed} of 10,000 us");
                last = now;
            }
            assert_eq!(last, NOON + 21 * SECOND + drift, "and after 20 s it is right");
        }
    }

    #[test]
    fn a_clock_far_behind_goes_forward_at_once() {
        let slept = 3_600 * SECOND;
        let (course, steered) = course().steered(SECOND, NOON + SECOND + slept);
        assert_eq!(steered, Steered::Forward(Duration::from_secs(3_600)));
        assert_eq!(course.at(SECOND), NOON + SECOND + slept);
    }

    #[test]
    fn time_never_goes_back() {
        let (course, steered) = course().steered(SECOND, NOON - 3_600 * SECOND);
        assert_eq!(steered, Steered::Ahead(Duration::from_secs(3_601)));
        let mut last = course.at(SECOND);
        assert_eq!(last, NOON + SECOND);
        for second in 2..10 {
            let now = course.at(second * SECOND);
            assert_eq!(now - last, SECOND * 9 / 10, "it goes on, slower");
            last = now;
        }
        // A monotonic time from before does not turn it back.
        assert_eq!(course.at(0), course.at(SECOND));
    }

    #[test]
    fn it_shows_what_it_is_told_and_goes_on() {
        let clock = SystemClock::new();
        let told = Timestamp::from_millis(NOON / 1_000);
        clock.set(told);
        let passed = clock.now().since(told);
        assert!(passed < Duration::from_secs(60), "{passed:?}");
        assert_eq!(clock.steer(clock.now()), Steered::On);
        let hour = Duration::from_secs(3_600);
        assert!(matches!(clock.steer(told.plus(hour)), Steered::Forward(_)));
        assert!(clock.now() >= told.plus(hour));
    }
}

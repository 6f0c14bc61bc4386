//! This machine's clock.

use std::time::Duration;

use domain::{SharedClock, Timestamp};

use super::Check;

const NAME: &str = "clock";

/// 2025 and 2100: before, and from then on, a clock is not set.
const YEARS_MS: std::ops::Range<i64> = 1_735_689_600_000..4_102_444_800_000;
/// How long the two clocks of this machine are watched.
const WATCH: Duration = Duration::from_millis(100);
/// How far they may part in that time.
const MAX_JUMP: Duration = Duration::from_secs(1);

pub(super) async fn look(clock: &SharedClock) -> Check {
    let (wall, steady) = (clock.now(), clock.monotonic());
    clock.sleep(WATCH).await;
    let passed = clock.monotonic().checked_sub(steady);
    judged(wall, clock.now(), passed)
}

/// `passed` by the clock that never goes back; none when it did.
fn judged(before: Timestamp, after: Timestamp, passed: Option<Duration>) -> Check {
    let advice = "have a time server set it (chrony, systemd-timesyncd)";
    if !YEARS_MS.contains(&after.as_millis()) {
        return Check::fail(NAME, format!("it is set to {after}"), advice);
    }
    let Some(passed) = passed.filter(|passed| *passed >= WATCH) else {
        let found = "the clock that should never go back does";
        return Check::fail(NAME, found, "look at the virtual machine's clock source");
    };
    let wall_ms = after.as_millis() - before.as_millis();
    let jump_ms = wall_ms.saturating_sub_unsigned(passed.as_millis() as u64).unsigned_abs();
    if u128::from(jump_ms) > MAX_JUMP.as_millis() {
        return Check::warn(NAME, format!("it jumped by {jump_ms} ms just now"), advice);
    }
    Check::ok(NAME, format!("it is {after}"))
}

#[cfg(test)]
mod tests {
    use super::{super::Level, *};

    #[test]
    fn clocks_that_are_not_to_be_trusted() {
        let now = 1_795_000_000_000;
        let level = |before: i64, after: i64, passed: Option<u64>| {
            let at = Timestamp::from_millis;
            judged(at(before), at(after), passed.map(Duration::from_millis)).level
        };
        assert_eq!(level(now, now + 100, Some(100)), Level::Ok);
        assert_eq!(level(now, now + 3_000, Some(3_000)), Level::Ok, "a machine that is busy");
        assert_eq!(level(now, now + 3_000, Some(100)), Level::Warn);
        assert_eq!(level(now, now - 3_000, Some(100)), Level::Warn);
        assert_eq!(level(0, 100, Some(100)), Level::Fail);
        assert_eq!(level(i64::MAX - 100, i64::MAX, Some(100)), Level::Fail);
        assert_eq!(level(now, now + 100, Some(99)), Level::Fail, "it sleeps no less than asked");
        assert_eq!(level(now, now + 100, None), Level::Fail);
    }
}

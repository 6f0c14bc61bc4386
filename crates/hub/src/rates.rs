//! How much is allowed in a time.

use std::time::Duration;

/// So many at once, and one more after each `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many may come at once after a quiet time; at least 1.
    pub burst: u32,
    /// The time after which one more is allowed. Zero: no limit.
    pub every: Duration,
}

impl Rate {
    /// No limit.
    pub const UNLIMITED: Self = Self { burst: 1, every: Duration::ZERO };

    /// `burst` at once, then one in each `every_ms`.
    pub const fn new(burst: u32, every_ms: u64) -> Self {
        Self { burst, every: Duration::from_millis(every_ms) }
    }
}

/// What a connection may ask for, by class of verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rates {
    /// `connect`, `auth`, `subscribe` and `unsubscribe`.
    pub subscribe: Rate,
    /// `history`.
    pub history: Rate,
    /// The socket's own verbs.
    pub verbs: Rate,
    /// `presence_update`.
    pub presence: Rate,
    /// `ping`.
    pub ping: Rate,
    /// Pings and unasked pongs of WebSocket itself.
    pub control: Rate,
}

impl Rates {
    /// No limits at all.
    pub const UNLIMITED: Self = Self {
        subscribe: Rate::UNLIMITED,
        history: Rate::UNLIMITED,
        verbs: Rate::UNLIMITED,
        presence: Rate::UNLIMITED,
        ping: Rate::UNLIMITED,
        control: Rate::UNLIMITED,
    };
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            // All topics of a connection, one by one, twice.
            subscribe: Rate::new(2_048, 50),
            history: Rate::new(200, 50),
            verbs: Rate::new(200, 20),
            presence: Rate::new(40, 50),
            ping: Rate::new(50, 200),
            control: Rate::new(200, 20),
        }
    }
}

/// How much of a [`Rate`] is used up: the time at which all of it will be free again.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Bucket(Duration);

impl Bucket {
    /// Takes one; or says how long to wait for it.
    pub(crate) fn take(&mut self, rate: Rate, now: Duration) -> Result<(), Duration> {
        let free = self.0.max(now);
        let used = free - now;
        let allowed = rate.every.saturating_mul(rate.burst.saturating_sub(1));
        if used > allowed {
            return Err(used - allowed);
        }
        self.0 = free.saturating_add(rate.every);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_and_then_one_by_one() {
        let rate = Rate::new(3, 100);
        let ms = Duration::from_millis;
        let mut bucket = Bucket::default();
        for _ in 0..3 {
            assert!(bucket.take(rate, ms(1000)).is_ok());
        }
        assert_eq!(bucket.take(rate, ms(1000)), Err(ms(100)));
        assert_eq!(bucket.take(rate, ms(1060)), Err(ms(40)));
        assert!(bucket.take(rate, ms(1100)).is_ok());
        assert!(bucket.take(rate, ms(1100)).is_err());
        // After a quiet time the whole burst is there again, and no more.
        for _ in 0..3 {
            assert!(bucket.take(rate, ms(9000)).is_ok());
        }
        assert!(bucket.take(rate, ms(9000)).is_err());
        let mut bucket = Bucket::default();
        assert!((0..1000).all(|_| bucket.take(Rate::UNLIMITED, ms(5)).is_ok()));
    }
}

//! Figures of the broker.

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::{Counter, Gauge, counter, describe_counter, describe_gauge, gauge};

/// What the broker has done since it was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RedisStats {
    /// Messages that Redis has taken.
    pub sent: u64,
    /// Messages of other nodes that were handed in.
    pub received: u64,
    /// Messages that were not sent: Redis was away, refused them, or too many waited.
    pub dropped: u64,
    /// Messages of other nodes that this version cannot read.
    pub skipped: u64,
    /// How often both connections were made and all topics subscribed.
    pub connects: u64,
}

pub(super) struct Meters {
    sent: Figure,
    received: Figure,
    dropped: Figure,
    skipped: Figure,
    connects: Figure,
    connected: Gauge,
}

/// For a scrape, and to be read here.
struct Figure {
    counter: Counter,
    count: AtomicU64,
}

impl Figure {
    fn new(name: &'static str, about: &'static str) -> Self {
        describe_counter!(name, about);
        Self { counter: counter!(name), count: AtomicU64::new(0) }
    }

    /// Returns how many there are now.
    fn add(&self, more: u64) -> u64 {
        self.counter.increment(more);
        self.count.fetch_add(more, Ordering::Relaxed) + more
    }

    fn count(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

impl Meters {
    pub(super) fn new() -> Self {
        describe_gauge!("openbell_broker_connected", "Whether Redis is connected: 1 or 0");
        Self {
            sent: Figure::new("openbell_broker_sent_total", "Messages that Redis has taken"),
            received: Figure::new("openbell_broker_received_total", "Messages of other nodes"),
            dropped: Figure::new("openbell_broker_dropped_total", "Messages that were not sent"),
            skipped: Figure::new("openbell_broker_skipped_total", "Messages not understood"),
            connects: Figure::new("openbell_broker_connects_total", "Connections made to Redis"),
            connected: gauge!("openbell_broker_connected"),
        }
    }

    pub(super) fn sent(&self, messages: u64) {
        self.sent.add(messages);
    }

    pub(super) fn received(&self) {
        self.received.add(1);
    }

    /// Returns how many there were.
    pub(super) fn dropped(&self, messages: u64) -> u64 {
        self.dropped.add(messages)
    }

    /// Returns how many there were.
    pub(super) fn skipped(&self) -> u64 {
        self.skipped.add(1)
    }

    pub(super) fn connected(&self) {
        self.connects.add(1);
        self.connected.set(1.0);
    }

    pub(super) fn disconnected(&self) {
        self.connected.set(0.0);
    }

    pub(super) fn stats(&self) -> RedisStats {
        RedisStats {
            sent: self.sent.count(),
            received: self.received.count(),
            dropped: self.dropped.count(),
            skipped: self.skipped.count(),
            connects: self.connects.count(),
        }
    }
}

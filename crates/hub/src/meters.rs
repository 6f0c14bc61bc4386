//! Figures: for a scrape, and for [`crate::HubStats`].

use std::sync::atomic::{AtomicU64, Ordering};

use metrics::{Counter, Gauge, Unit, counter, describe_counter, describe_gauge, gauge};

/// What the hub has to do at this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct HubStats {
    /// Open connections.
    pub connections: usize,
    /// Users with at least one connection.
    pub users: usize,
    /// Topics with at least one subscriber.
    pub topics: usize,
    /// Subscriptions of all connections.
    pub subscriptions: usize,
    /// Bytes that wait in the connections' queues.
    pub queue_bytes: usize,
    /// Frames put into queues since the start.
    pub deliveries: u64,
    /// `resync` frames since the start.
    pub resyncs: u64,
    /// Gaps read from the journal since the start.
    pub repairs: u64,
    /// Frames without history that did not reach a connection, because there was too much, since
    /// the start.
    pub live_dropped: u64,
}

/// Handles that are looked up once: a lookup per delivery would cost more than the delivery.
pub(crate) struct Meters {
    connections: Gauge,
    topics: Gauge,
    queue_bytes: Gauge,
    deliveries: Counter,
    resyncs: Counter,
    repairs: Counter,
    live_drops: Counter,
    delivered: AtomicU64,
    resynced: AtomicU64,
    repaired: AtomicU64,
    live_dropped: AtomicU64,
}

impl Meters {
    pub(crate) fn new() -> Self {
        describe_gauge!("openbell_hub_connections", "Open WebSocket connections");
        describe_gauge!("openbell_hub_topics", "Topics with at least one subscriber");
        describe_gauge!("openbell_hub_queue_bytes", Unit::Bytes, "Bytes that wait to be written");
        describe_counter!("openbell_hub_deliveries_total", "Frames put into connections' queues");
        describe_counter!("openbell_hub_resyncs_total", "Ranges announced as missing");
        describe_counter!("openbell_hub_repairs_total", "Gaps read from the journal");
        describe_counter!(
            "openbell_hub_live_dropped_total",
            "Frames without history that were dropped under pressure"
        );
        Self {
            connections: gauge!("openbell_hub_connections"),
            topics: gauge!("openbell_hub_topics"),
            queue_bytes: gauge!("openbell_hub_queue_bytes"),
            deliveries: counter!("openbell_hub_deliveries_total"),
            resyncs: counter!("openbell_hub_resyncs_total"),
            repairs: counter!("openbell_hub_repairs_total"),
            live_drops: counter!("openbell_hub_live_dropped_total"),
            delivered: AtomicU64::new(0),
            resynced: AtomicU64::new(0),
            repaired: AtomicU64::new(0),
            live_dropped: AtomicU64::new(0),
        }
    }

    pub(crate) fn connections(&self, open: usize) {
        self.connections.set(open as f64);
    }

    pub(crate) fn deliveries(&self, frames: u64) {
        if frames > 0 {
            self.deliveries.increment(frames);
            self.delivered.fetch_add(frames, Ordering::Relaxed);
        }
    }

    pub(crate) fn resync(&self) {
        self.resyncs.increment(1);
        self.resynced.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn repair(&self) {
        self.repairs.increment(1);
        self.repaired.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn live_dropped(&self, frames: u64) {
        if frames > 0 {
            self.live_drops.increment(frames);
            self.live_dropped.fetch_add(frames, Ordering::Relaxed);
        }
    }

    /// Completes `stats` and refreshes the gauges.
    pub(crate) fn publish(&self, stats: &mut HubStats) {
        stats.deliveries = self.delivered.load(Ordering::Relaxed);
        stats.resyncs = self.resynced.load(Ordering::Relaxed);
        stats.live_dropped = self.live_dropped.load(Ordering::Relaxed);
        stats.repairs = self.repaired.load(Ordering::Relaxed);
        self.connections.set(stats.connections as f64);
        self.topics.set(stats.topics as f64);
        self.queue_bytes.set(stats.queue_bytes as f64);
    }
}

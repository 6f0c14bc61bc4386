//! The hub's limits.

use std::time::Duration;

use crate::{Rate, Rates};

/// Limits and times. `Default` gives what docs/protocol.md promises.
#[derive(Debug, Clone)]
pub struct HubConfig {
    /// Above this many queued bytes a connection gets no ephemeral frames; below it a lagging
    /// topic is announced and goes on.
    pub soft_queue_bytes: usize,
    /// Above this many queued bytes a stream topic lags on the connection.
    pub hard_queue_bytes: usize,
    /// A connection whose peer takes nothing for so long is closed 4101.
    pub stalled_after: Duration,
    /// The longest inbound frame.
    pub max_frame_bytes: usize,
    /// How many topics a connection may follow.
    pub max_topics: usize,
    /// How many connections a user may have on this node.
    pub max_connections_per_user: usize,
    /// After so long without an inbound frame a ping goes out; the second without answer closes.
    pub heartbeat: Duration,
    /// How long a socket that needs a user waits for a token, and for what a guest follows.
    pub auth_timeout: Duration,
    /// How long before a token's end `auth_expiring` goes out.
    pub expiry_notice: Duration,
    /// How long a frame waits for the one before it until the journal is read.
    pub gap_hold: Duration,
    /// The most events of one replay.
    pub replay_limit: usize,
    /// The most frames that wait for others in one topic, or for one subscription to open.
    pub max_held_frames: usize,
    /// The most verbs of a connection that wait; beyond it the socket is not read.
    pub max_queued_verbs: usize,
    /// The same in bytes. The frame that reaches it still waits, so that one always fits.
    pub max_queued_verb_bytes: usize,
    /// The most observed frames that wait for an endpoint; beyond it the connection ends 4203.
    pub max_queued_observed: usize,
    /// So many protocol faults …
    pub max_faults: usize,
    /// … within this time close a connection.
    pub fault_window: Duration,
    /// What a connection may ask for; beyond it requests are refused with `rate_limited`.
    pub rates: Rates,
    /// A connection that goes on asking for too much, without a pause of `fault_window`, for so
    /// long is closed 4102; …
    pub rate_patience: Duration,
    /// … and so is one that had so many requests refused without such a pause.
    pub max_rate_refusals: u32,
    /// How many frames without history a topic carries on this node; beyond it they are dropped.
    pub live_rate: Rate,
    /// A user whose last connection has gone is there for so long still.
    pub presence_grace: Duration,
    /// How long the other nodes believe a node that is silent. With the time between two
    /// comparisons, a third of it, a dead node's users are gone within 4/3 of this.
    pub presence_lease: Duration,
    /// The most users of one `presence_state`; its `count` tells how many there are.
    pub max_presence_users: usize,
    /// The longest state of a user, in bytes of JSON.
    pub max_presence_bytes: usize,
    /// How long a closing socket waits for the peer's close frame.
    pub close_grace: Duration,
    /// Clients are told to come back within this time after a shutdown.
    pub drain_spread: Duration,
    /// How long a shutdown waits for connections and verbs to end.
    pub drain_timeout: Duration,
    /// The server's version, for `connection_established`.
    pub version: &'static str,
}

impl Default for HubConfig {
    fn default() -> Self {
        Self {
            soft_queue_bytes: 64 * 1024,
            hard_queue_bytes: 256 * 1024,
            stalled_after: Duration::from_secs(20),
            max_frame_bytes: 64 * 1024,
            max_topics: 1024,
            max_connections_per_user: 20,
            heartbeat: Duration::from_secs(25),
            auth_timeout: Duration::from_secs(10),
            expiry_notice: Duration::from_secs(60),
            gap_hold: Duration::from_millis(20),
            replay_limit: 1000,
            max_held_frames: 1024,
            max_queued_verbs: 64,
            max_queued_verb_bytes: 128 * 1024,
            max_queued_observed: 1024,
            max_faults: 10,
            fault_window: Duration::from_secs(10),
            rates: Rates::default(),
            rate_patience: Duration::from_secs(30),
            max_rate_refusals: 10_000,
            live_rate: Rate::new(200, 10),
            presence_grace: Duration::from_secs(5),
            presence_lease: Duration::from_secs(10),
            max_presence_users: 1000,
            max_presence_bytes: 256,
            close_grace: Duration::from_secs(2),
            drain_spread: Duration::from_secs(5),
            drain_timeout: Duration::from_secs(15),
            version: env!("CARGO_PKG_VERSION"),
        }
    }
}

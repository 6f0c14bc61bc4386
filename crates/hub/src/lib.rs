//! The real-time engine: topics, sessions and fan-out.
//!
//! A [`Hub`] carries frames from those who publish to the connections that follow a topic. It
//! knows nothing of HTTP, SQL or the features. What it needs comes through three doors:
//! [`Backend`] (the journal, the right to follow a topic, tokens), [`Broker`] (other nodes) and
//! [`Transport`] (one WebSocket, of which [`websocket`] is ours). What is special about a socket
//! path is an [`Endpoint`].
//!
//! # The promise
//! Stream topics: at least once, in order, within retention; a gap is always noticed and either
//! filled from the journal or announced by a `resync` frame. Within one subscription the hub
//! itself sends no event twice. Topics of newest values: the newest of each key, in the end, and
//! never an older one after a newer. Who is there: true within the grace and the lease. Ephemeral
//! frames: at most once.
//!
//! What a topic is shows in how one publishes to it: [`Hub::publish`], [`Hub::publish_latest`],
//! [`Hub::publish_live`]. What a subscription begins with is told by [`Opened`].
//!
//! # How it holds
//! 1. A topic exists in the hub while somebody follows it. [`Hub::publish`] takes the topic's
//!    lock and puts one shared text into each subscriber's queue; it never waits.
//! 2. A topic hands out by `seq`: expected → out; lower → dropped; higher → kept for
//!    [`HubConfig::gap_hold`], then the gap is read by [`Backend::replay`], once per topic.
//! 3. A subscription begins by *holding* ([`Session::hold`]): frames wait. Then position and
//!    snapshot are read in one transaction, the reply is queued, and the held frames behind that
//!    position follow ([`Hold::release`]). Should held frames not reach back to the position, the
//!    journal fills the difference.
//! 4. Queues are bounded in bytes. A topic that finds a connection's queue full *lags* there:
//!    frames are counted, not kept, and one `resync {ch, from, to}` goes out when the queue has
//!    drained. The client pulls the range by `history`.
//! 5. A topic of newest values keeps the newest of each key while somebody follows it. Only a
//!    higher version goes out, and on each connection it takes the place of an unsent lower one. A
//!    full queue gets what is newest when it has drained; a throttled subscription when its time
//!    has come. [`Hub::check_latest`], called every second, finds durable values that were lost.
//! 6. Who watches a topic's presence is in its *room*, and enters and leaves it under the same
//!    lock as the topic, so nobody is left behind. A node answers for its users by entries with a
//!    lease at the [`Broker`], renews and compares them three times in each lease, and puts right
//!    what was lost on the way. A room that nobody needs stays until the others know of it.
//! 7. A [`Broker`] may lose, repeat and reorder. When it has begun to hand in a topic, the hub
//!    compares at once what was published before ([`Backend::heads`], [`Backend::versions`], the
//!    topic's room). The house does the same from time to time by [`Hub::check_heads`].
//! 8. Frames without history are dropped first, above the soft limit of a queue and above
//!    [`HubConfig::live_rate`] of a topic. What a client may ask for is in [`Rates`].
//!
//! # Locks
//! A connection's topics → a shard → a topic → a connection's queue or work; a connection's topics
//! → a room → a queue; the book of rooms → a room. Never the other way round, and nothing waits
//! while it holds one. The broker is called under a connection's topics and under a shard, not
//! under a topic or a room.

mod backend;
mod bell;
mod broker;
mod broker_memory;
mod broker_redis;
mod close;
mod conduct;
mod config;
mod connection;
mod endpoint;
mod frame;
mod hub;
mod hub_latest;
#[cfg(test)]
mod hub_tests;
mod inspect;
mod latest_part;
mod meters;
mod position;
mod presence;
mod presence_book;
mod protocol;
mod queue;
mod rates;
mod refusal;
mod remote;
mod repair;
mod requests;
mod serve;
mod session;
mod subscription;
mod subscriptions;
mod text;
mod topic;
mod transport;
mod values;
mod verbs;
pub mod websocket;
mod wire;
mod work;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use backend::{Backend, Heads, Identity, Opened, Replay};
pub use broker::{Broker, BrokerSink, Link, NodeId, PresenceChange, PresenceEntry};
pub use broker_memory::MemoryBroker;
pub use broker_redis::{RedisBroker, RedisFindings, RedisStats, RedisUrlError, probe_redis};
pub use close::CloseCode;
pub use config::HubConfig;
pub use endpoint::{ClientFrame, Endpoint, Lost, Opening};
pub use frame::{LatestFrame, LatestVersion, LiveFrame, StreamFrame};
pub use futures_util::future::BoxFuture;
pub use hub::Hub;
pub use inspect::{ConnectionView, TopicView};
pub use meters::HubStats;
pub use position::{Kind, MAX_SEQ, Position};
pub use protocol::{Direction, FieldDoc, FrameDoc, protocol_frames};
pub use rates::{Rate, Rates};
pub use refusal::{ErrorCode, Refusal};
pub use session::{Hold, KeyVersions, Mode, Session, Wish};
pub use text::Text;
pub use transport::{Gone, Inbound, Outbound, Sent, Transport, TransportReader, TransportWriter};

/// Locks. A panic elsewhere leaves every state here usable: each change is made at once.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

//! The hub. (Signatures; the bodies follow.)

use std::{future::Future, sync::Arc};

use domain::{SharedClock, TenantId, Topic, UserId};

use crate::*;

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
}

/// The engine of one node. A clone is the same hub.
#[derive(Clone)]
pub struct Hub {}

impl Hub {
    /// A hub that takes part in `broker`'s exchange. Install the recorder of metrics before.
    pub fn new(
        _clock: SharedClock,
        _config: HubConfig,
        _backend: Arc<dyn Backend>,
        _broker: Arc<dyn Broker>,
    ) -> Self {
        Self {}
    }

    /// The name of this node among the broker's.
    pub fn node(&self) -> NodeId {
        NodeId(TenantId::DEFAULT.as_uuid().to_string().parse().expect("an id"))
    }

    /// Hands out committed frames, here and to the other nodes. Call it right after COMMIT has
    /// returned; it does not wait. Order and repetition do not matter.
    pub fn publish(&self, _frames: Vec<StreamFrame>) {}

    /// Hands out a frame without history, here and to the other nodes: at most once, and only to
    /// those who follow the topic at this moment. `body` is the text of a JSON object.
    pub fn publish_live(&self, _tenant: TenantId, _topic: Topic, _body: Arc<str>) {}

    /// Hands out committed frames that came from the journal's tail: here only.
    pub fn deliver_remote(&self, _frames: Vec<StreamFrame>) {}

    /// Serves one connection until it is over, and returns why it closed. Spawn it; it is small.
    pub fn serve<T: Transport>(
        &self,
        _transport: T,
        _endpoint: Arc<dyn Endpoint>,
        _opening: Opening,
    ) -> impl Future<Output = CloseCode> + Send + 'static + use<T> {
        std::future::ready(CloseCode::NORMAL)
    }

    /// The topics that somebody here follows, with the last `seq` handed out, when it is known.
    /// Compare the journal's heads with them from time to time and call [`Hub::check_heads`].
    pub fn topics_live(&self) -> Vec<(TenantId, Topic, Option<u64>)> {
        Vec::new()
    }

    /// Tells the last `seq` in the journal of some topics. A topic that is behind is repaired.
    pub fn check_heads(&self, _heads: Vec<(TenantId, Topic, u64)>) {}

    /// What it has to do at this moment. Also refreshes the gauges, so call it before a scrape.
    pub fn stats(&self) -> HubStats {
        HubStats::default()
    }

    /// Closes all connections of a user, on this node.
    pub fn disconnect_user(&self, _user: UserId, _code: CloseCode) {}

    /// The sessions of a user on this node.
    pub fn sessions_of(&self, _user: UserId) -> Vec<Session> {
        Vec::new()
    }

    /// Takes no more connections, tells each client when to come back, closes 4200, and waits for
    /// connections and verbs to end, at most [`HubConfig::drain_timeout`].
    pub async fn shutdown(&self) {}
}

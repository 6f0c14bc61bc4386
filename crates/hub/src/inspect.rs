//! What an operator sees of a hub.

use domain::{Id, TenantId, Timestamp, Topic, UserId};

use crate::{Hub, Session, hub::Inner};

/// A connection, as it is at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionView {
    /// Its id. Later connections have greater ones.
    pub id: Id,
    /// For which tenant.
    pub tenant: TenantId,
    /// Who, when somebody has signed in.
    pub user: Option<UserId>,
    /// The name of its endpoint.
    pub endpoint: &'static str,
    /// The peer's address.
    pub remote: String,
    /// Since when it is open.
    pub opened_at: Timestamp,
    /// When its token runs out.
    pub expires_at: Option<Timestamp>,
    /// How many topics it follows.
    pub topics: usize,
    /// Bytes that wait to be written.
    pub queue_bytes: usize,
    /// Frames that have left its queue.
    pub sent: u64,
}

/// A topic that somebody follows on this node, as it is at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicView {
    /// Whose.
    pub tenant: TenantId,
    /// Which.
    pub topic: Topic,
    /// How many subscriptions it has.
    pub subscriptions: usize,
    /// The last `seq` that was handed out; none where it is not known, and where there is none.
    pub seq: Option<u64>,
    /// Frames handed out since somebody follows it here, whatever the number of subscribers.
    pub frames: u64,
}

impl Hub {
    /// Every connection of this node that is not closing, in no order.
    pub fn sessions(&self) -> Vec<Session> {
        let connections = self.0.connections();
        let open = connections.iter().filter(|connection| connection.queue.closing().is_none());
        open.map(Session::of).collect()
    }

    /// The connections that follow a topic, in no order.
    pub fn followers(&self, tenant: TenantId, topic: &Topic) -> Vec<Session> {
        let cell = self.0.find(tenant, topic.clone());
        let mut connections = cell.map(|cell| cell.connections()).unwrap_or_default();
        // One that follows it in both modes is still one.
        connections.sort_unstable_by_key(|connection| connection.key);
        connections.dedup_by_key(|connection| connection.key);
        connections.iter().map(Session::of).collect()
    }

    /// Every topic that somebody follows on this node, in no order.
    pub fn topics(&self) -> Vec<TopicView> {
        self.0.cells().iter().map(|cell| cell.view()).collect()
    }
}

impl Session {
    /// What an operator sees of it.
    pub fn view(&self) -> ConnectionView {
        let connection = &self.0;
        let Inner { clock, .. } = &*connection.hub;
        let age = clock.monotonic().saturating_sub(connection.opened_at);
        let scope = connection.scope();
        let (queue_bytes, sent) = connection.queue.figures();
        ConnectionView {
            id: connection.id,
            tenant: scope.tenant,
            user: scope.user_id(),
            endpoint: connection.endpoint.name(),
            remote: connection.remote.to_string(),
            opened_at: clock.now().minus(age),
            expires_at: self.expires_at(),
            topics: connection.count_topics(),
            queue_bytes,
            sent,
        }
    }
}

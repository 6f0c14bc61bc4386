//! Carries frames to the other nodes. A broker may lose, repeat and reorder stream frames: the
//! hub puts them right by `seq` and reads what is missing from the journal.

use std::sync::{Arc, Weak};

use domain::{Id, TenantId, Timestamp, Topic, UserId};
use tokio::sync::watch;

use crate::{BoxFuture, LatestFrame, LiveFrame, Refusal, StreamFrame};

/// One running hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub Id);

/// A user who is there, as one node says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresenceEntry {
    /// Whose topic.
    pub tenant: TenantId,
    /// Where they are.
    pub topic: Topic,
    /// Who.
    pub user: UserId,
    /// The node that answers for it.
    pub node: NodeId,
    /// What the user's client says of itself: the text of a JSON value.
    pub state: Option<Arc<str>>,
    /// When the state was set; the newest of a user's states is shown.
    pub at: Timestamp,
    /// The end of the lease: after it the entry counts for nothing.
    pub until: Timestamp,
}

/// What a node tells of those who are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresenceChange {
    /// They are there, with this state.
    Here(PresenceEntry),
    /// That node answers for them no more.
    Gone {
        /// Whose topic.
        tenant: TenantId,
        /// Where they were.
        topic: Topic,
        /// Who.
        user: UserId,
        /// Which node.
        node: NodeId,
    },
}

/// Whether what is published reaches the other nodes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// There is nothing to be connected to: all hubs are in this process.
    Local,
    /// It does, except for what is lost on the way.
    Connected,
    /// It does not.
    Away {
        /// Since when.
        since: Timestamp,
        /// Why, in one line and without secrets.
        reason: Arc<str>,
    },
}

/// Where a broker hands in what other nodes have published. A hub is one.
pub trait BrokerSink: Send + Sync + 'static {
    /// A frame of a stream topic. Never blocks.
    fn deliver(self: Arc<Self>, frame: StreamFrame);

    /// A frame without history. Never blocks.
    fn deliver_live(self: Arc<Self>, frame: LiveFrame);

    /// The newest value of a topic. Never blocks.
    fn deliver_latest(self: Arc<Self>, frame: LatestFrame) {
        let _ = frame;
    }

    /// Another node tells who has come or gone. Never blocks.
    fn deliver_presence(self: Arc<Self>, change: PresenceChange) {
        let _ = change;
    }

    /// From now on what others publish on these topics comes here. What they published between
    /// [`Broker::follow`], or the loss of a connection, and this call may be missing and is to be
    /// looked for. Never blocks.
    fn confirmed(self: Arc<Self>, topics: Vec<(TenantId, Topic)>) {
        let _ = topics;
    }

    /// A connection was made, and what the broker kept of who is there may be gone: that somebody
    /// is missing from its list means nothing before the others have had time to say it again.
    /// Never blocks.
    fn reconnected(self: Arc<Self>) {}

    /// Another node says that the journal has something that should not wait for the next look.
    /// Never blocks.
    fn nudged(self: Arc<Self>) {}
}

/// Carries frames between nodes. No method may block or wait: they are called right after a
/// commit, and under locks.
pub trait Broker: Send + Sync + 'static {
    /// From now on `sink` gets what others publish.
    fn attach(&self, node: NodeId, sink: Weak<dyn BrokerSink>);

    /// Hands a committed frame to all nodes but `from`, at most once.
    fn publish(&self, from: NodeId, frame: &StreamFrame);

    /// Hands a frame without history to all nodes but `from`, at most once.
    fn publish_live(&self, from: NodeId, frame: &LiveFrame);

    /// Hands a topic's newest value to all nodes but `from`, at most once. A broker without this
    /// leaves values on the node where they were published.
    fn publish_latest(&self, from: NodeId, frame: &LatestFrame) {
        let _ = (from, frame);
    }

    /// Keeps an entry, in the place of an earlier one of the same node, topic and user, until its
    /// lease ends, and tells the other nodes, which may fail. Without this, and the next three,
    /// who is there is known on each node for itself.
    fn presence_set(&self, entry: &PresenceEntry) {
        let _ = entry;
    }

    /// Forgets the entry of this node, topic and user, and tells the other nodes.
    fn presence_clear(&self, node: NodeId, tenant: TenantId, topic: &Topic, user: UserId) {
        let _ = (node, tenant, topic, user);
    }

    /// Lengthens the lease of all entries of `node`: the hub calls it three times in each lease.
    fn presence_renew(&self, node: NodeId, until: Timestamp) {
        let _ = (node, until);
    }

    /// The entries of all nodes, the caller's included, on these topics. May hold some whose lease
    /// is over. An error leaves the caller with what it knows itself, until those leases end.
    fn presence_of(
        &self,
        topics: Vec<(TenantId, Topic)>,
    ) -> BoxFuture<'static, Result<Vec<PresenceEntry>, Refusal>> {
        let _ = topics;
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// `node` has its first subscriber of the topic. A broker that sends to everybody need not
    /// care.
    fn follow(&self, node: NodeId, tenant: TenantId, topic: &Topic) {
        let _ = (node, tenant, topic);
    }

    /// `node` has lost its last subscriber of the topic.
    fn unfollow(&self, node: NodeId, tenant: TenantId, topic: &Topic) {
        let _ = (node, tenant, topic);
    }

    /// Asks all nodes but `from` to look into the journal at once; it may be lost, and they look
    /// by themselves in the end.
    fn nudge(&self, from: NodeId) {
        let _ = from;
    }

    /// Whether what is published reaches the other nodes; changes wake whoever waits for them.
    fn link(&self) -> watch::Receiver<Link> {
        watch::channel(Link::Local).1
    }

    /// Hands out what still waits, for a moment at most, and then takes nothing any more. What
    /// this node said of who is there stays until its lease ends.
    fn close(&self) -> BoxFuture<'static, ()> {
        Box::pin(std::future::ready(()))
    }
}

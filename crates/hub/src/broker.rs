//! Carries frames to the other nodes. A broker may lose, repeat and reorder stream frames: the
//! hub puts them right by `seq` and reads what is missing from the journal.

use std::sync::{Arc, Weak};

use domain::{Id, TenantId, Topic};

use crate::{LatestFrame, LiveFrame, StreamFrame};

/// One running hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodeId(pub Id);

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

    /// `node` has its first subscriber of the topic. A broker that sends to everybody need not
    /// care.
    fn follow(&self, node: NodeId, tenant: TenantId, topic: &Topic) {
        let _ = (node, tenant, topic);
    }

    /// `node` has lost its last subscriber of the topic.
    fn unfollow(&self, node: NodeId, tenant: TenantId, topic: &Topic) {
        let _ = (node, tenant, topic);
    }
}

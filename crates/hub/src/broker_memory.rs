//! Hubs of one process.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use crate::{Broker, BrokerSink, LatestFrame, LiveFrame, NodeId, StreamFrame};

/// Connects the hubs of one process, as tests of several nodes need it. With one hub it does
/// nothing.
#[derive(Default)]
pub struct MemoryBroker {
    nodes: Mutex<Vec<(NodeId, Weak<dyn BrokerSink>)>>,
}

impl MemoryBroker {
    /// A broker without nodes.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    fn others(&self, from: NodeId) -> Vec<Arc<dyn BrokerSink>> {
        let mut nodes = self.nodes.lock().unwrap_or_else(PoisonError::into_inner);
        if nodes.len() > 1 {
            nodes.retain(|(_, sink)| sink.strong_count() > 0);
        }
        nodes
            .iter()
            .filter(|(node, _)| *node != from)
            .filter_map(|(_, sink)| sink.upgrade())
            .collect()
    }
}

impl Broker for MemoryBroker {
    fn attach(&self, node: NodeId, sink: Weak<dyn BrokerSink>) {
        self.nodes.lock().unwrap_or_else(PoisonError::into_inner).push((node, sink));
    }

    fn publish(&self, from: NodeId, frame: &StreamFrame) {
        for sink in self.others(from) {
            sink.deliver(frame.clone());
        }
    }

    fn publish_live(&self, from: NodeId, frame: &LiveFrame) {
        for sink in self.others(from) {
            sink.deliver_live(frame.clone());
        }
    }

    fn publish_latest(&self, from: NodeId, frame: &LatestFrame) {
        for sink in self.others(from) {
            sink.deliver_latest(frame.clone());
        }
    }
}

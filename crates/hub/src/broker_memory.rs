//! Hubs of one process.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use domain::{TenantId, Timestamp, Topic, UserId};

use crate::{
    BoxFuture, Broker, BrokerSink, LatestFrame, LiveFrame, NodeId, PresenceChange, PresenceEntry,
    Refusal, StreamFrame,
};

/// Well above any lease.
const LONG: Duration = Duration::from_secs(60);

type Entries = HashMap<(TenantId, Topic), BTreeMap<(UserId, NodeId), PresenceEntry>>;

/// Connects the hubs of one process, as tests of several nodes need it. With one hub it does
/// nothing.
#[derive(Default)]
pub struct MemoryBroker {
    nodes: Mutex<Vec<(NodeId, Weak<dyn BrokerSink>)>>,
    presence: Mutex<Entries>,
}

impl MemoryBroker {
    /// A broker without nodes.
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    fn presence(&self) -> MutexGuard<'_, Entries> {
        self.presence.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn presence_set(&self, entry: &PresenceEntry) {
        let place = (entry.tenant, entry.topic.clone());
        let user = (entry.user, entry.node);
        self.presence().entry(place).or_default().insert(user, entry.clone());
        for sink in self.others(entry.node) {
            sink.deliver_presence(PresenceChange::Here(entry.clone()));
        }
    }

    fn presence_clear(&self, node: NodeId, tenant: TenantId, topic: &Topic, user: UserId) {
        if let Some(entries) = self.presence().get_mut(&(tenant, topic.clone())) {
            entries.remove(&(user, node));
        }
        for sink in self.others(node) {
            let topic = topic.clone();
            sink.deliver_presence(PresenceChange::Gone { tenant, topic, user, node });
        }
    }

    fn presence_renew(&self, node: NodeId, until: Timestamp) {
        self.presence().retain(|_, entries| {
            for entry in entries.values_mut().filter(|entry| entry.node == node) {
                entry.until = until;
            }
            // What ended long before is of a node that is no more.
            entries.retain(|_, entry| entry.until.plus(LONG) > until);
            !entries.is_empty()
        });
    }

    fn presence_of(
        &self,
        topics: Vec<(TenantId, Topic)>,
    ) -> BoxFuture<'static, Result<Vec<PresenceEntry>, Refusal>> {
        let presence = self.presence();
        let of_topics = topics.iter().filter_map(|topic| presence.get(topic));
        let entries = of_topics.flat_map(BTreeMap::values).cloned().collect();
        Box::pin(std::future::ready(Ok(entries)))
    }

    fn nudge(&self, from: NodeId) {
        for sink in self.others(from) {
            sink.nudged();
        }
    }

    fn publish_latest(&self, from: NodeId, frame: &LatestFrame) {
        for sink in self.others(from) {
            sink.deliver_latest(frame.clone());
        }
    }
}

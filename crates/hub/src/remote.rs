//! What other nodes bring.

use std::{
    collections::HashSet,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{TenantId, Topic};
use futures_util::FutureExt;
use tokio::sync::{Notify, watch};

use crate::{
    BrokerSink, Hub, LatestFrame, Link, LiveFrame, PresenceChange, Refusal, StreamFrame,
    hub::Inner, lock,
};

/// Topics that are compared with the truth by one question.
const BATCH: usize = 256;

/// What is left to do for what other nodes have told.
#[derive(Default)]
pub(crate) struct Remote {
    confirmed: Mutex<Confirmed>,
    /// Somebody else has something in the journal that should not wait.
    nudged: Notify,
    /// Until when, on the monotonic clock, the broker's list of who is there may lack some.
    doubted_until: Mutex<Duration>,
}

#[derive(Default)]
struct Confirmed {
    topics: HashSet<(TenantId, Topic)>,
    running: bool,
}

impl Hub {
    /// Whether what is published here reaches the other nodes.
    pub fn link(&self) -> watch::Receiver<Link> {
        self.0.broker.link()
    }

    /// Asks the other nodes to look into the journal at once, for what goes out by the journal
    /// alone. It may be lost.
    pub fn nudge(&self) {
        self.0.broker.nudge(self.0.node);
    }

    /// Completes when another node has asked for that since the last call.
    pub async fn nudged(&self) {
        self.0.remote.nudged.notified().await;
    }
}

impl BrokerSink for Inner {
    fn deliver(self: Arc<Self>, frame: StreamFrame) {
        self.accept(frame);
    }

    fn deliver_live(self: Arc<Self>, frame: LiveFrame) {
        self.accept_live(&frame);
    }

    fn deliver_latest(self: Arc<Self>, frame: LatestFrame) {
        self.accept_value(frame);
    }

    fn deliver_presence(self: Arc<Self>, change: PresenceChange) {
        self.hear_presence(change);
    }

    fn confirmed(self: Arc<Self>, topics: Vec<(TenantId, Topic)>) {
        let start = {
            let mut confirmed = lock(&self.remote.confirmed);
            confirmed.topics.extend(topics);
            !std::mem::replace(&mut confirmed.running, true)
        };
        if start {
            self.spawn(Self::compare_confirmed(self.clone()));
        }
    }

    fn reconnected(self: Arc<Self>) {
        *lock(&self.remote.doubted_until) = self.clock.monotonic() + self.config.presence_lease;
    }

    fn nudged(self: Arc<Self>) {
        self.remote.nudged.notify_one();
    }
}

impl Inner {
    /// Whether somebody may be there whom the broker's list does not name.
    pub(crate) fn doubts_absence(&self) -> bool {
        self.clock.monotonic() < *lock(&self.remote.doubted_until)
    }

    /// Looks for what was published before the broker began to hand it in. One task at a time, so
    /// that thousands of topics that come at once do not ask all at once.
    async fn compare_confirmed(self: Arc<Self>) {
        loop {
            let topics: Vec<_> = {
                let mut confirmed = lock(&self.remote.confirmed);
                let batch: Vec<_> = confirmed.topics.iter().take(BATCH).cloned().collect();
                for topic in &batch {
                    confirmed.topics.remove(topic);
                }
                confirmed.running = !batch.is_empty();
                batch
            };
            if topics.is_empty() || self.stopping.is_cancelled() {
                return;
            }
            // A panic of the backend is an error like others: what comes later has to be compared.
            let compared = AssertUnwindSafe(self.compare_topics(topics)).catch_unwind().await;
            if let Err(refusal) = compared.unwrap_or_else(|_| Err(Refusal::internal())) {
                // The house compares again and again by itself.
                tracing::warn!(%refusal, "topics could not be compared with the journal");
            }
        }
    }

    async fn compare_topics(
        self: &Arc<Self>,
        topics: Vec<(TenantId, Topic)>,
    ) -> Result<(), Refusal> {
        let rooms = self.rooms_of(&topics);
        if !rooms.is_empty() {
            self.compare(&rooms).await;
        }
        let cells = topics.iter().filter_map(|(tenant, topic)| self.find(*tenant, topic.clone()));
        // A topic whose first subscriber does not know its position yet may be of either kind.
        let (mut streams, mut values) = (Vec::new(), Vec::new());
        for cell in cells {
            let key = (cell.tenant, cell.topic.clone());
            if cell.has_values() {
                values.push(key);
                continue;
            }
            if cell.last().is_none() {
                values.push(key.clone());
            }
            streams.push(key);
        }
        let hub = Hub(self.clone());
        if !streams.is_empty() {
            hub.check_heads(self.backend.heads(streams).await?);
        }
        if !values.is_empty() {
            hub.note_versions(self.backend.versions(values).await?);
        }
        Ok(())
    }
}

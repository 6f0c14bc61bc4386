//! Topics of newest values: publishing, pacing, and comparing with the truth.

use std::{panic::AssertUnwindSafe, sync::Arc};

use domain::{TenantId, Topic};
use futures_util::{FutureExt, StreamExt, stream};

use crate::{
    Hub, LatestFrame, LatestVersion, Refusal,
    hub::Inner,
    subscription::SubKey,
    topic::{Known, Settled, TopicCell},
};

/// Topics whose newest values are read at the same time.
const READS_AT_ONCE: usize = 8;

impl Hub {
    /// Hands out the newest value of a topic, or of one `key` in it, here and to the other nodes.
    /// It does not wait; order and repetition do not matter: per key only a version above the last
    /// goes out, and who is slow gets only the newest. `body` is the text of a JSON object that
    /// carries the version in a field of its own.
    pub fn publish_latest(
        &self,
        tenant: TenantId,
        topic: Topic,
        key: Option<Arc<str>>,
        version: u64,
        body: Arc<str>,
    ) {
        let at = self.0.clock.now();
        self.publish_value(LatestFrame { tenant, topic, key, version, at, body });
    }

    /// The same with the time at which the value came to be.
    pub fn publish_value(&self, frame: LatestFrame) {
        self.0.broker.publish_latest(self.0.node, &frame);
        self.0.accept_value(frame);
    }

    /// Hands out values that were read elsewhere: here only.
    pub fn deliver_latest(&self, frames: Vec<LatestFrame>) {
        for frame in frames {
            self.0.accept_value(frame);
        }
    }

    /// Compares the topics of newest values that somebody here follows with
    /// [`crate::Backend::versions`], and asks [`crate::Backend::latest`] for those that are behind.
    /// Call it every second; it asks nobody when nobody follows such a topic.
    ///
    /// # Errors
    /// What the backend refuses; the next call tries again.
    pub async fn check_latest(&self) -> Result<(), Refusal> {
        let cells = self.0.cells().into_iter().filter(|cell| cell.has_values());
        let topics: Vec<_> = cells.map(|cell| (cell.tenant, cell.topic.clone())).collect();
        if !topics.is_empty() {
            self.note_versions(self.0.backend.versions(topics).await?);
        }
        Ok(())
    }

    /// Tells versions that exist. A topic that is behind is read in the background, a few topics
    /// at a time: after a restart thousands may be followed at once.
    pub fn note_versions(&self, versions: Vec<LatestVersion>) {
        let behind = |at: LatestVersion| {
            let cell = self.0.find(at.tenant, at.topic.clone())?;
            cell.is_behind(&at).then_some(cell)
        };
        let cells: Vec<_> = versions.into_iter().filter_map(behind).collect();
        if cells.is_empty() {
            return;
        }
        let hub = self.0.clone();
        self.0.spawn(async move {
            let ask = |cell| Inner::ask_latest(hub.clone(), cell);
            stream::iter(cells).for_each_concurrent(READS_AT_ONCE, ask).await;
        });
    }
}

impl Inner {
    pub(crate) fn accept_value(self: &Arc<Self>, frame: LatestFrame) {
        if let Some(cell) = self.find(frame.tenant, frame.topic.clone()) {
            let after = cell.accept_value(frame);
            self.follow_up(&cell, after);
        }
    }

    async fn ask_latest(self: Arc<Self>, cell: Arc<TopicCell>) {
        self.meters.repair();
        let (tenant, topic) = (cell.tenant, cell.topic.clone());
        let read = async { self.backend.latest(tenant, topic).await };
        let read = AssertUnwindSafe(read).catch_unwind().await;
        match read.unwrap_or_else(|_| Err(Refusal::internal())) {
            Ok(frames) => {
                for frame in frames {
                    let after = cell.accept_value(frame);
                    self.follow_up(&cell, after);
                }
            }
            // The next comparison asks again.
            Err(refusal) => {
                tracing::warn!(topic = %cell.topic, %refusal, "newest values could not be read");
            }
        }
        cell.asked();
    }

    /// Starts the one task that sends a topic's values when they are due.
    pub(crate) fn start_pacing(self: &Arc<Self>, cell: &Arc<TopicCell>) {
        self.spawn(Self::pace(self.clone(), cell.clone()));
    }

    async fn pace(self: Arc<Self>, cell: Arc<TopicCell>) {
        while let Some(wait) = cell.next_due(self.clock.monotonic()) {
            if !wait.is_zero() {
                tokio::select! {
                    () = self.clock.sleep(wait) => {}
                    () = cell.sooner.notified() => continue,
                    () = self.stopping.cancelled() => return,
                }
            }
            let after = cell.send_due(self.clock.monotonic());
            self.follow_up(&cell, after);
        }
    }

    /// Tells a held subscription which values it has. Returns whether it is still that
    /// subscription.
    pub(crate) fn settle_values(
        self: &Arc<Self>,
        cell: &Arc<TopicCell>,
        key: SubKey,
        token: u64,
        known: Known,
    ) -> bool {
        let (settled, after) = cell.settle_values(key, token, known);
        self.follow_up(cell, after);
        settled == Settled::Live
    }
}

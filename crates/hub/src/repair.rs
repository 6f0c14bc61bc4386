//! Reads from the journal what did not come by itself.

use std::{panic::AssertUnwindSafe, sync::Arc, time::Duration};

use futures_util::FutureExt;

use crate::{
    Refusal, Replay,
    hub::Inner,
    subscription::SubKey,
    topic::{Settled, TopicCell},
};

/// The longest pause between two tries.
const MAX_PAUSE: Duration = Duration::from_secs(1);

/// After so many answers that bring nothing, the journal does not have it.
const MAX_FRUITLESS: u32 = 6;

fn longer(pause: Duration) -> Duration {
    (pause * 2).min(MAX_PAUSE)
}

impl Inner {
    /// A part of a topic's journal. A panic of the backend is an error like others: whoever asks
    /// here has to go on.
    pub(crate) async fn replay(
        &self,
        cell: &TopicCell,
        after: u64,
        limit: usize,
    ) -> Result<Replay, Refusal> {
        let (tenant, topic) = (cell.tenant, cell.topic.clone());
        let read = async { self.backend.replay(tenant, topic, after, limit).await };
        AssertUnwindSafe(read).catch_unwind().await.unwrap_or_else(|_| Err(Refusal::internal()))
    }

    /// Starts the one repair of a topic; the topic remembers that it runs.
    pub(crate) fn start_repair(self: &Arc<Self>, cell: &Arc<TopicCell>) {
        self.spawn(Self::repair(self.clone(), cell.clone()));
    }

    async fn repair(self: Arc<Self>, cell: Arc<TopicCell>) {
        let mut pause = self.config.gap_hold;
        let mut fruitless = 0;
        loop {
            if !pause.is_zero() {
                self.clock.sleep(pause).await;
            }
            let Some(after) = cell.gap() else { return };
            self.meters.repair();
            match self.replay(&cell, after, self.config.replay_limit).await {
                Ok(replay) => {
                    let more = replay.more;
                    let (moved, delivered) = cell.catch_up(replay);
                    self.meters.deliveries(delivered);
                    if moved {
                        fruitless = 0;
                        // With more to come there is no reason to wait; else frames may be on
                        // their way again.
                        pause = if more { Duration::ZERO } else { self.config.gap_hold };
                        continue;
                    }
                    fruitless += 1;
                    if fruitless >= MAX_FRUITLESS {
                        self.meters.deliveries(cell.give_up());
                        fruitless = 0;
                    }
                }
                Err(refusal) => {
                    tracing::warn!(topic = %cell.topic, %refusal, "a gap could not be read");
                }
            }
            pause = longer(pause.max(self.config.gap_hold));
        }
    }

    /// Tells a held subscription its position. Returns whether it is still that subscription;
    /// when it held too little the journal fills the rest in the background.
    pub(crate) fn settle(
        self: &Arc<Self>,
        cell: &Arc<TopicCell>,
        key: SubKey,
        token: u64,
        at: u64,
    ) -> bool {
        let (settled, after) = cell.settle(key, token, at);
        self.follow_up(cell, after);
        match settled {
            Settled::Live => true,
            Settled::Gone => false,
            Settled::Short(at) => {
                self.spawn(Self::fill(self.clone(), cell.clone(), key, token, at));
                true
            }
        }
    }

    async fn fill(self: Arc<Self>, cell: Arc<TopicCell>, key: SubKey, token: u64, mut at: u64) {
        let mut pause = self.config.gap_hold;
        let mut fruitless = 0;
        loop {
            self.meters.repair();
            match self.replay(&cell, at, self.config.replay_limit).await {
                Ok(replay) => {
                    let give_up = fruitless >= MAX_FRUITLESS;
                    let (settled, after) = cell.fill(key, token, at, &replay, give_up);
                    self.follow_up(&cell, after);
                    match settled {
                        Settled::Live | Settled::Gone => return,
                        Settled::Short(reached) if reached > at => {
                            at = reached;
                            fruitless = 0;
                            continue;
                        }
                        Settled::Short(_) => fruitless += 1,
                    }
                }
                Err(refusal) => {
                    tracing::warn!(topic = %cell.topic, %refusal, "a gap could not be read");
                    if !cell.is_joining(key, token) {
                        return;
                    }
                }
            }
            self.clock.sleep(pause).await;
            pause = longer(pause);
        }
    }
}

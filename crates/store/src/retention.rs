//! What the journal forgets.

use std::time::Duration;

use domain::{TenantId, Timestamp};

use crate::{
    args,
    error::Result,
    statements,
    store::{Class, Store},
    tx::Tx,
};

statements! {
    OLD_FRAMES = "select tenant, topic, max(seq) from event_topics
        where at < $1 and pos <= $2 group by tenant, topic limit $3";
    LONG_TOPICS = "select t.tenant, t.topic, t.seq - $1 from topics t
        where t.seq - t.first_kept + 1 > $1
        and exists (select 1 from event_topics e
            where e.tenant = t.tenant and e.topic = t.topic and e.seq <= t.seq - $1
            and e.pos <= $2)
        limit $3";
    FORGET_FRAMES = "delete from event_topics
        where tenant = $1 and topic = $2 and seq <= $3 and pos <= $4";
    FIRST_KEPT = "update topics set first_kept = coalesce(
            (select min(e.seq) from event_topics e where e.tenant = $1 and e.topic = $2), seq + 1)
        where tenant = $1 and topic = $2";
    FORGET_EVENTS = "delete from events where pos in (
        select e.pos from events e where e.at < $1 and e.pos <= $2
        and not exists (select 1 from event_topics t where t.pos = e.pos)
        order by e.pos limit $3)";
    SLOWEST_CURSOR = "select coalesce(min(pos), 0) from reactions";
}

/// How long the journal remembers. Never shorter than the slowest reaction needs.
#[derive(Debug, Clone, Copy)]
pub struct Retention {
    /// Frames and events older than this go.
    pub keep: Duration,
    /// Of one topic at most so many frames stay.
    pub frames_per_topic: u64,
}

/// What a sweep removed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Swept {
    /// Frames of topics.
    pub frames: u64,
    /// Events whose frames are all gone.
    pub events: u64,
}

/// Rows or topics per transaction: a few milliseconds of the writer's time.
const CHUNK: i64 = 200;

impl Retention {
    /// Forgets what is past its time, in small transactions. Numbers of topics are never reset.
    ///
    /// # Errors
    /// What the database said; what was swept before stays swept.
    pub async fn sweep(self, store: &Store) -> Result<Swept> {
        let mut total = Swept::default();
        loop {
            let chunk = store
                .write(Class::Bulk, async move |tx: &Tx| self.sweep_chunk(tx).await)
                .await?;
            if chunk == Swept::default() {
                return Ok(total);
            }
            total.frames += chunk.frames;
            total.events += chunk.events;
        }
    }

    async fn sweep_chunk(self, tx: &Tx) -> Result<Swept> {
        let before: Timestamp = tx.now().minus(self.keep);
        let (slowest,): (i64,) = tx.one(&SLOWEST_CURSOR, &[]).await?;
        let most = i64::try_from(self.frames_per_topic).unwrap_or(i64::MAX);
        let mut topics: Vec<(TenantId, String, i64)> =
            tx.all(&OLD_FRAMES, &args![before, slowest, CHUNK]).await?;
        topics.extend(
            tx.all::<(TenantId, String, i64)>(&LONG_TOPICS, &args![most, slowest, CHUNK])
                .await?,
        );
        // In one order for everybody: a flush locks topics the same way.
        topics.sort();
        let mut swept = Swept::default();
        for (tenant, topic, upto) in topics {
            let args = args![tenant, topic.as_str(), upto, slowest];
            swept.frames += tx.exec(&FORGET_FRAMES, &args).await?;
            tx.exec(&FIRST_KEPT, &args![tenant, topic]).await?;
        }
        swept.events = tx
            .exec(&FORGET_EVENTS, &args![before, slowest, CHUNK])
            .await?;
        Ok(swept)
    }
}

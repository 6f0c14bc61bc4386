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
    OLD_FRAMES = "select tenant, topic, max(seq) from (
            select tenant, topic, seq from event_topics
            where at < $1 and pos <= $2 order by at limit $3) as oldest
        group by tenant, topic";
    LONG_TOPICS = "select tenant, topic from topics
        where seq - first_kept + 1 > $1
        and (tenant > $2 or (tenant = $2 and topic > $3))
        order by tenant, topic limit $4";
    SURPLUS = "select max(e.seq) from (
            select e.seq from event_topics e
            join topics t on t.tenant = e.tenant and t.topic = e.topic
            where e.tenant = $1 and e.topic = $2 and e.seq <= t.seq - $3 and e.pos <= $4
            order by e.seq limit $5) as e";
    FORGET_FRAMES = "delete from event_topics where tenant = $1 and topic = $2 and seq <= $3";
    FIRST_KEPT = "update topics set first_kept = $3 + 1
        where tenant = $1 and topic = $2 and first_kept <= $3";
    FORGET_EVENTS = "delete from events where pos in (
        select e.pos from (
            select pos, at from events where pos <= $2 order by pos limit $3) as e
        where e.at < $1 and not exists (select 1 from event_topics t where t.pos = e.pos))";
    SLOWEST_CURSOR = "select coalesce(min(pos), 9223372036854775807) from reactions";
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

/// Rows per transaction: a few milliseconds of the writer's time.
const CHUNK: i64 = 500;
/// Long topics looked up at once.
const TOPICS: i64 = 100;

impl Retention {
    /// Forgets what is past its time, in small transactions. Numbers of topics are never reset.
    ///
    /// # Errors
    /// What the database said; what was swept before stays swept.
    pub async fn sweep(self, store: &Store) -> Result<Swept> {
        let mut swept = Swept::default();
        loop {
            match write(store, async move |tx| self.forget_old_frames(tx).await).await? {
                0 => break,
                frames => swept.frames += frames,
            }
        }
        swept.frames += self.shorten_topics(store).await?;
        loop {
            match write(store, async move |tx| self.forget_old_events(tx).await).await? {
                0 => return Ok(swept),
                events => swept.events += events,
            }
        }
    }

    fn before(self, tx: &Tx) -> Timestamp {
        tx.now().minus(self.keep)
    }

    async fn forget_old_frames(self, tx: &Tx) -> Result<u64> {
        let args = args![self.before(tx), slowest_cursor(tx).await?, CHUNK];
        let mut topics: Vec<(TenantId, String, i64)> = tx.all(&OLD_FRAMES, &args).await?;
        // In one order for everybody: a flush locks topics the same way.
        topics.sort();
        let mut forgotten = 0;
        for (tenant, topic, upto) in topics {
            forgotten += forget_frames(tx, tenant, &topic, upto).await?;
        }
        Ok(forgotten)
    }

    /// Goes through the topics that are too long. They are looked up by a reader, off the writer's
    /// path, because that may mean looking at every topic there is.
    async fn shorten_topics(self, store: &Store) -> Result<u64> {
        let most = i64::try_from(self.frames_per_topic).unwrap_or(i64::MAX);
        let mut after = (TenantId::from_uuid(uuid::Uuid::nil()), String::new());
        let mut forgotten = 0;
        loop {
            let args = args![most, after.0, &after.1, TOPICS];
            let topics: Vec<(TenantId, String)> = store.all(&LONG_TOPICS, &args).await?;
            let Some(last) = topics.last() else {
                return Ok(forgotten);
            };
            after = last.clone();
            for (tenant, topic) in topics {
                loop {
                    let topic = topic.clone();
                    let shorten = async move |tx: &Tx| shorten(tx, tenant, &topic, most).await;
                    match write(store, shorten).await? {
                        0 => break,
                        frames => forgotten += frames,
                    }
                }
            }
        }
    }

    /// Frames come first: an event whose frames have to stay stays with them. It looks at the
    /// oldest events only, since all that may go stand there.
    async fn forget_old_events(self, tx: &Tx) -> Result<u64> {
        let args = args![self.before(tx), slowest_cursor(tx).await?, CHUNK];
        tx.exec(&FORGET_EVENTS, &args).await
    }
}

async fn write<F>(store: &Store, closure: F) -> Result<u64>
where
    F: AsyncFn(&Tx) -> Result<u64> + Send + Sync + 'static,
{
    store.write(Class::Bulk, closure).await
}

async fn slowest_cursor(tx: &Tx) -> Result<i64> {
    Ok(tx.one::<(i64,)>(&SLOWEST_CURSOR, &[]).await?.0)
}

async fn shorten(tx: &Tx, tenant: TenantId, topic: &str, most: i64) -> Result<u64> {
    let args = args![tenant, topic, most, slowest_cursor(tx).await?, CHUNK];
    let (upto,): (Option<i64>,) = tx.one(&SURPLUS, &args).await?;
    match upto {
        Some(upto) => forget_frames(tx, tenant, topic, upto).await,
        None => Ok(0),
    }
}

/// Forgets a topic's frames up to a number. Within a topic positions grow with numbers, so when the
/// frame with that number is behind every cursor, all before it are.
async fn forget_frames(tx: &Tx, tenant: TenantId, topic: &str, upto: i64) -> Result<u64> {
    // The topic's row first, as a flush does, so that the two cannot wait for each other.
    let args = args![tenant, topic, upto];
    tx.exec(&FIRST_KEPT, &args).await?;
    tx.exec(&FORGET_FRAMES, &args).await
}

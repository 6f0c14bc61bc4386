//! The journal's tail, on PostgreSQL: what other processes commit reaches this node's hub.
//!
//! Reads `events` in their one order and hands the frames of topics that somebody here follows to
//! the hub, which drops what it has already. So a command in another process, and another node,
//! are seen within the interval, and nothing is missed however a carrier between nodes fails.
//!
//! While a broker carries the frames, the tail only tells the hub how far the topics have come, and
//! less often: what was lost on the way is then read by the hub. It is one cursor either way, so
//! nothing falls between the two when the broker comes or goes. Rights that were taken away are
//! always handled here, from the journal itself.

use std::{collections::HashSet, time::Duration};

use domain::{TenantId, Topic};
use hub::{Heads, Hub, Link};
use store::{JournalEvent, JournalReader, Store, Tx};
use tokio::sync::watch;

use crate::{backend::stream_frame, ctx::WeakCtx, revocation};

/// How often the tail looks where nothing else connects processes.
const ALONE: Duration = Duration::from_millis(100);
/// How often it looks while the broker is away.
const AWAY: Duration = Duration::from_millis(250);
/// How often it looks for what the broker may have lost.
const CONNECTED: Duration = Duration::from_secs(1);
/// Events whose frames are read in one look.
const BATCH: usize = 500;
/// Events in one look that reads no frames.
const BARE_BATCH: usize = 5_000;

/// How often the heads of followed topics are compared with the journal's; each node adds up to a
/// quarter, so that nodes do not ask at the same moment.
const HEADS: Duration = Duration::from_secs(30);

/// Compares what the hub has handed out with the journal, now and then: whatever was lost on the
/// way to the hub is noticed and repaired, also when the topic stays silent afterwards.
pub(crate) async fn check_heads(ctx: WeakCtx) {
    let jitter = Duration::from_millis(u64::from(crate::random_bytes::<1>()[0]) * 30);
    loop {
        let Some(house) = ctx.upgrade() else { return };
        let (clock, stop) = (house.clock().clone(), house.stopping().clone());
        if let Err(error) = compare_heads(&house).await {
            tracing::warn!(%error, "the heads of topics could not be compared");
        }
        drop(house);
        tokio::select! {
            () = clock.sleep(HEADS + jitter) => {}
            () = stop.cancelled() => return,
        }
    }
}

async fn compare_heads(house: &crate::Ctx) -> store::Result<()> {
    let Some(hub) = house.hub() else { return Ok(()) };
    let live = hub.topics_live().into_iter().map(|(tenant, topic, _)| (tenant, topic)).collect();
    hub.check_heads(heads(house.store(), live).await?);
    Ok(())
}

/// How far these topics have come.
pub(crate) async fn heads(store: &Store, topics: Vec<(TenantId, Topic)>) -> store::Result<Heads> {
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    store.read(async move |tx: &Tx| tx.topic_heads(&topics).await).await
}

/// How the tail looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pace {
    interval: Duration,
    /// Whether the frames come by the broker, and their numbers are enough.
    bare: bool,
}

impl Pace {
    fn of(link: &Link) -> Self {
        match link {
            Link::Local => Self { interval: ALONE, bare: false },
            Link::Connected => Self { interval: CONNECTED, bare: true },
            Link::Away { .. } => Self { interval: AWAY, bare: false },
        }
    }

    const fn batch(self) -> usize {
        if self.bare { BARE_BATCH } else { BATCH }
    }
}

/// Follows the journal until the process stops.
pub(crate) async fn follow(ctx: WeakCtx, hub: Hub, from: i64) {
    let mut reader = JournalReader::new(from);
    let mut link = hub.link();
    loop {
        let Some(house) = ctx.upgrade() else { return };
        let (clock, stop) = (house.clock().clone(), house.stopping().clone());
        let pace = Pace::of(&link.borrow_and_update());
        let full = match look(&house, &hub, &mut reader, pace).await {
            Ok(count) => count == pace.batch(),
            Err(error) => {
                tracing::warn!(%error, "the journal's tail cannot be read; trying again");
                false
            }
        };
        drop(house);
        if !full {
            // Who commits out of order is done in a moment, and what is behind should not wait.
            let interval = if reader.waits_for_gap() { ALONE } else { pace.interval };
            tokio::select! {
                () = clock.sleep(interval) => {}
                () = changed(&mut link) => {}
                () = hub.nudged() => {}
                () = stop.cancelled() => return,
            }
        }
    }
}

/// Completes when the link to the other nodes has changed.
async fn changed(link: &mut watch::Receiver<Link>) {
    if link.changed().await.is_err() {
        // The broker is gone, or never says anything.
        std::future::pending::<()>().await;
    }
}

/// One look; how many events it passed.
async fn look(
    house: &crate::Ctx,
    hub: &Hub,
    reader: &mut JournalReader,
    pace: Pace,
) -> store::Result<usize> {
    let store: &Store = house.store();
    let mut ahead = reader.clone();
    let events = ahead.read(store, &[], pace.batch()).await?;
    if !events.is_empty() {
        match pace.bare {
            true => tell_heads(house, hub, (reader.pos(), ahead.pos()), &events).await?,
            false => hand_over(house, hub, (reader.pos(), ahead.pos()), &events).await?,
        }
        store.saw_pos(ahead.pos());
    }
    *reader = ahead;
    Ok(events.len())
}

/// Hands the frames of these events to the hub.
async fn hand_over(
    house: &crate::Ctx,
    hub: &Hub,
    (after, upto): (i64, i64),
    events: &[JournalEvent],
) -> store::Result<()> {
    let followed: HashSet<(TenantId, Topic)> =
        hub.topics_live().into_iter().map(|(tenant, topic, _)| (tenant, topic)).collect();
    // Who may see less is told also where nobody follows a topic of theirs.
    if followed.is_empty() && !events.iter().any(|event| revocation::may_revoke(&event.name)) {
        return Ok(());
    }
    let frames =
        house.store().read(async move |tx: &Tx| tx.frames_between(after, upto).await).await?;
    let mut frames: Vec<_> = frames.into_iter().map(stream_frame).collect();
    let revoked = house.revocations().among(&frames);
    // A user may have begun to listen since: told first, closed then, whoever is quicker here.
    frames.retain(|frame| {
        revocation::tells(frame) || followed.contains(&(frame.tenant, frame.topic.clone()))
    });
    hub.deliver_remote(frames);
    revoked.apply(hub);
    Ok(())
}

/// Tells the hub how far these events have brought their topics, and does what must not be lost.
async fn tell_heads(
    house: &crate::Ctx,
    hub: &Hub,
    (after, upto): (i64, i64),
    events: &[JournalEvent],
) -> store::Result<()> {
    let revoking = events.iter().filter(|event| revocation::may_revoke(&event.name));
    let revoking: Vec<i64> = revoking.map(|event| event.pos).collect();
    let read = async move |tx: &Tx| {
        let mut frames = Vec::new();
        for pos in &revoking {
            frames.extend(tx.frames_between(pos - 1, *pos).await?);
        }
        Ok::<_, store::Error>((frames, tx.heads_between(after, upto).await?))
    };
    let (frames, heads) = house.store().read(read).await?;
    let mut frames: Vec<_> = frames.into_iter().map(stream_frame).collect();
    let revoked = house.revocations().among(&frames);
    frames.retain(revocation::tells);
    hub.deliver_remote(frames);
    revoked.apply(hub);
    hub.check_heads(heads);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pace_follows_the_link() {
        let since = domain::Timestamp::from_millis(0);
        let away = Pace::of(&Link::Away { since, reason: "".into() });
        assert_eq!((away.interval.as_millis(), away.bare), (250, false));
        let connected = Pace::of(&Link::Connected);
        assert_eq!((connected.interval.as_secs(), connected.bare), (1, true));
        assert_eq!(Pace::of(&Link::Local), Pace { interval: ALONE, bare: false });
    }
}

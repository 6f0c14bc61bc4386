//! The journal's tail, on PostgreSQL: what other processes commit reaches this node's hub.
//!
//! Reads `events` in their one order and hands the frames of topics that somebody here follows to
//! the hub, which drops what it has already. So a command in another process, and another node,
//! are seen within the interval, and nothing is missed however a carrier between nodes fails.

use std::{collections::HashSet, time::Duration};

use domain::{TenantId, Topic};
use store::{JournalReader, Store, Tx};

use crate::{backend::stream_frame, ctx::WeakCtx, revocation};

/// How often the tail looks.
const INTERVAL: Duration = Duration::from_millis(100);
/// Events per look.
const BATCH: usize = 500;

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
    let topics = hub.topics_live();
    if topics.is_empty() {
        return Ok(());
    }
    let read = async move |tx: &Tx| {
        let mut heads = Vec::with_capacity(topics.len());
        for (tenant, topic, _) in &topics {
            heads.push((*tenant, topic.clone(), tx.topic_head(*tenant, topic).await?.seq));
        }
        Ok::<_, store::Error>(heads)
    };
    hub.check_heads(house.store().read(read).await?);
    Ok(())
}

/// Follows the journal until the process stops.
pub(crate) async fn follow(ctx: WeakCtx, from: i64) {
    let mut reader = JournalReader::new(from);
    loop {
        let Some(house) = ctx.upgrade() else { return };
        let (clock, stop) = (house.clock().clone(), house.stopping().clone());
        let full = match look(&house, &mut reader).await {
            Ok(count) => count == BATCH,
            Err(error) => {
                tracing::warn!(%error, "the journal's tail cannot be read; trying again");
                false
            }
        };
        drop(house);
        if !full {
            tokio::select! {
                () = clock.sleep(INTERVAL) => {}
                () = stop.cancelled() => return,
            }
        }
    }
}

/// One look; how many events it passed.
async fn look(house: &crate::Ctx, reader: &mut JournalReader) -> store::Result<usize> {
    let Some(hub) = house.hub() else { return Ok(0) };
    let store: &Store = house.store();
    let mut ahead = reader.clone();
    let events = ahead.read(store, &[], BATCH).await?;
    if events.is_empty() {
        *reader = ahead;
        return Ok(0);
    }
    let followed: HashSet<(TenantId, Topic)> =
        hub.topics_live().into_iter().map(|(tenant, topic, _)| (tenant, topic)).collect();
    // Who may see less is told also where nobody follows a topic of theirs.
    if !followed.is_empty() || events.iter().any(|event| revocation::may_revoke(&event.name)) {
        let (after, upto) = (reader.pos(), ahead.pos());
        let frames = store.read(async move |tx: &Tx| tx.frames_between(after, upto).await).await?;
        let mut frames: Vec<_> = frames.into_iter().map(stream_frame).collect();
        let revoked = house.revocations().among(&frames);
        // A user may have begun to listen since: told first, closed then, whoever is quicker here.
        frames.retain(|frame| {
            revocation::tells(frame) || followed.contains(&(frame.tenant, frame.topic.clone()))
        });
        hub.deliver_remote(frames);
        revoked.apply(hub);
    }
    store.saw_pos(ahead.pos());
    *reader = ahead;
    Ok(events.len())
}

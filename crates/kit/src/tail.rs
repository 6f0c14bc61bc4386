//! The journal's tail, on PostgreSQL: what other processes commit reaches this node's hub.
//!
//! Reads `events` in their one order and hands the frames of topics that somebody here follows to
//! the hub, which drops what it has already. So a command in another process, and another node,
//! are seen within the interval, and nothing is missed however a carrier between nodes fails.

use std::{collections::HashSet, time::Duration};

use domain::{TenantId, Topic};
use store::{JournalReader, Store, Tx};

use crate::{backend::stream_frame, ctx::WeakCtx};

/// How often the tail looks.
const INTERVAL: Duration = Duration::from_millis(100);
/// Events per look.
const BATCH: usize = 500;

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
    if !followed.is_empty() {
        let (after, upto) = (reader.pos(), ahead.pos());
        let frames = store.read(async move |tx: &Tx| tx.frames_between(after, upto).await).await?;
        let wanted =
            |frame: &store::CommittedFrame| followed.contains(&(frame.tenant, frame.topic.clone()));
        hub.deliver_remote(frames.into_iter().filter(wanted).map(stream_frame).collect());
    }
    store.saw_pos(ahead.pos());
    *reader = ahead;
    Ok(events.len())
}

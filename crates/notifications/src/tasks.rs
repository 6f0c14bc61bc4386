//! Work with its own time: expiry, and the audit of the counters.

use std::time::Duration;

use domain::{Id, TenantId, UserId};
use kit::{Ctx, Error, Result};
use serde::{Deserialize, Serialize};
use store::{Class, Tx, args};
use tasks::{Claimed, Outcome, Schedule, Task};

use crate::{
    change::{Change, Inbox},
    deliver::save,
    rows::State,
    sql,
};

/// How often expired notifications are taken off the counters. Whoever asks gets exact counters
/// without it; it is for those who only listen.
const EXPIRE_PACE: Duration = Duration::from_secs(60);
/// How often all counters are counted anew.
const AUDIT_PACE: Duration = Duration::from_secs(24 * 3600);
/// Inboxes that are looked up at once.
const CHUNK: i64 = 200;

/// Takes what has expired off the counters and tells open sockets.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Expire {}

impl Task for Expire {
    const NAME: &'static str = "notifications.expire";
}

pub(crate) fn expire_every_minute() -> Schedule {
    Schedule::every("notifications.expire", EXPIRE_PACE, |_| Expire {})
}

pub(crate) async fn expire(ctx: Ctx, _: Claimed, _: Expire) -> Result<Outcome> {
    expire_due(&ctx).await?;
    Ok(Outcome::Done)
}

async fn expire_due(ctx: &Ctx) -> Result<()> {
    let mut before = Vec::new();
    loop {
        let due: Vec<(TenantId, UserId)> =
            ctx.store().all(&sql::DUE, &args![ctx.now(), CHUNK]).await?;
        // The same inboxes again: a clock went back. The next run will do.
        if due.is_empty() || due == before {
            return Ok(());
        }
        for (tenant, user) in due.iter().copied() {
            let work = async move |tx: &Tx| Inbox { tx, tenant, user }.apply(&Change::Expire).await;
            ctx.store().write(Class::Bulk, work).await?;
        }
        before = due;
    }
}

/// Counts every inbox anew. What it finds wrong it repairs, and says so as an error: it is a fault
/// of ours.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Audit {}

impl Task for Audit {
    const NAME: &'static str = "notifications.audit";
}

pub(crate) fn audit_every_day() -> Schedule {
    Schedule::every("notifications.audit", AUDIT_PACE, |_| Audit {})
}

pub(crate) async fn audit(ctx: Ctx, _: Claimed, _: Audit) -> Result<Outcome> {
    let repaired = audit_all(&ctx).await?;
    if repaired > 0 {
        tracing::error!(repaired, "counters of inboxes had drifted");
    }
    Ok(Outcome::Done)
}

async fn audit_all(ctx: &Ctx) -> Result<u64> {
    // No id is below this one.
    let [nobody] = args![Id::from_uuid(Default::default())];
    let (mut after, mut repaired) = ([nobody.clone(), nobody], 0);
    loop {
        let [tenant, user] = after.clone();
        let chunk: Vec<(TenantId, UserId)> =
            ctx.store().all(&sql::NEXT_STATES, &[tenant, user, CHUNK.into()]).await?;
        let Some((tenant, user)) = chunk.last() else { return Ok(repaired) };
        after = args![*tenant, *user];
        for (tenant, user) in chunk {
            let work = async move |tx: &Tx| audit_one(Inbox { tx, tenant, user }).await;
            repaired += u64::from(ctx.store().write(Class::Bulk, work).await?);
        }
    }
}

/// Whether the counters were wrong; they are right then.
async fn audit_one(inbox: Inbox<'_>) -> Result<bool> {
    let Inbox { tx, tenant, user } = inbox;
    inbox.apply(&Change::Expire).await?;
    let state: Option<State> = tx.one_for_update(&sql::STATE, &args![tenant, user]).await?;
    let mut state = state.ok_or_else(Error::not_found)?;
    let (unread, unseen): (i64, i64) = tx.one(&sql::RECOUNT, &args![tenant, user]).await?;
    if (state.unread, state.unseen) == (unread, unseen) {
        return Ok(false);
    }
    tracing::error!(%tenant, %user, unread, unseen, ?state, "counters had drifted");
    (state.unread, state.unseen) = (unread, unseen);
    state.version += 1;
    tx.exec(&sql::SAVE_STATE, &save((tenant, user), &state)).await?;
    Ok(true)
}

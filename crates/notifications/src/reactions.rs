//! What the feature does on others' events.

use events::NoticeRaised;
use kit::{Ctx, Fact, ReactionSpec};
use store::Tx;

use crate::deliver::deliver;

/// Notices become rows of inboxes.
pub(crate) fn inbox() -> ReactionSpec {
    ReactionSpec::new(
        "notifications.inbox",
        |ctx: Ctx, tx: Tx, facts: Vec<Fact<NoticeRaised>>| async move {
            deliver(&ctx, &tx, &facts).await
        },
    )
}

//! Rights that were taken away take effect on open sockets.
//!
//! A frame `access_changed` on a user's own stream says that what they may see is no longer what
//! it was. It is committed with the change. Once it has been handed out here, all connections of
//! the user on this node close with 4204; clients come back at once and are asked anew.

use std::{collections::HashMap, sync::Mutex};

use domain::UserId;
use events::{Event, RolesChanged, SessionsEnded};
use hub::{CloseCode, Hub, StreamFrame};

/// How the body of such a frame begins.
const BEGINNING: &str = r#"{"type":"access_changed""#;
/// Users whose last frame is remembered. When there are more, all are forgotten: a frame that
/// comes a second time then costs its user a reconnection.
const REMEMBERED: usize = 10_000;

/// Whether events of this name may carry such frames.
pub(crate) fn may_revoke(event: &str) -> bool {
    [RolesChanged::NAME, SessionsEnded::NAME].contains(&event)
}

/// What this node has done already. A frame of its own commit comes twice, from the commit and from
/// the journal's tail; the second time it must not close what has come back since.
#[derive(Default)]
pub(crate) struct Revocations {
    /// The last frame of each user.
    done: Mutex<HashMap<UserId, u64>>,
}

/// Users whose connections are to be closed.
#[must_use]
pub(crate) struct Revoked(Vec<UserId>);

impl Revocations {
    /// The users of whom these frames tell something new. Call [`Revoked::apply`] when the frames
    /// have been handed out.
    pub(crate) fn among(&self, frames: &[StreamFrame]) -> Revoked {
        let telling = frames.iter().filter_map(|frame| Some((user_of(frame)?, frame.seq)));
        Revoked(telling.filter(|(user, seq)| self.is_new(*user, *seq)).map(|(u, _)| u).collect())
    }

    /// Whoever signed in after frame `seq` was committed was asked after everything before it too.
    fn is_new(&self, user: UserId, seq: u64) -> bool {
        let mut done = self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if done.len() >= REMEMBERED && !done.contains_key(&user) {
            done.clear();
        }
        let last = done.entry(user).or_default();
        let is_new = seq > *last;
        *last = seq.max(*last);
        is_new
    }
}

impl Revoked {
    /// Closes their connections on this node.
    pub(crate) fn apply(self, hub: &Hub) {
        for user in self.0 {
            hub.disconnect_user(user, CloseCode::PERMISSIONS_CHANGED);
        }
    }
}

/// Whether the frame tells a user that their rights have changed.
pub(crate) fn tells(frame: &StreamFrame) -> bool {
    user_of(frame).is_some()
}

fn user_of(frame: &StreamFrame) -> Option<UserId> {
    let own = frame.topic.family() == "user" && frame.body.starts_with(BEGINNING);
    own.then(|| frame.topic.key().parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use domain::{TenantId, Timestamp};

    use super::*;

    fn frame(topic: &str, seq: u64, body: &str) -> StreamFrame {
        StreamFrame {
            tenant: TenantId::DEFAULT,
            topic: topic.parse().unwrap(),
            seq,
            at: Timestamp::from_millis(0),
            body: body.into(),
        }
    }

    #[test]
    fn a_frame_counts_once_and_only_on_the_users_own_stream() {
        const USER: &str = "00000000-0000-7000-8000-0000000000aa";
        let (own, changed) = (format!("user:{USER}"), r#"{"type":"access_changed","reason":"x"}"#);
        let revocations = Revocations::default();
        let new = |topic: &str, seq, body| revocations.among(&[frame(topic, seq, body)]).0.len();
        assert_eq!(new(&own, 2, r#"{"type":"unread_count"}"#), 0);
        assert_eq!(new(&format!("property:{USER}"), 2, changed), 0);
        assert_eq!(new("user:somebody", 2, changed), 0);
        assert_eq!(new(&own, 2, changed), 1);
        assert_eq!(new(&own, 2, changed), 0, "the tail brings it again");
        assert_eq!(new(&own, 1, changed), 0, "an older one");
        assert_eq!(new(&own, 3, changed), 1);
    }
}

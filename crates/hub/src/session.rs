//! A live connection, as endpoints see it. (Signatures; the bodies follow.)

use std::sync::Arc;

use domain::{Id, Scope, TenantId, Timestamp, Topic, UserId};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::*;

/// Where a subscription's frames go. The same topic may be joined in both modes; the two
/// subscriptions know nothing of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// To the client.
    Forward,
    /// To [`Endpoint::observe`].
    Observe,
}

/// A live connection. A clone is the same connection.
#[derive(Clone)]
pub struct Session {
    scope: Scope,
}

impl Session {
    /// The tenant and the actor, as of the last token.
    pub fn scope(&self) -> Scope {
        self.scope
    }

    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.scope.tenant
    }

    /// The user, when there is one.
    pub fn user_id(&self) -> Option<UserId> {
        self.scope.user_id()
    }

    /// When the token runs out.
    pub fn expires_at(&self) -> Option<Timestamp> {
        None
    }

    /// The id of the connection.
    pub fn id(&self) -> Id {
        self.scope.tenant.as_uuid().to_string().parse().expect("an id")
    }

    /// The peer's address, for logs.
    pub fn remote(&self) -> &str {
        ""
    }

    /// The endpoint's own state of this connection, made at the first call. One type per endpoint;
    /// asking for another one gives a fresh value each time.
    pub fn state<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        Arc::default()
    }

    /// Queues a frame: the text of a JSON object. It counts in the queue; far above the hard limit
    /// the connection closes 4101.
    pub fn send(&self, _json: impl Into<Text>) {}

    /// Queues a frame. A value without JSON form is logged and left out.
    pub fn send_value<T: Serialize + ?Sized>(&self, _value: &T) {}

    /// Registers on the topics. Their frames are held until [`Hold::release`]; an earlier
    /// subscription of the same mode becomes this one.
    ///
    /// # Errors
    /// `too_many_subscriptions`; `unavailable` when the connection is closing.
    pub fn hold(&self, _topics: &[Topic], _mode: Mode) -> Result<Hold, Refusal> {
        Ok(Hold {})
    }

    /// Joins a topic for the client: hold, read by [`Backend::open`], queue the `subscribed`
    /// frame with `id`, release. A refused topic that was joined before is left, and the client
    /// told by `unsubscribed`.
    ///
    /// # Errors
    /// What the backend refuses; `too_many_subscriptions`; `conflict` when the topic was left
    /// meanwhile.
    pub async fn open(
        &self,
        _id: Option<&RawValue>,
        _topic: Topic,
        _since: Option<Position>,
        _want_snapshot: bool,
    ) -> Result<(), Refusal> {
        Ok(())
    }

    /// Leaves a topic. Returns whether it was joined. Nothing is sent.
    pub fn leave(&self, _topic: &Topic, _mode: Mode) -> bool {
        false
    }

    /// Leaves a topic that the client follows and tells it by `unsubscribed {ch, code}`.
    pub fn revoke(&self, _topic: &Topic, _code: ErrorCode) {}

    /// The topics joined in this mode, held ones included, in no order.
    pub fn topics(&self, _mode: Mode) -> Vec<Topic> {
        Vec::new()
    }

    /// Closes the connection once what is queued has been sent. The first code counts.
    pub fn close(&self, _code: CloseCode) {}

    /// Whether it is closing or over.
    pub fn is_closed(&self) -> bool {
        true
    }
}

/// Topics whose frames wait. Dropping it leaves them.
#[must_use = "dropping a hold leaves its topics"]
pub struct Hold {}

impl Hold {
    /// Queues the frames `first`, then of each topic the held frames behind its position, then
    /// what comes. Topics without a position are left. Returns whether all named topics are still
    /// joined by this hold; `first` is sent in any case, unless none is.
    pub fn release(self, _positions: &[(Topic, u64)], _first: Vec<Text>) -> bool {
        true
    }
}

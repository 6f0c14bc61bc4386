//! What the hub needs from the rest of the house.

use std::sync::Arc;

use domain::{Id, Scope, TenantId, Timestamp, Topic};
use futures_util::future::BoxFuture;
use serde_json::value::RawValue;

use crate::{Kind, LatestFrame, LatestVersion, Position, Refusal, StreamFrame};

/// Who a connection belongs to.
#[derive(Debug, Clone)]
pub struct Identity {
    /// The tenant and the actor.
    pub scope: Scope,
    /// When the proof runs out; `None` when it does not.
    pub expires_at: Option<Timestamp>,
    /// The session that the connection lives as long as, where its client cannot bring a fresh
    /// proof: at `expires_at` the hub asks [`Backend::session_end`], and tells the client nothing.
    pub session: Option<Id>,
}

/// A topic as it was at one moment.
#[derive(Debug, Clone)]
pub struct Opened {
    /// What the topic promises.
    pub kind: Kind,
    /// The position that `events` and `snapshot` lead up to.
    pub head: Position,
    /// Whether `events` continue the asked position without a gap.
    pub recovered: bool,
    /// The events after the asked position, in order; empty unless `recovered`.
    pub events: Vec<StreamFrame>,
    /// The state of the thing at `head`.
    pub snapshot: Option<Box<RawValue>>,
    /// [`Kind::Latest`]: the newest values that the reply brings.
    pub values: Vec<LatestFrame>,
    /// [`Kind::Latest`]: versions by key that the snapshot or the client has, beside `values`.
    pub versions: Vec<(Option<Arc<str>>, u64)>,
}

impl Opened {
    /// A stream at `head`, without events or snapshot.
    pub fn at(head: Position) -> Self {
        Self {
            kind: Kind::Stream,
            head,
            recovered: false,
            events: Vec::new(),
            snapshot: None,
            values: Vec::new(),
            versions: Vec::new(),
        }
    }

    /// A topic of newest values. `head.seq` is the version up to which the client has everything
    /// with this reply, whatever the key: the version itself where the topic has one value or one
    /// sequence of versions, 0 where each key counts on its own and `values` and `versions` say
    /// it all. Set `recovered`, and leave out values and snapshot, when the client is at `head`.
    pub fn latest(head: Position) -> Self {
        Self { kind: Kind::Latest, ..Self::at(head) }
    }

    /// A topic that is only about who is there.
    pub fn map() -> Self {
        Self { kind: Kind::Map, ..Self::at(Position::new(0, "")) }
    }
}

/// A part of a topic's journal.
#[derive(Debug, Clone)]
pub struct Replay {
    /// Events in order, without gaps.
    pub events: Vec<StreamFrame>,
    /// The last `seq` of the topic when it was read.
    pub head: u64,
    /// The first `seq` that is still kept; `head + 1` when none is.
    pub first_kept: u64,
    /// Which history this is.
    pub epoch: Arc<str>,
    /// Whether there are events behind the last of `events`.
    pub more: bool,
}

/// The last `seq` of some streams.
pub type Heads = Vec<(TenantId, Topic, u64)>;

/// The journal and the gate, as the hub sees them.
pub trait Backend: Send + Sync + 'static {
    /// Checks that `scope` may follow `topic`, then reads in ONE transaction the position and
    /// either the events after `since` (when that can be resumed: same epoch, still kept, at most
    /// 1,000 behind), with `recovered: true`, or else the snapshot. `want_snapshot` asks for the
    /// snapshot in any case.
    ///
    /// The read must see everything whose publication began before this call.
    fn open(
        &self,
        scope: Scope,
        topic: Topic,
        since: Option<Position>,
        want_snapshot: bool,
    ) -> BoxFuture<'static, Result<Opened, Refusal>>;

    /// At most `limit` events after `after`, in order. Not authorised: the hub asks only for
    /// topics that somebody has joined.
    fn replay(
        &self,
        tenant: TenantId,
        topic: Topic,
        after: u64,
        limit: usize,
    ) -> BoxFuture<'static, Result<Replay, Refusal>>;

    /// The last `seq` of each of these streams; one without events may be left out. Asked when a
    /// broker has begun to hand in what other nodes publish: what they did before that moment is
    /// found by this. Without it the house's own comparison finds it.
    fn heads(&self, topics: Vec<(TenantId, Topic)>) -> BoxFuture<'static, Result<Heads, Refusal>> {
        let _ = topics;
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// The newest versions of those of these topics that are durable: whose values can be read
    /// again by [`Backend::latest`]. The hub asks every second while somebody follows one.
    fn versions(
        &self,
        topics: Vec<(TenantId, Topic)>,
    ) -> BoxFuture<'static, Result<Vec<LatestVersion>, Refusal>> {
        let _ = topics;
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// The newest values of a durable topic. Not authorised, as [`Backend::replay`].
    fn latest(
        &self,
        tenant: TenantId,
        topic: Topic,
    ) -> BoxFuture<'static, Result<Vec<LatestFrame>, Refusal>> {
        let _ = (tenant, topic);
        Box::pin(std::future::ready(Ok(Vec::new())))
    }

    /// When a session of [`Identity::session`] ends that belongs to `scope`, as far as is known at
    /// this moment; `None` when it has ended. An error lets the connection go on, and the hub asks
    /// again.
    fn session_end(
        &self,
        scope: Scope,
        session: Id,
    ) -> BoxFuture<'static, Result<Option<Timestamp>, Refusal>> {
        let _ = (scope, session);
        Box::pin(std::future::ready(Ok(None)))
    }

    /// Who brings this token. Refuses with `unauthorized` or `token_expired`.
    fn authenticate(&self, token: String) -> BoxFuture<'static, Result<Identity, Refusal>>;
}

//! A live connection, as endpoints see it.

use std::{fmt, mem, sync::Arc, time::Duration};

use domain::{Id, Scope, TenantId, Timestamp, Topic, UserId};
use futures_util::future::BoxFuture;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::{
    ClientFrame, CloseCode, ErrorCode, Kind, Opened, Position, Refusal, Text,
    connection::Connection,
    frame::Events,
    topic::{Known, TopicCell},
    verbs,
    wire::{Reply, encode},
};

/// Where a subscription's frames go. The same topic may be joined in both modes; the two
/// subscriptions know nothing of each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Mode {
    /// To the client.
    Forward,
    /// To [`crate::Endpoint::observe`].
    Observe,
}

/// How a client wants to follow a topic.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wish {
    /// It has everything up to here; of a topic of newest values, this version.
    pub since: Option<Position>,
    /// It wants the snapshot also when nothing was missed.
    pub snapshot: bool,
    /// It wants at most one frame per key in this time, the newest; topics of newest values only.
    pub throttle: Option<Duration>,
    /// It wants to know who is there, and to be seen there itself when it has a user.
    pub presence: bool,
}

/// A live connection. A clone is the same connection.
#[derive(Clone)]
pub struct Session(pub(crate) Arc<Connection>);

impl Session {
    pub(crate) fn of(connection: &Arc<Connection>) -> Self {
        Self(connection.clone())
    }

    /// The tenant and the actor, as of the last token.
    pub fn scope(&self) -> Scope {
        self.0.scope()
    }

    /// The tenant.
    pub fn tenant(&self) -> TenantId {
        self.scope().tenant
    }

    /// The user, when there is one.
    pub fn user_id(&self) -> Option<UserId> {
        self.scope().user_id()
    }

    /// When the token runs out.
    pub fn expires_at(&self) -> Option<Timestamp> {
        self.0.who(|who| who.expires_at)
    }

    /// The id of the connection.
    pub fn id(&self) -> Id {
        self.0.id
    }

    /// The peer's address, for logs.
    pub fn remote(&self) -> &str {
        &self.0.remote
    }

    /// The endpoint's own state of this connection, made at the first call. One type per endpoint;
    /// asking for another one gives a fresh value each time.
    pub fn state<T: Default + Send + Sync + 'static>(&self) -> Arc<T> {
        let state = self.0.state.get_or_init(|| Arc::new(T::default()));
        state.clone().downcast().unwrap_or_default()
    }

    /// Queues a frame: the text of a JSON object. It counts in the queue; far above the hard limit
    /// the connection closes 4101.
    pub fn send(&self, json: impl Into<Text>) {
        self.0.direct(json.into());
    }

    /// Queues a frame. A value without JSON form is logged and left out.
    pub fn send_value<T: Serialize + ?Sized>(&self, value: &T) {
        if let Some(text) = encode(value) {
            self.0.direct(text);
        }
    }

    /// Registers on the topics. Their frames are held until [`Hold::release`]; an earlier
    /// subscription of the same mode becomes this one.
    ///
    /// # Errors
    /// `too_many_subscriptions`, and none of the topics is joined; `unavailable` when the
    /// connection is closing.
    pub fn hold(&self, topics: &[Topic], mode: Mode) -> Result<Hold, Refusal> {
        let connection = self.0.clone();
        let mut hold = Hold { connection, mode, joins: Vec::new(), goes_on: false };
        for topic in topics {
            if hold.joins.iter().any(|join| join.cell.topic == *topic) {
                continue;
            }
            let (cell, token) = self.0.join(topic, mode)?;
            hold.joins.push(Join { cell, token });
        }
        Ok(hold)
    }

    /// The same for topics of events that the client may follow for another reason already: it
    /// misses nothing of those. What was committed before the position that they are released at
    /// goes out before the first frames.
    ///
    /// # Errors
    /// The same.
    pub fn hold_on(&self, topics: &[Topic]) -> Result<Hold, Refusal> {
        let mut hold = self.hold(topics, Mode::Forward)?;
        hold.goes_on = true;
        Ok(hold)
    }

    /// Joins a topic for the client: hold, read by [`crate::Backend::open`], queue the
    /// `subscribed` frame with `id`, release. A topic that is refused is left, also when it was
    /// joined before, unless the endpoint needs it ([`crate::Endpoint::needs`]).
    ///
    /// # Errors
    /// What the backend refuses; `too_many_subscriptions`; `conflict` when the topic was left
    /// meanwhile.
    pub async fn open(
        &self,
        id: Option<&RawValue>,
        topic: Topic,
        since: Option<Position>,
        want_snapshot: bool,
    ) -> Result<(), Refusal> {
        let wish = Wish { since, snapshot: want_snapshot, ..Wish::default() };
        self.open_as(id, topic, wish).await
    }

    /// The same as [`Session::open`], with everything that a client may wish for.
    ///
    /// # Errors
    /// The same.
    pub async fn open_as(
        &self,
        id: Option<&RawValue>,
        topic: Topic,
        wish: Wish,
    ) -> Result<(), Refusal> {
        let mut hold = self.hold(std::slice::from_ref(&topic), Mode::Forward)?;
        hold.goes_on = self.0.endpoint.needs(self, &topic);
        let Wish { since, snapshot, throttle, presence } = wish;
        let opened = match self.0.hub.open(self.scope(), topic.clone(), since, snapshot).await {
            Err(refusal) if hold.goes_on => {
                hold.give_back();
                return Err(refusal);
            }
            opened => opened?,
        };
        let first = subscribed(id, &topic, &opened).into_iter().collect();
        let presence = presence || opened.kind == Kind::Map;
        let at = topic.clone();
        let live = if opened.kind == Kind::Latest {
            let mut versions = opened.versions;
            versions.extend(opened.values.into_iter().map(|value| (value.key, value.version)));
            let known = Known { floor: opened.head.seq, versions, throttle };
            hold.release_values(vec![(topic, known)], first)
        } else {
            hold.release(&[(topic, opened.head.seq)], first)
        };
        if !live {
            return Err(Refusal::conflict("the topic was left while it was being joined"));
        }
        if presence {
            self.enter(&at).await;
        } else {
            self.0.leave_room(&at);
        }
        Ok(())
    }

    /// Shows the client who is there on a topic that it follows, by `presence_state` and what comes
    /// after, and shows its user to the others, until the topic is left. Returns whether the topic
    /// is followed.
    pub async fn enter(&self, topic: &Topic) -> bool {
        let tenant = self.tenant();
        while self.follows(topic, Mode::Forward) {
            let room = self.0.hub.room(tenant, topic).await;
            if let Some(entered) = self.0.enter_room(topic, &room) {
                return entered;
            }
        }
        false
    }

    /// Leaves a topic. Returns whether it was joined. Nothing is sent.
    pub fn leave(&self, topic: &Topic, mode: Mode) -> bool {
        self.0.leave(topic, mode, None)
    }

    /// Leaves a topic that the client follows and tells it by `unsubscribed {ch, code}`.
    pub fn revoke(&self, topic: &Topic, code: ErrorCode) {
        if self.leave(topic, Mode::Forward) {
            let code = Some(code.as_str());
            self.0.direct_frame(&Reply::Unsubscribed { id: None, ch: topic.as_str(), code });
        }
    }

    /// The topics joined in this mode, held ones included, in no order.
    pub fn topics(&self, mode: Mode) -> Vec<Topic> {
        self.0.topics(mode)
    }

    /// Whether the topic is joined in this mode, held ones included.
    pub fn follows(&self, topic: &Topic, mode: Mode) -> bool {
        self.0.joined(topic, mode).is_some()
    }

    /// Does an engine's verb that the endpoint claimed and does not want after all.
    pub fn engine_verb(&self, frame: ClientFrame) -> BoxFuture<'static, Result<(), Refusal>> {
        let connection = self.0.clone();
        Box::pin(async move { verbs::engine(&connection, frame).await })
    }

    /// Closes the connection once what is queued has been sent. The first code counts.
    pub fn close(&self, code: CloseCode) {
        self.0.close(code);
    }

    /// Whether it is closing or over.
    pub fn is_closed(&self) -> bool {
        self.0.queue.closing().is_some()
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("id", &self.0.id)
            .field("endpoint", &self.0.endpoint.name())
            .finish_non_exhaustive()
    }
}

fn subscribed(id: Option<&RawValue>, topic: &Topic, opened: &Opened) -> Option<Text> {
    let (stream, latest) = (opened.kind == Kind::Stream, opened.kind == Kind::Latest);
    encode(&Reply::Subscribed {
        id,
        ch: topic,
        seq: stream.then_some(opened.head.seq),
        version: latest.then_some(opened.head.seq),
        ep: (stream || latest).then_some(&*opened.head.epoch),
        recovered: opened.recovered,
        events: Events(&opened.events),
        values: Events(&opened.values),
        snapshot: opened.snapshot.as_deref(),
    })
}

struct Join {
    cell: Arc<TopicCell>,
    token: u64,
}

/// The versions of some keys of one topic.
pub type KeyVersions = Vec<(Arc<str>, u64)>;

/// Where a subscription begins.
enum Start {
    /// Behind this `seq`.
    Stream(u64),
    /// With newer values than these.
    Values(Known),
}

/// Topics whose frames wait. Dropping it leaves them.
#[must_use = "dropping a hold leaves its topics"]
pub struct Hold {
    connection: Arc<Connection>,
    mode: Mode,
    joins: Vec<Join>,
    /// Subscriptions in whose place it stands miss nothing.
    goes_on: bool,
}

impl Hold {
    /// Queues the frames `first`, then of each topic the held frames behind its position, then
    /// what comes: nothing is missed, nothing comes twice. Topics without a position are left.
    ///
    /// Returns whether all named topics are still joined by this hold. If none is, nothing is
    /// sent.
    pub fn release(self, positions: &[(Topic, u64)], first: Vec<Text>) -> bool {
        let starts = positions.iter().cloned().map(|(topic, seq)| (topic, Start::Stream(seq)));
        self.begin(starts.collect(), first)
    }

    /// The same for topics of newest values: behind `first` come only versions above the named
    /// one, whatever their key.
    pub fn release_latest(self, versions: &[(Topic, u64)], first: Vec<Text>) -> bool {
        let known = |floor: u64| Known { floor, ..Known::default() };
        let starts = versions.iter().map(|(topic, floor)| (topic.clone(), known(*floor)));
        self.release_values(starts.collect(), first)
    }

    /// The same where each key counts on its own: behind `first` come only versions above those of
    /// the named keys, and all of other keys.
    pub fn release_keyed(self, known: Vec<(Topic, KeyVersions)>, first: Vec<Text>) -> bool {
        let versions = |keys: KeyVersions| {
            keys.into_iter().map(|(key, version)| (Some(key), version)).collect()
        };
        let known = known
            .into_iter()
            .map(|(topic, keys)| (topic, Known { versions: versions(keys), ..Known::default() }));
        self.release_values(known.collect(), first)
    }

    pub(crate) fn release_values(self, known: Vec<(Topic, Known)>, first: Vec<Text>) -> bool {
        let starts = known.into_iter().map(|(topic, known)| (topic, Start::Values(known)));
        self.begin(starts.collect(), first)
    }

    /// As if nothing had been asked: subscriptions to events in whose place it stands go on from
    /// where they were. Other topics are left.
    fn give_back(mut self) {
        let key = (self.connection.key, self.mode);
        for Join { cell, token } in mem::take(&mut self.joins) {
            match cell.reached(key, token) {
                Some(seq) => {
                    self.connection.hub.settle(&cell, key, token, seq);
                }
                None => {
                    self.connection.leave(&cell.topic, self.mode, Some(token));
                }
            }
        }
    }

    fn begin(mut self, starts: Vec<(Topic, Start)>, first: Vec<Text>) -> bool {
        let named = starts.len();
        let mut kept: Vec<(Join, Start)> = Vec::with_capacity(named);
        for (topic, start) in starts {
            if let Some(i) = self.joins.iter().position(|join| join.cell.topic == topic) {
                kept.push((self.joins.swap_remove(i), start));
            }
        }
        let all = kept.len();
        kept.retain(|(join, _)| self.connection.holds(&join.cell.topic, self.mode, join.token));
        if kept.is_empty() && all > 0 {
            return false;
        }
        let key = (self.connection.key, self.mode);
        for (Join { cell, token }, start) in &mut kept {
            if let (true, Start::Stream(seq)) = (self.goes_on, start) {
                let (reached, delivered) = cell.bring_up(key, *token, *seq);
                self.connection.hub.meters.deliveries(delivered);
                *seq = reached;
            }
        }
        for text in first {
            self.connection.queue.push_reply(text);
        }
        let mut live = 0;
        let hub = &self.connection.hub;
        for (Join { cell, token }, start) in kept {
            live += usize::from(match start {
                Start::Stream(seq) => hub.settle(&cell, key, token, seq),
                Start::Values(known) => hub.settle_values(&cell, key, token, known),
            });
        }
        live == named
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        for join in self.joins.drain(..) {
            self.connection.leave(&join.cell.topic, self.mode, Some(join.token));
        }
    }
}

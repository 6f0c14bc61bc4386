//! One connection's state, shared by its reader, its writer, its work and the topics.

use std::{
    any::Any,
    collections::HashMap,
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{Id, Scope, Timestamp, Topic};
use serde_json::value::RawValue;

use crate::{
    CloseCode, Endpoint, Identity, Lost, Mode, Opening, Refusal, Text,
    bell::Bell,
    conduct::{Class, Conduct, Verdict},
    frame::Shared,
    hub::Inner,
    lock,
    presence::Room,
    queue::Queue,
    subscription::Reason,
    topic::TopicCell,
    values::{KeyId, Value},
    wire::{Reply, encode},
    work::{Job, Work},
};

/// How far a connection has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    /// Its token is being checked; nothing is read yet.
    Opening,
    /// It needs a user and has none; only `connect` and `auth` are taken.
    Waiting,
    /// The endpoint has been started.
    Started,
}

pub(crate) struct Who {
    pub(crate) scope: Scope,
    pub(crate) expires_at: Option<Timestamp>,
    /// Whether an identity was proved, be it a user or the system.
    pub(crate) known: bool,
    pub(crate) stage: Stage,
    /// What it lives as long as, where the client cannot bring the next token.
    pub(crate) session: Option<Id>,
    /// Whether `auth_expiring` went out for this token, or the session is being asked about.
    pub(crate) expiry_told: bool,
    /// It came in without a user where one is required, and has to show soon what it is for.
    pub(crate) guest: bool,
    /// How many tokens were refused while nobody was known.
    pub(crate) bad_tokens: u8,
}

/// A topic that is joined.
struct Membership {
    cell: Arc<TopicCell>,
    token: u64,
    /// Where it watches who is there.
    room: Option<Arc<Room>>,
}

#[derive(Default)]
struct Joined {
    topics: HashMap<(Topic, Mode), Membership>,
    next_token: u64,
    over: bool,
}

/// Signs of life.
pub(crate) struct Life {
    pub(crate) last_inbound_ms: AtomicU64,
    pub(crate) unanswered: AtomicU8,
    /// The hub itself does not read at this moment: silence says nothing.
    pub(crate) paused: AtomicBool,
}

/// One connection.
pub(crate) struct Connection {
    pub(crate) hub: Arc<Inner>,
    pub(crate) key: u64,
    pub(crate) id: Id,
    pub(crate) remote: Box<str>,
    pub(crate) endpoint: Arc<dyn Endpoint>,
    pub(crate) opened_at: Duration,
    pub(crate) queue: Queue,
    pub(crate) work: Mutex<Work>,
    /// The reader waits here until it may go on.
    pub(crate) may_read: Bell,
    /// The timer looks again.
    pub(crate) rearm: Bell,
    pub(crate) life: Life,
    pub(crate) state: OnceLock<Arc<dyn Any + Send + Sync>>,
    who: Mutex<Who>,
    joined: Mutex<Joined>,
    /// Made when it first asks for something: many only listen.
    conduct: Mutex<Option<Box<Conduct>>>,
}

impl Connection {
    pub(crate) fn new(
        hub: Arc<Inner>,
        key: u64,
        endpoint: Arc<dyn Endpoint>,
        opening: &Opening,
    ) -> Arc<Self> {
        let now = hub.clock.monotonic();
        Arc::new(Self {
            queue: Queue::new(&hub.config),
            key,
            id: opening.session,
            remote: opening.remote.as_str().into(),
            endpoint,
            opened_at: now,
            work: Mutex::default(),
            may_read: Bell::default(),
            rearm: Bell::default(),
            life: Life {
                last_inbound_ms: AtomicU64::new(whole_millis(now)),
                unanswered: AtomicU8::new(0),
                paused: AtomicBool::new(false),
            },
            state: OnceLock::new(),
            who: Mutex::new(Who {
                scope: Scope::anonymous(opening.tenant),
                expires_at: None,
                known: false,
                session: None,
                stage: Stage::Opening,
                expiry_told: false,
                guest: false,
                bad_tokens: 0,
            }),
            joined: Mutex::default(),
            conduct: Mutex::default(),
            hub,
        })
    }

    /// Reads or changes who this is.
    pub(crate) fn who<R>(&self, act: impl FnOnce(&mut Who) -> R) -> R {
        act(&mut lock(&self.who))
    }

    pub(crate) fn scope(&self) -> Scope {
        self.who(|who| who.scope)
    }

    /// Takes the next step of the opening.
    pub(crate) fn enter(&self, stage: Stage) {
        self.who(|who| who.stage = stage);
        self.may_read.ring();
        self.rearm.ring();
    }

    /// Takes an identity that was proved when the hub had so many `disconnects`. Returns whether
    /// the user is new to this connection.
    ///
    /// # Errors
    /// `forbidden` when another user comes. When the user has too many connections, or the proof
    /// may be outdated, this one closes and the refusal is only for the log.
    pub(crate) fn identify(
        self: &Arc<Self>,
        (identity, disconnects): &(Identity, u64),
    ) -> Result<bool, Refusal> {
        let new = identity.scope;
        let joined_any = !lock(&self.joined).topics.is_empty();
        let old_user = self.who(|who| {
            let old = who.scope;
            if (who.known && old.user_id() != new.user_id())
                || (old.tenant != new.tenant && (who.known || joined_any))
            {
                return Err(Refusal::forbidden("the user of a connection does not change"));
            }
            Ok(old.user_id())
        })?;
        let fresh = old_user.is_none() && new.user_id().is_some();
        if let (true, Some(user)) = (fresh, new.user_id())
            && !self.hub.register_user(user, self)
        {
            self.close(CloseCode::TOO_MANY_CONNECTIONS);
            return Err(Refusal::forbidden("too many connections"));
        }
        if fresh && self.hub.disconnects() != *disconnects {
            self.close(CloseCode::PERMISSIONS_CHANGED);
        }
        self.who(|who| {
            who.scope = new;
            who.expires_at = identity.expires_at;
            who.known = true;
            who.session = identity.session;
            who.expiry_told = false;
            who.guest = false;
        });
        self.rearm.ring();
        if fresh && self.queue.closing().is_none() {
            self.enter_rooms();
        }
        Ok(fresh)
    }

    /// The session that this connection lives with ends at `until`, or has ended. It is no longer
    /// asked about when the client has brought a token meanwhile.
    pub(crate) fn outlive(&self, session: Id, until: Option<Timestamp>) {
        let now = self.hub.clock.now();
        let ended = self.who(|who| {
            let (asked, until) = (who.session == Some(session), until.filter(|until| *until > now));
            if asked && until.is_some() {
                who.expires_at = until;
                who.expiry_told = false;
            }
            asked && until.is_none()
        });
        if ended {
            self.close(CloseCode::PERMISSIONS_CHANGED);
        }
        self.rearm.ring();
    }

    // ---- out ----

    pub(crate) fn direct(&self, text: Text) {
        if !self.queue.push_direct(text) {
            self.close(CloseCode::SLOW_CONSUMER);
        }
    }

    pub(crate) fn direct_frame(&self, frame: &Reply<'_>) {
        if let Some(text) = encode(frame) {
            self.direct(text);
        }
    }

    pub(crate) fn reply(&self, frame: &Reply<'_>) {
        if let Some(text) = encode(frame) {
            self.queue.push_reply(text);
        }
    }

    /// Tells the client that its request was not done; ten protocol faults in a short time close.
    pub(crate) fn refuse(&self, id: Option<&RawValue>, refusal: &Refusal) {
        self.direct_frame(&Reply::error(id, refusal));
        if !refusal.protocol_fault {
            return;
        }
        let now = self.hub.clock.monotonic();
        if lock(&self.conduct).get_or_insert_default().fault(now, &self.hub.config) {
            self.close(CloseCode::TOO_MANY_ERRORS);
        }
    }

    /// Whether a request of this class may be done now. If not the client has been told.
    pub(crate) fn permits(&self, class: Class, id: Option<&RawValue>) -> bool {
        match self.judge(class) {
            Verdict::Fine => return true,
            Verdict::Wait(wait) => {
                // Rounded up: who waits as long as told is let in.
                let refusal = Refusal::rate_limited(whole_millis(wait) + 1);
                self.direct_frame(&Reply::error(id, &refusal));
            }
            Verdict::Close => self.close(CloseCode::RATE_LIMITED),
        }
        false
    }

    /// Whether a control frame may be answered now. If not nobody says so: who floods is not to be
    /// sent more than that asks for.
    pub(crate) fn permits_control(&self) -> bool {
        let verdict = self.judge(Class::Control);
        if verdict == Verdict::Close {
            self.close(CloseCode::RATE_LIMITED);
        }
        verdict == Verdict::Fine
    }

    fn judge(&self, class: Class) -> Verdict {
        let now = self.hub.clock.monotonic();
        lock(&self.conduct).get_or_insert_default().ask(class, now, &self.hub.config)
    }

    /// Waits until one more of this class may be done, or the connection closes: for the parts of
    /// a request that is done as a whole.
    pub(crate) async fn turn(&self, class: Class) {
        while self.queue.closing().is_none() {
            let Err(wait) = self.take(class) else { return };
            self.hub.clock.sleep(wait).await;
        }
    }

    fn take(&self, class: Class) -> Result<(), Duration> {
        let now = self.hub.clock.monotonic();
        lock(&self.conduct).get_or_insert_default().take(class, now, &self.hub.config)
    }

    pub(crate) fn resync(&self, topic: &Topic, from: u64, to: u64, reason: Reason) {
        self.hub.meters.resync();
        self.direct_frame(&Reply::Resync { ch: topic, from, to, reason: reason.as_str() });
    }

    pub(crate) fn observe(self: &Arc<Self>, frame: Arc<Shared>) {
        self.push_job(Job::Observed(frame));
    }

    /// The newest value of a topic, for the endpoint.
    pub(crate) fn observe_value(
        self: &Arc<Self>,
        cell: &Arc<TopicCell>,
        id: KeyId,
        value: Arc<Value>,
    ) {
        self.push_job(Job::Value(cell.clone(), id, value));
    }

    pub(crate) fn lose(self: &Arc<Self>, lost: Lost) {
        self.push_job(Job::Lost(lost));
    }

    /// Closes once the queue is written. The first code counts.
    pub(crate) fn close(&self, code: CloseCode) {
        if self.queue.close(code) {
            self.may_read.ring();
            self.rearm.ring();
        }
    }

    // ---- topics ----

    /// Registers on a topic whose frames are held. An earlier subscription becomes this one.
    pub(crate) fn join(
        self: &Arc<Self>,
        topic: &Topic,
        mode: Mode,
    ) -> Result<(Arc<TopicCell>, u64), Refusal> {
        let limit = self.hub.config.max_topics;
        let tenant = self.scope().tenant;
        let mut joined = lock(&self.joined);
        if joined.over {
            return Err(Refusal::unavailable("the connection is closing"));
        }
        let key = (topic.clone(), mode);
        if joined.topics.len() >= limit && !joined.topics.contains_key(&key) {
            return Err(Refusal::too_many_subscriptions(limit));
        }
        joined.next_token += 1;
        let token = joined.next_token;
        let cell = self.hub.join(tenant, topic, (self.key, mode), self.clone(), token);
        let room = joined.topics.remove(&key).and_then(|earlier| earlier.room);
        joined.topics.insert(key, Membership { cell: cell.clone(), token, room });
        Ok((cell, token))
    }

    /// Leaves a topic; with a token only that subscription.
    pub(crate) fn leave(&self, topic: &Topic, mode: Mode, token: Option<u64>) -> bool {
        let mut joined = lock(&self.joined);
        let key = (topic.clone(), mode);
        let found = joined.topics.get(&key);
        if found.is_none_or(|have| token.is_some_and(|token| token != have.token)) {
            return false;
        }
        if let Some(membership) = joined.topics.remove(&key) {
            self.end_membership(mode, &membership);
        }
        true
    }

    fn end_membership(&self, mode: Mode, membership: &Membership) {
        let Membership { cell, token, room } = membership;
        self.hub.leave(cell, (self.key, mode), *token);
        if let Some(room) = room {
            self.hub.leave_room(room, self.key);
        }
    }

    /// Whether the subscription with this token is still the topic's.
    pub(crate) fn holds(&self, topic: &Topic, mode: Mode, token: u64) -> bool {
        let joined = lock(&self.joined);
        joined.topics.get(&(topic.clone(), mode)).is_some_and(|have| have.token == token)
    }

    /// The topic, when it is joined in this mode.
    pub(crate) fn joined(&self, topic: &Topic, mode: Mode) -> Option<Arc<TopicCell>> {
        lock(&self.joined).topics.get(&(topic.clone(), mode)).map(|have| have.cell.clone())
    }

    // ---- who is there ----

    /// Watches a topic's room, while it is joined. Returns whether it is; `None`: find the room
    /// anew. Entering and leaving exclude each other, so nobody is left behind in a room.
    pub(crate) fn enter_room(self: &Arc<Self>, topic: &Topic, room: &Arc<Room>) -> Option<bool> {
        let mut joined = lock(&self.joined);
        let Some(membership) = joined.topics.get_mut(&(topic.clone(), Mode::Forward)) else {
            return Some(false);
        };
        let act = room.enter(&self.hub, self, &membership.cell)?;
        membership.room = Some(room.clone());
        if let Some(act) = act {
            self.hub.act(room, act);
        }
        Some(true)
    }

    /// Who has watched as nobody is seen from now on, and told who is there with them.
    fn enter_rooms(self: &Arc<Self>) {
        let joined = lock(&self.joined);
        for Membership { cell, room, .. } in joined.topics.values() {
            let Some(room) = room else { continue };
            // It stays open as long as somebody watches.
            if let Some(Some(act)) = room.enter(&self.hub, self, cell) {
                self.hub.act(room, act);
            }
        }
    }

    /// Watches a topic's room no more.
    pub(crate) fn leave_room(&self, topic: &Topic) {
        let mut joined = lock(&self.joined);
        let membership = joined.topics.get_mut(&(topic.clone(), Mode::Forward));
        if let Some(room) = membership.and_then(|membership| membership.room.take()) {
            self.hub.leave_room(&room, self.key);
        }
    }

    /// The room of a topic, when it is watched.
    pub(crate) fn room(&self, topic: &Topic) -> Option<Arc<Room>> {
        lock(&self.joined).topics.get(&(topic.clone(), Mode::Forward))?.room.clone()
    }

    /// The queue has room again: whoever comes and goes is told again.
    pub(crate) fn restate_presence(&self, cell: &TopicCell) {
        if let Some(room) = self.room(&cell.topic) {
            room.restate(self.key, self.hub.config.max_presence_users);
        }
    }

    /// Whether it may not stay for ever as it is: it needs a user, or is a guest who follows
    /// nothing.
    pub(crate) fn must_sign_in(&self) -> bool {
        let (stage, guest) = self.who(|who| (who.stage, who.guest));
        stage != Stage::Started || (guest && lock(&self.joined).topics.is_empty())
    }

    pub(crate) fn count_topics(&self) -> usize {
        let joined = lock(&self.joined);
        let mut topics: Vec<_> = joined.topics.keys().map(|(topic, _)| topic).collect();
        topics.sort_unstable();
        topics.dedup();
        topics.len()
    }

    pub(crate) fn topics(&self, mode: Mode) -> Vec<Topic> {
        let joined = lock(&self.joined);
        joined.topics.keys().filter(|key| key.1 == mode).map(|key| key.0.clone()).collect()
    }

    /// The socket is gone: leaves everything.
    pub(crate) fn over(self: &Arc<Self>) {
        self.close(CloseCode::NORMAL);
        {
            let mut joined = lock(&self.joined);
            joined.over = true;
            for ((_, mode), membership) in joined.topics.drain() {
                self.end_membership(mode, &membership);
            }
        }
        self.hub.forget(self);
        self.end_work();
    }

    // ---- life ----

    /// Something came in. Returns whether a ping had not been answered until now.
    pub(crate) fn alive(&self) -> bool {
        let now = whole_millis(self.hub.clock.monotonic());
        self.life.last_inbound_ms.store(now, Ordering::Relaxed);
        self.life.unanswered.swap(0, Ordering::Relaxed) > 0
    }
}

/// Whole milliseconds, as a number that an atomic holds.
pub(crate) fn whole_millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

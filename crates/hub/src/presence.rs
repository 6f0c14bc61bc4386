//! Who is there: one topic's users, here and on other nodes.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex},
    time::Duration,
};

use domain::{TenantId, Timestamp, Topic, UserId};

use crate::{
    NodeId, PresenceChange, PresenceEntry, Refusal,
    connection::Connection,
    hub::Inner,
    lock,
    topic::TopicCell,
    wire::{PresentUser, Reply, encode},
};

/// A connection that is told who comes and goes.
struct Watcher {
    connection: Arc<Connection>,
    cell: Arc<TopicCell>,
    user: Option<UserId>,
    /// Its queue was full: it gets the whole picture once there is room.
    stale: bool,
}

/// A user on another node.
struct Elsewhere {
    node: NodeId,
    state: Option<Arc<str>>,
    at: Timestamp,
    until: Timestamp,
}

/// A user who is there.
struct Present {
    /// Their connections on this node.
    here: Vec<u64>,
    /// When the last of those went; they may come back within the grace.
    gone_at: Option<Duration>,
    /// This node answers for them: somebody is here, or was a moment ago.
    ours: bool,
    state: Option<Arc<str>>,
    /// When the state was set here.
    at: Timestamp,
    elsewhere: Vec<Elsewhere>,
}

impl Default for Present {
    fn default() -> Self {
        let at = Timestamp::from_millis(0);
        Self { here: vec![], gone_at: None, ours: false, state: None, at, elsewhere: vec![] }
    }
}

impl Present {
    fn is_there(&self) -> bool {
        self.ours || !self.elsewhere.is_empty()
    }

    /// The state that was set last, wherever that was.
    fn shown(&self) -> Option<&Arc<str>> {
        let own = self.ours.then_some((self.at, &self.state));
        let others = self.elsewhere.iter().map(|other| (other.at, &other.state));
        others.chain(own).max_by_key(|(at, _)| *at)?.1.as_ref()
    }
}

/// What the other nodes are to be told once the lock is free.
pub(crate) enum Act {
    Set(PresenceEntry),
    Clear(UserId),
}

#[derive(Default)]
struct State {
    watchers: HashMap<u64, Watcher>,
    users: BTreeMap<UserId, Present>,
    /// Changes that came from other nodes, by when: a list that was read before does not count.
    heard: HashMap<(UserId, NodeId), u64>,
    loaded: bool,
    /// When the list that counts began to be read.
    applied: u64,
    /// Since then the others may still believe somebody to be here who has left.
    unsettled: Option<u64>,
    /// It is no longer in the book: find it there anew.
    closed: bool,
}

impl State {
    /// Changes a user's part and tells the watchers what has become of it.
    fn change<R>(
        &mut self,
        room: &Room,
        user: UserId,
        except: Option<u64>,
        act: impl FnOnce(&mut Present) -> R,
    ) -> R {
        let present = self.users.entry(user).or_default();
        let before = present.is_there().then(|| present.shown().cloned());
        let result = act(present);
        let after = present.is_there().then(|| present.shown().cloned());
        let ch = &room.topic;
        match (&before, &after) {
            (None, Some(state)) => {
                self.tell(except, &Reply::PresenceJoin { ch, user_id: user, state: state.into() });
            }
            (Some(_), None) => self.tell(except, &Reply::PresenceLeave { ch, user_id: user }),
            (Some(old), Some(new)) if old != new => {
                self.tell(except, &Reply::PresenceUpdate { ch, user_id: user, state: new.into() });
            }
            (Some(_), Some(_)) | (None, None) => {}
        }
        if after.is_none() {
            self.users.remove(&user);
        }
        result
    }

    fn tell(&mut self, except: Option<u64>, frame: &Reply<'_>) {
        let Some(text) = encode(frame).filter(|_| !self.watchers.is_empty()) else { return };
        for (key, watcher) in &mut self.watchers {
            if Some(*key) == except || watcher.stale {
                continue;
            }
            watcher.stale = !watcher.connection.queue.push_presence(&text, &watcher.cell);
        }
    }

    fn whole(&self, room: &Room, limit: usize) -> Option<crate::Text> {
        let there = self.users.iter().filter(|(_, present)| present.is_there());
        let user = |(user_id, present): (&UserId, &Present)| PresentUser {
            user_id: *user_id,
            state: present.shown().cloned().as_ref().into(),
        };
        let users: Vec<_> = there.clone().take(limit).map(user).collect();
        encode(&Reply::PresenceState { ch: &room.topic, users, count: there.count() })
    }
}

/// One topic's users.
pub(crate) struct Room {
    pub(crate) tenant: TenantId,
    pub(crate) topic: Topic,
    state: Mutex<State>,
}

impl Room {
    pub(crate) fn new(tenant: TenantId, topic: Topic) -> Arc<Self> {
        Arc::new(Self { tenant, topic, state: Mutex::default() })
    }

    fn entry(&self, hub: &Inner, user: UserId, present: &Present) -> PresenceEntry {
        PresenceEntry {
            tenant: self.tenant,
            topic: self.topic.clone(),
            user,
            node: hub.node,
            state: present.state.clone(),
            at: present.at,
            until: hub.clock.now().plus(hub.config.presence_lease),
        }
    }

    /// A connection begins to watch, and its user is there. It gets the whole picture first.
    /// `None`: this room is no longer the topic's.
    pub(crate) fn enter(
        &self,
        hub: &Inner,
        connection: &Arc<Connection>,
        cell: &Arc<TopicCell>,
    ) -> Option<Option<Act>> {
        let (key, user) = (connection.key, connection.scope().user_id());
        let mut state = lock(&self.state);
        if state.closed {
            return None;
        }
        let act = user.and_then(|user| {
            state.change(self, user, Some(key), |present| {
                if !present.here.contains(&key) {
                    present.here.push(key);
                }
                present.gone_at = None;
                let new = !std::mem::replace(&mut present.ours, true);
                new.then(|| Act::Set(self.entry(hub, user, present)))
            })
        });
        if let Some(text) = state.whole(self, hub.config.max_presence_users) {
            connection.queue.push_reply(text);
        }
        let (connection, cell) = (connection.clone(), cell.clone());
        state.watchers.insert(key, Watcher { connection, cell, user, stale: false });
        Some(act)
    }

    /// A connection watches no more. Returns whose grace has begun.
    pub(crate) fn leave(&self, key: u64, now: Duration) -> Option<UserId> {
        let mut state = lock(&self.state);
        let user = state.watchers.remove(&key)?.user?;
        let present = state.users.get_mut(&user)?;
        present.here.retain(|other| *other != key);
        if !present.here.is_empty() {
            return None;
        }
        present.gone_at = Some(now);
        Some(user)
    }

    /// The grace that began at `gone_at` is over, and that is said at `stamp`.
    pub(crate) fn end_grace(&self, user: UserId, gone_at: Duration, stamp: u64) -> Option<Act> {
        let mut state = lock(&self.state);
        if state.users.get(&user)?.gone_at != Some(gone_at) {
            return None;
        }
        state.change(self, user, None, |present| {
            present.ours = false;
            present.gone_at = None;
            present.state = None;
            present.at = Timestamp::from_millis(0);
        });
        state.unsettled = Some(stamp);
        Some(Act::Clear(user))
    }

    /// A client says how its user is.
    pub(crate) fn set_state(
        &self,
        hub: &Inner,
        key: u64,
        text: Option<Arc<str>>,
    ) -> Result<Act, Refusal> {
        let mut state = lock(&self.state);
        let user = state.watchers.get(&key).and_then(|watcher| watcher.user);
        let user =
            user.ok_or_else(|| Refusal::forbidden("only a user who is there has a state"))?;
        let entry = state.change(self, user, Some(key), |present| {
            present.state = text;
            // Also within one millisecond, and behind a node whose clock is ahead.
            let newest = present.elsewhere.iter().map(|other| other.at).chain([present.at]).max();
            let next = newest.map(|at| at.plus(Duration::from_millis(1)));
            present.at = hub.clock.now().max(next.unwrap_or(present.at));
            self.entry(hub, user, present)
        });
        Ok(Act::Set(entry))
    }

    /// Another node tells of a change.
    pub(crate) fn hear(&self, change: PresenceChange, stamp: u64) {
        let mut state = lock(&self.state);
        match change {
            PresenceChange::Here(entry) => {
                state.heard.insert((entry.user, entry.node), stamp);
                state.change(self, entry.user, None, |present| put(present, entry));
            }
            PresenceChange::Gone { user, node, .. } => {
                state.heard.insert((user, node), stamp);
                state.change(self, user, None, |present| {
                    present.elsewhere.retain(|other| other.node != node);
                });
            }
        }
    }

    /// Takes the list of all entries that began to be read at `began`; `None` when it could not be
    /// read. Returns what the list lacks of this node.
    pub(crate) fn refresh(
        &self,
        hub: &Inner,
        entries: Option<Vec<PresenceEntry>>,
        began: u64,
    ) -> Vec<Act> {
        let (now, readable) = (hub.clock.now(), entries.is_some());
        let mut state = lock(&self.state);
        // One that could not be read says no more than the one before it.
        let began = if readable { began } else { state.applied };
        if began < state.applied {
            // It was overtaken, and what was heard since it began is forgotten already.
            return Vec::new();
        }
        state.applied = began;
        let mut acts = Vec::new();
        let mut named: HashMap<(UserId, NodeId), PresenceEntry> = HashMap::new();
        // Who is missing from a list that may have been forgotten stays until their lease ends.
        let believed = readable && !hub.doubts_absence();
        for entry in entries.into_iter().flatten().filter(|entry| entry.until > now) {
            if entry.node == hub.node {
                if !state.users.get(&entry.user).is_some_and(|present| present.ours) {
                    acts.push(Act::Clear(entry.user));
                }
            } else if state.heard.get(&(entry.user, entry.node)).is_none_or(|at| *at <= began) {
                named.insert((entry.user, entry.node), entry.clone());
            }
        }
        // Before the others are taken away: whoever is named anew at the end of a lease never left.
        for ((user, _), entry) in &named {
            state.change(self, *user, None, |present| put(present, entry.clone()));
        }
        let users: Vec<UserId> = state.users.keys().copied().collect();
        let heard = std::mem::take(&mut state.heard);
        for user in users {
            state.change(self, user, None, |present| {
                present.elsewhere.retain(|other| {
                    let place = (user, other.node);
                    let fresh = heard.get(&place).is_some_and(|at| *at > began);
                    (fresh || !believed || named.contains_key(&place)) && other.until > now
                });
            });
        }
        state.heard = heard.into_iter().filter(|(_, at)| *at > began).collect();
        state.loaded = true;
        if readable && acts.is_empty() && state.unsettled.is_some_and(|since| since < began) {
            state.unsettled = None;
        }
        acts
    }

    /// The entries of this node, to be told again.
    pub(crate) fn ours(&self, hub: &Inner) -> Vec<Act> {
        let state = lock(&self.state);
        let ours = state.users.iter().filter(|(_, present)| present.ours);
        ours.map(|(user, present)| Act::Set(self.entry(hub, *user, present))).collect()
    }

    /// A watcher's queue has room again.
    pub(crate) fn restate(&self, key: u64, limit: usize) {
        let mut state = lock(&self.state);
        if !state.watchers.get(&key).is_some_and(|watcher| watcher.stale) {
            return;
        }
        let text = state.whole(self, limit);
        if let (Some(text), Some(watcher)) = (text, state.watchers.get_mut(&key)) {
            watcher.stale = !watcher.connection.queue.push_presence(&text, &watcher.cell);
        }
    }

    /// Whether the list of the other nodes was read since it was made.
    pub(crate) fn is_loaded(&self) -> bool {
        lock(&self.state).loaded
    }

    /// Closes it when nobody watches, this node answers for nobody, and the others know that. What
    /// they were told may be lost, and only a room that stays tells it again.
    pub(crate) fn close_idle(&self) -> bool {
        let mut state = lock(&self.state);
        state.closed = state.watchers.is_empty()
            && state.unsettled.is_none()
            && !state.users.values().any(|present| present.ours);
        state.closed
    }

    /// Who is there, as far as this node knows.
    pub(crate) fn present(&self) -> Vec<UserId> {
        let state = lock(&self.state);
        let there = state.users.iter().filter(|(_, present)| present.is_there());
        there.map(|(user, _)| *user).collect()
    }
}

fn put(present: &mut Present, entry: PresenceEntry) {
    let PresenceEntry { node, state, at, until, .. } = entry;
    let entry = Elsewhere { node, state, at, until };
    match present.elsewhere.iter_mut().find(|other| other.node == node) {
        Some(other) => *other = entry,
        None => present.elsewhere.push(entry),
    }
}

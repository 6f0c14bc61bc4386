//! All rooms of a hub, and the task that keeps their promises: grace, leases, repair.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use domain::{TenantId, Topic, UserId};
use tokio::sync::Notify;

use crate::{
    Hub, PresenceChange, PresenceEntry,
    hub::Inner,
    lock,
    presence::{Act, Room},
};

type Key = (TenantId, Topic);

/// Leases are renewed, and the lists compared, so many times within one lease.
const BEATS_PER_LEASE: u32 = 3;

struct Leaving {
    due: Duration,
    gone_at: Duration,
    room: Arc<Room>,
    user: UserId,
}

#[derive(Default)]
struct Rooms {
    by_key: HashMap<Key, Arc<Room>>,
    kept: bool,
}

/// The rooms of a hub.
#[derive(Default)]
pub(crate) struct PresenceBook {
    rooms: Mutex<Rooms>,
    /// In the order of `due`, because the grace is the same for all.
    leaving: Mutex<VecDeque<Leaving>>,
    wake: Notify,
    /// Counts what is heard from other nodes, what is said to them, and what is read.
    stamps: AtomicU64,
}

impl PresenceBook {
    /// A number above all that were given before.
    fn stamp(&self) -> u64 {
        self.stamps.fetch_add(1, Ordering::SeqCst) + 1
    }
}

impl Hub {
    /// The users who are there, as far as this node knows: all of them when somebody here watches
    /// the topic's presence, else none.
    pub fn present(&self, tenant: TenantId, topic: &Topic) -> Vec<UserId> {
        let room = lock(&self.0.presence.rooms).by_key.get(&(tenant, topic.clone())).cloned();
        room.map(|room| room.present()).unwrap_or_default()
    }
}

impl Inner {
    /// The room of a topic, which knows who is on other nodes, if that can be known.
    pub(crate) async fn room(self: &Arc<Self>, tenant: TenantId, topic: &Topic) -> Arc<Room> {
        let (room, keep) = {
            let mut rooms = lock(&self.presence.rooms);
            let key = (tenant, topic.clone());
            let room = rooms.by_key.entry(key).or_insert_with(|| Room::new(tenant, topic.clone()));
            let room = room.clone();
            (room, !std::mem::replace(&mut rooms.kept, true))
        };
        if keep {
            self.spawn(Self::keep_presence(self.clone()));
        }
        if !room.is_loaded() {
            self.compare(std::slice::from_ref(&room)).await;
        }
        room
    }

    /// A connection has left a room.
    pub(crate) fn leave_room(&self, room: &Arc<Room>, key: u64) {
        let gone_at = self.clock.monotonic();
        if let Some(user) = room.leave(key, gone_at) {
            let due = gone_at + self.config.presence_grace;
            let leaving = Leaving { due, gone_at, room: room.clone(), user };
            lock(&self.presence.leaving).push_back(leaving);
            self.presence.wake.notify_one();
        }
    }

    /// Tells the other nodes.
    pub(crate) fn act(&self, room: &Room, act: Act) {
        match act {
            Act::Set(entry) => self.broker.presence_set(&entry),
            Act::Clear(user) => {
                self.broker.presence_clear(self.node, room.tenant, &room.topic, user);
            }
        }
    }

    pub(crate) fn hear_presence(&self, change: PresenceChange) {
        let key = match &change {
            PresenceChange::Here(entry) => (entry.tenant, entry.topic.clone()),
            PresenceChange::Gone { tenant, topic, .. } => (*tenant, topic.clone()),
        };
        let room = lock(&self.presence.rooms).by_key.get(&key).cloned();
        if let Some(room) = room {
            room.hear(change, self.presence.stamp());
        }
    }

    async fn keep_presence(self: Arc<Self>) {
        let beat = self.config.presence_lease / BEATS_PER_LEASE;
        let mut next_beat = self.clock.monotonic() + beat;
        loop {
            let now = self.clock.monotonic();
            let due = lock(&self.presence.leaving).front().map(|leaving| leaving.due);
            let wait = due.map_or(next_beat, |due| due.min(next_beat)).saturating_sub(now);
            if !wait.is_zero() {
                tokio::select! {
                    () = self.clock.sleep(wait) => {}
                    () = self.presence.wake.notified() => {}
                    // Who comes back on another node within the lease was never gone.
                    () = self.stopping.cancelled() => return,
                }
            }
            self.end_graces();
            if self.clock.monotonic() >= next_beat {
                let until = self.clock.now().plus(self.config.presence_lease);
                self.broker.presence_renew(self.node, until);
                let rooms = self.rooms();
                self.compare(&rooms).await;
                next_beat = self.clock.monotonic() + beat;
                if self.close_book() {
                    return;
                }
            }
        }
    }

    fn end_graces(&self) {
        let now = self.clock.monotonic();
        loop {
            let leaving = lock(&self.presence.leaving).pop_front_if(|leaving| leaving.due <= now);
            let Some(Leaving { gone_at, room, user, .. }) = leaving else { return };
            if let Some(act) = room.end_grace(user, gone_at, self.presence.stamp()) {
                self.act(&room, act);
            }
        }
    }

    fn rooms(&self) -> Vec<Arc<Room>> {
        lock(&self.presence.rooms).by_key.values().cloned().collect()
    }

    /// Those of these topics whose presence somebody here watches.
    pub(crate) fn rooms_of(&self, topics: &[Key]) -> Vec<Arc<Room>> {
        let rooms = lock(&self.presence.rooms);
        topics.iter().filter_map(|topic| rooms.by_key.get(topic).cloned()).collect()
    }

    /// Forgets the rooms that nobody needs. Returns whether none is left, and the keeping over.
    fn close_book(&self) -> bool {
        let mut rooms = lock(&self.presence.rooms);
        rooms.by_key.retain(|_, room| !room.close_idle());
        rooms.kept = !rooms.by_key.is_empty();
        !rooms.kept
    }

    /// Reads who is on the other nodes, and tells what they do not know of this one.
    pub(crate) async fn compare(&self, rooms: &[Arc<Room>]) {
        let began = self.presence.stamp();
        let topics = rooms.iter().map(|room| (room.tenant, room.topic.clone())).collect();
        let read = match self.broker.presence_of(topics).await {
            Ok(entries) => Some(entries),
            Err(refusal) => {
                tracing::warn!(%refusal, "who is on other nodes could not be read");
                None
            }
        };
        let mut by_room: HashMap<Key, Vec<PresenceEntry>> = HashMap::new();
        let readable = read.is_some();
        for entry in read.into_iter().flatten() {
            by_room.entry((entry.tenant, entry.topic.clone())).or_default().push(entry);
        }
        for room in rooms {
            let entries = by_room.remove(&(room.tenant, room.topic.clone())).unwrap_or_default();
            let told: HashMap<_, _> = entries
                .iter()
                .filter(|entry| entry.node == self.node)
                .map(|entry| (entry.user, entry.at))
                .collect();
            for act in room.refresh(self, readable.then_some(entries), began) {
                self.act(room, act);
            }
            let lost = |act: &Act| match act {
                Act::Set(entry) => told.get(&entry.user) != Some(&entry.at),
                Act::Clear(_) => true,
            };
            for act in room.ours(self).into_iter().filter(|act| readable && lost(act)) {
                self.act(room, act);
            }
        }
    }
}

//! What one subscription remembers of a topic of newest values.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Duration,
};

use crate::{
    Mode,
    connection::Connection,
    queue::{Place, Wake},
    subscription::{Phase, Sub},
    topic::{Known, TopicCell},
    values::{KeyId, Value, Values},
};

/// At most one frame per key in a while.
struct Throttle {
    every: Duration,
    keys: HashMap<KeyId, Pace>,
}

/// What was queued last of a key, and when.
struct Pace {
    sent: Duration,
    version: u64,
    /// A newer one waits for its time.
    waiting: bool,
}

/// A subscription's part in a topic of newest values. What every frame looks at is at hand; the
/// rest is elsewhere, because a walk over thousands of these is a walk through memory.
#[derive(Default)]
pub(crate) struct LatestPart {
    /// Versions up to here were in the reply, whatever their key.
    floor: u64,
    /// The value that was queued last, and where in the connection's queue it is.
    last: Option<(KeyId, u64)>,
    rest: Option<Box<Rest>>,
}

#[derive(Default)]
struct Rest {
    /// The versions of these keys were in the reply.
    known: HashMap<Option<Arc<str>>, u64>,
    throttle: Option<Throttle>,
    /// Where in the connection's queue earlier values are that may be unsent, ascending.
    unsent: Vec<(KeyId, u64)>,
    /// Keys whose newest value found the queue full.
    missed: BTreeSet<KeyId>,
}

impl LatestPart {
    pub(crate) fn new(known: Known, values: &Values) -> Self {
        let newer = |pair: &(Option<Arc<str>>, u64)| {
            values.version(&pair.0).is_none_or(|version| version <= pair.1)
        };
        let throttle = known.throttle.filter(|every| !every.is_zero());
        let throttle = throttle.map(|every| Throttle { every, keys: HashMap::new() });
        let floor = known.floor;
        let above = known.versions.into_iter().filter(|(_, version)| *version > floor);
        let known: HashMap<_, _> = above.filter(newer).collect();
        let needed = throttle.is_some() || !known.is_empty();
        let rest = needed.then(|| Box::new(Rest { known, throttle, ..Rest::default() }));
        Self { floor, last: None, rest }
    }

    fn has(&mut self, value: &Value) -> bool {
        let (key, version) = (&value.source.key, value.source.version);
        if version <= self.floor {
            return true;
        }
        let Some(rest) = self.rest.as_deref_mut().filter(|rest| !rest.known.is_empty()) else {
            return false;
        };
        if rest.known.get(key).is_some_and(|known| version <= *known) {
            return true;
        }
        // From here on the topic itself keeps the order.
        rest.known.remove(key);
        false
    }

    fn throttle(&mut self) -> Option<&mut Throttle> {
        self.rest.as_deref_mut()?.throttle.as_mut()
    }
}

/// What became of a value.
pub(crate) enum Offered {
    /// It is queued, or in the place of an unsent one.
    Queued,
    /// It is queued, and the connection is to be woken.
    Asleep,
    /// It goes out at this time, unless a newer one comes.
    Later(Duration),
    /// It is not for this subscription, or not now.
    Skipped,
}

impl Sub {
    /// Takes the newest value of a key.
    pub(crate) fn offer_value(
        &mut self,
        cell: &Arc<TopicCell>,
        id: KeyId,
        value: &Arc<Value>,
        wake: Wake,
    ) -> Offered {
        if !matches!(self.phase, Phase::Live { .. }) {
            return Offered::Skipped;
        }
        let part = &mut self.latest;
        if part.has(value) {
            return Offered::Skipped;
        }
        if let Some(throttle) = part.throttle() {
            let now = self.connection.hub.clock.monotonic();
            match throttle.ask(id, now) {
                Ask::Now => {}
                Ask::At(due) => return Offered::Later(due),
                Ask::Waits => return Offered::Skipped,
            }
        }
        part.queue((&self.connection, self.key.1), cell, id, value, wake)
    }

    /// The time of a value that waited has come.
    pub(crate) fn offer_due(
        &mut self,
        cell: &Arc<TopicCell>,
        id: KeyId,
        value: &Arc<Value>,
        wake: Wake,
    ) -> Offered {
        let part = &mut self.latest;
        if let Some(throttle) = part.throttle() {
            match throttle.ask_again(id, self.connection.hub.clock.monotonic(), value) {
                Ask::Now => {}
                Ask::At(due) => return Offered::Later(due),
                Ask::Waits => return Offered::Skipped,
            }
        }
        part.queue((&self.connection, self.key.1), cell, id, value, wake)
    }

    /// The connection has room again: what it missed is queued, as it is now.
    pub(crate) fn catch_up(&mut self, cell: &Arc<TopicCell>, values: &Values) {
        let Some(rest) = self.latest.rest.as_deref_mut() else { return };
        for id in std::mem::take(&mut rest.missed) {
            if let Some(value) = values.get(id) {
                self.latest.queue((&self.connection, self.key.1), cell, id, value, Wake::Now);
            }
        }
    }
}

impl LatestPart {
    fn queue(
        &mut self,
        (connection, mode): (&Arc<Connection>, Mode),
        cell: &Arc<TopicCell>,
        id: KeyId,
        value: &Arc<Value>,
        wake: Wake,
    ) -> Offered {
        if mode == Mode::Observe {
            connection.observe_value(cell, id, value.clone());
            return Offered::Queued;
        }
        let rest = self.rest.as_deref();
        if rest.is_some_and(|rest| rest.missed.contains(&id)) {
            return Offered::Skipped;
        }
        // Whoever misses something already waits to be told; twice would not help.
        let lagging = rest.is_none_or(|rest| rest.missed.is_empty()).then_some(cell);
        let mut asleep = false;
        match connection.queue.push_value(value.text(), self.place_of(id), lagging, wake) {
            Place::Replaced => {}
            Place::At { at, front, asleep: is_asleep } => {
                asleep = is_asleep;
                self.note_place(id, at, front);
            }
            Place::Full => {
                self.rest.get_or_insert_default().missed.insert(id);
                return Offered::Skipped;
            }
            Place::Closed => return Offered::Skipped,
        }
        if let Some(throttle) = self.throttle() {
            throttle.sent(id, value.source.version, connection.hub.clock.monotonic());
        }
        if asleep { Offered::Asleep } else { Offered::Queued }
    }

    /// Where a value of this key was queued last, as far as it may be unsent.
    fn place_of(&self, id: KeyId) -> Option<u64> {
        let rest = self.rest.as_deref().map(|rest| rest.unsent.as_slice());
        let mut places = self.last.iter().chain(rest.unwrap_or_default());
        places.find(|(known, _)| *known == id).map(|(_, at)| *at)
    }

    /// A value was queued at `at`; what is below `front` was sent.
    fn note_place(&mut self, id: KeyId, at: u64, front: u64) {
        if let Some(rest) = &mut self.rest {
            let sent = rest.unsent.partition_point(|(_, at)| *at < front);
            rest.unsent.drain(..sent);
        }
        let before = self.last.replace((id, at)).filter(|(_, at)| *at >= front);
        if let Some(before) = before {
            self.rest.get_or_insert_default().unsent.push(before);
        }
    }
}

enum Ask {
    Now,
    At(Duration),
    Waits,
}

impl Throttle {
    /// Whether a frame of this key may go now.
    fn ask(&mut self, id: KeyId, now: Duration) -> Ask {
        let every = self.every;
        if self.keys.len() >= 64 && self.keys.len().is_power_of_two() {
            self.keys.retain(|_, pace| pace.waiting || pace.sent + every > now);
        }
        let Some(pace) = self.keys.get_mut(&id) else { return Ask::Now };
        if pace.waiting {
            return Ask::Waits;
        }
        pace.ask(every, now)
    }

    /// The same when the time of what waited has come.
    fn ask_again(&mut self, id: KeyId, now: Duration, value: &Value) -> Ask {
        let Some(pace) = self.keys.get_mut(&id) else { return Ask::Now };
        pace.waiting = false;
        if value.source.version <= pace.version {
            // It went out when the queue had room again.
            return Ask::Waits;
        }
        pace.ask(self.every, now)
    }

    fn sent(&mut self, id: KeyId, version: u64, now: Duration) {
        let waiting = self.keys.get(&id).is_some_and(|pace| pace.waiting);
        self.keys.insert(id, Pace { sent: now, version, waiting });
    }
}

impl Pace {
    fn ask(&mut self, every: Duration, now: Duration) -> Ask {
        let due = self.sent + every;
        self.waiting = now < due;
        if self.waiting { Ask::At(due) } else { Ask::Now }
    }
}

//! The part of a topic that keeps the newest values.

use std::{sync::Arc, time::Duration};

use super::{After, Settled, State, TopicCell, WOKEN_AT_ONCE};
use crate::{
    LatestFrame, LatestVersion,
    connection::Connection,
    latest_part::{LatestPart, Offered},
    lock,
    queue::Wake,
    subscription::{Phase, SubKey},
    values::{Value, Values, Waiting},
};

/// What a subscription has when it begins.
#[derive(Default)]
pub(crate) struct Known {
    /// Versions up to here, whatever their key.
    pub(crate) floor: u64,
    /// The versions of these keys.
    pub(crate) versions: Vec<(Option<Arc<str>>, u64)>,
    /// It wants at most one frame per key in this time.
    pub(crate) throttle: Option<Duration>,
}

impl After {
    /// When the next connection is woken: the first few at once.
    const fn wake(&self) -> Wake {
        if self.delivered < WOKEN_AT_ONCE as u64 { Wake::Now } else { Wake::Later }
    }

    /// A value was offered. Returns when it goes out, where it has to wait for that.
    fn note(&mut self, offered: Offered, connection: &Arc<Connection>) -> Option<Duration> {
        match offered {
            Offered::Queued => self.delivered += 1,
            Offered::Asleep => {
                self.delivered += 1;
                self.asleep.push(connection.clone());
            }
            Offered::Later(due) => return Some(due),
            Offered::Skipped => {}
        }
        None
    }
}

impl State {
    fn values(&mut self) -> &mut Values {
        self.values.get_or_insert_default()
    }
}

impl TopicCell {
    /// Takes a value from whoever brings it; hands it out when it is the newest of its key.
    pub(crate) fn accept_value(self: &Arc<Self>, frame: LatestFrame) -> After {
        let value = Value::new(frame);
        let mut state = lock(&self.state);
        let Some(id) = state.values().put(&value) else {
            return After::default();
        };
        state.frames += 1;
        let State { subs, values: Some(values), .. } = &mut *state else {
            return After::default();
        };
        let (mut after, mut waits, mut sooner) = (After::default(), false, false);
        for sub in subs.iter_mut() {
            let offered = sub.offer_value(self, id, &value, after.wake());
            if let Some(due) = after.note(offered, &sub.connection) {
                let waiting = Waiting { sub: sub.key, token: sub.token, key: id };
                sooner |= values.wait(due, waiting);
                waits = true;
            }
        }
        after.pace = waits && !std::mem::replace(&mut values.paced, true);
        if sooner && !after.pace {
            self.sooner.notify_one();
        }
        after
    }

    /// A subscription has got its first values. What came meanwhile is queued, and it is live.
    pub(crate) fn settle_values(
        self: &Arc<Self>,
        key: SubKey,
        token: u64,
        known: Known,
    ) -> (Settled, After) {
        let mut state = lock(&self.state);
        state.values();
        let State { subs, values: Some(values), .. } = &mut *state else {
            return (Settled::Gone, After::default());
        };
        let joining = subs.get_mut(key).filter(|sub| sub.token == token);
        let Some(sub) = joining.filter(|sub| matches!(sub.phase, Phase::Joining(_))) else {
            return (Settled::Gone, After::default());
        };
        sub.phase = Phase::Live { after: 0, lag: None };
        sub.latest = LatestPart::new(known, values);
        let mut delivered = 0;
        for (id, value) in values.iter() {
            // The first value of a key never waits.
            let offered = sub.offer_value(self, id, value, Wake::Now);
            delivered += u64::from(matches!(offered, Offered::Queued));
        }
        (Settled::Live, After { delivered, ..After::default() })
    }

    /// How long until a value is due; `None`, and the pacing is over, when none waits.
    pub(crate) fn next_due(&self, now: Duration) -> Option<Duration> {
        let mut state = lock(&self.state);
        let nobody = state.subs.is_empty();
        let values = state.values();
        if nobody {
            values.forget_waiting();
        }
        let due = values.next_due();
        values.paced = due.is_some();
        due.map(|due| due.saturating_sub(now))
    }

    /// Sends what is due.
    pub(crate) fn send_due(self: &Arc<Self>, now: Duration) -> After {
        let (mut after, mut later) = (After::default(), Vec::new());
        let mut state = lock(&self.state);
        let State { subs, values: Some(values), .. } = &mut *state else {
            return after;
        };
        while let Some(waiting) = values.pop_due(now) {
            let sub = subs.get_mut(waiting.sub).filter(|sub| sub.token == waiting.token);
            if let (Some(sub), Some(value)) = (sub, values.get(waiting.key)) {
                let offered = sub.offer_due(self, waiting.key, value, after.wake());
                later.extend(after.note(offered, &sub.connection).map(|due| (due, waiting)));
            }
        }
        for (due, waiting) in later {
            values.wait(due, waiting);
        }
        after
    }

    /// Whether this is a topic of newest values, as far as is known.
    pub(crate) fn has_values(&self) -> bool {
        lock(&self.state).values.is_some()
    }

    /// Whether a version is newer than what was handed out, and nobody asks for it yet. The caller
    /// asks, and says so by [`TopicCell::asked`].
    pub(crate) fn is_behind(&self, at: &LatestVersion) -> bool {
        let mut state = lock(&self.state);
        let values = state.values();
        let behind = values.version(&at.key).is_none_or(|version| version < at.version);
        behind && !std::mem::replace(&mut values.asked, true)
    }

    /// The newest values have been asked for.
    pub(crate) fn asked(&self) {
        lock(&self.state).values().asked = false;
    }
}

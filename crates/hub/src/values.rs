//! The newest values of one topic, as long as somebody follows it.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, OnceLock},
    time::Duration,
};

use crate::{LatestFrame, Text, subscription::SubKey};

/// So many keys are remembered in one topic; beyond it the one that was first seen is forgotten.
const MAX_KEYS: usize = 65_536;

/// A value on its way through a topic: encoded when the first connection wants it, then shared.
pub(crate) struct Value {
    pub(crate) source: LatestFrame,
    text: OnceLock<Text>,
}

impl Value {
    pub(crate) fn new(source: LatestFrame) -> Arc<Self> {
        Arc::new(Self { source, text: OnceLock::new() })
    }

    pub(crate) fn text(&self) -> &Text {
        self.text.get_or_init(|| self.source.encode())
    }
}

/// A key of the topic, in short.
pub(crate) type KeyId = u64;

/// A value that waits for its time on one subscription.
pub(crate) struct Waiting {
    pub(crate) sub: SubKey,
    pub(crate) token: u64,
    pub(crate) key: KeyId,
}

/// The newest value of each key.
#[derive(Default)]
pub(crate) struct Values {
    keys: HashMap<Option<Arc<str>>, KeyId>,
    newest: BTreeMap<KeyId, Arc<Value>>,
    next: KeyId,
    /// What waits, by the time at which it is due.
    waiting: BTreeMap<(Duration, u64), Waiting>,
    next_waiting: u64,
    /// A task runs that sends what is due.
    pub(crate) paced: bool,
    /// The backend is being asked for the newest values.
    pub(crate) asked: bool,
}

impl Values {
    /// Takes a value; `None` when one as new is known.
    pub(crate) fn put(&mut self, value: &Arc<Value>) -> Option<KeyId> {
        if let Some(id) = self.keys.get(&value.source.key) {
            let known = self.newest.get_mut(id)?;
            if value.source.version <= known.source.version {
                return None;
            }
            *known = value.clone();
            return Some(*id);
        }
        let id = self.next;
        self.next += 1;
        self.keys.insert(value.source.key.clone(), id);
        self.newest.insert(id, value.clone());
        if self.newest.len() > MAX_KEYS
            && let Some((_, oldest)) = self.newest.pop_first()
        {
            self.keys.remove(&oldest.source.key);
        }
        Some(id)
    }

    pub(crate) fn get(&self, id: KeyId) -> Option<&Arc<Value>> {
        self.newest.get(&id)
    }

    /// The newest version of a key, when one was seen.
    pub(crate) fn version(&self, key: &Option<Arc<str>>) -> Option<u64> {
        Some(self.newest.get(self.keys.get(key)?)?.source.version)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (KeyId, &Arc<Value>)> {
        self.newest.iter().map(|(id, value)| (*id, value))
    }

    /// Lets a value wait. Returns whether it is the next that is due.
    pub(crate) fn wait(&mut self, due: Duration, waiting: Waiting) -> bool {
        self.next_waiting += 1;
        self.waiting.insert((due, self.next_waiting), waiting);
        self.next_due() == Some(due)
    }

    pub(crate) fn next_due(&self) -> Option<Duration> {
        self.waiting.first_key_value().map(|(key, _)| key.0)
    }

    pub(crate) fn forget_waiting(&mut self) {
        self.waiting.clear();
    }

    /// What is due at `now`, the first first.
    pub(crate) fn pop_due(&mut self, now: Duration) -> Option<Waiting> {
        let first = self.waiting.first_entry()?;
        (first.key().0 <= now).then(|| first.remove())
    }
}
